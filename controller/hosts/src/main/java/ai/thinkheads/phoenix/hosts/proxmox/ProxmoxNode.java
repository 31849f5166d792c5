package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The node itself: by the API what it knows, by the shell packages, the ARC and directories. Its mark is in the node's notes. */
final class ProxmoxNode implements Node {

    private static final String ARC = "/sys/module/zfs/parameters/zfs_arc_max";
    private static final Duration INSTALLATION = Duration.ofMinutes(30);
    private static final Duration REBOOT = Duration.ofMinutes(20);
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration SAME_BOOT = Duration.ofSeconds(20);

    private final Ground ground;
    private final Supplier<Gpus.Observed> gpus;
    private final Supplier<Map<String, Disk>> disks;
    private volatile Boot boot = new Boot(0, 0);

    /**
     * A moment of booting, in seconds since 1970.
     *
     * @param first as it was seen first, which names the boot
     * @param seen as it was seen last
     */
    private record Boot(long first, long seen) {}

    ProxmoxNode(Ground ground, Supplier<Gpus.Observed> gpus, Supplier<Map<String, Disk>> disks) {
        this.ground = ground;
        this.gpus = gpus;
        this.disks = disks;
    }

    @Override
    public Observed read() {
        return ground.tally().read(() -> observe(gpus.get(), disks.get()));
    }

    Observed observe(Gpus.Observed cards, Map<String, Disk> known) {
        JsonNode status = ground.api().get(ground.path("status"));
        JsonNode dns = ground.api().get(ground.path("dns"));
        List<String> servers = new ArrayList<>();
        for (String key : List.of("dns1", "dns2", "dns3")) {
            if (Json.has(dns, key)) {
                servers.add(Json.text(dns, key, ""));
            }
        }
        String search = Json.text(dns, "search", "");
        JsonNode kernel = status.path("current-kernel");
        NoteMark notes = notes();
        Map<String, String> pci = new TreeMap<>();
        ground.api().get(ground.path("hardware", "pci")).forEach(each -> {
            if (Json.text(each, "class", "").startsWith("0x03")) {
                pci.put(Json.text(each, "id", ""), Json.text(each, "device_name", Json.text(each, "device", "")));
            }
        });
        return new Observed(
                version(status),
                Json.text(kernel, "release", Json.text(status, "kversion", "")),
                ground.node(),
                Json.text(ground.api().get(ground.path("time")), "timezone", "UTC"),
                servers,
                search.isEmpty() ? null : search,
                (int) Json.number(status.path("cpuinfo"), "cpus", 1),
                new ByteSize(Json.number(status.path("memory"), "total", 0)),
                arcMax(),
                packages(),
                pci,
                known,
                bootId(status),
                reboot(cards),
                notes.mark());
    }

    private static String version(JsonNode status) {
        String text = Json.text(status, "pveversion", "");
        String[] parts = text.split("/");
        return parts.length > 1 ? parts[1] : text;
    }

    /** The kernel's own, or the moment of the boot when there is no shell to ask for it. */
    private String bootId(JsonNode status) {
        String id = ground.shell().isThere()
                ? ground.shell()
                        .quietly("reading the boot", List.of("cat", "/proc/sys/kernel/random/boot_id"))
                        .strip()
                : "";
        if (!id.isEmpty()) {
            return id;
        }
        long seen = ground.clock().now().getEpochSecond() - Json.number(status, "uptime", 0);
        // The two clocks are not read in one moment and drift apart; a reboot takes longer than that.
        Boot known = boot;
        Boot now = new Boot(Math.abs(seen - known.seen()) > SAME_BOOT.toSeconds() ? seen : known.first(), seen);
        boot = now;
        return "boot-" + now.first();
    }

    private ByteSize arcMax() {
        String text = ground.shell().isThere()
                ? ground.shell()
                        .quietly("reading the size of the ARC", List.of("cat", ARC))
                        .strip()
                : "";
        return new ByteSize(text.matches("\\d{1,18}") ? Long.parseLong(text) : 0);
    }

    private Set<String> packages() {
        Set<String> all = new TreeSet<>();
        if (ground.shell().isThere()) {
            ground.shell()
                    .quietly("listing packages", List.of("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\\n"))
                    .lines()
                    .filter(line -> line.startsWith("ii "))
                    .forEach(line -> all.add(line.substring(line.lastIndexOf(' ') + 1)));
        }
        return all;
    }

    private static @Nullable String reboot(Gpus.Observed cards) {
        String installed = cards.installedVersion();
        if (installed == null || cards.vfio()) {
            return null;
        }
        return installed.equals(cards.loadedVersion())
                ? null
                : "nvidia driver " + installed + " is installed and "
                        + (cards.loadedVersion() == null ? "none" : cards.loadedVersion()) + " is loaded";
    }

    private NoteMark notes() {
        return NoteMark.parse(Json.text(ground.api().get(ground.path("config")), "description", ""));
    }

    /** The disks as the API knows them, for a host without a shell. */
    Map<String, Disk> disksByApi() {
        Map<String, Disk> all = new TreeMap<>();
        JsonNode list =
                ground.api().get(ground.path("disks", "list"), Params.none().with("skipsmart", "1"));
        for (JsonNode each : list) {
            String used = Json.text(each, "used", "");
            Disk disk = new Disk(
                    new ByteSize(Math.max(0, Json.number(each, "size", 0))),
                    Json.flag(each, "mounted") ? "mounted" : used.isEmpty() ? null : used,
                    used.isEmpty() ? null : used);
            for (String key : List.of("devpath", "by_id_link")) {
                if (Json.has(each, key)) {
                    all.put(Json.text(each, key, ""), disk);
                }
            }
        }
        return all;
    }

    @Override
    public void setHostname(String hostname) {
        throw new HostException(
                Cause.UNSUPPORTED,
                "the name of Proxmox node " + ground.node()
                        + " is the place of all its guests in the cluster and is not"
                        + " changed from afar: set spec.hostname to " + ground.node() + ", or leave it out");
    }

    @Override
    public void setTimezone(String timezone) {
        ground.tally().change(() -> {
            ground.api().put(ground.path("time"), Params.none().with("timezone", timezone));
        });
    }

    @Override
    public void setDns(List<String> servers, @Nullable String searchDomain) {
        ground.tally().change(() -> {
            if (servers.size() > 3) {
                throw new HostException(
                        Cause.REFUSED, "Proxmox keeps three DNS servers of a node, not " + servers.size());
            }
            JsonNode now = ground.api().get(ground.path("dns"));
            String search = searchDomain == null ? Json.text(now, "search", "local") : searchDomain;
            Params params = Params.none().with("search", search);
            int number = 1;
            for (String server : servers) {
                params.with("dns" + number++, server);
            }
            ground.api().put(ground.path("dns"), params);
        });
    }

    @Override
    public void installPackages(Set<String> packages) {
        ground.tally().change(() -> {
            List<String> argv = new ArrayList<>(List.of(
                    "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--no-remove", "--"));
            argv.addAll(new TreeSet<>(packages));
            ground.shell().output("installing packages (spec.packages)", argv, "", INSTALLATION);
        });
    }

    @Override
    public void setArcMax(ByteSize arcMax) {
        ground.tally().change(() -> {
            String what = "setting the size of the ARC (spec.zfs.arcMax)";
            ground.shell()
                    .require(what)
                    .write(
                            "/etc/modprobe.d/phoenix-zfs.conf",
                            "# Written by Phoenix.\noptions zfs zfs_arc_max=" + arcMax.bytes() + "\n",
                            "644");
            ground.shell().output(what, List.of("tee", ARC), arcMax.bytes() + "\n", Duration.ofSeconds(20));
        });
    }

    @Override
    public void setMark(Mark mark) {
        ground.tally().change(() -> {
            JsonNode config = ground.api().get(ground.path("config"));
            NoteMark before = NoteMark.parse(Json.text(config, "description", ""));
            String digest = Json.text(config, "digest", "");
            Params params = Params.none().with("description", new NoteMark(before.text(), mark).notes());
            ground.api().put(ground.path("config"), params.maybe("digest", digest.isEmpty() ? null : digest));
        });
    }

    @Override
    public void reboot() {
        ground.tally().change(() -> {
            String before = bootId(ground.api().get(ground.path("status")));
            ground.api().post(ground.path("status"), Params.none().with("command", "reboot"));
            Duration begun = ground.clock().elapsed();
            while (!isBack(before)) {
                if (ground.clock().elapsed().minus(begun).compareTo(REBOOT) > 0) {
                    throw new HostException(
                            Cause.UNREACHABLE,
                            "node " + ground.node() + " has not come back within " + REBOOT.toMinutes()
                                    + " min of its reboot; look at its console");
                }
                ground.clock().sleep(LOOK);
            }
        });
    }

    private boolean isBack(String before) {
        try {
            return !bootId(ground.api().get(ground.path("status"))).equals(before);
        } catch (HostException e) {
            if (e.why() == Cause.UNREACHABLE) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void ensureDirectory(String path, @Nullable Long uid, @Nullable Long gid, @Nullable String mode) {
        ground.tally().change(() -> {
            if (!path.startsWith("/") || (path + "/").contains("/../")) {
                throw new HostException(
                        Cause.REFUSED, "cannot make directory '" + path + "': it is not an absolute path without '..'");
            }
            String what = "making directory " + path;
            ground.shell().output(what, List.of("mkdir", "-p", "--", path));
            if (uid != null || gid != null) {
                String owner = (uid == null ? "" : String.valueOf(uid)) + (gid == null ? "" : ":" + gid);
                ground.shell().output(what, List.of("chown", owner, "--", path));
            }
            if (mode != null) {
                ground.shell().output(what, List.of("chmod", mode, "--", path));
            }
        });
    }
}
