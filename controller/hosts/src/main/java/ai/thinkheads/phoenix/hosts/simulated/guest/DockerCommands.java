package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** docker. */
final class DockerCommands {

    private static final Pattern PUBLISHED =
            Pattern.compile("(?:\\d+\\.\\d+\\.\\d+\\.\\d+:)?(\\d{1,5}):\\d{1,5}(?:/\\w+)?");
    private static final Set<String> WITH_VALUE = Set.of(
            "--name",
            "-p",
            "--publish",
            "-v",
            "--volume",
            "-e",
            "--env",
            "--env-file",
            "--restart",
            "--network",
            "--net",
            "--gpus",
            "-m",
            "--memory",
            "--cpus",
            "-u",
            "--user",
            "-w",
            "--workdir",
            "--entrypoint",
            "-l",
            "--label",
            "--mount",
            "--device",
            "--runtime",
            "--log-driver",
            "--log-opt",
            "--ip",
            "-h",
            "--hostname",
            "--add-host",
            "--shm-size",
            "--ulimit",
            "--cap-add",
            "--health-cmd");

    private DockerCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("docker", DockerCommands::docker);
        all.put("docker-compose", call -> compose(call, call.args()));
    }

    private static int docker(Call call) {
        List<String> args = call.args();
        String verb =
                args.stream().filter(arg -> !arg.startsWith("-")).findFirst().orElse("");
        if (args.contains("--version") && verb.isEmpty()) {
            call.println("Docker version 28.5.1, build e180ab8");
            return 0;
        }
        if (!call.world().active().contains("docker")) {
            call.err()
                    .write(
                            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n");
            return 1;
        }
        List<String> rest = args.subList(args.indexOf(verb) + 1, args.size());
        if (verb.equals("container")) {
            verb = rest.isEmpty() ? "ls" : rest.getFirst();
            rest = rest.isEmpty() ? rest : rest.subList(1, rest.size());
        }
        return switch (verb) {
            case "run", "create" -> create(call, rest, verb.equals("run"));
            case "ps", "ls" -> list(call, rest);
            case "inspect" -> inspect(call, rest);
            case "rm", "stop", "start", "restart", "kill" -> act(call, verb, rest);
            case "compose" -> compose(call, rest);
            case "exec" -> isThere(call, rest) ? 0 : 1;
            case "info", "version" -> {
                call.println("Server Version: 28.5.1");
                yield 0;
            }
            default -> 0;
        };
    }

    private static int create(Call call, List<String> args, boolean running) {
        String name = "";
        Set<Integer> ports = new TreeSet<>();
        boolean restarts = false;
        int at = 0;
        while (at < args.size() && args.get(at).startsWith("-")) {
            String option = args.get(at);
            String value = at + 1 < args.size() ? args.get(at + 1) : "";
            if (option.contains("=")) {
                value = option.substring(option.indexOf('=') + 1);
                option = option.substring(0, option.indexOf('='));
            } else if (WITH_VALUE.contains(option)) {
                at++;
            }
            at++;
            switch (option) {
                case "--name" -> name = value;
                case "-p", "--publish" -> published(ports, value);
                case "--restart" -> restarts = !value.equals("no");
                default -> {
                    // Not modelled.
                }
            }
        }
        if (at >= args.size()) {
            call.err().write("docker: 'docker run' requires at least 1 argument\n");
            return 1;
        }
        String image = args.get(at);
        String own = name.isEmpty() ? "container-" + call.world().containers().size() : name;
        if (call.world().containers().containsKey(own)) {
            call.err()
                    .write("docker: Error response from daemon: Conflict. The container name \"/" + own
                            + "\" is already in use.\n");
            return 125;
        }
        call.world().surroundings().work().accept("download");
        boolean kept =
                !args.subList(0, at).contains("--rm") || args.subList(0, at).contains("-d");
        if (kept) {
            call.world().containers().put(own, new Inside.DockerContainer(image, ports, running, restarts));
        }
        call.println(Integer.toHexString(own.hashCode()).repeat(8));
        return 0;
    }

    private static void published(Set<Integer> ports, String value) {
        Matcher matcher = PUBLISHED.matcher(value);
        if (matcher.matches()) {
            ports.add(Integer.parseInt(matcher.group(1)));
        }
    }

    private static int list(Call call, List<String> args) {
        boolean all = args.stream().anyMatch(arg -> arg.matches("-[a-z]*a[a-z]*") || arg.equals("--all"));
        boolean quiet = args.stream().anyMatch(arg -> arg.matches("-[a-z]*q[a-z]*"));
        String format = call.option("", "--format");
        String filter = call.option("", "--filter", "-f")
                .replaceFirst("^name=\\^?/?", "")
                .replaceFirst("\\$$", "");
        if (format.isEmpty() && !quiet) {
            call.println("CONTAINER ID   IMAGE   STATUS   PORTS   NAMES");
        }
        new TreeMap<>(call.world().containers()).forEach((name, container) -> {
            if (!(all || container.running()) || !name.contains(filter)) {
                return;
            }
            String status = container.running() ? "Up 1 minute" : "Exited (0)";
            String id = Integer.toHexString(name.hashCode());
            if (quiet) {
                call.println(id);
            } else if (!format.isEmpty()) {
                call.println(format.replace("{{.Names}}", name)
                        .replace("{{.Image}}", container.image())
                        .replace("{{.Status}}", status)
                        .replace("{{.ID}}", id));
            } else {
                call.println(
                        id + "   " + container.image() + "   " + status + "   " + container.ports() + "   " + name);
            }
        });
        return 0;
    }

    private static List<String> names(List<String> args) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).equals("-f")
                            && i + 1 < args.size()
                            && args.get(i + 1).contains("{{")
                    || args.get(i).equals("--format")
                    || args.get(i).equals("-t")) {
                i++;
            } else if (!args.get(i).startsWith("-")) {
                names.add(args.get(i));
            }
        }
        return names;
    }

    private static boolean isThere(Call call, List<String> args) {
        return names(args).stream()
                .findFirst()
                .map(call.world().containers()::containsKey)
                .orElse(false);
    }

    private static int inspect(Call call, List<String> args) {
        int code = 0;
        for (String name : names(args)) {
            Inside.DockerContainer container = call.world().containers().get(name);
            if (container == null) {
                call.err().write("Error: No such object: " + name + "\n");
                code = 1;
                continue;
            }
            boolean formatted = args.stream().anyMatch(arg -> arg.contains("{{"));
            boolean state = args.stream().anyMatch(arg -> arg.contains(".State.Running"));
            call.println(
                    state
                            ? String.valueOf(container.running())
                            : formatted
                                    ? container.running() ? "running" : "exited"
                                    : "[{\"Name\":\"/" + name + "\",\"State\":{\"Running\":" + container.running()
                                            + "},\"Config\":{\"Image\":\"" + container.image() + "\"}}]");
        }
        return code;
    }

    private static int act(Call call, String verb, List<String> args) {
        boolean force = args.contains("-f") || args.contains("--force");
        for (String name : names(args)) {
            Inside.DockerContainer container = call.world().containers().get(name);
            if (container == null) {
                call.err().write("Error response from daemon: No such container: " + name + "\n");
                return force ? 0 : 1;
            }
            if (verb.equals("rm")) {
                if (container.running() && !force) {
                    call.err().write("Error response from daemon: cannot remove a running container\n");
                    return 1;
                }
                call.world().containers().remove(name);
            } else {
                boolean runs = verb.equals("start") || verb.equals("restart");
                call.world()
                        .containers()
                        .put(
                                name,
                                new Inside.DockerContainer(
                                        container.image(), container.ports(), runs, container.restarts()));
            }
            call.println(name);
        }
        return 0;
    }

    private static int compose(Call call, List<String> args) {
        String file = call.option("", "-f", "--file");
        String project = call.option("", "-p", "--project-name");
        String path = file.isEmpty() ? first(call) : call.path(file);
        boolean up = args.contains("up");
        boolean down = args.contains("down");
        if (!up && !down) {
            return 0;
        }
        if (!call.files().isFile(path)) {
            call.err().write("no configuration file provided: not found\n");
            return 14;
        }
        String name = (project.isEmpty() ? Paths.name(Paths.parent(path)) : project) + "-";
        call.world().containers().keySet().removeIf(each -> each.startsWith(name));
        if (up) {
            call.world().surroundings().work().accept("download");
            services(call.files().read(path))
                    .forEach((service, ports) -> call.world()
                            .containers()
                            .put(name + service + "-1", new Inside.DockerContainer(service, ports, true, true)));
        }
        return 0;
    }

    private static String first(Call call) {
        return List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml").stream()
                .map(call::path)
                .filter(call.files()::isFile)
                .findFirst()
                .orElse(call.path("compose.yaml"));
    }

    /** The services of a compose file and their ports, as far as its lines show them. */
    private static Map<String, Set<Integer>> services(String text) {
        Map<String, Set<Integer>> all = new TreeMap<>();
        boolean inside = false;
        String service = "";
        for (String line : text.lines().toList()) {
            if (line.matches("\\S.*")) {
                inside = line.startsWith("services:");
            } else if (inside && line.matches("  [A-Za-z0-9_.-]+:\\s*")) {
                service = line.strip().replace(":", "");
                all.put(service, new TreeSet<>());
            } else if (inside && !service.isEmpty() && line.matches("\\s+- .*")) {
                published(
                        all.getOrDefault(service, new TreeSet<>()),
                        line.strip().substring(1).strip().replaceAll("[\"']", ""));
            }
        }
        return all;
    }
}
