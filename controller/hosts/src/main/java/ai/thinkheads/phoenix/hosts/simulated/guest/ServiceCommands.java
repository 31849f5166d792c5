package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** systemd. */
final class ServiceCommands {

    private ServiceCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("systemctl", ServiceCommands::systemctl);
        all.put("service", call -> {
            List<String> args = call.args();
            return args.size() < 2 ? 0 : act(call, args.get(1), args.getFirst());
        });
        all.put(
                "pgrep",
                call -> call.operands().stream()
                                .anyMatch(name -> call.world().active().stream().anyMatch(each -> each.contains(name)))
                        ? 0
                        : 1);
    }

    private static int systemctl(Call call) {
        List<String> operands = FileCommands.operandsWithout(call, "-p", "-t", "-n");
        if (operands.isEmpty()) {
            return 0;
        }
        String verb = operands.getFirst();
        List<String> units = operands.subList(1, operands.size());
        if (verb.equals("list-units") || verb.equals("list-unit-files")) {
            call.world().active().stream()
                    .sorted()
                    .forEach(each -> call.println(each + ".service loaded active running"));
            return 0;
        }
        if (verb.equals("is-system-running")) {
            call.println("running");
            return 0;
        }
        int code = 0;
        for (String unit : units) {
            int each = act(call, verb, unit.replaceFirst("\\.service$", ""));
            code = each != 0 ? each : code;
        }
        return code;
    }

    private static int act(Call call, String verb, String service) {
        World world = call.world();
        boolean now = call.args().contains("--now");
        switch (verb) {
            case "is-active", "status" -> {
                return show(call, verb, service);
            }
            case "is-enabled" -> {
                boolean enabled = world.enabled().contains(service);
                if (!call.has('q', "quiet")) {
                    call.println(enabled ? "enabled" : "disabled");
                }
                return enabled ? 0 : 1;
            }
            case "is-failed" -> {
                return 1;
            }
            case "cat" -> {
                String text = unit(world, service);
                if (text != null) {
                    call.print(text);
                }
                return text == null ? 1 : 0;
            }
            case "stop", "kill" -> {
                world.active().remove(service);
                return 0;
            }
            case "disable", "mask" -> {
                world.enabled().remove(service);
                if (now) {
                    world.active().remove(service);
                }
                return 0;
            }
            default -> {
                return known(world, service) ? change(call, verb, service, now) : missing(call, verb, service);
            }
        }
    }

    private static int change(Call call, String verb, String service, boolean now) {
        World world = call.world();
        switch (verb) {
            case "enable" -> {
                world.enabled().add(service);
                return now ? start(call, service) : 0;
            }
            case "start", "restart", "reload-or-restart", "force-reload" -> {
                return start(call, service);
            }
            case "reload", "try-restart", "try-reload-or-restart" -> {
                return world.active().contains(service) || !verb.equals("reload")
                        ? 0
                        : call.fail(1, service + ".service is not active, cannot reload.");
            }
            default -> {
                return 0;
            }
        }
    }

    private static int missing(Call call, String verb, String service) {
        if (List.of("daemon-reload", "unmask", "reset-failed", "show", "preset", "set-property", "link", "edit")
                .contains(verb)) {
            return 0;
        }
        call.err().write("Failed to " + verb + " " + service + ".service: Unit " + service + ".service not found.\n");
        return verb.equals("enable") ? 1 : 5;
    }

    private static int show(Call call, String verb, String service) {
        boolean active = call.world().active().contains(service);
        if (!call.has('q', "quiet")) {
            call.println(
                    verb.equals("status")
                            ? "● " + service + ".service\n   Active: "
                                    + (active ? "active (running)" : "inactive (dead)")
                            : active ? "active" : "inactive");
        }
        return active ? 0 : known(call.world(), service) || verb.equals("is-active") ? 3 : 4;
    }

    private static boolean known(World world, String service) {
        return unit(world, service) != null
                || world.enabled().contains(service)
                || world.active().contains(service)
                || List.of(
                                "systemd-resolved",
                                "systemd-timesyncd",
                                "systemd-networkd",
                                "systemd-journald",
                                "networking",
                                "cron",
                                "ssh",
                                "timers.target")
                        .contains(service)
                || world.packages().keySet().stream()
                        .anyMatch(each -> Packages.item(each).services().containsKey(service));
    }

    private static @Nullable String unit(World world, String service) {
        for (String directory : List.of("/etc/systemd/system/", "/lib/systemd/system/", "/usr/lib/systemd/system/")) {
            String path =
                    directory + service + (service.matches(".*\\.(timer|socket|target|mount|path)") ? "" : ".service");
            if (world.files().isFile(path)) {
                return world.files().read(path);
            }
            String template = directory + service.replaceFirst("@.*", "@") + ".service";
            if (service.contains("@") && world.files().isFile(template)) {
                return world.files().read(template);
            }
        }
        return null;
    }

    /** A program of the system's own directories has to be there; programs elsewhere are taken on trust. */
    private static int start(Call call, String service) {
        World world = call.world();
        String unit = unit(world, service);
        if (unit != null) {
            for (String line : unit.lines().toList()) {
                String program = line.startsWith("ExecStart=")
                        ? line.substring(10).strip().split("\\s+")[0].replaceFirst("^[-@+!:]+", "")
                        : "";
                if (program.matches("(/usr)?/s?bin/[^/]+")
                        && world.which(program) == null
                        && world.which(Paths.name(program)) == null) {
                    world.active().remove(service);
                    call.err()
                            .write("Job for " + service
                                    + ".service failed because the control process exited with error code: " + program
                                    + " does not exist (status=203/EXEC).\n");
                    return 1;
                }
            }
        }
        world.active().add(service);
        return 0;
    }
}
