package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.port.Capabilities;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.zfs.Disks;
import ai.thinkheads.phoenix.hosts.zfs.Zfs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One node of Proxmox VE. */
public final class ProxmoxHost implements Host {

    private static final Pattern GUEST_LINE =
            Pattern.compile("^/etc/pve/(lxc|qemu-server)/(\\d{3,9})\\.conf:(.*)$", Pattern.DOTALL);
    private static final Pattern SNIPPET_LINE = Pattern.compile("^(/.*)/(phoenix-\\d+\\.yaml):(.*)$", Pattern.DOTALL);

    private final Ground ground;
    private final @Nullable Zfs zfs;
    private final @Nullable Disks disks;
    private final Snippets snippets;
    private final GuestReader<ContainerConfig> containerReader;
    private final GuestReader<VmConfig> machineReader;
    private final ProxmoxGuests<ContainerConfig, ContainerConfig.MountPoint> containers;
    private final ProxmoxGuests<VmConfig, VmConfig.Disk> machines;
    private final ProxmoxStorages storages;
    private final ProxmoxTemplates templates;
    private final ProxmoxNetworks networks;
    private final ProxmoxGpus gpus;
    private final ProxmoxNode node;
    private final ProxmoxShell shell;
    private volatile int cpus = 1;

    /**
     * @param zfs the host's ZFS, over its shell; null without one
     */
    ProxmoxHost(Ground ground, @Nullable Zfs zfs, @Nullable Disks disks) {
        ContainerMapping containerMapping = new ContainerMapping();
        VmMapping machineMapping = new VmMapping();
        this.ground = ground;
        this.zfs = zfs;
        this.disks = disks;
        this.snippets = new Snippets(ground);
        this.containerReader = new GuestReader<>(ground, containerMapping);
        this.machineReader = new GuestReader<>(ground, machineMapping);
        this.containers = new ProxmoxGuests<>(ground, containerMapping, containerReader, snippets);
        this.machines = new ProxmoxGuests<>(ground, machineMapping, machineReader, snippets);
        this.storages = new ProxmoxStorages(ground);
        this.templates = new ProxmoxTemplates(ground, storages);
        this.networks = new ProxmoxNetworks(ground);
        this.gpus = new ProxmoxGpus(ground);
        this.node = new ProxmoxNode(ground, gpus::observe, this::readDisks);
        this.shell = new ProxmoxShell(
                ground,
                (kind, vmid) -> kind == GuestKind.CONTAINER ? containerReader.one(vmid) : machineReader.one(vmid));
    }

    private Map<String, Node.Disk> readDisks() {
        if (zfs == null || disks == null || !zfs.isPresent()) {
            return node().disksByApi();
        }
        Disks.Listing listing = disks.read();
        return listing.disks(zfs.readPools(listing), List.of());
    }

    @Override
    public HostState read() {
        return ground.tally().read(this::readAll);
    }

    private HostState readAll() {
        Map<String, ZfsPools.Observed> pools = Map.of();
        List<String> importable = List.of();
        Map<String, ZfsDatasets.Observed> datasets = Map.of();
        Map<String, Node.Disk> known;
        if (zfs != null && disks != null && zfs.isPresent()) {
            Disks.Listing listing = disks.read();
            pools = zfs.readPools(listing);
            importable = zfs.readImportable(listing, pools.keySet());
            datasets = zfs.readDatasets();
            known = listing.disks(pools, importable);
        } else {
            known = node.disksByApi();
        }
        Gpus.Observed cards = gpus.observe();
        Node.Observed machine = node.observe(cards, known);
        cpus = machine.cpus();
        JsonNode definitions = ground.api().get("/storage");
        ProxmoxStorages.Listing stored = storages.all(definitions);
        Map<GuestKind, Map<Integer, String>> files = files(definitions);
        if (files == null) {
            requireSight();
        }
        GuestMapping.Surroundings host = new GuestMapping.Surroundings(cpus, snippets.texts());
        Map<Integer, Guests.Observed<ContainerConfig>> lxc = containerReader.all(
                ground.api().get(ground.path("lxc")), files == null ? null : files.get(GuestKind.CONTAINER), host);
        Map<Integer, Guests.Observed<VmConfig>> qemu = machineReader.all(
                ground.api().get(ground.path("qemu")),
                files == null ? null : files.get(GuestKind.VIRTUAL_MACHINE),
                host);
        Map<String, Integer> plugged = new HashMap<>();
        count(lxc.values(), plugged);
        count(qemu.values(), plugged);
        networks.found(plugged);
        return new HostState(
                machine,
                pools,
                importable,
                datasets,
                stored.storages(),
                networks.all(plugged),
                cards,
                stored.files(),
                GuestTable.copyOf(lxc),
                GuestTable.copyOf(qemu));
    }

    /**
     * Without a shell the list of guests is all there is to go by, and Proxmox leaves out of it what the caller may not see: guests
     * that are not seen would be made a second time.
     */
    private void requireSight() {
        JsonNode all = ground.api().get("/access/permissions", Params.none().with("path", "/vms"));
        if (!Json.flag(all.path("/vms"), "VM.Audit")) {
            throw Refusals.lacking(ground.api().login().who(), "VM.Audit", "/vms");
        }
    }

    private static <C extends GuestConfig> void count(
            Iterable<Guests.Observed<C>> guests, Map<String, Integer> plugged) {
        guests.forEach(guest -> guest.effective().nics().forEach(nic -> plugged.merge(nic.bridge(), 1, Integer::sum)));
    }

    /** The configuration files of all guests and Phoenix's snippets, by one command; null without a shell. */
    private @Nullable Map<GuestKind, Map<Integer, String>> files(JsonNode definitions) {
        if (!ground.shell().isThere()) {
            return null;
        }
        Map<String, String> directories = Snippets.directories(definitions);
        List<String> argv = new ArrayList<>(List.of(
                "grep",
                "-rHs",
                "",
                "--include=*.conf",
                "--include=phoenix-*.yaml",
                "/etc/pve/lxc/",
                "/etc/pve/qemu-server/"));
        argv.addAll(directories.values());
        Outcome outcome = ground.shell().run("reading the configurations of all guests", Invocation.of(argv));
        // 1 and 2 say that nothing was found, or that a directory is not there.
        if (outcome.exitCode() < 0 || outcome.exitCode() > 2) {
            throw HostShell.failed("reading the configurations of all guests", argv, outcome);
        }
        Map<GuestKind, Map<Integer, StringBuilder>> texts =
                Map.of(GuestKind.CONTAINER, new HashMap<>(), GuestKind.VIRTUAL_MACHINE, new HashMap<>());
        Map<String, StringBuilder> documents = new HashMap<>();
        Map<String, String> storageOf = new HashMap<>();
        directories.forEach((storage, path) -> storageOf.put(path, storage));
        for (String line : outcome.stdout().split("\n")) {
            Matcher guest = GUEST_LINE.matcher(line.replaceFirst("^(/etc/pve/[a-z-]+)//", "$1/"));
            if (guest.matches()) {
                GuestKind kind = guest.group(1).equals("lxc") ? GuestKind.CONTAINER : GuestKind.VIRTUAL_MACHINE;
                texts.getOrDefault(kind, new HashMap<>())
                        .computeIfAbsent(Integer.valueOf(guest.group(2)), key -> new StringBuilder())
                        .append(guest.group(3))
                        .append('\n');
                continue;
            }
            Matcher snippet = SNIPPET_LINE.matcher(line);
            String storage = snippet.matches() ? storageOf.get(snippet.group(1)) : null;
            if (storage != null) {
                documents
                        .computeIfAbsent(storage + ":snippets/" + snippet.group(2), key -> new StringBuilder())
                        .append(snippet.group(3))
                        .append('\n');
            }
        }
        snippets.found(done(documents));
        return Map.of(
                GuestKind.CONTAINER,
                done(texts.getOrDefault(GuestKind.CONTAINER, Map.of())),
                GuestKind.VIRTUAL_MACHINE,
                done(texts.getOrDefault(GuestKind.VIRTUAL_MACHINE, Map.of())));
    }

    private static <K> Map<K, String> done(Map<K, StringBuilder> texts) {
        Map<K, String> done = new HashMap<>();
        texts.forEach((key, text) -> done.put(key, text.toString()));
        return done;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                true,
                true,
                // Its own suspend of a container is CRIU's, which it calls experimental, and a frozen one it takes for
                // running.
                false,
                true,
                Set.of("zfspool", "lvmthin", "rbd", "btrfs"),
                true,
                true,
                new ContainerMapping().online(),
                new VmMapping().online());
    }

    @Override
    public ProxmoxNode node() {
        return node;
    }

    @Override
    public ZfsPools zfsPools() {
        return zfs == null ? WithoutShell.of(ZfsPools.class, ground.shell(), "work on ZFS pools") : zfs.pools();
    }

    @Override
    public ZfsDatasets zfsDatasets() {
        return zfs == null
                ? WithoutShell.of(ZfsDatasets.class, ground.shell(), "work on ZFS datasets")
                : zfs.datasets();
    }

    @Override
    public Storages storages() {
        return storages;
    }

    @Override
    public Networks networks() {
        return networks;
    }

    @Override
    public Gpus gpus() {
        return gpus;
    }

    @Override
    public Templates templates() {
        return templates;
    }

    @Override
    public Guests<ContainerConfig, ContainerConfig.MountPoint> containers() {
        return containers;
    }

    @Override
    public Guests<VmConfig, VmConfig.Disk> virtualMachines() {
        return machines;
    }

    @Override
    public GuestShell shell() {
        return shell;
    }

    @Override
    public Counters counters() {
        return ground.tally().counters();
    }

    /** How many requests the API was sent since the host was opened. */
    public long requests() {
        return ground.api().requests();
    }

    /** How many programs were run on the host since it was opened. */
    public long commands() {
        return ground.shell().runs();
    }

    @Override
    public void close() {
        ground.shell().close();
        ground.api().close();
    }
}
