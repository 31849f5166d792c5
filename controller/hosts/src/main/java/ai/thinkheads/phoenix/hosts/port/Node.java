package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The machine itself. */
public interface Node {

    Observed read();

    void setHostname(String hostname);

    void setTimezone(String timezone);

    /** Sets the resolver of the host. */
    void setDns(List<String> servers, @Nullable String searchDomain);

    /** Installs Debian packages; those that are there stay as they are. */
    void installPackages(Set<String> packages);

    /** Sets the upper bound of the ARC now and for the next boots. */
    void setArcMax(ByteSize arcMax);

    /** Writes Phoenix's mark, which holds the features that were installed on the host. */
    void setMark(Mark mark);

    /** Reboots the machine; guests that start with it are started again. Returns when it is back. */
    void reboot();

    /** Makes a directory, its parents too, and gives it owner and mode if they are given. */
    void ensureDirectory(String path, @Nullable Long uid, @Nullable Long gid, @Nullable String mode);

    /**
     * @param version the hypervisor's, for example {@code 9.2.11}
     * @param rebootRequired why the host has to be rebooted; null when it has not
     * @param pciGpus models of the graphics cards on the bus, by PCI address
     * @param disks the host's disks, by the paths that a pool may be made of, with what is on them
     */
    record Observed(
            String version,
            String kernel,
            String hostname,
            String timezone,
            List<String> dns,
            @Nullable String searchDomain,
            int cpus,
            ByteSize memory,
            ByteSize arcMax,
            Set<String> packages,
            Map<String, String> pciGpus,
            Map<String, Disk> disks,
            String bootId,
            @Nullable String rebootRequired,
            @Nullable Mark mark) {

        public Observed {
            dns = List.copyOf(dns);
            packages = Set.copyOf(packages);
            pciGpus = Map.copyOf(pciGpus);
            disks = Map.copyOf(disks);
        }
    }

    /**
     * @param usedBy what uses it now, for example {@code pool tank} or {@code mounted at /}; null when nothing does
     * @param signature what lies on it, for example {@code ext4} or {@code exported pool old}; null when it is blank
     */
    record Disk(
            ByteSize size,
            @Nullable String usedBy,
            @Nullable String signature) {}
}
