package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import ai.thinkheads.phoenix.hosts.simulated.guest.Ports;
import ai.thinkheads.phoenix.hosts.simulated.guest.Session;
import ai.thinkheads.phoenix.hosts.simulated.guest.Surroundings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Runs commands in the machine's guests and on the machine, by the interpreter of the model. */
final class SimulatedShell implements GuestShell {

    private final Operations operations;
    private final Machine machine;

    SimulatedShell(Operations operations) {
        this.operations = operations;
        this.machine = operations.machine();
    }

    /** What a command begins with: the system, what is mounted in it, and where each mount's files are kept. */
    private record Start(Inside inside, List<Mount> mounts, Surroundings surroundings) {}

    /**
     * A mount.
     *
     * @param volume the volume that it is; null for a directory of the host
     */
    private record Mount(String at, @Nullable String volume, String prefix, Inside inside, boolean readOnly) {}

    /** Counts the time that a command has taken, and ends it when that is too long. */
    private final class Timer {
        private final Duration limit;
        private Duration spent = Duration.ZERO;

        Timer(Duration limit) {
            this.limit = limit;
        }

        void spend(Duration duration) {
            Duration left = limit.minus(spent);
            if (duration.compareTo(left) > 0) {
                operations.pause(left.isNegative() ? Duration.ZERO : left);
                throw new Session.TimeoutException();
            }
            spent = spent.plus(duration);
            operations.pause(duration);
        }
    }

    @Override
    public Result run(Command command) {
        String name = command.readOnly() ? "exec-read" : "exec";
        if (command.readOnly()) {
            return operations.ask(name, () -> run(command, List.of()));
        }
        List<String> lock = List.of("exec-" + command.target().vmid());
        return operations.act(name, () -> {
            machine.locks().take(lock, command.timeout());
            try {
                return run(command, lock);
            } finally {
                machine.locks().release(lock);
            }
        });
    }

    private Result run(Command command, List<String> held) {
        Timer timer = new Timer(command.timeout());
        Start start = machine.look(transaction -> start(transaction, command.target(), timer));
        Session session = new Session(start.inside(), start.surroundings());
        int host = -1;
        for (int i = 0; i < start.mounts().size(); i++) {
            Mount mount = start.mounts().get(i);
            if (mount.volume() == null && host >= 0) {
                session.mountAgain(mount.at(), mount.prefix(), host, mount.readOnly());
            } else {
                session.mount(mount.at(), mount.prefix(), mount.inside().files(), mount.readOnly());
                host = mount.volume() == null ? i : host;
            }
        }
        byte[] stdin = command.stdin();
        timer.spend(operations.latencies().of("exec"));
        int code = session.run(
                command.argv(), command.environment(), new String(stdin, StandardCharsets.UTF_8), command.output());
        keep(command.target(), start, session, held.isEmpty());
        return new Result(code, session.output());
    }

    private Start start(Transaction transaction, Target target, Timer timer) {
        Integer vmid = target.vmid();
        if (vmid == null) {
            return new Start(
                    transaction.contents(transaction.node().inside()),
                    List.of(),
                    surroundings(transaction, null, 0, timer));
        }
        Row.Guest guest = guest(transaction, target, vmid);
        return new Start(
                Contents.system(transaction, guest),
                mounts(transaction, guest),
                surroundings(transaction, guest, vmid, timer));
    }

    private static Row.Guest guest(Transaction transaction, Target target, int vmid) {
        Row.Guest guest = transaction
                .guest(vmid)
                .filter(each -> each.kind() == target.kind())
                .orElseThrow(() -> Transaction.missing("there is no guest " + vmid + " to run a command in"));
        if (!guest.running()) {
            throw Transaction.refused(
                    (guest.kind() == GuestKind.CONTAINER ? "container '" : "VM '") + vmid + "' not running!");
        }
        if (guest.frozen()) {
            throw Transaction.refused(
                    (guest.kind() == GuestKind.CONTAINER ? "container '" : "VM '") + vmid + "' is frozen");
        }
        if (guest.effective() instanceof VmConfig machine && !machine.agent()) {
            throw new HostException(
                    HostException.Cause.FAILED,
                    "QEMU guest agent is not running in VM " + vmid + "; set agent: true and restart it");
        }
        return guest;
    }

    private static List<Mount> mounts(Transaction transaction, Row.Guest guest) {
        List<Mount> all = new ArrayList<>();
        if (guest.effective() instanceof ContainerConfig container) {
            for (ContainerConfig.MountPoint mount : container.mounts()) {
                String volume = mount.volume();
                if (volume != null) {
                    long contents =
                            transaction.volume(volume).map(Row.Volume::contents).orElse(0L);
                    all.add(new Mount(mount.path(), volume, "/", transaction.contents(contents), mount.readOnly()));
                } else if (mount.source() != null) {
                    Inside host = transaction.contents(transaction.node().inside());
                    all.add(new Mount(mount.path(), null, mount.source(), host, mount.readOnly()));
                }
            }
        }
        return all;
    }

    /** What surrounds a command on the machine itself that may take so long. */
    Surroundings ofHost(Transaction transaction, Duration limit) {
        return surroundings(transaction, null, 0, new Timer(limit));
    }

    private Surroundings surroundings(Transaction transaction, Row.@Nullable Guest guest, int vmid, Timer timer) {
        Row.Gpu gpu = transaction.gpu();
        List<Surroundings.Card> cards = new ArrayList<>();
        for (int i = 0; i < gpu.cards().size(); i++) {
            Row.Gpu.Card card = gpu.cards().get(i);
            cards.add(new Surroundings.Card(
                    card.model(), card.uuid(), card.pci(), card.memory().bytes(), "/dev/nvidia" + i));
        }
        GuestConfig config = guest == null ? null : guest.effective();
        Row.Node node = transaction.node();
        String driver = gpu.vfio() ? null : gpu.loaded();
        if (config instanceof VmConfig machineConfig) {
            cards.removeIf(card -> !machineConfig.pciDevices().contains(card.pci()));
            driver = null;
        }
        boolean realTime = operations.latencies() != Latencies.NONE;
        Instant now = machine.clock().now();
        return new Surroundings(
                config == null ? node.hostname() : config.hostname(),
                config == null ? List.of() : GuestView.addresses(vmid, config),
                devices(transaction, config),
                cards,
                driver,
                config instanceof ContainerConfig,
                config == null,
                config instanceof VmConfig ? "6.12.48+deb13-amd64" : node.kernel(),
                config == null ? node.cpus() : config.cores(),
                config == null ? node.memory().bytes() : config.memory().bytes(),
                now,
                this::answers,
                operation -> timer.spend(operations.latencies().of(operation)),
                duration -> timer.spend(realTime ? duration : Duration.ZERO));
    }

    private static Set<String> devices(Transaction transaction, @Nullable GuestConfig config) {
        Set<String> all = new TreeSet<>();
        if (config instanceof ContainerConfig container) {
            container.devices().forEach(device -> all.add(device.path()));
            all.retainAll(Requirements.deviceNodes(transaction));
        } else if (config == null) {
            all.addAll(Requirements.deviceNodes(transaction));
        }
        return all;
    }

    private boolean answers(String address, int port) {
        return machine.look(transaction -> {
            boolean[] found = {false};
            transaction.guests((vmid, guest) -> found[0] |= guest.running()
                    && GuestView.addresses(vmid, guest.effective()).contains(address)
                    && Ports.listening(Contents.system(transaction, guest)).contains(port));
            return found[0];
        });
    }

    /** Keeps what the command left. What only looked and changed something all the same loses to whoever changed it since. */
    private void keep(Target target, Start start, Session session, boolean yields) {
        Inside after = session.inside();
        boolean mountsChanged = false;
        for (int i = 0; i < start.mounts().size(); i++) {
            mountsChanged |=
                    !session.mounted(i).equals(start.mounts().get(i).inside().files());
        }
        if (after.equals(start.inside()) && !mountsChanged) {
            return;
        }
        machine.change("exec", transaction -> {
            keep(transaction, target, start, session, after, yields);
            return Boolean.TRUE;
        });
    }

    private static void keep(
            Transaction transaction, Target target, Start start, Session session, Inside after, boolean yields) {
        Integer vmid = target.vmid();
        if (vmid == null) {
            SimulatedNode.keep(transaction, after);
            return;
        }
        Row.Guest guest = transaction.guest(vmid).filter(Row.Guest::running).orElse(null);
        if (guest == null || yields && !Contents.system(transaction, guest).equals(start.inside())) {
            return;
        }
        Contents.change(transaction, vmid, before -> after);
        for (int i = 0; i < start.mounts().size(); i++) {
            Mount mount = start.mounts().get(i);
            Map<String, Inside.Node> files = session.mounted(i);
            if (files.equals(mount.inside().files())) {
                continue;
            }
            String volume = mount.volume();
            if (volume != null) {
                Contents.changeVolume(transaction, volume, before -> withFiles(before, files));
            } else {
                Inside host = transaction.contents(transaction.node().inside());
                SimulatedNode.keep(
                        transaction,
                        withFiles(host, merged(host.files(), mount.inside().files(), files)));
            }
        }
    }

    /** The host's files with what has changed between two looks at them. */
    static Map<String, Inside.Node> merged(
            Map<String, Inside.Node> now, Map<String, Inside.Node> before, Map<String, Inside.Node> after) {
        Map<String, Inside.Node> all = new HashMap<>(now);
        before.keySet().stream().filter(path -> !after.containsKey(path)).forEach(all::remove);
        after.forEach((path, node) -> {
            if (!node.equals(before.get(path))) {
                all.put(path, node);
            }
        });
        return all;
    }

    private static Inside withFiles(Inside of, Map<String, Inside.Node> files) {
        return new Inside(of.distribution(), files, of.packages(), of.enabled(), of.active(), of.containers());
    }

    @Override
    public Result probe(Target target, int port, @Nullable String httpPath, boolean tls, Duration timeout) {
        return operations.ask(
                "probe",
                () -> machine.look(transaction -> {
                    Integer vmid = target.vmid();
                    Row.Guest guest =
                            vmid == null ? null : transaction.guest(vmid).orElse(null);
                    boolean up = vmid == null || guest != null && guest.running() && !guest.frozen();
                    if (!up) {
                        return new Result(1, "no route to host: the guest does not run");
                    }
                    Inside inside = guest == null
                            ? transaction.contents(transaction.node().inside())
                            : Contents.system(transaction, guest);
                    boolean listens = Ports.listening(inside).contains(port);
                    if (listens && httpPath != null && !Ports.speaksHttp(port)) {
                        return new Result(1, "port " + port + " answers, but not in HTTP");
                    }
                    return listens
                            ? new Result(0, httpPath == null ? "connected" : "HTTP/1.1 200 OK")
                            : new Result(1, "connection refused on port " + port);
                }));
    }
}
