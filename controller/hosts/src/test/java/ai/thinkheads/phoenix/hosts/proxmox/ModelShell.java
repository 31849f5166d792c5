package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.LocalCommands;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The command line of a {@link ModelNode}: its files, {@code pct set} as root, and guests that are this machine. */
public final class ModelShell implements Commands {

    private final ModelNode node;
    private final LocalCommands local = new LocalCommands();
    public final List<List<String>> runs = new CopyOnWriteArrayList<>();

    public ModelShell(ModelNode node) {
        this.node = node;
    }

    @Override
    public Outcome run(Invocation invocation) {
        List<String> argv = invocation.argv();
        runs.add(argv);
        if (argv.getFirst().equals("pct") && argv.get(1).equals("exec")) {
            return program(invocation);
        }
        synchronized (node) {
            return answer(invocation, argv);
        }
    }

    private Outcome answer(Invocation invocation, List<String> argv) {
        return switch (argv.getFirst()) {
            case "cat" -> cat(argv.getLast());
            case "grep" -> grep();
            case "flock" -> write(argv, new String(invocation.stdin(), StandardCharsets.UTF_8));
            case "pct", "qm" -> program(invocation);
            case "systemd-run" -> {
                node.files.put("timer", "armed");
                yield ok("");
            }
            case "systemctl" -> systemctl(argv);
            case "cp", "rm", "mkdir" -> ok("");
            case "/bin/sh" -> ok("none\n");
            default -> throw new HostException(HostException.Cause.NOT_FOUND, "no " + argv.getFirst());
        };
    }

    private static Outcome ok(String text) {
        return new Outcome(0, text, "");
    }

    private Outcome cat(String path) {
        ModelGuest guest = guest(path);
        if (guest != null) {
            return ok(guest.text());
        }
        String text = path.equals("/etc/network/interfaces") && !node.files.containsKey(path)
                ? interfaces()
                : node.files.get(path);
        return text == null ? new Outcome(1, "", "cat: " + path + ": No such file or directory") : ok(text);
    }

    private String interfaces() {
        StringBuilder out = new StringBuilder();
        node.network
                .keySet()
                .forEach(name -> out.append("auto ")
                        .append(name)
                        .append("\niface ")
                        .append(name)
                        .append(" inet manual\n\tbridge-ports none\n\n"));
        return out.toString();
    }

    private @org.jspecify.annotations.Nullable ModelGuest guest(String path) {
        String digits = path.replaceFirst("^/etc/pve/(lxc|qemu-server)/(\\d+)\\.conf$", "$2");
        ModelGuest guest = digits.matches("\\d+") ? node.guests.get(Integer.valueOf(digits)) : null;
        return guest != null && guest.container == path.contains("/lxc/") ? guest : null;
    }

    private Outcome grep() {
        StringBuilder out = new StringBuilder();
        node.guests.forEach((vmid, guest) -> {
            String path = "/etc/pve/" + (guest.container ? "lxc/" : "qemu-server/") + vmid + ".conf";
            guest.text()
                    .lines()
                    .forEach(line -> out.append(path).append(':').append(line).append('\n'));
        });
        return out.isEmpty() ? new Outcome(1, "", "") : ok(out.toString());
    }

    private Outcome write(List<String> argv, String text) {
        ModelGuest guest = guest(argv.get(argv.size() - 2));
        if (guest == null || !guest.digest().equals(argv.getLast())) {
            return new Outcome(75, "", "");
        }
        guest.lxc = new ArrayList<>(GuestFile.parse(text).lxc().stream()
                .map(GuestFile.Line::toString)
                .toList());
        return ok("");
    }

    private Outcome program(Invocation invocation) {
        List<String> argv = invocation.argv();
        ModelGuest guest = node.guests.get(Integer.valueOf(argv.get(2)));
        if (guest == null) {
            return new Outcome(2, "", "CT does not exist");
        }
        if (argv.get(1).equals("exec")) {
            List<String> inside = argv.subList(argv.indexOf("--") + 1, argv.size());
            return local.run(new Invocation(
                    inside, invocation.environment(), invocation.stdin(), invocation.timeout(), invocation.output()));
        }
        Map<String, List<String>> params = new LinkedHashMap<>();
        for (int i = 3; i + 1 < argv.size(); i += 2) {
            params.put(argv.get(i).substring(2), List.of(argv.get(i + 1)));
        }
        node.change(guest, params, true);
        return ok("");
    }

    private Outcome systemctl(List<String> argv) {
        if (argv.get(1).equals("stop")) {
            node.files.remove("timer");
            return ok("");
        }
        return ok(
                node.files.containsKey("timer")
                        ? "[{\"next\":1800000060000000,\"unit\":\"phoenix-network-revert.timer\"}]"
                        : "[]");
    }

    @Override
    public void close() {
        local.close();
    }
}
