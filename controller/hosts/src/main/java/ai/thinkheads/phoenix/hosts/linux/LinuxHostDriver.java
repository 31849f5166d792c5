package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.command.LocalCommands;
import ai.thinkheads.phoenix.hosts.command.SshCommands;
import ai.thinkheads.phoenix.hosts.command.SshTarget;
import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.zfs.Disks;
import ai.thinkheads.phoenix.hosts.zfs.Zfs;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens plain Linux machines: this one as root, or another over ssh. All that is known about one lies on it. */
public final class LinuxHostDriver implements HostDriver {

    private static final String PROBE =
            "id -u; uname -s; [ ! -d /etc/pve ] || [ ! -e /usr/bin/pveversion ] || echo proxmox";

    private final HostClock clock;
    private final Path runtime;
    private final LinuxRoots roots;
    private final Function<LinuxGround, LinuxGuests> guests;

    /**
     * @param runtime where connections and keys lie while they are open; of this user alone, best in memory
     * @param guests makes what runs a host's guests
     */
    public LinuxHostDriver(HostClock clock, Path runtime, LinuxRoots roots, Function<LinuxGround, LinuxGuests> guests) {
        this.clock = clock;
        this.runtime = runtime;
        this.roots = roots;
        this.guests = guests;
    }

    @Override
    public HypervisorSpec.Driver driver() {
        return HypervisorSpec.Driver.LINUX;
    }

    @Override
    public Host open(String name, HypervisorSpec spec, Map<String, String> credentials) {
        HostCommands commands = new HostCommands(commands(spec.shell(), credentials));
        try {
            check(commands.script(PROBE));
            return host(commands);
        } catch (RuntimeException e) {
            commands.close();
            throw e;
        }
    }

    private Commands commands(HypervisorSpec.@Nullable Shell shell, Map<String, String> credentials) {
        if (shell == null || shell.type() == HypervisorSpec.Shell.Type.LOCAL) {
            return new LocalCommands();
        }
        String key = null;
        if (shell.key() != null) {
            key = credentials.get(KEY);
            if (key == null) {
                throw new HostException(
                        HostException.Cause.DENIED,
                        "spec.shell.key: the Secret holds no private key under '" + KEY + "'; put it there");
            }
        }
        return new SshCommands(SshTarget.of(shell, key), clock, runtime);
    }

    /** The key of the Secret under which the private key of ssh is handed to {@link #open}. */
    public static final String KEY = "ssh-privatekey";

    private LinuxHost host(HostCommands commands) {
        Tally tally = new Tally();
        Disks disks = new Disks(commands, roots.disks());
        Zfs zfs = new Zfs(commands, clock, tally, disks);
        LinuxStorages storages = new LinuxStorages(commands, roots, zfs, tally);
        LinuxGround ground = new LinuxGround(commands, roots, zfs, storages, clock, tally);
        return new LinuxHost(ground, disks, guests.apply(ground));
    }

    /** Refuses a machine that this driver cannot drive, by what the probe said. */
    static void check(String probe) {
        String[] lines = probe.split("\\R");
        if (lines.length < 2 || !lines[0].equals("0")) {
            throw new HostException(
                    HostException.Cause.DENIED,
                    "Phoenix is not root on this host and sets up all of it; run the controller as root, or reach the host"
                            + " by spec.shell with type ssh and user root");
        }
        if (!lines[1].equals("Linux")) {
            throw new HostException(
                    HostException.Cause.REFUSED, "the host runs " + lines[1] + ", and this driver drives Linux");
        }
        if (lines.length > 2) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "the host is a Proxmox VE node; set spec.driver to proxmox, whose tools know what is on it");
        }
    }
}
