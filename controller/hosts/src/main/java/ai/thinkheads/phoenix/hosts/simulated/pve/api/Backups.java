package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestOptions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Archives of guests in the machine's storages, with what was in them. They take no space, and are not there for {@code vzdump}'s hooks. */
final class Backups {

    private static final String FOLDER = "backups/";
    private static final DateTimeFormatter NAMED =
            DateTimeFormatter.ofPattern("yyyy_MM_dd-HH_mm_ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What an archive of a small system comes to. */
    private static final long SIZE = 66_157_611;

    private final Ground ground;

    Backups(Ground ground) {
        this.ground = ground;
    }

    /**
     * An archive.
     *
     * @param madeAt seconds since 1970
     * @param options of the guest, as they were in force
     * @param raw lines of LXC
     */
    record Archive(
            GuestKind kind, int vmid, long madeAt, String format, Map<String, String> options, List<String> raw) {}

    /** Takes a guest down as it is, and gives the archive's volume. */
    synchronized String take(
            String storage, Flavour flavour, Guests.Observed<? extends GuestConfig> guest, String format) {
        Instant at = ground.clock().now();
        String volume = volume(storage, flavour, guest.vmid(), at, format);
        while (find(volume) != null) {
            at = at.plusSeconds(1);
            volume = volume(storage, flavour, guest.vmid(), at, format);
        }
        Archive archive = new Archive(
                flavour.kind(),
                guest.vmid(),
                at.getEpochSecond(),
                format,
                ground.book().current(guest),
                GuestOptions.raw(guest.effective()));
        ground.host().extras().keep(FOLDER + volume, JSON.writeValueAsString(archive), guest.vmid());
        return volume;
    }

    private static String volume(String storage, Flavour flavour, int vmid, Instant at, String format) {
        return storage + ":backup/vzdump-" + flavour.name() + "-" + vmid + "-" + NAMED.format(at) + "." + format;
    }

    /** An archive; null when there is none of that name. */
    @Nullable
    Archive find(String volume) {
        return ground.host()
                .extras()
                .text(FOLDER + volume)
                .map(text -> JSON.readValue(text, Archive.class))
                .orElse(null);
    }

    /** What a storage holds of them, as its content shows it. */
    List<Map<String, Object>> content(String storage) {
        return ground.host().extras().below(FOLDER + storage + ":").entrySet().stream()
                .map(each -> view(storage + ":" + each.getKey(), JSON.readValue(each.getValue(), Archive.class)))
                .toList();
    }

    private static Map<String, Object> view(String volume, Archive archive) {
        Map<String, Object> all = new TreeMap<>();
        all.put("volid", volume);
        all.put("content", "backup");
        all.put("subtype", archive.kind() == GuestKind.CONTAINER ? "lxc" : "qemu");
        all.put("format", archive.format());
        all.put("vmid", archive.vmid());
        all.put("ctime", archive.madeAt());
        all.put("size", SIZE);
        return all;
    }

    /** Puts what was on the guest's disk on that of another one. */
    void pour(String volume, int vmid) {
        ground.host().extras().pour(FOLDER + volume, vmid);
    }

    void delete(String volume) {
        ground.host().extras().remove(FOLDER + volume);
    }

    /**
     * The options of a guest that is made of an archive: what was given goes before what was kept, and each volume is a new one.
     *
     * @param storage where they go that nothing was said of; empty for where they were
     * @param unique whether cards get new addresses
     */
    static Map<String, String> options(Archive archive, Map<String, String> given, String storage, boolean unique) {
        Map<String, String> all = new TreeMap<>();
        archive.options().forEach((key, value) -> {
            if (key.matches("rootfs|(mp|scsi|virtio|sata|ide)\\d+")) {
                all.put(key, fresh(value, storage));
            } else if (key.matches("net\\d+") && unique) {
                all.put(
                        key,
                        value.replaceAll(",?hwaddr=[0-9A-F:]+", "").replaceAll("=([0-9A-F]{2}:){5}[0-9A-F]{2}", ""));
            } else if (!key.matches("unused\\d+|lock|template|digest")) {
                all.put(key, value);
            }
        });
        all.putAll(given);
        return all;
    }

    /** {@code tank:subvol-150-disk-0,mp=/data,size=8G} becomes {@code tank:8,mp=/data}; what is no volume stays. */
    private static String fresh(String value, String storage) {
        String[] parts = value.split(",", 2);
        int colon = parts[0].indexOf(':');
        if (parts[0].startsWith("/") || colon < 0 || value.contains("cloudinit") || value.contains("media=cdrom")) {
            return value.replaceFirst(":vm-\\d+-cloudinit[^,]*,media=cdrom", ":cloudinit");
        }
        var size = ai.thinkheads.phoenix.hosts.simulated.pve.Properties.size(
                ai.thinkheads.phoenix.hosts.simulated.pve.Properties.parse(value, "volume")
                        .get("size"));
        double gibibytes = size == null ? 4 : size.bytes() / (double) (1L << 30);
        String rest = parts.length < 2 ? "" : "," + parts[1].replaceAll("(^|,)size=[^,]*", "");
        return (storage.isEmpty() ? parts[0].substring(0, colon) : storage) + ":"
                + String.valueOf(gibibytes).replaceFirst("\\.0$", "")
                + rest.replaceAll(",,", ",").replaceFirst(",$", "");
    }
}
