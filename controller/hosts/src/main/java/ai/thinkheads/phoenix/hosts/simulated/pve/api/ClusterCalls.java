package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Storages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /version}, {@code /nodes} and {@code /cluster}: {@code PVE/API2/Cluster.pm}, {@code PVE/API2/Nodes.pm}. */
final class ClusterCalls {

    private static final int FIRST = 100;
    private static final int LAST = 1_000_000;

    private final Ground ground;
    private final GuestViews containers;
    private final GuestViews machines;

    ClusterCalls(Ground ground, GuestViews containers, GuestViews machines) {
        this.ground = ground;
        this.containers = containers;
        this.machines = machines;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/version", Rules.NONE, Route.ANYBODY, call -> version()),
                Route.of("GET", "/nodes", Rules.NONE, Route.ANYBODY, this::nodes),
                Route.of("GET", "/cluster/nextid", Rules.of("vmid: vmid"), Route.ANYBODY, this::nextId),
                Route.of(
                        "GET",
                        "/cluster/resources",
                        Rules.of("type: enum vm|storage|node|sdn"),
                        Route.ANYBODY,
                        this::resources),
                Route.of("GET", "/cluster/status", Rules.NONE, Route.any("/", "Sys.Audit"), call -> status()),
                Route.of(
                        "GET",
                        "/cluster/tasks",
                        Rules.NONE,
                        Route.ANYBODY,
                        call -> ground.tasks().list("", false, "", 0, 50, false)));
    }

    private ApiAnswer version() {
        String version = ground.state().node().version();
        return ApiAnswer.of(new TreeMap<>(Map.of(
                "version", version,
                "release", version.replaceFirst("^(\\d+\\.\\d+).*", "$1"),
                "repoid", GuestBook.sha1(version).substring(0, 8))));
    }

    /** What is known of the node itself. */
    static Map<String, Object> node(HostState state, String name, long uptime) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("node", name);
        all.put("id", "node/" + name);
        all.put("type", "node");
        all.put("status", "online");
        all.put("maxcpu", state.node().cpus());
        all.put("maxmem", state.node().memory().bytes());
        all.put("uptime", uptime);
        all.put("cpu", 0);
        all.put("mem", 0);
        all.put("level", "");
        return all;
    }

    private ApiAnswer nodes(Call call) {
        Map<String, Object> node = node(ground.state(), ground.node(), 1000);
        node.put("ssl_fingerprint", "");
        return ApiAnswer.of(List.of(node));
    }

    private ApiAnswer status() {
        return ApiAnswer.of(List.of(Map.of(
                "type",
                "node",
                "id",
                "node/" + ground.node(),
                "name",
                ground.node(),
                "online",
                1,
                "local",
                1,
                "nodeid",
                0,
                "ip",
                "127.0.0.1",
                "level",
                "")));
    }

    private ApiAnswer nextId(Call call) {
        HostState now = ground.state();
        if (call.has("vmid")) {
            int vmid = Integer.parseInt(call.param("vmid"));
            if (taken(now, vmid)) {
                throw ApiError.param("vmid", "VM " + vmid + " already exists");
            }
            return ApiAnswer.of(call.param("vmid"));
        }
        for (int vmid = FIRST; vmid < LAST; vmid++) {
            if (!taken(now, vmid)) {
                return ApiAnswer.of(String.valueOf(vmid));
            }
        }
        throw ApiError.die("unable to get any free VMID in range [" + FIRST + ", " + LAST + "]");
    }

    private static boolean taken(HostState now, int vmid) {
        return now.containers().get(vmid) != null || now.virtualMachines().get(vmid) != null;
    }

    private ApiAnswer resources(Call call) {
        HostState now = ground.state();
        String type = call.param("type");
        List<Object> all = new ArrayList<>();
        if (type.isEmpty() || type.equals("vm")) {
            now.containers().values().forEach(each -> guest(call, all, "lxc", each.vmid(), containers.status(each)));
            now.virtualMachines()
                    .values()
                    .forEach(each -> guest(call, all, "qemu", each.vmid(), machines.status(each)));
        }
        if (type.isEmpty() || type.equals("node")) {
            all.add(node(now, ground.node(), 1000));
        }
        if (type.isEmpty() || type.equals("storage")) {
            new TreeMap<>(now.storages()).values().forEach(each -> storage(call, all, each));
        }
        return ApiAnswer.of(all);
    }

    private void guest(Call call, List<Object> all, String type, int vmid, Map<String, Object> status) {
        if (ground.access().may(call.caller(), "/vms/" + vmid, "VM.Audit")) {
            Map<String, Object> each = new LinkedHashMap<>(status);
            each.put("id", type + "/" + vmid);
            each.put("type", type);
            each.put("node", ground.node());
            each.put("maxcpu", each.remove("cpus"));
            each.putIfAbsent("template", 0);
            all.add(each);
        }
    }

    private void storage(Call call, List<Object> all, Storages.Observed each) {
        String id = each.definition().id();
        if (ground.access().may(call.caller(), "/storage/" + id, "Datastore.Audit")) {
            all.add(Map.of(
                    "id",
                    "storage/" + ground.node() + "/" + id,
                    "type",
                    "storage",
                    "storage",
                    id,
                    "node",
                    ground.node(),
                    "plugintype",
                    each.definition().type(),
                    "content",
                    String.join(",", each.definition().content()),
                    "status",
                    each.active() ? "available" : "unknown",
                    "maxdisk",
                    each.total().bytes(),
                    "disk",
                    each.total().bytes() - each.available().bytes(),
                    "shared",
                    0));
        }
    }
}
