package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.pve.DiskNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code /nodes/{node}/disks}: {@code PVE/API2/Disks.pm}, {@code PVE/API2/Disks/ZFS.pm}. */
final class DiskCalls {

    private static final Map<String, Integer> LEAST = Map.of(
            "single", 1, "mirror", 2, "raid10", 4, "raidz", 3, "raidz2", 4, "raidz3", 5, "draid", 3, "draid2", 4,
            "draid3", 5);

    private final Ground ground;

    DiskCalls(Ground ground) {
        this.ground = ground;
    }

    List<Route> routes() {
        Route.Allowed audit = Route.any("/nodes/{node}", "Sys.Audit");
        Route.Allowed modify = Route.any("/", "Sys.Modify");
        return List.of(
                Route.of(
                        "GET",
                        "/nodes/{node}/disks/list",
                        Rules.of("include-partitions: bool\nskipsmart: bool\ntype: enum unused|journal_disks"),
                        audit,
                        this::list),
                Route.of("GET", "/nodes/{node}/disks/zfs", Rules.NONE, audit, this::pools),
                Route.of("GET", "/nodes/{node}/disks/zfs/{name}", Rules.NONE, audit, this::pool),
                Route.of("POST", "/nodes/{node}/disks/zfs", Rules.of("""
                                name!: storage-id
                                raidlevel!: enum single|mirror|raid10|raidz|raidz2|raidz3|draid|draid2|draid3
                                devices!: str
                                add_storage: bool
                                ashift: int 9..16
                                compression: enum on|off|gzip|lz4|lzjb|zle|zstd
                                draid-config: str
                                """), modify, this::create),
                Route.of(
                        "DELETE",
                        "/nodes/{node}/disks/zfs/{name}",
                        Rules.of("cleanup-config: bool\ncleanup-disks: bool"),
                        modify,
                        this::destroy));
    }

    private ApiAnswer list(Call call) {
        List<Object> all = new ArrayList<>();
        DiskNames.of(ground.state()).disks().forEach((path, disk) -> {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("devpath", path);
            if (!disk.stable().equals(path)) {
                each.put("by_id_link", disk.stable());
            }
            each.put("size", disk.size());
            each.put("model", disk.stable().replaceFirst(".*/", "").replaceFirst("^[a-z]+-", ""));
            each.put("serial", disk.stable().replaceFirst(".*[_-]", ""));
            each.put("vendor", "unknown");
            each.put("wwn", "unknown");
            each.put("type", path.contains("nvme") ? "nvme" : "ssd");
            each.put("health", "PASSED");
            each.put("wearout", 100);
            each.put("rpm", 0);
            each.put("gpt", disk.pool() != null || disk.mountedAt() != null ? 1 : 0);
            each.put("osdid", -1);
            if (disk.pool() != null) {
                each.put("used", "ZFS");
            } else if (disk.mountedAt() != null) {
                each.put("used", "LVM");
            } else if (disk.signature() != null) {
                each.put("used", disk.signature());
            }
            if (!call.param("type").equals("unused") || !each.containsKey("used")) {
                all.add(each);
            }
        });
        return ApiAnswer.of(all);
    }

    private ApiAnswer pools(Call call) {
        List<Object> all = new ArrayList<>();
        new TreeMap<>(ground.state().pools())
                .values()
                .forEach(pool -> all.add(new TreeMap<>(Map.of(
                        "name", pool.name(),
                        "health", pool.health(),
                        "size", pool.size().bytes(),
                        "alloc", pool.allocated().bytes(),
                        "free", pool.size().bytes() - pool.allocated().bytes(),
                        "frag", 0,
                        "dedup", 1))));
        return ApiAnswer.of(all);
    }

    private ApiAnswer pool(Call call) {
        ZfsPools.Observed pool = ground.state().pools().get(call.in("name"));
        if (pool == null) {
            throw ApiError.die("command 'zpool status -P " + call.in("name") + "' failed: exit code 1");
        }
        List<Object> children = new ArrayList<>();
        int number = 0;
        for (ZfsPools.Vdev vdev : pool.vdevs()) {
            List<Object> leaves = new ArrayList<>();
            vdev.devices().forEach(device -> {
                Map<String, Object> leaf = line(device, pool.deviceHealth().getOrDefault(device, "ONLINE"), 1);
                leaves.add(leaf);
            });
            if (vdev.type().equals("stripe") || vdev.type().equals("disk")) {
                children.addAll(leaves);
            } else {
                Map<String, Object> group = line(vdev.type() + "-" + number, pool.health(), 0);
                group.put("children", leaves);
                children.add(group);
            }
            number++;
        }
        Map<String, Object> top = line(pool.name(), pool.health(), 0);
        top.put("children", children);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", pool.name());
        all.put("state", pool.health());
        all.put("errors", pool.errors().isEmpty() ? "No known data errors" : pool.errors());
        all.put("leaf", 0);
        all.put("children", List.of(top));
        return ApiAnswer.of(all);
    }

    private static Map<String, Object> line(String name, String state, int leaf) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("state", state);
        all.put("leaf", leaf);
        all.put("msg", "");
        all.put("read", 0);
        all.put("write", 0);
        all.put("cksum", 0);
        return all;
    }

    private ApiAnswer create(Call call) {
        String name = call.param("name");
        String level = call.param("raidlevel");
        List<String> devices = List.of(call.param("devices").split("[,; ]+"));
        int least = LEAST.getOrDefault(level, 1);
        if (level.equals("single") && devices.size() > 1) {
            throw ApiError.die("Only one device is allowed for 'single' layout.");
        }
        if (level.equals("raid10") && devices.size() % 2 == 1) {
            throw ApiError.die("raid10 needs at least 4 disks and an even number of disks");
        }
        if (devices.size() < least) {
            throw ApiError.die(level + " needs at least " + least + " disks");
        }
        if (ground.state().pools().containsKey(name)) {
            throw ApiError.die("pool '" + name + "' already exists on node '" + ground.node() + "'");
        }
        List<String> stable = new ArrayList<>();
        DiskNames names = DiskNames.of(ground.state());
        for (String device : devices) {
            String disk = names.stable(device);
            DiskNames.Disk known = names.disks().values().stream()
                    .filter(each -> each.stable().equals(disk))
                    .findFirst()
                    .orElseThrow(() -> ApiError.die("'" + device + "' is not a valid local disk"));
            if (known.pool() != null || known.mountedAt() != null || known.signature() != null) {
                throw ApiError.die("device '" + device + "' is already in use");
            }
            stable.add(disk);
        }
        if (call.flag("add_storage") && ground.state().storages().containsKey(name)) {
            throw ApiError.die("storage ID '" + name + "' already defined");
        }
        return ApiAnswer.of(ground.tasks().fork(call.caller(), "zfscreate", name, log -> make(call, stable, log)));
    }

    private void make(Call call, List<String> devices, java.util.function.Consumer<String> log) {
        String name = call.param("name");
        String level = call.param("raidlevel");
        int ashift = call.number("ashift", 12);
        log.accept("# /sbin/zpool create -o ashift=" + ashift + " " + name + " "
                + (level.equals("single") ? "" : level + " ") + String.join(" ", devices));
        List<ZfsPools.Vdev> vdevs = new ArrayList<>();
        if (level.equals("raid10")) {
            for (int i = 0; i + 1 < devices.size(); i += 2) {
                vdevs.add(new ZfsPools.Vdev("mirror", devices.subList(i, i + 2)));
            }
        } else {
            vdevs.add(new ZfsPools.Vdev(level.equals("single") ? "stripe" : level, devices));
        }
        Map<String, String> properties =
                call.has("compression") ? Map.of("compression", call.param("compression")) : Map.of();
        ground.host().zfsPools().create(name, vdevs, ashift, Map.of(), properties, new Mark("", Map.of()), false);
        ground.host().zfsPools().setMark(name, null);
        if (call.flag("add_storage")) {
            ground.host()
                    .storages()
                    .create(new Storages.Definition(
                            name,
                            "zfspool",
                            Set.of("images", "rootdir"),
                            Map.of("pool", name, "mountpoint", "/" + name, "nodes", ground.node())));
        }
    }

    private ApiAnswer destroy(Call call) {
        String name = call.in("name");
        if (!ground.state().pools().containsKey(name)) {
            throw ApiError.die("no such pool '" + name + "'");
        }
        return ApiAnswer.of(ground.tasks().fork(call.caller(), "zfsremove", name, log -> {
            try {
                ground.host().zfsPools().destroy(name);
            } catch (HostException e) {
                throw ApiError.die("command '/sbin/zpool destroy " + name + "' failed: " + e.getMessage());
            }
            if (call.flag("cleanup-config")) {
                ground.state().storages().values().stream()
                        .map(Storages.Observed::definition)
                        .filter(each -> name.equals(each.options().get("pool")))
                        .forEach(each -> ground.host().storages().remove(each.id()));
            }
        }));
    }
}
