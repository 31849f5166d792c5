package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code pct} and {@code qm}: what root does to guests on the machine itself. */
final class GuestPrograms {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration SHUTDOWN = Duration.ofSeconds(60);
    private static final Set<String> VALUED =
            Set.of("timeout", "description", "snapname", "force", "purge", "skiplock");

    private final SimulatedHost host;
    private final Supplier<HostState> state;
    private final GuestFiles files;

    GuestPrograms(SimulatedHost host, Supplier<HostState> state, GuestFiles files) {
        this.host = host;
        this.state = state;
        this.files = files;
    }

    int pct(Run run) {
        return run(run, GuestKind.CONTAINER);
    }

    int qm(Run run) {
        return run(run, GuestKind.VIRTUAL_MACHINE);
    }

    private int run(Run run, GuestKind kind) {
        if (run.args().isEmpty()) {
            return run.fail(255, "ERROR: no command specified\nUSAGE: " + run.name() + " <COMMAND> [ARGS] [OPTIONS]");
        }
        String command = run.args().getFirst();
        List<String> rest = run.args().subList(1, run.args().size());
        if (command.equals("list")) {
            return list(run, kind);
        }
        if (rest.isEmpty() || !rest.getFirst().matches("\\d{1,9}")) {
            return run.fail(255, "400 not enough arguments\n" + run.name() + " " + command + " <vmid> [OPTIONS]");
        }
        int vmid = Integer.parseInt(rest.getFirst());
        Guests.Observed<? extends GuestConfig> guest = guest(kind, vmid);
        if (guest == null) {
            return run.fail(2, "Configuration file '" + path(kind, vmid) + "' does not exist");
        }
        List<String> more = rest.subList(1, rest.size());
        return switch (command) {
            case "config" -> config(run, kind, guest, more.contains("--current") || more.contains("-current"));
            case "status" -> say(run, "status: " + (guest.running() ? "running" : "stopped"));
            case "start" -> done(() -> host.person().start(vmid));
            case "stop" -> done(() -> host.person().stop(vmid));
            case "unlock" -> done(() -> host.person().lock(vmid, null));
            case "set" -> set(run, kind, vmid, guest, more);
            case "exec" -> kind == GuestKind.CONTAINER ? exec(run, vmid, guest, more) : unknown(run, command);
            case "guest" -> kind == GuestKind.VIRTUAL_MACHINE ? unknown(run, "guest") : unknown(run, command);
            default -> byPort(run, command, guests(kind), guest, more);
        };
    }

    private static int unknown(Run run, String command) {
        return run.fail(
                255,
                "ERROR: '" + run.name() + " " + command + "' is not a part of this simulated machine: use its API");
    }

    private static int done(Runnable body) {
        body.run();
        return 0;
    }

    private static int say(Run run, String text) {
        run.println(text);
        return 0;
    }

    private Guests<? extends GuestConfig, ?> guests(GuestKind kind) {
        return kind == GuestKind.CONTAINER ? host.containers() : host.virtualMachines();
    }

    private Guests.@Nullable Observed<? extends GuestConfig> guest(GuestKind kind, int vmid) {
        HostState now = state.get();
        return kind == GuestKind.CONTAINER
                ? now.containers().get(vmid)
                : now.virtualMachines().get(vmid);
    }

    static String path(GuestKind kind, int vmid) {
        return "/etc/pve/" + (kind == GuestKind.CONTAINER ? "lxc/" : "qemu-server/") + vmid + ".conf";
    }

    private int byPort(
            Run run,
            String command,
            Guests<? extends GuestConfig, ?> guests,
            Guests.Observed<? extends GuestConfig> guest,
            List<String> args) {
        Switches switches = Switches.parse(args, VALUED);
        int vmid = guest.vmid();
        String first = switches.words().isEmpty() ? "" : switches.words().getFirst();
        switch (command) {
            case "shutdown" -> {
                String timeout = switches.value("", "timeout");
                guests.shutdown(
                        vmid, timeout.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(timeout)) : SHUTDOWN);
            }
            case "reboot" -> {
                guests.shutdown(vmid, SHUTDOWN);
                guests.start(vmid);
            }
            case "destroy" -> guests.destroy(vmid);
            case "template" -> guests.makeTemplate(vmid);
            case "snapshot" -> guests.snapshot(vmid, first, switches.value("", "description"));
            case "delsnapshot" -> guests.deleteSnapshot(vmid, first);
            case "rollback" -> guests.rollback(vmid, first);
            case "listsnapshot" ->
                guest.snapshots().forEach(each -> run.println("`-> " + each.name() + " " + each.description()));
            default -> {
                return unknown(run, command);
            }
        }
        return 0;
    }

    private int list(Run run, GuestKind kind) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                kind == GuestKind.CONTAINER
                        ? List.of("VMID", "Status", "Lock", "Name")
                        : List.of("VMID", "NAME", "STATUS", "MEM(MB)"));
        HostState now = state.get();
        Map<Integer, Guests.Observed<? extends GuestConfig>> all = new TreeMap<>();
        if (kind == GuestKind.CONTAINER) {
            all.putAll(now.containers());
        } else {
            all.putAll(now.virtualMachines());
        }
        all.forEach((vmid, guest) -> {
            String status = guest.running() ? "running" : "stopped";
            String name = guest.effective().hostname();
            String lock = guest.lock() == null ? "" : guest.lock();
            rows.add(
                    kind == GuestKind.CONTAINER
                            ? List.of(String.valueOf(vmid), status, lock, name)
                            : List.of(
                                    String.valueOf(vmid),
                                    name,
                                    status,
                                    String.valueOf(guest.effective().memory().bytes() >> 20)));
        });
        if (!all.isEmpty()) {
            run.out().accept(Columns.table(rows, "       "));
        }
        return 0;
    }

    private int config(Run run, GuestKind kind, Guests.Observed<? extends GuestConfig> guest, boolean current) {
        String text = files.texts(state.get()).getOrDefault(path(kind, guest.vmid()), "");
        GuestText file = GuestText.parse(text);
        Map<String, String> options = new TreeMap<>(file.options());
        if (!current) {
            GuestOptions.of(guest.config()).forEach(options::put);
        }
        options.forEach((key, value) -> run.println(
                key + ": " + (key.equals("description") ? value.strip().replace("\n", "%0A") : value)));
        file.raw().forEach(run::println);
        return 0;
    }

    private int set(
            Run run, GuestKind kind, int vmid, Guests.Observed<? extends GuestConfig> guest, List<String> args) {
        if (!(guest.config() instanceof ContainerConfig container)) {
            return unknown(run, "set");
        }
        String text = files.texts(state.get()).getOrDefault(path(kind, vmid), "");
        Map<String, String> options = new TreeMap<>(GuestOptions.of(container));
        for (int i = 0; i < args.size(); i++) {
            String name = args.get(i).replaceFirst("^--?", "");
            String value = i + 1 < args.size() ? args.get(i + 1) : "";
            int equals = name.indexOf('=');
            if (equals > 0) {
                value = name.substring(equals + 1);
                name = name.substring(0, equals);
            } else {
                i++;
            }
            switch (name) {
                case "digest" -> {
                    if (!value.equals(digest(text))) {
                        return run.fail(
                                255, "detected modified configuration - file changed by other user? Try again.");
                    }
                }
                case "lock" -> host.person().lock(vmid, value);
                case "skiplock" -> {}
                case "delete" -> {
                    for (String each : value.split("[,; ]+")) {
                        options.remove(each);
                    }
                }
                default -> options.put(name, value);
            }
        }
        apply(vmid, container, options);
        return 0;
    }

    /** Mount points come and go by themselves; everything else is one change of the configuration. */
    private void apply(int vmid, ContainerConfig before, Map<String, String> options) {
        ContainerConfig after = GuestOptions.container(before, options, GuestOptions.raw(before));
        for (ContainerConfig.MountPoint mount : after.mounts()) {
            boolean known = before.mounts().stream()
                    .anyMatch(each -> String.valueOf(each.slot()).equals(mount.slot()));
            if (!known) {
                host.containers().attach(vmid, mount, null);
            } else if (!before.mounts().contains(mount)) {
                host.containers().reattach(vmid, mount, null);
            }
        }
        for (ContainerConfig.MountPoint mount : before.mounts()) {
            String slot = mount.slot();
            if (slot != null && !options.containsKey(slot)) {
                host.containers().detach(vmid, slot, null);
            }
        }
        Set<GuestField> fields = GuestFields.of(before, after);
        if (!fields.isEmpty()) {
            host.containers().update(vmid, after, fields, null);
        }
    }

    static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private int exec(Run run, int vmid, Guests.Observed<? extends GuestConfig> guest, List<String> args) {
        if (!guest.running()) {
            return run.fail(255, "container '" + vmid + "' not running!");
        }
        int dashes = args.indexOf("--");
        List<String> options = dashes < 0 ? List.of() : args.subList(0, dashes);
        List<String> command = dashes < 0 ? args : args.subList(dashes + 1, args.size());
        if (command.isEmpty()) {
            return run.fail(255, "400 not enough arguments\npct exec <vmid> [<extra-args>] [OPTIONS]");
        }
        int keep = options.indexOf("--keep-env");
        boolean keeps =
                keep >= 0 && keep + 1 < options.size() && options.get(keep + 1).equals("1");
        GuestShell.Result result = host.shell()
                .run(new GuestShell.Command(
                        GuestShell.Target.guest(GuestKind.CONTAINER, vmid),
                        command,
                        keeps ? run.environment() : Map.of(),
                        run.input().getBytes(StandardCharsets.UTF_8),
                        PATIENCE,
                        false,
                        null));
        run.out().accept(result.output());
        if (result.exitCode() < 0) {
            throw new HostException(HostException.Cause.FAILED, "the command in CT " + vmid + " took too long");
        }
        return result.exitCode();
    }
}
