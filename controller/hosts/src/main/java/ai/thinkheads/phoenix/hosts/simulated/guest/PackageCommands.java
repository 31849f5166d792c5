package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** apt and dpkg. */
final class PackageCommands {

    private PackageCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("apt-get", PackageCommands::apt);
        all.put("apt", PackageCommands::apt);
        all.put("apt-cache", PackageCommands::cache);
        all.put("dpkg", PackageCommands::dpkg);
        all.put("dpkg-query", PackageCommands::query);
    }

    private static int apt(Call call) {
        List<String> operands = FileCommands.operandsWithout(call, "-o", "-t", "-c");
        if (operands.isEmpty()) {
            return 0;
        }
        List<String> names = operands.subList(1, operands.size());
        return switch (operands.getFirst()) {
            case "update" -> {
                call.world().surroundings().work().accept("download");
                call.println("Hit:1 http://deb.debian.org/debian stable InRelease\nReading package lists...");
                yield 0;
            }
            case "install", "reinstall" -> install(call, names);
            case "remove", "purge", "autoremove" -> remove(call, names);
            case "list" -> {
                call.world()
                        .packages()
                        .forEach((name, version) -> call.println(name + "/now " + version + " amd64 [installed]"));
                yield 0;
            }
            case "upgrade", "dist-upgrade", "full-upgrade", "clean", "autoclean", "build-dep", "check", "download" -> {
                call.println("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.");
                yield 0;
            }
            default -> call.fail(100, "E: Invalid operation " + operands.getFirst());
        };
    }

    private static int install(Call call, List<String> names) {
        List<String> fresh = new ArrayList<>();
        for (String each : names) {
            if (each.startsWith("/") || each.startsWith("./")) {
                if (!call.files().isFile(call.path(each))) {
                    return call.fail(100, "E: Unsupported file " + each + " given on commandline");
                }
                fresh.add(Paths.name(each).replaceFirst("[_.].*", "").toLowerCase(java.util.Locale.ROOT));
                continue;
            }
            String name = each.replaceFirst("[=/].*", "").replaceFirst("[+-]$", "");
            if (!Packages.exists(name)) {
                call.err().write("E: Unable to locate package " + name + "\n");
                return 100;
            }
            fresh.add(each);
        }
        boolean changes = fresh.stream().anyMatch(each -> isChange(call, each));
        if (changes) {
            call.world().surroundings().work().accept("apt-get");
        }
        for (String each : fresh) {
            String name = each.replaceFirst("[=/].*", "");
            String wanted = each.contains("=")
                    ? each.substring(each.indexOf('=') + 1).replace("*", "")
                    : Packages.item(name).version();
            if (isChange(call, each)) {
                call.println("Setting up " + name + " (" + wanted + ") ...");
                call.world().packages().remove(name);
            }
            call.world().install(name, wanted);
        }
        if (!changes) {
            call.println("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.");
        }
        return 0;
    }

    private static boolean isChange(Call call, String each) {
        String name = each.replaceFirst("[=/].*", "");
        String there = call.world().packages().get(name);
        String wanted = each.contains("=") ? each.substring(each.indexOf('=') + 1) : null;
        return there == null || wanted != null && !Patterns.matches(wanted, there);
    }

    private static int remove(Call call, List<String> names) {
        for (String name : names) {
            Packages.Item item = Packages.item(name);
            if (call.world().packages().remove(name) != null) {
                call.println("Removing " + name + " ...");
                Set<String> kept = new HashSet<>();
                call.world()
                        .packages()
                        .keySet()
                        .forEach(each ->
                                kept.addAll(Packages.item(each).services().keySet()));
                item.services().keySet().stream()
                        .filter(service -> !kept.contains(service))
                        .forEach(service -> {
                            call.world().enabled().remove(service);
                            call.world().active().remove(service);
                        });
            }
        }
        return 0;
    }

    private static int cache(Call call) {
        List<String> operands = call.operands();
        if (operands.size() > 1 && operands.getFirst().equals("policy")) {
            String name = operands.get(1);
            call.println(name + ":\n  Installed: " + call.world().packages().getOrDefault(name, "(none)")
                    + "\n  Candidate: " + Packages.item(name).version());
        }
        return 0;
    }

    private static int dpkg(Call call) {
        if (call.args().contains("--print-architecture")) {
            call.println("amd64");
            return 0;
        }
        if (call.args().contains("--configure")) {
            return 0;
        }
        if (call.has('s', "status") || call.has('l', "list") || call.has('W', "show")) {
            return query(call);
        }
        if (call.has('i', "install")) {
            List<String> paths = new ArrayList<>(List.of("install"));
            call.operands().forEach(each -> paths.add(call.path(each)));
            return install(call, paths.subList(1, paths.size()));
        }
        if (call.has('r', "remove") || call.has('P', "purge")) {
            return remove(call, call.operands());
        }
        return 0;
    }

    private static int query(Call call) {
        String format = call.option("", "-f", "--showformat");
        for (String arg : call.args()) {
            if (arg.startsWith("-f=") || arg.startsWith("-f$") || arg.startsWith("-f'")) {
                format = arg.substring(arg.startsWith("-f=") ? 3 : 2);
            }
        }
        int code = 0;
        List<String> names = FileCommands.operandsWithout(call, "-f", "--showformat");
        for (String name : names.isEmpty() ? List.copyOf(call.world().packages().keySet()) : names) {
            String version = call.world().packages().get(name);
            if (version == null) {
                code = call.fail(1, "package '" + name + "' is not installed and no information is available");
            } else if (!format.isEmpty()) {
                call.print(TextCommands.escapes(format)
                        .replace("${Version}", version)
                        .replace("${Package}", name)
                        .replace("${binary:Package}", name)
                        .replace("${db:Status-Abbrev}", "ii ")
                        .replace("${db:Status-Status}", "installed")
                        .replace("${Status}", "install ok installed"));
            } else if (call.has('s', "status")) {
                call.println("Package: " + name + "\nStatus: install ok installed\nVersion: " + version);
            } else {
                call.println("ii  " + name + "  " + version + "  amd64");
            }
        }
        return code;
    }
}
