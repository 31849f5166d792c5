package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.simulated.pve.Notes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The node itself, its tasks and the agents in its machines: {@code PVE/API2/Nodes.pm}, {@code Tasks.pm}, {@code Qemu/Agent.pm}. */
final class NodeCalls {

    private static final String NOTES = "notes of the node";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Ground ground;
    private final Map<Integer, GuestShell.Result> ran = new HashMap<>();
    private int pid = 500;

    NodeCalls(Ground ground) {
        this.ground = ground;
    }

    List<Route> routes() {
        Route.Allowed audit = Route.any("/nodes/{node}", "Sys.Audit");
        Route.Allowed modify = Route.any("/nodes/{node}", "Sys.Modify");
        String agent = "/nodes/{node}/qemu/{vmid}/agent";
        Route.Allowed ask =
                Route.any("/vms/{vmid}", ground.release().named("VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"));
        Route.Allowed free = Route.any("/vms/{vmid}", ground.release().named("VM.GuestAgent.Unrestricted"));
        return List.of(
                Route.of("GET", "/nodes/{node}/status", Rules.NONE, audit, this::status),
                Route.of("GET", "/nodes/{node}/version", Rules.NONE, Route.ANYBODY, this::version),
                Route.of("GET", "/nodes/{node}/dns", Rules.NONE, audit, this::dns),
                Route.of(
                        "PUT",
                        "/nodes/{node}/dns",
                        Rules.of("search!: str\ndns1: str\ndns2: str\ndns3: str"),
                        modify,
                        this::setDns),
                Route.of("GET", "/nodes/{node}/time", Rules.NONE, audit, this::time),
                Route.of("PUT", "/nodes/{node}/time", Rules.of("timezone!: str"), modify, this::setTime),
                Route.of("GET", "/nodes/{node}/config", Rules.of("property: str"), audit, this::config),
                Route.of(
                        "PUT",
                        "/nodes/{node}/config",
                        Rules.of("description: str\ndelete: str\ndigest: str"),
                        Route.any("/", "Sys.Modify"),
                        this::setConfig),
                Route.of(
                        "GET",
                        "/nodes/{node}/hardware/pci",
                        Rules.of("pci-class-blacklist: str\nverbose: bool"),
                        Route.any("/", "Sys.Audit", "Sys.Modify"),
                        this::pci),
                Route.of("GET", "/nodes/{node}/tasks", Rules.of("""
                                errors: bool
                                limit: int 0..
                                since: int
                                source: enum archive|active|all
                                start: int 0..
                                statusfilter: str
                                typefilter: str
                                until: int
                                userfilter: str
                                vmid: vmid
                                """), Route.ANYBODY, this::tasks),
                Route.of(
                        "GET",
                        "/nodes/{node}/tasks/{upid}/status",
                        Rules.NONE,
                        Route.ANYBODY,
                        call -> ApiAnswer.of(ground.tasks().status(call.in("upid")))),
                Route.of(
                        "GET",
                        "/nodes/{node}/tasks/{upid}/log",
                        Rules.of("start: int 0..\nlimit: int 0..\ndownload: bool"),
                        Route.ANYBODY,
                        call -> ground.tasks().log(call.in("upid"), call.number("start", 0), call.number("limit", 50))),
                Route.of("POST", agent + "/ping", Rules.NONE, ask, this::ping),
                Route.of("GET", agent + "/network-get-interfaces", Rules.NONE, ask, this::interfaces),
                Route.of("POST", agent + "/exec", Rules.of("command!: str\ninput-data: str"), free, this::exec),
                Route.of("GET", agent + "/exec-status", Rules.of("pid!: int"), free, this::execStatus));
    }

    private ApiAnswer status(Call call) {
        Node.Observed node = ground.state().node();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(
                "pveversion",
                "pve-manager/" + node.version() + "/"
                        + GuestBook.sha1(node.version()).substring(0, 16));
        all.put("kversion", "Linux " + node.kernel());
        all.put("current-kernel", Map.of("sysname", "Linux", "release", node.kernel(), "machine", "x86_64"));
        all.put("cpuinfo", Map.of("cpus", node.cpus(), "cores", node.cpus(), "sockets", 1, "model", "simulated"));
        all.put(
                "memory",
                Map.of(
                        "total",
                        node.memory().bytes(),
                        "used",
                        0,
                        "free",
                        node.memory().bytes()));
        all.put("uptime", 1000);
        all.put("cpu", 0);
        all.put("loadavg", List.of("0.00", "0.00", "0.00"));
        return ApiAnswer.of(all);
    }

    private ApiAnswer version(Call call) {
        String version = ground.state().node().version();
        return ApiAnswer.of(Map.of("version", version, "release", version.replaceFirst("\\.\\d+$", "")));
    }

    private ApiAnswer dns(Call call) {
        Node.Observed node = ground.state().node();
        Map<String, Object> all = new TreeMap<>();
        if (node.searchDomain() != null) {
            all.put("search", node.searchDomain());
        }
        for (int i = 0; i < Math.min(3, node.dns().size()); i++) {
            all.put("dns" + (i + 1), node.dns().get(i));
        }
        return ApiAnswer.of(all);
    }

    private ApiAnswer setDns(Call call) {
        List<String> servers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            if (!call.param("dns" + i).isEmpty()) {
                servers.add(call.param("dns" + i));
            }
        }
        ground.host().node().setDns(servers, call.param("search"));
        return ApiAnswer.of(null);
    }

    private ApiAnswer time(Call call) {
        long now = ground.clock().now().getEpochSecond();
        return ApiAnswer.of(
                new TreeMap<>(Map.of("timezone", ground.state().node().timezone(), "time", now, "localtime", now)));
    }

    private ApiAnswer setTime(Call call) {
        ground.host().node().setTimezone(call.param("timezone"));
        return ApiAnswer.of(null);
    }

    private synchronized ApiAnswer config(Call call) {
        String whole = notes();
        Map<String, Object> all = new TreeMap<>();
        if (!whole.isEmpty()) {
            all.put("description", whole + "\n");
        }
        all.put("digest", GuestBook.sha1(whole));
        return ApiAnswer.of(all);
    }

    private String notes() {
        String text = ground.host().extras().text(NOTES).orElse("");
        return new Notes(text, ground.state().node().mark(), Map.of()).whole();
    }

    private synchronized ApiAnswer setConfig(Call call) {
        if (call.has("digest")) {
            if (!GuestBook.sha1(notes()).equals(call.param("digest"))) {
                throw ApiError.die("detected modified configuration - file changed by other user? Try again.");
            }
        }
        if (call.has("description") || call.param("delete").contains("description")) {
            Notes parsed = Notes.parse(call.param("description"));
            ground.host().extras().keep(NOTES, parsed.text());
            Mark mark = parsed.mark();
            if (mark != null) {
                ground.host().node().setMark(mark);
            }
        }
        return ApiAnswer.of(null);
    }

    private ApiAnswer pci(Call call) {
        List<Object> all = new ArrayList<>();
        new TreeMap<>(ground.state().node().pciGpus())
                .forEach((address, model) -> all.add(new TreeMap<>(Map.of(
                        "id", address,
                        "class", "0x030000",
                        "vendor", "0x10de",
                        "vendor_name", "NVIDIA Corporation",
                        "device", "0x2d04",
                        "device_name", model,
                        "iommugroup", -1))));
        return ApiAnswer.of(all);
    }

    private ApiAnswer tasks(Call call) {
        return ground.tasks()
                .list(
                        call.param("vmid"),
                        call.flag("errors"),
                        call.param("typefilter"),
                        call.number("start", 0),
                        call.number("limit", 50),
                        !call.param("source").equals("active")
                                && !call.param("source").equals("all"));
    }

    // ---- the agent in a machine

    private void requireAgent(Call call) {
        var guest = ground.guest(Flavour.MACHINE, call.vmid());
        if (!guest.running()) {
            throw ApiError.die("VM " + call.vmid() + " is not running");
        }
        if (!Boolean.TRUE.equals(guest.agent())) {
            throw ApiError.die("No QEMU guest agent configured");
        }
    }

    private ApiAnswer ping(Call call) {
        requireAgent(call);
        return ApiAnswer.of(Map.of("result", Map.of()));
    }

    private ApiAnswer interfaces(Call call) {
        requireAgent(call);
        HostState now = ground.state();
        var guest = now.virtualMachines().get(call.vmid());
        List<Object> all = new ArrayList<>();
        if (guest != null) {
            for (int i = 0; i < guest.effective().nics().size(); i++) {
                var nic = guest.effective().nics().get(i);
                List<Object> addresses = i < guest.addresses().size()
                        ? List.of(
                                Map.of("ip-address", guest.addresses().get(i), "ip-address-type", "ipv4", "prefix", 24))
                        : List.of();
                all.add(Map.of(
                        "name",
                        "eth" + i,
                        "hardware-address",
                        String.valueOf(nic.mac()).toLowerCase(java.util.Locale.ROOT),
                        "ip-addresses",
                        addresses));
            }
        }
        return ApiAnswer.of(Map.of("result", all));
    }

    private ApiAnswer exec(Call call) {
        requireAgent(call);
        List<String> argv = List.of(call.param("command").split("\0"));
        GuestShell.Result result = ground.host()
                .shell()
                .run(new GuestShell.Command(
                        GuestShell.Target.guest(GuestKind.VIRTUAL_MACHINE, call.vmid()),
                        argv,
                        Map.of(),
                        call.param("input-data").getBytes(StandardCharsets.UTF_8),
                        PATIENCE,
                        false,
                        null));
        synchronized (this) {
            pid++;
            ran.put(pid, result);
            return ApiAnswer.of(Map.of("pid", pid));
        }
    }

    private synchronized ApiAnswer execStatus(Call call) {
        requireAgent(call);
        GuestShell.Result result = ran.get(call.number("pid", 0));
        if (result == null) {
            throw ApiError.die("Agent error: PID " + call.param("pid") + " does not exist");
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("exited", 1);
        all.put("exitcode", result.exitCode());
        if (!result.output().isEmpty()) {
            all.put("out-data", result.output());
        }
        return ApiAnswer.of(all);
    }
}
