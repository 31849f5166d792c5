package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestOptions;
import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is told of guests. */
final class GuestViews {

    private final Ground ground;
    private final Flavour flavour;

    GuestViews(Ground ground, Flavour flavour) {
        this.ground = ground;
        this.flavour = flavour;
    }

    ApiAnswer list(Call call) {
        Map<Integer, Guests.Observed<? extends GuestConfig>> all = new TreeMap<>();
        if (flavour.isContainer()) {
            all.putAll(ground.state().containers());
        } else {
            all.putAll(ground.state().virtualMachines());
        }
        List<Object> seen = new ArrayList<>();
        all.values().stream()
                .filter(each -> ground.access().may(call.caller(), "/vms/" + each.vmid(), "VM.Audit"))
                .forEach(each -> seen.add(status(each)));
        return ApiAnswer.of(seen);
    }

    /** What a guest does now. */
    Map<String, Object> status(Guests.Observed<? extends GuestConfig> guest) {
        GuestConfig config = guest.effective();
        Map<String, String> options = GuestOptions.of(config);
        long uptime = guest.running() && guest.startedAt() != null
                ? Duration.between(guest.startedAt(), ground.clock().now()).toSeconds()
                : 0;
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("vmid", guest.vmid());
        all.put("name", config.hostname());
        all.put("status", guest.running() ? "running" : "stopped");
        all.put("cpus", config.cores());
        all.put("maxmem", config.memory().bytes());
        all.put("maxdisk", rootSize(options));
        all.put("uptime", uptime);
        for (String each : List.of("cpu", "mem", "disk", "diskread", "diskwrite", "netin", "netout")) {
            all.put(each, 0);
        }
        if (flavour.isContainer()) {
            all.put("type", "lxc");
            all.put("swap", 0);
            Integer swap = Properties.number(options.get("swap"));
            all.put("maxswap", swap == null ? 0 : (long) swap << 20);
        }
        if (guest.template()) {
            all.put("template", 1);
        }
        if (guest.lock() != null) {
            all.put("lock", guest.lock());
        }
        if (!config.tags().isEmpty()) {
            all.put("tags", options.getOrDefault("tags", ""));
        }
        if (guest.running()) {
            all.put("pid", 10_000 + guest.vmid());
        }
        return all;
    }

    private static long rootSize(Map<String, String> options) {
        String disk = options.getOrDefault("rootfs", options.getOrDefault("scsi0", ""));
        ByteSize size = Properties.size(Properties.parse(disk, "volume").get("size"));
        return size == null ? 0 : size.bytes();
    }

    ApiAnswer current(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        Map<String, Object> all = status(guest);
        all.put("ha", Map.of("managed", 0));
        if (!flavour.isContainer()) {
            all.put("qmpstatus", guest.running() ? "running" : "stopped");
            if (GuestOptions.of(guest.effective()).containsKey("agent")) {
                all.put("agent", 1);
            }
        }
        return ApiAnswer.of(all);
    }

    ApiAnswer config(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        String snapshot = call.param("snapshot");
        if (!snapshot.isEmpty()
                && guest.snapshots().stream().noneMatch(each -> each.name().equals(snapshot))) {
            throw ApiError.die("snapshot '" + snapshot + "' does not exist");
        }
        Map<String, String> options = call.flag("current")
                ? ground.book().current(guest)
                : ground.book().config(guest);
        Map<String, Object> all = new LinkedHashMap<>();
        options.forEach((key, value) -> all.put(key, Values.typed(key, value, guest)));
        List<Object> raw = new ArrayList<>();
        GuestOptions.raw(guest.effective()).forEach(line -> raw.add(Arrays.asList(line.split(":\\s*", 2))));
        if (!raw.isEmpty()) {
            all.put("lxc", raw);
        }
        all.computeIfPresent("cipassword", (key, value) -> "**********");
        all.put("digest", ground.book().digest(guest));
        return ApiAnswer.of(all);
    }

    ApiAnswer pending(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        List<Object> all = new ArrayList<>(ground.book().pending(guest));
        all.add(Map.of("key", "digest", "value", ground.book().digest(guest)));
        return ApiAnswer.of(all);
    }

    ApiAnswer interfaces(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        if (!guest.running()) {
            return ApiAnswer.of(null);
        }
        List<Object> all = new ArrayList<>();
        all.add(Map.of("name", "lo", "hwaddr", "00:00:00:00:00:00", "inet", "127.0.0.1/8"));
        for (int i = 0; i < guest.effective().nics().size(); i++) {
            var nic = guest.effective().nics().get(i);
            Map<String, Object> each = new LinkedHashMap<>(Map.of(
                    "name", nic.name(), "hwaddr", String.valueOf(nic.mac()).toLowerCase(java.util.Locale.ROOT)));
            if (i < guest.addresses().size()) {
                each.put("inet", guest.addresses().get(i) + "/24");
            }
            all.add(each);
        }
        return ApiAnswer.of(all);
    }

    ApiAnswer snapshots(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        List<Object> all = new ArrayList<>();
        String parent = null;
        for (Guests.Snapshot each : guest.snapshots()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", each.name());
            one.put(
                    "description",
                    each.description().isEmpty() ? "" : each.description().strip() + "\n");
            if (each.takenAt() != null) {
                one.put("snaptime", each.takenAt().getEpochSecond());
            }
            if (parent != null) {
                one.put("parent", parent);
            }
            parent = each.name();
            all.add(one);
        }
        Map<String, Object> now = new LinkedHashMap<>();
        now.put("name", "current");
        now.put("description", "You are here!");
        now.put("digest", ground.book().digest(guest));
        now.put("running", guest.running() ? 1 : 0);
        if (parent != null) {
            now.put("parent", parent);
        }
        all.add(now);
        return ApiAnswer.of(all);
    }
}
