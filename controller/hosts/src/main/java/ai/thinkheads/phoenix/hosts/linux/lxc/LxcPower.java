package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import java.time.Duration;
import java.util.Set;

/** Starts containers, freezes them, shuts them down, and brings the limits of running ones to what their files say. */
final class LxcPower {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LinuxGround ground;
    private final LxcState state;
    private final LxcRoot root;
    private final LxcVolumes volumes;

    LxcPower(LinuxGround ground, LxcState state, LxcRoot root, LxcVolumes volumes) {
        this.ground = ground;
        this.volumes = volumes;
        this.state = state;
        this.root = root;
    }

    void start(int vmid) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = state.present(vmid);
            if (entry.running() != null) {
                return;
            }
            LxcFile file = LxcState.free(entry);
            if (file.template()) {
                throw new HostException(Cause.REFUSED, "container " + vmid + " is a template, which is not started");
            }
            String path = file.rootPath();
            if (path != null || file.adopted() == null) {
                requireRoot(file, String.valueOf(path));
            }
            LxcAddresses.requireFree(ground, vmid, file.config());
            LxcFile ready = file.withNodes(root.makeNodes(vmid, file.config()));
            // The file that LXC reads is exactly this one: what somebody wrote into it by hand does not start.
            state.write(ready);
            if (path != null && file.adopted() == null) {
                root.allowMaps(ready.config());
                root.writeFiles(path, ready.config());
            }
            launch(ready);
        });
    }

    /** A dataset that is not mounted leaves an empty folder; nothing good would come of starting in it. */
    private void requireRoot(LxcFile file, String path) {
        if (hasInit(path)) {
            return;
        }
        String volume = file.config().rootDisk().volume();
        String dataset = file.adopted() != null || volume == null
                ? null
                : volumes.of(volume).dataset();
        ZfsDatasets.Observed there =
                dataset == null ? null : ground.zfs().readDatasets().get(dataset);
        if (there != null && there.isUnmounted()) {
            ground.zfs().mount(there.name());
            if (hasInit(path)) {
                return;
            }
        }
        throw new HostException(
                Cause.NOT_FOUND,
                "container " + file.vmid() + ": no root file system at " + path
                        + "; mount its dataset, or import its pool, and it is started");
    }

    private boolean hasInit(String path) {
        return ground.commands()
                .run(HostCommands.scripted("[ -n \"$(ls -A \"$1/sbin/init\" \"$1/init\" 2>/dev/null)\" ]", path))
                .ok();
    }

    private void launch(LxcFile file) {
        String log = ground.roots().containers() + "/" + file.name() + "/start.log";
        Commands.Outcome outcome = ground.commands()
                .run(HostCommands.scripted(
                                "rm -f -- \"$3\"; lxc-start -P \"$1\" -n \"$2\" -l ERROR -o \"$3\" 2>/dev/null || {"
                                        + " r=$?; head -n 3 \"$3\" >&2; exit $r; }; lxc-info -P \"$1\" -n \"$2\" -pH",
                                ground.roots().containers(),
                                file.name(),
                                log)
                        .within(PATIENCE.multipliedBy(3)));
        String pid = outcome.stdout().strip();
        if (!outcome.ok() || !pid.matches("\\d+")) {
            throw new HostException(
                    HostCommands.cause(HostCommands.said(outcome)) == Cause.NO_SPACE ? Cause.NO_SPACE : Cause.FAILED,
                    "container " + file.vmid() + " did not start: " + reason(HostCommands.said(outcome)) + "; see "
                            + log);
        }
        state.write(file.withStarted(new LxcFile.Started(Long.parseLong(pid), file.config())));
    }

    /** LXC's log lines begin with names, times and places in its source, which help nobody here; the first ones tell the cause. */
    private static String reason(String said) {
        String text = said.replaceAll("lxc-start \\S+ \\d+\\.\\d+ \\w+\\s+\\S+ - \\S+ - ", "");
        return text.isEmpty() ? "lxc-start gives no reason" : text;
    }

    void shutdown(int vmid, Duration timeout) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = state.present(vmid);
            if (entry.running() == null) {
                return;
            }
            if (entry.running().frozen()) {
                // A frozen process hears no signal: it would be killed when its time is over, with nothing written
                // back.
                hold(entry, "lxc-unfreeze");
            }
            long seconds = Math.max(1, timeout.toSeconds());
            Commands.Invocation stop = Commands.Invocation.of(
                            "lxc-stop",
                            "-P",
                            ground.roots().containers(),
                            "-n",
                            entry.folder(),
                            "-t",
                            String.valueOf(seconds))
                    .within(timeout.plus(PATIENCE));
            Commands.Outcome outcome = ground.commands().run(stop);
            if (!outcome.ok() && state.find(vmid).map(LxcListing.Entry::running).isPresent()) {
                throw HostCommands.failed(stop, outcome);
            }
            LxcFile file = entry.file();
            if (file != null) {
                state.write(file.withStarted(null));
            }
        });
    }

    void freeze(int vmid) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = state.present(vmid);
            if (entry.running() == null) {
                throw new HostException(Cause.REFUSED, "container " + vmid + " does not run and cannot be frozen");
            }
            if (!entry.running().frozen()) {
                hold(entry, "lxc-freeze");
            }
        });
    }

    void thaw(int vmid) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = state.present(vmid);
            if (entry.running() != null && entry.running().frozen()) {
                hold(entry, "lxc-unfreeze");
            }
        });
    }

    private void hold(LxcListing.Entry entry, String program) {
        Commands.Invocation invocation = Commands.Invocation.of(
                        program, "-P", ground.roots().containers(), "-n", entry.folder())
                .within(PATIENCE);
        Commands.Outcome outcome = ground.commands().run(invocation);
        if (!outcome.ok()) {
            throw HostCommands.failed(invocation, outcome);
        }
    }

    /** Brings the limits of a running container to what its file says. */
    void limit(LxcFile file, Set<GuestField> fields) {
        LxcMachine machine = state.machine();
        ContainerConfig config = file.config();
        if (file.adopted() != null) {
            limitAdopted(file, fields, machine);
            return;
        }
        if (machine.has("cpu")) {
            cgroup(file, machine.cpu(), machine.cpuValue(config));
        }
        if (machine.has("memory")) {
            String memory = String.valueOf(config.memory().bytes());
            if (machine.swap()) {
                // The one must never be below the other: whichever way they go, one of these orders is right.
                tried(file, machine.swapLimit(), machine.swapValue(config));
                cgroup(file, machine.memory(), memory);
                cgroup(file, machine.swapLimit(), machine.swapValue(config));
            } else {
                cgroup(file, machine.memory(), memory);
            }
        }
    }

    /** Somebody else's container has limits of its own making; only what a manifest changes is set. */
    private void limitAdopted(LxcFile file, Set<GuestField> fields, LxcMachine machine) {
        ContainerConfig config = file.config();
        if (machine.has("cpu") && (fields.contains(GuestField.CORES) || fields.contains(GuestField.CPU_LIMIT))) {
            cgroup(file, machine.cpu(), machine.cpuValue(config));
        }
        if (machine.has("memory") && fields.contains(GuestField.MEMORY)) {
            cgroup(file, machine.memory(), String.valueOf(config.memory().bytes()));
        }
        if (machine.has("memory") && machine.swap() && fields.contains(GuestField.SWAP)) {
            cgroup(file, machine.swapLimit(), machine.swapValue(config));
        }
    }

    private Commands.Outcome tried(LxcFile file, String key, String value) {
        return ground.commands()
                .run(Commands.Invocation.of(
                        "lxc-cgroup", "-P", ground.roots().containers(), "-n", file.name(), key, value));
    }

    private void cgroup(LxcFile file, String key, String value) {
        Commands.Outcome outcome = tried(file, key, value);
        if (!outcome.ok()) {
            throw new HostException(
                    Cause.FAILED,
                    "container " + file.vmid() + ": the kernel does not take " + value + " for " + key
                            + " now (more than that may be in use); it is in force from the next start");
        }
    }
}
