package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a virtual machine, without the habits of one driver.
 *
 * @param cpuType the CPU model
 * @param cloudInit null for a machine without
 * @param pciDevices addresses of the host's devices that it owns
 */
public record VmConfig(
        String hostname,
        int cores,
        String cpuType,
        ByteSize memory,
        List<Disk> disks,
        List<Nic> nics,
        List<String> nameservers,
        @Nullable String searchDomain,
        @Nullable CloudInit cloudInit,
        boolean agent,
        List<String> pciDevices,
        boolean onBoot,
        StartupConfig startup,
        Set<String> tags,
        String description,
        @Nullable Mark mark)
        implements GuestConfig {

    public VmConfig {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
        nameservers = List.copyOf(nameservers);
        pciDevices = List.copyOf(pciDevices);
        tags = Set.copyOf(tags);
    }

    /**
     * A disk.
     *
     * @param slot the host's name of it, such as {@code scsi0}; null before it exists
     * @param size null for the size of what it is made from
     * @param volume the volume's id; null before it exists
     */
    public record Disk(
            @Nullable String slot,
            String storage,
            @Nullable ByteSize size,
            @Nullable String volume,
            boolean discard,
            boolean backup) {}

    /**
     * What cloud-init sets up.
     *
     * @param passwordHash a crypt hash; never shown
     * @param userData a further cloud-config document; null for none
     */
    public record CloudInit(
            @Nullable String user,
            @Nullable String passwordHash,
            List<String> sshKeys,
            @Nullable String userData) {

        public CloudInit {
            sshKeys = List.copyOf(sshKeys);
        }

        @Override
        public String toString() {
            return "CloudInit[user=" + user + ", sshKeys=" + sshKeys.size() + "]";
        }
    }
}
