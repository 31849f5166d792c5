package ai.thinkheads.phoenix.kinds.zfspool;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.Ownership;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.PropertyChange;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares a ZfsPool with the pools and disks of its host. */
public final class ZfsPoolPlanner {

    private static final int ASHIFT = 12;
    private static final Set<String> WORKING = Set.of("ONLINE", "DEGRADED");
    private static final Set<String> WELL = Set.of("ONLINE", "AVAIL", "INUSE");

    private final Place on;
    private final Resource<ZfsPoolSpec, ZfsPoolFacts> resource;
    private final ZfsPoolSpec spec;
    private final String pool;
    private final HostState state;
    private final List<Step> steps = new ArrayList<>();

    private ZfsPoolPlanner(Place on, Resource<ZfsPoolSpec, ZfsPoolFacts> resource, HostState state) {
        this.on = on;
        this.resource = resource;
        this.spec = resource.spec();
        this.pool = HostNames.pool(resource);
        this.state = state;
    }

    /** What has to be done about the pool, and how it is. */
    public static Assessment<ZfsPoolFacts> assess(
            Place on, Resource<ZfsPoolSpec, ZfsPoolFacts> resource, HostState state) {
        return new ZfsPoolPlanner(on, resource, state).assess();
    }

    /** What has to be done until the resource may go away. */
    public static Plan deletion(Place on, Resource<ZfsPoolSpec, ZfsPoolFacts> resource, HostState state) {
        return new ZfsPoolPlanner(on, resource, state).deletion();
    }

    /** The consent words that the resource holds. */
    static Set<String> consents(Resource<?, ?> resource) {
        return resource.annotation(Annotations.CONSENT)
                .map(words ->
                        Arrays.stream(words.split(",", -1)).map(String::strip).collect(Collectors.toUnmodifiableSet()))
                .orElse(Set.of());
    }

    private Assessment<ZfsPoolFacts> assess() {
        ZfsPools.Observed observed = state.pools().get(pool);
        if (observed == null) {
            boolean importable = state.importable().contains(pool);
            if (importable && Boolean.FALSE.equals(spec.adopt())) {
                throw refusal(
                        "AdoptionRefused",
                        "a pool " + pool
                                + " lies on the host's disks and is not imported; set spec.adopt to true to import it,"
                                + " or choose another name by spec.poolName");
            }
            steps.add(importable ? new ZfsPoolStep.Import(on, pool) : create());
            return Assessment.of(new Plan(steps), new ZfsPoolFacts(pool, null, null, null, null, null));
        }
        compare(observed);
        ZfsPoolFacts facts = new ZfsPoolFacts(
                pool, observed.health(), observed.size(), observed.allocated(), observed.scan(), observed.errors());
        return new Assessment<>(new Plan(steps), facts, findings(observed), null);
    }

    private Step create() {
        List<Vdev> vdevs = desired();
        List<ZfsPoolStep.Wipe> wipes = new ArrayList<>();
        for (int i = 0; i < vdevs.size(); i++) {
            for (String device : vdevs.get(i).devices()) {
                checkDisk("spec.vdevs[" + i + "].devices", device, wipes);
            }
        }
        Map<String, String> properties = Map.of("autotrim", autotrim());
        Integer ashift = spec.ashift();
        return new ZfsPoolStep.Create(
                on,
                pool,
                vdevs,
                ashift == null ? ASHIFT : ashift,
                properties,
                new TreeMap<>(spec.properties()),
                mark(),
                List.copyOf(wipes),
                consent(wipes));
    }

    private void checkDisk(String field, String device, List<ZfsPoolStep.Wipe> wipes) {
        Node.Disk disk = state.node().disks().get(device);
        if (disk == null) {
            throw new ReconcileException(
                    "DiskMissing",
                    resource.key() + ": " + field + ": the host has no disk " + device + "; it has "
                            + (state.node().disks().isEmpty()
                                    ? "none"
                                    : Words.list(
                                            new TreeSet<>(state.node().disks().keySet()))),
                    true,
                    null);
        }
        if (disk.usedBy() != null) {
            throw refusal(
                    "DiskInUse", field + ": " + device + " is in use: " + disk.usedBy() + "; choose another disk");
        }
        String signature = disk.signature();
        if (signature == null) {
            return;
        }
        if (spec.wipePolicy() != ZfsPoolSpec.WipePolicy.SIGNATURES) {
            throw refusal(
                    "DiskNotBlank",
                    field + ": " + device + " is not blank, it holds " + signature
                            + "; choose another disk, or set spec.wipePolicy to Signatures to overwrite it");
        }
        wipes.add(new ZfsPoolStep.Wipe(device, signature));
    }

    private @Nullable String consent(List<ZfsPoolStep.Wipe> wipes) {
        Set<String> given = consents(resource);
        return wipes.stream()
                .map(ZfsPoolStep.Wipe::consent)
                .filter(word -> !given.contains(word))
                .findFirst()
                .orElse(wipes.isEmpty() ? null : wipes.getFirst().consent());
    }

    private void compare(ZfsPools.Observed observed) {
        Ownership ownership = Ownership.claim(resource.key(), observed.mark(), "pool " + pool);
        if (ownership == Ownership.FREE && Boolean.FALSE.equals(spec.adopt())) {
            throw refusal(
                    "AdoptionRefused",
                    "pool " + pool
                            + " exists and is not Phoenix's; set spec.adopt to true to take it over, or choose another"
                            + " name by spec.poolName");
        }
        checkAshift(observed);
        Layout layout = layout(observed, ownership);
        if (ownership == Ownership.FREE) {
            steps.add(new ZfsPoolStep.Adopt(on, pool, mark()));
        }
        for (Layout.Replacement each : layout.replacements()) {
            List<ZfsPoolStep.Wipe> wipes = new ArrayList<>();
            String field = field(each.replacement());
            checkDisk(field, each.replacement(), wipes);
            if (!wipes.isEmpty()) {
                throw refusal(
                        "DiskNotBlank",
                        field + ": " + each.replacement() + " holds "
                                + wipes.getFirst().signature() + "; clear it with wipefs before it replaces "
                                + each.old());
            }
            steps.add(new ZfsPoolStep.ReplaceDevice(on, pool, field, each.old(), each.replacement()));
        }
        // What leaves goes first, since it may come back as something else: a spare becomes a cache.
        layout.removals()
                .forEach(each -> steps.add(new ZfsPoolStep.RemoveDevice(on, pool, each.type(), each.device())));
        Set<String> leaving =
                layout.removals().stream().map(Layout.Removal::device).collect(Collectors.toUnmodifiableSet());
        for (Layout.Attachment each : layout.attachments()) {
            List<ZfsPoolStep.Wipe> wipes = new ArrayList<>();
            String field = field(each.device());
            if (!leaving.contains(each.device())) {
                checkDisk(field, each.device(), wipes);
            }
            steps.add(new ZfsPoolStep.AttachDevice(
                    on, pool, field, each.beside(), each.device(), List.copyOf(wipes), consent(wipes)));
        }
        for (Vdev vdev : layout.additions()) {
            List<ZfsPoolStep.Wipe> wipes = new ArrayList<>();
            String field = field(vdev.devices().getFirst());
            vdev.devices().stream()
                    .filter(device -> !leaving.contains(device))
                    .forEach(device -> checkDisk(field(device), device, wipes));
            steps.add(new ZfsPoolStep.AddVdev(on, pool, field, vdev, List.copyOf(wipes), consent(wipes)));
        }
        compareProperties(observed, ownership);
    }

    private void checkAshift(ZfsPools.Observed observed) {
        Integer ashift = spec.ashift();
        if (ashift != null && observed.ashift() != 0 && observed.ashift() != ashift) {
            throw refusal(
                    "AshiftMismatch",
                    "spec.ashift: pool " + pool + " was made with ashift " + observed.ashift()
                            + ", which cannot be changed to " + ashift + "; set spec.ashift to " + observed.ashift());
        }
    }

    private Layout layout(ZfsPools.Observed observed, Ownership ownership) {
        List<Vdev> desired = desired();
        boolean resilvering = observed.scan().contains("in progress");
        Layout layout = Layout.compare(desired, observed.vdevs(), resilvering);
        List<String> obstacles = new ArrayList<>(layout.obstacles());
        boolean stranger = Collections.disjoint(Layout.dataDevices(desired), Layout.dataDevices(observed.vdevs()));
        if (stranger || (ownership == Ownership.FREE && !layout.replacements().isEmpty())) {
            obstacles.add("the pool lies on "
                    + Words.list(new TreeSet<>(Layout.dataDevices(observed.vdevs())))
                    + " and the manifest lists "
                    + Words.list(new TreeSet<>(Layout.dataDevices(desired))));
        }
        if (!obstacles.isEmpty()) {
            throw refusal(
                    "LayoutMismatch",
                    "spec.vdevs: pool " + pool + " has another layout: " + String.join("; ", obstacles)
                            + ". A pool is never made anew in place of another; write its real layout into the manifest, or"
                            + " choose another name by spec.poolName");
        }
        return layout;
    }

    private void compareProperties(ZfsPools.Observed observed, Ownership ownership) {
        String trim = observed.properties().getOrDefault("autotrim", "off");
        if (!trim.equals(autotrim())) {
            steps.add(new ZfsPoolStep.SetProperty(on, pool, "spec.autotrim", "autotrim", trim, autotrim()));
        }
        ZfsDatasets.Observed root = state.datasets().get(pool);
        PropertyChange change = PropertyChange.compare(
                spec.properties(),
                root == null ? Map.of() : root.effective(),
                ownership == Ownership.OWN ? observed.mark() : null);
        if (change != null) {
            steps.add(new ZfsPoolStep.SetRootProperties(on, pool, change));
        }
    }

    /** This resource's mark, which names every property that the manifest sets. */
    private Mark mark() {
        return PropertyChange.marked(
                new Mark(resource.key().toString(), Map.of()), spec.properties().keySet());
    }

    private List<Finding> findings(ZfsPools.Observed observed) {
        if (observed.health().equals("ONLINE")) {
            return List.of();
        }
        Map<String, String> bad = new TreeMap<>(observed.deviceHealth());
        bad.values().removeIf(WELL::contains);
        String disks = bad.isEmpty()
                ? ""
                : ": "
                        + Words.list(bad.entrySet().stream()
                                .map(each -> each.getKey() + " is " + each.getValue())
                                .toList());
        boolean works = WORKING.contains(observed.health());
        String next = works
                ? "; put a new disk in its place in spec.vdevs and the pool resilvers"
                : "; its data cannot be reached until the disks are back: look at zpool status " + pool;
        return List.of(new Finding(
                Conditions.DEGRADED,
                true,
                works ? "PoolDegraded" : "PoolUnavailable",
                "pool " + pool + " is " + observed.health() + disks + next,
                !works));
    }

    private Plan deletion() {
        ZfsPools.Observed observed = state.pools().get(pool);
        if (observed == null || Ownership.of(resource.key(), observed.mark()) != Ownership.OWN) {
            return Plan.empty();
        }
        if (spec.deletionPolicy() != DeletionPolicy.DELETE) {
            return Plan.of(new ZfsPoolStep.Release(on, pool));
        }
        List<String> kept = state.datasets().keySet().stream()
                .filter(name -> name.startsWith(pool + "/"))
                .sorted()
                .toList();
        if (!kept.isEmpty()) {
            throw new ReconcileException(
                    "PoolNotEmpty",
                    resource.key() + ": spec.deletionPolicy: pool " + pool + " still holds " + Words.list(kept)
                            + "; destroy what is no longer needed, or set spec.deletionPolicy to Retain",
                    true,
                    null);
        }
        return Plan.of(new ZfsPoolStep.Destroy(on, pool));
    }

    private List<Vdev> desired() {
        return spec.vdevs().stream()
                .map(vdev -> new Vdev(vdev.type().word(), vdev.devices()))
                .toList();
    }

    private String autotrim() {
        return Boolean.FALSE.equals(spec.autotrim()) ? "off" : "on";
    }

    private String field(String device) {
        for (int i = 0; i < spec.vdevs().size(); i++) {
            int at = spec.vdevs().get(i).devices().indexOf(device);
            if (at >= 0) {
                return "spec.vdevs[" + i + "].devices[" + at + "]";
            }
        }
        return "spec.vdevs";
    }

    private ReconcileException refusal(String reason, String message) {
        return new ReconcileException(reason, resource.key() + ": " + message, false, null);
    }
}
