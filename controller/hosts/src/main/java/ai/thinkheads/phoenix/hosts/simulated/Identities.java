package ai.thinkheads.phoenix.hosts.simulated;

import java.time.Instant;
import java.util.random.RandomGenerator;

/** Identities that the machine gives out. */
final class Identities {

    private Identities() {}

    /** A hardware address in the range that Proxmox uses. */
    static String mac(RandomGenerator random) {
        return String.format(
                java.util.Locale.ROOT,
                "BC:24:11:%02X:%02X:%02X",
                random.nextInt(256),
                random.nextInt(256),
                random.nextInt(256));
    }

    /** An identifier in the form of a UUID that depends on the text only. */
    static String uuid(String of) {
        return java.util
                .UUID
                .nameUUIDFromBytes(of.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    /** A boot's identifier. */
    static String boot(long number, Instant at) {
        return uuid("boot " + number + " " + at);
    }
}
