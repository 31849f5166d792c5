package ai.thinkheads.phoenix.hosts.proxmox;

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
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Opens nodes of Proxmox VE by their API, and by a shell where the manifest gives one. Opening asks for the version and for the
 * node, so that a wrong address, certificate, login or name is said at once.
 */
public final class ProxmoxHostDriver implements HostDriver {

    /** The key of the Secret under which the private key of ssh is handed to {@link #open}. */
    public static final String SHELL_KEY = "ssh-privatekey";

    /** Files that stand for disks are no part of a node of Proxmox; the folder is one that is not there. */
    private static final String NO_FILES = "/var/lib/phoenix-host/disks";

    private static final int OLDEST = 8;

    private final HostClock clock;
    private final ShellOpener shells;

    /** Makes what runs programs on a host. */
    public interface ShellOpener {
        Commands open(HypervisorSpec.Shell shell, Map<String, String> credentials);
    }

    public ProxmoxHostDriver(HostClock clock, ShellOpener shells) {
        this.clock = clock;
        this.shells = shells;
    }

    /**
     * The driver with real shells.
     *
     * @param runtime where connections and keys lie while they are open; of this user alone
     */
    public ProxmoxHostDriver(HostClock clock, Path runtime) {
        this(clock, (shell, credentials) -> commands(shell, credentials, clock, runtime));
    }

    private static Commands commands(
            HypervisorSpec.Shell shell, Map<String, String> credentials, HostClock clock, Path runtime) {
        if (shell.type() == HypervisorSpec.Shell.Type.LOCAL) {
            return new LocalCommands();
        }
        String key = shell.key() == null ? null : credentials.get(SHELL_KEY);
        return new SshCommands(SshTarget.of(shell, key), clock, runtime);
    }

    @Override
    public HypervisorSpec.Driver driver() {
        return HypervisorSpec.Driver.PROXMOX;
    }

    @Override
    public Host open(String name, HypervisorSpec spec, Map<String, String> credentials) {
        return openNode(name, spec, credentials);
    }

    /** The same, with what only Proxmox hosts say. */
    public ProxmoxHost openNode(String name, HypervisorSpec spec, Map<String, String> credentials) {
        String endpoint = spec.endpoint();
        if (endpoint == null) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "spec.endpoint is missing: the proxmox driver needs the URL of the API");
        }
        ProxmoxApi api =
                new ProxmoxApi(URI.create(endpoint), Login.of(credentials), Login.Trust.of(credentials), clock);
        HypervisorSpec.Shell wanted = spec.shell();
        Commands commands = null;
        try {
            version(api);
            String node = node(api, spec.node() == null ? name : spec.node(), spec.node() != null);
            commands = wanted == null ? null : shells.open(wanted, credentials);
            return host(api, node, commands);
        } catch (RuntimeException e) {
            api.close();
            if (commands != null) {
                commands.close();
            }
            throw e;
        }
    }

    private ProxmoxHost host(ProxmoxApi api, String node, @Nullable Commands commands) {
        Tally tally = new Tally();
        HostShell shell = new HostShell(commands);
        Ground ground = new Ground(api, node, shell, new Tasks(api, node, clock), clock, tally);
        if (commands == null) {
            return new ProxmoxHost(ground, null, null);
        }
        HostCommands programs = shell.require("ZFS");
        Disks disks = new Disks(programs, NO_FILES);
        return new ProxmoxHost(ground, new Zfs(programs, clock, tally, disks), disks);
    }

    private static void version(ProxmoxApi api) {
        String version = Json.text(api.get("/version"), "version", "");
        String major = version.replaceFirst("\\D.*$", "");
        if (major.isEmpty() || major.length() > 4 || Integer.parseInt(major) < OLDEST) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    "the API says that it is Proxmox VE " + (version.isEmpty() ? "of no version" : version)
                            + "; Phoenix drives 8.4 and 9.x");
        }
    }

    /** The node of that name; the only one there is, when the manifest names none. */
    private static String node(ProxmoxApi api, String name, boolean named) {
        TreeSet<String> all = new TreeSet<>();
        for (JsonNode each : api.get("/nodes")) {
            all.add(Json.text(each, "node", ""));
        }
        if (all.contains(name)) {
            return name;
        }
        if (!named && all.size() == 1) {
            return all.first();
        }
        throw new HostException(
                HostException.Cause.REFUSED,
                "there is no node '" + name + "' in this cluster: set spec.node to one of " + String.join(", ", all));
    }
}
