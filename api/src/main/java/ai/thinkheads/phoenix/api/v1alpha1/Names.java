package ai.thinkheads.phoenix.api.v1alpha1;

/** Patterns that several kinds share, each with the words that explain it to a user. */
final class Names {

    static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    static final String LABEL_MESSAGE =
            "must be at most 63 lower-case letters, digits and '-', starting and ending with a letter or digit";
    /** As hosts take them: several labels, and capitals too. */
    static final String HOSTNAME =
            "[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*";

    static final String HOSTNAME_MESSAGE =
            "must be letters, digits and hyphens between dots, such as web or web.example.com";

    static final String DOMAIN = "([a-z0-9]([-a-z0-9]*[a-z0-9])?)(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    static final String DOMAIN_MESSAGE = "must be a DNS domain such as internal.example.com";
    static final String PACKAGE = "[a-z0-9][a-z0-9+.-]+";
    static final String PACKAGE_MESSAGE = "must be the name of a Debian package";
    /** IFNAMSIZ is 16 with the closing zero byte. */
    static final String INTERFACE = "[A-Za-z][A-Za-z0-9_.-]{0,14}";

    static final String INTERFACE_MESSAGE = "must be an interface name of at most 15 characters";
    static final String POOL = "[A-Za-z][A-Za-z0-9_.:-]{0,254}";
    static final String POOL_MESSAGE = "must be a ZFS pool name: a letter, then letters, digits and _ . : -";
    static final String DATASET = "[A-Za-z0-9][A-Za-z0-9_.:-]*(/[A-Za-z0-9][A-Za-z0-9_.:-]*)*";
    static final String DATASET_MESSAGE = "must be a ZFS dataset path below the pool, for example lxc-disks or vm/data";
    static final String ABSOLUTE_PATH = "/([^/\\x00]+(/[^/\\x00]+)*)?";
    static final String ABSOLUTE_PATH_MESSAGE = "must be an absolute path";
    static final String SHA256 = "[0-9a-f]{64}";
    static final String SHA256_MESSAGE = "must be a SHA-256 checksum: 64 lower-case hexadecimal digits";
    static final String SNAPSHOT = "[A-Za-z][A-Za-z0-9_-]{1,39}";
    static final String SNAPSHOT_MESSAGE =
            "must be a snapshot name: a letter, then letters, digits, '_' and '-', 2 to 40 in all";
    static final String URL = "(https?|file)://[^\\s]+";
    static final String URL_MESSAGE = "must be an http, https or file URL";

    private Names() {}

    /** Whether a path tries to leave its root. */
    static boolean climbs(String path) {
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                return true;
            }
        }
        return false;
    }
}
