package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.proxmox.TestApi.Answer;
import ai.thinkheads.phoenix.hosts.proxmox.TestApi.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * As much of a node as the driver's own tests need, in Proxmox's own words: guests with pending values and digests, tasks, locks,
 * what only root@pam may set. Tasks are done before anybody asks for them.
 */
public final class ModelNode {

    public final Map<Integer, ModelGuest> guests = new TreeMap<>();
    public final Map<String, String> files = new TreeMap<>();
    private final Map<String, String> tasks = new TreeMap<>();
    private final List<Map<String, Object>> storages = new ArrayList<>();
    public final Map<String, Map<String, Object>> network = new TreeMap<>();
    public final Map<String, Map<String, Object>> staged = new TreeMap<>();
    final List<String> templates = new ArrayList<>(List.of("local:vztmpl/debian.tar.zst", "local:import/noble.qcow2"));
    private int serial = 0x5000;
    private int allocated;
    long now = 1_800_000_000;
    /** What comes between a request and its answer. */
    public UnaryOperator<@Nullable Answer> fault = answer -> answer;
    /** The time, in milliseconds; tasks that copy last as long as {@link #copying} says. */
    public java.util.function.LongSupplier millis = () -> 0;

    public long copying;
    /** How often something was refused for a lock. */
    public int lockErrors;

    private final Map<String, Long> ends = new TreeMap<>();
    private final Map<Integer, Long> copied = new TreeMap<>();
    /** How the next task ends; null for well. */
    public @Nullable String nextExit;

    public ModelNode() {
        storages.add(new LinkedHashMap<>(Map.of(
                "storage",
                "local",
                "type",
                "dir",
                "path",
                "/var/lib/vz",
                "content",
                "vztmpl,import,snippets",
                "digest",
                "s1")));
        storages.add(new LinkedHashMap<>(Map.of(
                "storage",
                "tank",
                "type",
                "zfspool",
                "pool",
                "tank/guests",
                "content",
                "rootdir,images",
                "digest",
                "s1")));
        network.put(
                "vmbr0", new LinkedHashMap<>(Map.of("iface", "vmbr0", "type", "bridge", "active", 1, "autostart", 1)));
    }

    /** A refusal. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    public synchronized Answer answer(Request request) {
        Answer early = fault.apply(null);
        if (early != null) {
            return early;
        }
        Answer answer;
        try {
            boolean root = request.headers().containsKey("cookie");
            answer = route(request, root);
        } catch (Refused e) {
            answer = Answer.error(e.status, String.valueOf(e.getMessage()));
        }
        Answer late = fault.apply(answer);
        return late == null ? answer : late;
    }

    private Answer route(Request request, boolean root) {
        String[] parts = request.path().substring(1).split("/");
        String key = request.method() + " " + request.path().replaceFirst("/nodes/pve", "");
        if (key.equals("POST /access/ticket")) {
            return Answer.of(Map.of("ticket", "PVE:1", "CSRFPreventionToken", "1"));
        }
        if (parts.length > 3 && (parts[2].equals("lxc") || parts[2].equals("qemu"))) {
            return guest(request, parts, root);
        }
        if (parts.length > 3 && parts[2].equals("tasks")) {
            return task(parts);
        }
        if (parts.length > 2 && parts[2].equals("network")) {
            return network(request, parts);
        }
        if (parts[0].equals("storage") || parts.length > 2 && parts[2].equals("storage")) {
            return storage(request, key.split("/"));
        }
        return switch (key) {
            case "GET /version" -> Answer.of(Map.of("version", "9.2.11"));
            case "GET /nodes" -> Answer.of(List.of(Map.of("node", "pve", "status", "online")));
            case "GET /status" ->
                Answer.of(Map.of(
                        "pveversion", "pve-manager/9.2.11/abc",
                        "current-kernel", Map.of("release", "7.0.2-pve"),
                        "cpuinfo", Map.of("cpus", 8),
                        "memory", Map.of("total", 64L << 30),
                        "uptime", 1000));
            case "GET /dns" -> Answer.of(Map.of("search", "lab", "dns1", "1.1.1.1"));
            case "GET /time" -> Answer.of(Map.of("timezone", "Europe/Berlin"));
            case "GET /config" -> Answer.of(Map.of("digest", "x", "description", files.getOrDefault("notes", "")));
            case "PUT /config" -> {
                files.put("notes", request.param("description"));
                yield Answer.of(null);
            }
            case "GET /hardware/pci", "GET /disks/list" -> Answer.of(List.of());
            case "GET /lxc" -> Answer.of(list(true));
            case "GET /qemu" -> Answer.of(list(false));
            case "POST /lxc" -> create(request, true, root);
            case "POST /qemu" -> create(request, false, root);
            default -> Answer.error(501, "Method '" + request.method() + " " + request.path() + "' not implemented");
        };
    }

    private List<Object> states() {
        List<Object> all = new ArrayList<>();
        storages.forEach(each ->
                all.add(Map.of("storage", each.get("storage"), "active", 1, "total", 1L << 40, "avail", 1L << 39)));
        return all;
    }

    private Answer storage(Request request, String[] parts) {
        boolean ofNode = request.path().startsWith("/nodes");
        if (parts.length == 2) {
            if (request.method().equals("GET")) {
                return Answer.of(ofNode ? states() : storages);
            }
            Map<String, Object> fresh = new LinkedHashMap<>(Map.of("digest", "s1"));
            request.params().forEach((name, values) -> fresh.put(name, values.getFirst()));
            if (storages.stream().anyMatch(each -> each.get("storage").equals(fresh.get("storage")))) {
                throw new Refused(
                        500, "create storage failed: storage ID '" + fresh.get("storage") + "' already defined");
            }
            storages.add(fresh);
            return Answer.of(Map.of("storage", fresh.get("storage"), "type", fresh.get("type")));
        }
        String id = parts[2];
        Map<String, Object> found = storages.stream()
                .filter(each -> each.get("storage").equals(id))
                .findFirst()
                .orElseThrow(() -> new Refused(500, "storage '" + id + "' does not exist"));
        String rest = parts.length > 3 ? parts[3] : "";
        if (rest.equals("content")) {
            return Answer.of(content(id));
        }
        if (rest.equals("download-url")) {
            templates.add(id + ":" + request.param("content") + "/" + request.param("filename"));
            return done("download", request.param("filename"));
        }
        switch (request.method()) {
            case "PUT" -> request.params().forEach((name, values) -> found.put(name, values.getFirst()));
            case "DELETE" -> storages.remove(found);
            default -> {
                return Answer.of(found);
            }
        }
        return Answer.of(null);
    }

    private List<Object> content(String storage) {
        List<Object> all = new ArrayList<>();
        templates.stream()
                .filter(id -> id.startsWith(storage + ":"))
                .forEach(id -> all.add(
                        Map.of("volid", id, "content", id.replaceFirst("^[^:]+:([a-z]+)/.*", "$1"), "size", 1 << 20)));
        return all;
    }

    private List<Object> list(boolean containers) {
        List<Object> all = new ArrayList<>();
        guests.values().stream().filter(each -> each.container == containers).forEach(each -> all.add(status(each)));
        return all;
    }

    private Map<String, Object> status(ModelGuest guest) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("vmid", guest.container ? String.valueOf(guest.vmid) : guest.vmid);
        all.put("status", guest.running ? "running" : "stopped");
        all.put("uptime", guest.running ? now - guest.started : 0);
        all.put("name", guest.current.getOrDefault("hostname", guest.current.getOrDefault("name", "")));
        all.put("tags", guest.current.getOrDefault("tags", ""));
        all.put("maxmem", guest.current.getOrDefault("memory", "512"));
        return all;
    }

    private Answer done(String type, String id) {
        String upid = "UPID:pve:0000%04X:00044E55:6B03B307:%s:%s:root@pam!rig:".formatted(serial++, type, id);
        tasks.put(upid, nextExit == null ? "OK" : nextExit);
        nextExit = null;
        return Answer.of(upid);
    }

    private Answer task(String[] parts) {
        String exit = tasks.get(parts[3]);
        if (exit == null) {
            throw new Refused(400, "upid: no such task");
        }
        if (ends.getOrDefault(parts[3], 0L) > millis.getAsLong() && parts[4].equals("status")) {
            return Answer.of(Map.of("status", "running"));
        }
        return parts[4].equals("log")
                ? Answer.of(List.of(Map.of("n", 1, "t", "TASK " + exit)))
                : Answer.of(Map.of("status", "stopped", "exitstatus", exit));
    }

    private Answer network(Request request, String[] parts) {
        Map<String, Map<String, Object>> view = new TreeMap<>(network);
        view.putAll(staged);
        view.values().removeIf(Map::isEmpty);
        if (request.method().equals("GET")) {
            StringBuilder changes = new StringBuilder();
            staged.forEach((name, each) -> changes.append("+auto ").append(name).append('\n'));
            return new Answer(
                    200,
                    List.copyOf(view.values()),
                    "",
                    Map.of(),
                    changes.isEmpty() ? Map.of() : Map.of("changes", changes));
        }
        if (parts.length == 3 && request.method().equals("PUT")) {
            network.putAll(staged);
            network.values().removeIf(Map::isEmpty);
            staged.clear();
            return done("srvreload", "networking");
        }
        if (parts.length == 3 && request.method().equals("DELETE")) {
            staged.clear();
            return Answer.of(null);
        }
        String name = parts.length > 3 ? parts[3] : request.param("iface");
        if (request.method().equals("POST") && view.containsKey(name)) {
            throw new Refused(400, "iface: interface already exists");
        }
        Map<String, Object> next = new LinkedHashMap<>();
        if (!request.method().equals("DELETE")) {
            request.params().forEach((key, values) -> next.put(key, values.getFirst()));
            next.remove("delete");
            next.put("iface", name);
            next.put("active", 1);
        }
        staged.put(name, next);
        return Answer.of(null);
    }

    private Answer create(Request request, boolean container, boolean root) {
        int vmid = Integer.parseInt(request.param("vmid"));
        if (guests.containsKey(vmid)) {
            throw new Refused(500, (container ? "CT " : "VM ") + vmid + " already exists on node 'pve'");
        }
        ModelGuest guest = new ModelGuest(container, vmid);
        request.params().forEach((key, values) -> {
            if (!List.of("vmid", "ostemplate").contains(key)) {
                guest.current.put(key, written(guest, key, values.getFirst(), root));
            }
        });
        if (container) {
            guest.current.putIfAbsent("arch", "amd64");
            guest.current.putIfAbsent("ostype", "debian");
        }
        Answer answer = done(container ? "vzcreate" : "qmcreate", String.valueOf(vmid));
        if (tasks.get(String.valueOf(answer.data())).matches("OK|WARNINGS.*")) {
            guests.put(vmid, guest);
        }
        return answer;
    }

    /** What only root@pam itself may set. */
    private static boolean isRoots(ModelGuest guest, String key, String value) {
        if (key.matches("lock|hookscript|skiplock")) {
            return true;
        }
        if (guest.container) {
            return key.matches("dev\\d+")
                    || key.equals("features") && !value.equals("nesting=1")
                    || key.matches("mp\\d+") && value.startsWith("/");
        }
        return key.equals("args")
                || key.matches("(hostpci|usb)\\d+") && !value.contains("mapping=") && !value.equals("spice")
                || key.matches("serial\\d+") && value.startsWith("/");
    }

    /** A value as Proxmox writes it. */
    private String written(ModelGuest guest, String key, String value, boolean root) {
        if (!root && isRoots(guest, key, value)) {
            throw guest.container
                    ? new Refused(403, "Permission check failed (" + key + " is only allowed for root@pam)")
                    : new Refused(500, "only root can set '" + key + "' config");
        }
        if (key.equals("description") && !value.endsWith("\n")) {
            return value + "\n";
        }
        if (key.matches("net\\d+")) {
            Map<String, String> parts = PropertyString.parse(value, null);
            if (guest.container) {
                parts.putIfAbsent("hwaddr", mac());
                parts.put("type", "veth");
            } else if ("".equals(parts.get("virtio"))) {
                parts.put("virtio", mac());
            }
            return PropertyString.write(new TreeMap<>(parts), null);
        }
        if (value.endsWith(":cloudinit")) {
            return value.replaceFirst("cloudinit$", "vm-" + guest.vmid + "-cloudinit,media=cdrom");
        }
        String first = key.matches("rootfs|mp\\d+") ? "volume" : key.matches("scsi\\d+|ide\\d+") ? "file" : "";
        if (!first.isEmpty() && !value.startsWith("/")) {
            Map<String, String> parts = PropertyString.parse(value, first);
            String volume = parts.getOrDefault(first, "");
            if (volume.matches("[^:]+:\\d+(\\.\\d+)?")) {
                String storage = volume.substring(0, volume.indexOf(':'));
                String size =
                        parts.remove("import-from") == null ? volume.substring(volume.indexOf(':') + 1) + "G" : "3G";
                parts.put(
                        first, storage + (guest.container ? ":subvol-" : ":vm-") + guest.vmid + "-disk-" + allocated++);
                parts.put("size", Sizes.write(java.util.Objects.requireNonNull(Sizes.parse(size))));
            }
            return PropertyString.write(parts, first);
        }
        return value;
    }

    private String mac() {
        return "BC:24:11:%02X:%02X:%02X".formatted(allocated / 65536 % 256, allocated / 256 % 256, allocated++ % 256);
    }

    private Answer guest(Request request, String[] parts, boolean root) {
        int vmid = Integer.parseInt(parts[3]);
        boolean container = parts[2].equals("lxc");
        ModelGuest guest = guests.get(vmid);
        if (guest == null || guest.container != container) {
            throw new Refused(
                    500,
                    "Configuration file 'nodes/pve/" + (container ? "lxc/" : "qemu-server/") + vmid
                            + ".conf' does not exist");
        }
        String rest = request.method() + " " + String.join("/", List.of(parts).subList(4, parts.length));
        String word = container ? "vz" : "qm";
        boolean changes = !request.method().equals("GET");
        if (changes && guest.current.containsKey("lock")) {
            throw new Refused(500, (container ? "CT" : "VM") + " is locked (" + guest.current.get("lock") + ")");
        }
        switch (rest) {
            case "GET config" -> {
                Map<String, Object> all = new LinkedHashMap<>(guest.current);
                all.putAll(guest.pending);
                guest.deleted.forEach(all::remove);
                all.put("digest", guest.digest());
                List<List<String>> lxc = new ArrayList<>();
                guest.lxc.forEach(line -> lxc.add(List.of(line.split(": ", 2))));
                if (!lxc.isEmpty()) {
                    all.put("lxc", lxc);
                }
                return Answer.of(all);
            }
            case "GET pending" -> {
                return Answer.of(triples(guest));
            }
            case "GET snapshot" -> {
                List<Object> all = new ArrayList<>();
                guest.snapshots.forEach((name, each) -> all.add(Map.of(
                        "name",
                        name,
                        "snaptime",
                        each.get("snaptime"),
                        "description",
                        each.getOrDefault("description", ""))));
                all.add(Map.of("name", "current"));
                return Answer.of(all);
            }
            case "GET status/current" -> {
                return Answer.of(status(guest));
            }
            case "PUT config" -> {
                change(guest, request.params(), root);
                return Answer.of(null);
            }
            case "PUT resize" -> {
                return resize(guest, request);
            }
            case "POST move_volume" -> {
                if (guest.running) {
                    throw new Refused(500, "cannot move volumes of a running container");
                }
                String slot = request.param("volume");
                String value = guest.current.getOrDefault(slot, "");
                guest.detach(slot);
                guest.current.put(
                        slot, value.replaceFirst("^[^:]+:[^,]+", request.param("storage") + ":moved-" + allocated++));
                return done("move_volume", parts[3]);
            }
            case "POST status/start" -> {
                guest.settle();
                guest.running = true;
                guest.started = now;
                return done(word + "start", parts[3]);
            }
            case "POST status/shutdown" -> {
                guest.running = false;
                guest.settle();
                return done(word + "shutdown", parts[3]);
            }
            case "POST template" -> {
                guest.current.put("template", "1");
                guest.current.replaceAll((name, value) -> name.matches("rootfs|(mp|scsi)\\d+")
                        ? value.replaceFirst("(subvol|vm)-" + vmid + "-disk", "base-" + vmid + "-disk")
                        : value);
                return Answer.of(null);
            }
            case "POST snapshot" -> {
                Map<String, String> copy = new TreeMap<>(guest.current);
                copy.put("snaptime", String.valueOf(now));
                copy.put("description", request.param("description"));
                guest.snapshots.put(request.param("snapname"), copy);
                return done(word + "snapshot", parts[3]);
            }
            case "POST clone" -> {
                return copy(guest, request);
            }
            case "DELETE " -> {
                if (guest.running) {
                    throw new Refused(500, "unable to destroy CT " + vmid + " - container is running");
                }
                guests.remove(vmid);
                return done(word + "destroy", parts[3]);
            }
            default -> {
                return Answer.error(501, "Method '" + rest + "' not implemented");
            }
        }
    }

    private static List<Object> triples(ModelGuest guest) {
        Map<String, Map<String, Object>> all = new TreeMap<>();
        guest.current.forEach((key, value) ->
                all.computeIfAbsent(key, k -> new LinkedHashMap<>()).put("value", value));
        guest.pending.forEach((key, value) ->
                all.computeIfAbsent(key, k -> new LinkedHashMap<>()).put("pending", value));
        guest.deleted.forEach(
                key -> all.computeIfAbsent(key, k -> new LinkedHashMap<>()).put("delete", 1));
        List<Object> list = new ArrayList<>();
        all.forEach((key, each) -> {
            each.put("key", key);
            list.add(each);
        });
        return list;
    }

    /** What {@code PUT config} does, and {@code pct set} as root. */
    synchronized void change(ModelGuest guest, Map<String, List<String>> params, boolean root) {
        if (params.containsKey("digest") && !params.get("digest").getFirst().equals(guest.digest())) {
            throw new Refused(500, "detected modified configuration - file changed by other user? Try again.");
        }
        if (params.containsKey("skiplock") && !root) {
            throw new Refused(500, "Only root may use this option.");
        }
        for (String key : List.of("unprivileged", "arch")) {
            if (guest.container && params.containsKey(key)) {
                throw new Refused(500, "unable to modify read-only option: '" + key + "'");
            }
        }
        Map<String, String> set = new LinkedHashMap<>();
        params.forEach((key, values) -> {
            if (!key.equals("digest") && !key.equals("delete")) {
                set.put(key, written(guest, key, values.getFirst(), root));
            }
        });
        for (String key : params.getOrDefault("delete", List.of("")).getFirst().split(",")) {
            if (key.isEmpty()) {
                continue;
            }
            if (guest.atOnce(key)) {
                guest.detach(key);
            } else {
                guest.deleted.add(key);
                guest.pending.remove(key);
            }
        }
        set.forEach((key, value) -> {
            if (guest.atOnce(key)) {
                guest.current.put(key, value);
            } else {
                guest.pending.put(key, value);
            }
            guest.current
                    .entrySet()
                    .removeIf(each -> each.getKey().startsWith("unused") && value.startsWith(each.getValue()));
        });
    }

    private Answer resize(ModelGuest guest, Request request) {
        String key = request.param("disk");
        String first = guest.container ? "volume" : "file";
        Map<String, String> parts = PropertyString.parse(guest.current.getOrDefault(key, ""), first);
        long before =
                java.util.Objects.requireNonNull(Sizes.parse(parts.get("size"))).bytes();
        long after = java.util.Objects.requireNonNull(Sizes.parse(request.param("size")))
                .bytes();
        if (after < before) {
            throw new Refused(500, "unable to shrink disk size");
        }
        parts.put("size", request.param("size"));
        guest.current.put(key, PropertyString.write(parts, first));
        return done("resize", String.valueOf(guest.vmid));
    }

    private Answer copy(ModelGuest from, Request request) {
        int vmid = Integer.parseInt(request.param("newid"));
        if (copied.getOrDefault(from.vmid, 0L) > millis.getAsLong()) {
            lockErrors++;
            throw new Refused(500, (from.container ? "CT" : "VM") + " is locked (disk)");
        }
        if (guests.containsKey(vmid)) {
            throw new Refused(500, "CT " + vmid + " already exists on node 'pve'");
        }
        if (from.running && !request.has("snapname")) {
            throw new Refused(500, "Full clone of a running container is only possible from a snapshot");
        }
        ModelGuest copy = new ModelGuest(from.container, vmid);
        copy.lxc = new ArrayList<>(from.lxc);
        from.current.forEach((key, value) -> {
            if (key.matches("net\\d+")) {
                copy.current.put(key, value.replaceFirst("BC:24:11(:[0-9A-F]{2}){3}", mac()));
            } else if (key.matches("rootfs|(mp|scsi)\\d+")) {
                String own = "vm-" + vmid + "-disk-" + allocated++;
                boolean linked = from.current.containsKey("template") && !"1".equals(request.param("full"));
                copy.current.put(
                        key,
                        linked
                                ? value.replaceFirst(":(base-\\d+-disk-\\d+)", ":$1/" + own)
                                : value.replaceFirst(":[^,]+", ":" + own));
            } else if (!key.equals("template") && !key.startsWith("unused")) {
                copy.current.put(key, value);
            }
        });
        copy.current.put(from.container ? "hostname" : "name", request.param(from.container ? "hostname" : "name"));
        copy.current.put("description", request.param("description") + "\n");
        copy.current.remove("lock");
        guests.put(vmid, copy);
        copied.put(from.vmid, millis.getAsLong() + copying);
        Answer task = done(from.container ? "vzclone" : "qmclone", String.valueOf(from.vmid));
        ends.put(String.valueOf(task.data()), millis.getAsLong() + copying);
        return task;
    }
}
