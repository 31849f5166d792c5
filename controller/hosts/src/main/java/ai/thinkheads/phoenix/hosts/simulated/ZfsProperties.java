package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The properties of datasets: their defaults, which are inherited, and the values that they take. */
final class ZfsProperties {

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("compression", "on"),
            Map.entry("atime", "on"),
            Map.entry("relatime", "on"),
            Map.entry("recordsize", "131072"),
            Map.entry("checksum", "on"),
            Map.entry("copies", "1"),
            Map.entry("dedup", "off"),
            Map.entry("devices", "on"),
            Map.entry("exec", "on"),
            Map.entry("setuid", "on"),
            Map.entry("readonly", "off"),
            Map.entry("xattr", "sa"),
            Map.entry("acltype", "off"),
            Map.entry("aclinherit", "restricted"),
            Map.entry("aclmode", "discard"),
            Map.entry("dnodesize", "legacy"),
            Map.entry("logbias", "latency"),
            Map.entry("primarycache", "all"),
            Map.entry("secondarycache", "all"),
            Map.entry("redundant_metadata", "all"),
            Map.entry("snapdir", "hidden"),
            Map.entry("snapdev", "hidden"),
            Map.entry("special_small_blocks", "0"),
            Map.entry("sync", "standard"),
            Map.entry("sharenfs", "off"),
            Map.entry("sharesmb", "off"),
            Map.entry("volmode", "default"),
            Map.entry("overlay", "on"));
    private static final Map<String, String> OWN_DEFAULTS = Map.of(
            "quota", "0",
            "reservation", "0",
            "refquota", "0",
            "refreservation", "0",
            "canmount", "on");
    private static final Set<String> SIZES = Set.of(
            "quota", "reservation", "refquota", "refreservation", "recordsize", "special_small_blocks", "volblocksize");
    private static final Set<String> SWITCHES =
            Set.of("atime", "relatime", "devices", "exec", "setuid", "readonly", "overlay", "nbmand", "canmount");
    private static final Map<String, List<String>> CHOICES = Map.of(
            "compression",
                    List.of(
                            "on",
                            "off",
                            "lz4",
                            "lzjb",
                            "zle",
                            "gzip",
                            "gzip-1",
                            "gzip-2",
                            "gzip-3",
                            "gzip-4",
                            "gzip-5",
                            "gzip-6",
                            "gzip-7",
                            "gzip-8",
                            "gzip-9",
                            "zstd",
                            "zstd-fast"),
            "sync", List.of("standard", "always", "disabled"),
            "primarycache", List.of("all", "none", "metadata"),
            "secondarycache", List.of("all", "none", "metadata"),
            "xattr", List.of("on", "off", "dir", "sa"),
            "acltype", List.of("off", "noacl", "nfsv4", "posix", "posixacl"),
            "logbias", List.of("latency", "throughput"),
            "copies", List.of("1", "2", "3"),
            "snapdir", List.of("hidden", "visible", "disabled"));

    private ZfsProperties() {}

    /** Every property as it is in force, sizes in bytes. */
    static Map<String, String> effective(Transaction transaction, String name) {
        String parent = Space.parent(name);
        return effective(
                name,
                parent == null ? Map.of() : effective(transaction, parent),
                transaction.dataset(name).map(Row.Dataset::local).orElse(Map.of()));
    }

    /** The same, with what is in force above it at hand. */
    static Map<String, String> effective(String name, Map<String, String> above, Map<String, String> local) {
        Map<String, String> all = new HashMap<>(above.isEmpty() ? DEFAULTS : above);
        String mountpoint = all.get("mountpoint");
        if (mountpoint == null) {
            all.put("mountpoint", "/" + name);
        } else if (mountpoint.startsWith("/")) {
            all.put("mountpoint", (mountpoint.equals("/") ? "" : mountpoint) + name.substring(name.lastIndexOf('/')));
        }
        all.putAll(OWN_DEFAULTS);
        all.putAll(local);
        return all;
    }

    /** The value as ZFS keeps it; refused when the property does not take it. */
    static String normal(String dataset, String property, String value) {
        String what = "cannot set property for '" + dataset + "': ";
        if (property.contains(":")) {
            return value;
        }
        if (!DEFAULTS.containsKey(property)
                && !OWN_DEFAULTS.containsKey(property)
                && !property.equals("mountpoint")
                && !property.equals("nbmand")) {
            throw Transaction.refused(what + "invalid property '" + property + "'");
        }
        if (SIZES.contains(property)) {
            return bytes(what, property, value);
        }
        if (SWITCHES.contains(property) && !Set.of("on", "off", "noauto").contains(value)) {
            throw Transaction.refused(what + "'" + property + "' must be one of 'on | off'");
        }
        List<String> choices = CHOICES.get(property);
        if (choices != null && !choices.contains(value) && !value.matches("zstd-(fast-)?[0-9]+")) {
            throw Transaction.refused(what + "'" + property + "' must be one of '" + String.join(" | ", choices) + "'");
        }
        if (property.equals("mountpoint")
                && !value.equals("none")
                && !value.equals("legacy")
                && !value.startsWith("/")) {
            throw Transaction.refused(what + "'mountpoint' must be an absolute path, 'none', or 'legacy'");
        }
        return value;
    }

    private static String bytes(String what, String property, String value) {
        if (value.equals("none")) {
            return "0";
        }
        long bytes;
        try {
            bytes = size(value);
        } catch (IllegalArgumentException e) {
            throw Transaction.refused(what + "bad numeric value '" + value + "' for '" + property + "'");
        }
        if (property.equals("recordsize") && (bytes < 512 || bytes > 16L << 20 || Long.bitCount(bytes) != 1)) {
            throw Transaction.refused(what + "'recordsize' must be power of 2 from 512B to 16M");
        }
        return String.valueOf(bytes);
    }

    /** Reads a size in the words of ZFS, {@code 128K}, or of Kubernetes, {@code 128Ki}. */
    private static long size(String value) {
        String text = value.toUpperCase(Locale.ROOT).replace("IB", "").replace("B", "");
        if (text.endsWith("I")) {
            text = text.substring(0, text.length() - 1);
        }
        boolean unit = !text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1));
        return ByteSize.parse(unit ? text + "i" : text).bytes();
    }
}
