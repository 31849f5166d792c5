package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Python with its virtual environments and packages, and the installers of other languages. */
final class PythonCommands {

    private PythonCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("python3", PythonCommands::python);
        all.put("python", PythonCommands::python);
        all.put("pip", PythonCommands::pip);
        all.put("pip3", PythonCommands::pip);
        all.put("pipx", PythonCommands::pip);
        all.put("npm", PythonCommands::npm);
    }

    private static int python(Call call) {
        List<String> args = call.args();
        if (args.contains("--version") || args.contains("-V")) {
            call.println("Python 3.13.5");
            return 0;
        }
        int module = args.indexOf("-m");
        if (module >= 0 && module + 1 < args.size()) {
            String name = args.get(module + 1);
            List<String> rest = args.subList(module + 2, args.size());
            if (name.equals("venv") || name.equals("virtualenv")) {
                rest.stream()
                        .filter(arg -> !arg.startsWith("-"))
                        .forEach(directory -> environment(call, call.path(directory)));
                return 0;
            }
            if (name.equals("pip")) {
                return install(call, rest, prefix(call));
            }
            return 0;
        }
        if (!args.isEmpty() && !args.getFirst().startsWith("-") && !call.files().isFile(call.path(args.getFirst()))) {
            return call.fail(2, "can't open file '" + args.getFirst() + "': [Errno 2] No such file or directory");
        }
        return 0;
    }

    private static void environment(Call call, String directory) {
        call.files().makeDirectories(directory + "/bin", 0755);
        for (String name : List.of("python", "python3", "pip", "pip3", "activate")) {
            call.files()
                    .put(
                            directory + "/bin/" + name,
                            Inside.Node.file(name.equals("activate") ? "" : "program\n", 0755));
        }
        call.files().put(directory + "/pyvenv.cfg", Inside.Node.file("version = 3.13.5\n", 0644));
    }

    /** Where the program that was called installs to: its own environment, or the system. */
    private static String prefix(Call call) {
        String program = call.argv().getFirst();
        String parent = program.contains("/") ? Paths.parent(call.path(program)) : "";
        return parent.endsWith("/bin") && !parent.startsWith("/usr/bin") && !parent.equals("/bin")
                ? Paths.parent(parent)
                : "/usr/local";
    }

    private static int pip(Call call) {
        return install(call, call.args(), prefix(call));
    }

    private static int install(Call call, List<String> args, String prefix) {
        List<String> operands =
                args.stream().filter(arg -> !arg.startsWith("-")).toList();
        if (operands.isEmpty()) {
            return 0;
        }
        String site = prefix + "/lib/python3/site-packages";
        List<String> names = operands.subList(1, operands.size());
        switch (operands.getFirst()) {
            case "install" -> {
                call.world().surroundings().work().accept("pip");
                call.files().makeDirectories(site, 0755);
                call.files().makeDirectories(prefix + "/bin", 0755);
                names.stream()
                        .filter(name -> name.matches("[A-Za-z0-9_.-]+(\\[.*])?([=<>!~].*)?"))
                        .forEach(each -> {
                            String name = each.replaceFirst("[\\[=<>!~].*", "").toLowerCase(Locale.ROOT);
                            String version = each.contains("==") ? each.replaceFirst(".*==", "") : "1.0";
                            call.files().put(site + "/" + name + ".dist-info", Inside.Node.file(version + "\n", 0644));
                            if (!call.files().isFile(prefix + "/bin/" + name)) {
                                call.files().put(prefix + "/bin/" + name, Inside.Node.file("program\n", 0755));
                            }
                        });
                return 0;
            }
            case "uninstall" -> {
                names.forEach(name -> {
                    call.files().remove(site + "/" + name + ".dist-info");
                    call.files().remove(prefix + "/bin/" + name);
                });
                return 0;
            }
            case "show" -> {
                for (String name : names) {
                    String path = site + "/" + name + ".dist-info";
                    if (!call.files().isFile(path)) {
                        call.err().write("WARNING: Package(s) not found: " + name + "\n");
                        return 1;
                    }
                    call.println("Name: " + name + "\nVersion: "
                            + call.files().read(path).strip());
                }
                return 0;
            }
            case "list", "freeze" -> {
                if (call.files().isDirectory(site)) {
                    call.files()
                            .list(site)
                            .forEach(name -> call.println(name.replace(".dist-info", "") + "=="
                                    + call.files().read(site + "/" + name).strip()));
                }
                return 0;
            }
            default -> {
                return 0;
            }
        }
    }

    private static int npm(Call call) {
        List<String> operands = call.operands();
        if (operands.size() > 1 && operands.getFirst().matches("i|install") && call.has('g', "global")) {
            call.world().surroundings().work().accept("pip");
            operands.subList(1, operands.size()).forEach(each -> {
                String name = Paths.name(each.replaceFirst("(?<=.)@.*", ""));
                call.files().put("/usr/local/bin/" + name, Inside.Node.file("program\n", 0755));
            });
        }
        return 0;
    }
}
