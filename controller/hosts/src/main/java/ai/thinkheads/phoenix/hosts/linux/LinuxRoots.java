package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.file.Path;

/**
 * The folders of a host that belong to the driver. Nothing outside them, the storages that manifests define and the mount points
 * of datasets is ever written or removed.
 *
 * @param containers where LXC keeps its containers, {@code lxcpath}
 * @param state what Phoenix remembers about the host: its mark, the storages, the bridges
 * @param disks files that stand for disks, on machines without spare ones; each regular file in it can be part of a pool
 * @param interfaces where Debian's ifupdown reads further interfaces from
 * @param networkd where systemd-networkd reads its networks from
 * @param mounts where storages on other machines are mounted
 */
public record LinuxRoots(
        String containers, String state, String disks, String interfaces, String networkd, String mounts) {

    /** Where things are on Debian. */
    public static final LinuxRoots DEBIAN = new LinuxRoots(
            "/var/lib/lxc",
            "/var/lib/phoenix-host",
            "/var/lib/phoenix-host/disks",
            "/etc/network/interfaces.d",
            "/etc/systemd/network",
            "/mnt/phoenix");

    /** A file of the state folder. */
    public String stateFile(String name) {
        return confined(state, name);
    }

    /**
     * A path below one of the roots.
     *
     * @throws HostException when the name leads out of the root, which no honest name does
     */
    public static String confined(String root, String name) {
        Path base = Path.of(root).normalize();
        Path path = base.resolve(name).normalize();
        if (name.isEmpty() || name.startsWith("/") || !path.startsWith(base) || path.equals(base)) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "'" + name + "' leads out of " + root + ", which Phoenix does not touch");
        }
        return path.toString();
    }
}
