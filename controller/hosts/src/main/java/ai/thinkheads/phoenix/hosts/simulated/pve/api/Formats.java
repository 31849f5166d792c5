package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms of strings, and of values with parts, with what Proxmox says about one that has another form. Pure. */
final class Formats {

    private static final String CARDS =
            "e1000|e1000-82540em|e1000-82544gc|e1000-82545em|e1000e|i82551|i82557b|i82559er|ne2k_isa"
                    + "|ne2k_pci|pcnet|rtl8139|virtio|vmxnet3";
    private static final String DISK_PARTS = """
            acl: bool
            mountoptions: str
            quota: bool
            replicate: bool
            ro: bool
            shared: bool
            size: size
            idmap: str
            keepattrs: bool
            """;

    private record Plain(Pattern pattern, String message) {}

    private static final Map<String, Plain> PLAIN = Map.ofEntries(
            plain("vmid", "[1-9][0-9]{2,8}", "value does not look like a valid VM ID"),
            plain(
                    "dns-name",
                    "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
                    "value does not look like a valid DNS name"),
            plain("storage-id", "(?i)[a-z][a-z0-9._-]*[a-z0-9]", "storage ID '%s' contains illegal characters"),
            plain("node", "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", "value does not look like a valid node name"),
            plain("config-id", "(?i)[a-z][a-z0-9_-]+", "invalid configuration ID '%s'"),
            plain("volume-id", "[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]:\\S+", "unable to parse volume ID '%s'"),
            plain("device", "/dev/(?!.*\\.\\.)\\S+", "%s is not a valid device path"),
            plain("mac", "(?i)([0-9a-f]{2}:){5}[0-9a-f]{2}", "value does not look like a valid unicast MAC address"),
            plain("size", "\\d+(\\.\\d+)?[KMGT]?", "value does not look like a valid disk size: '%s'"),
            plain("iface", "(?i)[a-z][a-z0-9_]{1,20}([:.]\\d+)?", "invalid network interface name '%s'"),
            plain("cidr", "[0-9a-fA-F:.]+/\\d{1,3}", "value does not look like a valid CIDR network"),
            plain("userid", "[^\\s:/]+@[A-Za-z][A-Za-z0-9._-]+", "value '%s' does not look like a valid user name"));

    /** A value with parts: what it is called without a name, and its parts. */
    private record Parts(String first, Rules rules) {}

    private static final Map<String, Parts> PARTS = Map.of(
            "ct-net",
            new Parts("", Rules.of("""
                    name!: str
                    bridge: str
                    firewall: bool
                    gw: str
                    gw6: str
                    host-managed: bool
                    hwaddr: mac
                    ip: ct-ip
                    ip6: str
                    link_down: bool
                    mtu: int 64..65535
                    rate: num
                    tag: int 1..4094
                    trunks: str
                    type: enum veth
                    """)),
            "ct-rootfs",
            new Parts("volume", Rules.of("volume!: str", DISK_PARTS)),
            "ct-mp",
            new Parts("volume", Rules.of("volume!: str\nmp!: str\nbackup: bool", DISK_PARTS)),
            "ct-features",
            new Parts("", Rules.of("""
                    force_rw_sys: bool
                    fuse: bool
                    keyctl: bool
                    mknod: bool
                    mount: str
                    nesting: bool
                    """)),
            "ct-dev",
            new Parts("path", Rules.of("""
                    path!: device
                    deny-write: bool
                    gid: int 0..
                    mode: str
                    uid: int 0..
                    """)),
            "startup",
            new Parts("order", Rules.of("order: int 0..\nup: int 0..\ndown: int 0..")),
            "vm-net",
            new Parts("model", Rules.of("model!: enum " + CARDS, """
                    macaddr: mac
                    bridge: str
                    firewall: bool
                    link_down: bool
                    mtu: int 1..65520
                    queues: int 0..64
                    rate: num 0..
                    tag: int 1..4094
                    trunks: str
                    """)),
            "vm-disk",
            new Parts("file", Rules.of("""
                    file!: vm-volume
                    aio: enum native|threads|io_uring
                    backup: bool
                    cache: enum none|writethrough|writeback|unsafe|directsync
                    detect_zeroes: bool
                    discard: enum ignore|on
                    format: enum raw|qcow|qed|qcow2|vmdk|cloop
                    import-from: str
                    iops: int
                    iops_rd: int
                    iops_wr: int
                    iothread: bool
                    mbps: num
                    mbps_rd: num
                    mbps_wr: num
                    media: enum cdrom|disk
                    queues: int 2..
                    replicate: bool
                    ro: bool
                    scsiblock: bool
                    serial: str
                    shared: bool
                    size: size
                    snapshot: bool
                    ssd: bool
                    werror: enum enospc|ignore|report|stop
                    wwn: str
                    """)),
            "vm-agent",
            new Parts("enabled", Rules.of("""
                    enabled!: bool
                    freeze-fs-on-backup: bool
                    fstrim_cloned_disks: bool
                    type: enum virtio|isa
                    """)));

    private static final String OLDER = " of 8.4";

    /** Those that had fewer parts in 8.4. */
    private static final Map<String, Parts> BEFORE_NINE = Map.of(
            "ct-net" + OLDER, older(PARTS.get("ct-net")),
            "ct-rootfs" + OLDER, older(PARTS.get("ct-rootfs")),
            "ct-mp" + OLDER, older(PARTS.get("ct-mp")));

    private Formats() {}

    private static Parts older(@Nullable Parts nine) {
        Parts known = java.util.Objects.requireNonNull(nine);
        return new Parts(known.first(), Release.parts(known.rules()));
    }

    /** The name of the format that one was in 8.4. */
    static String older(String format) {
        return BEFORE_NINE.containsKey(format + OLDER) ? format + OLDER : format;
    }

    private static Map.Entry<String, Plain> plain(String name, String pattern, String message) {
        return Map.entry(name, new Plain(Pattern.compile(pattern), message));
    }

    /** What is wrong with a value; null when nothing is. */
    static @Nullable String problem(String format, String name, String value) {
        switch (format) {
            case "vm-volume" -> {
                return value.matches("none|cdrom|/.*") || value.matches("[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]:\\S+")
                        ? null
                        : "unable to parse volume ID '" + value + "'";
            }
            case "ct-ip" -> {
                return value.matches("dhcp|manual|\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}")
                        ? null
                        : "value does not look like a valid ipv4 network configuration";
            }
            default -> {}
        }
        Parts parts = PARTS.getOrDefault(format, BEFORE_NINE.get(format));
        if (parts != null) {
            return parts(parts, name, value);
        }
        Plain plain = PLAIN.get(format);
        return plain == null || plain.pattern().matcher(value).matches()
                ? null
                : plain.message().replace("%s", value);
    }

    private static @Nullable String parts(Parts parts, String name, String value) {
        Map<String, String> errors = parts.rules().check(name + ".", split(parts, value));
        if (errors.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder("format error\n");
        errors.forEach((part, wrong) -> text.append(name)
                .append('.')
                .append(part)
                .append(": ")
                .append(wrong)
                .append('\n'));
        // One line's end is what the message ends in anyway.
        return text.substring(0, text.length() - 1);
    }

    private static Map<String, String> split(Parts parts, String value) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String part : List.of(value.split(","))) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? parts.first() : part.substring(0, equals);
            if (part.isEmpty()) {
                continue;
            }
            if (equals > 0
                    && parts.first().equals("model")
                    && List.of(CARDS.split("\\|")).contains(name)) {
                all.put("model", name);
                all.put("macaddr", part.substring(equals + 1));
            } else {
                all.put(name, equals < 0 ? part : part.substring(equals + 1));
            }
        }
        return all;
    }

    /** The errors of a value with parts, by part; for handlers that look late. */
    static Map<String, String> errors(String format, String value) {
        Parts parts = PARTS.get(format);
        return parts == null ? Map.of() : parts.rules().check(split(parts, value));
    }
}
