package ai.thinkheads.phoenix.hosts.port;

/**
 * One machine that runs guests. Safe for use by many threads; an implementation lets operations run side by side as far as the
 * machine does.
 */
public interface Host extends AutoCloseable {

    /** The whole host, in a number of reads that does not depend on how much is on it. */
    HostState read();

    Capabilities capabilities();

    Node node();

    ZfsPools zfsPools();

    ZfsDatasets zfsDatasets();

    Storages storages();

    Networks networks();

    Gpus gpus();

    Templates templates();

    Guests<ContainerConfig, ContainerConfig.MountPoint> containers();

    Guests<VmConfig, VmConfig.Disk> virtualMachines();

    /** Runs commands in guests and on the host itself. */
    GuestShell shell();

    /** How often this host was asked and changed since it was opened. */
    Counters counters();

    @Override
    void close();

    /**
     * @param reads questions put to the host: listings, targeted reads, commands that only look
     * @param changes operations that changed the host
     */
    record Counters(long reads, long changes) {}
}
