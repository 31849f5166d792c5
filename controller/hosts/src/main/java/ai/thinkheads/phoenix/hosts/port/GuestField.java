package ai.thinkheads.phoenix.hosts.port;

/** The parts of a guest's configuration that are compared and changed as one. */
public enum GuestField {
    HOSTNAME("spec.hostname"),
    CORES("spec.cores"),
    CPU_LIMIT("spec.cpuLimit"),
    CPU_TYPE("spec.cpuType"),
    MEMORY("spec.memory"),
    SWAP("spec.swap"),
    NICS("spec.network.interfaces"),
    DNS("spec.dns"),
    FEATURES("spec.features"),
    APPARMOR("spec.apparmor"),
    ID_MAPS("spec.idMaps"),
    DEVICES("spec.devices"),
    RAW("spec.rawConfig"),
    ON_BOOT("spec.startup.onBoot"),
    STARTUP("spec.startup"),
    CLOUD_INIT("spec.cloudInit"),
    AGENT("spec.agent"),
    PCI("spec.gpu"),
    TAGS("spec.tags"),
    DESCRIPTION("spec.description"),
    /** Phoenix's own mark on the guest. */
    MARK("metadata");

    private final String path;

    GuestField(String path) {
        this.path = path;
    }

    /** The field of the spec that it comes from. */
    public String path() {
        return path;
    }
}
