package ai.thinkheads.phoenix.kinds.zfsdataset;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.kinds.host.GuestUse;
import ai.thinkheads.phoenix.kinds.host.Ownership;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.PropertyChange;
import ai.thinkheads.phoenix.kinds.host.Words;
import ai.thinkheads.phoenix.kinds.host.ZfsValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares a ZfsDataset with the datasets of its host. */
public final class ZfsDatasetPlanner {

    /** The fact of the mark that names the datasets above it that had to be made for it. */
    static final String PARENTS = "parents";

    private final Place on;
    private final Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource;
    private final ZfsDatasetSpec spec;
    private final String dataset;
    private final HostState state;
    private final List<Step> steps = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private ZfsDatasetPlanner(
            Place on, Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource, String dataset, HostState state) {
        this.on = on;
        this.resource = resource;
        this.spec = resource.spec();
        this.dataset = dataset;
        this.state = state;
    }

    /**
     * What has to be done about the dataset, and how it is.
     *
     * @param dataset its full name on the host
     */
    public static Assessment<ZfsDatasetFacts> assess(
            Place on, Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource, String dataset, HostState state) {
        return new ZfsDatasetPlanner(on, resource, dataset, state).assess();
    }

    /** What has to be done until the resource may go away. */
    public static Plan deletion(
            Place on, Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource, String dataset, HostState state) {
        return new ZfsDatasetPlanner(on, resource, dataset, state).deletion();
    }

    private Assessment<ZfsDatasetFacts> assess() {
        checkOwnerIsPossible();
        ZfsDatasets.Observed observed = state.datasets().get(dataset);
        if (observed == null) {
            checkNotElsewhere();
            steps.add(new ZfsDatasetStep.Create(on, dataset, desired(), mark()));
            addOwner(null);
            return Assessment.of(new Plan(steps), new ZfsDatasetFacts(dataset, null, null, null, Map.of()));
        }
        if (observed.volume()) {
            throw refusal(
                    "NotAFileSystem", "spec.path: " + dataset + " is a volume, not a file system; choose another path");
        }
        Ownership ownership = Ownership.claim(resource.key(), observed.mark(), "dataset " + dataset);
        if (ownership == Ownership.FREE) {
            steps.add(new ZfsDatasetStep.Adopt(on, dataset, mark()));
        }
        compareProperties(observed, ownership);
        if (observed.isUnmounted() && !isUnmountable()) {
            String at = spec.mountpoint() != null
                    ? spec.mountpoint()
                    : observed.effective().getOrDefault("mountpoint", "");
            steps.add(new ZfsDatasetStep.Mount(on, dataset, at));
        }
        addOwner(observed);
        return new Assessment<>(new Plan(steps), facts(observed), findings, null);
    }

    private void compareProperties(ZfsDatasets.Observed observed, Ownership ownership) {
        Map<String, String> desired = desired();
        ByteSize quota = spec.quota();
        if (quota != null && quota.compareTo(observed.used()) < 0 && quota.bytes() > 0) {
            boolean inForce = ZfsValues.same(
                    "quota", String.valueOf(quota.bytes()), observed.effective().getOrDefault("quota", "0"));
            if (!inForce) {
                desired.put("quota", observed.effective().getOrDefault("quota", "0"));
                findings.add(new Finding(
                        Conditions.DEGRADED,
                        true,
                        "QuotaBelowUsed",
                        "spec.quota: the quota of " + quota + " cannot be set while " + dataset + " holds "
                                + observed.used() + "; free space in it or raise the quota",
                        true));
            }
        }
        PropertyChange change = PropertyChange.compare(
                desired, observed.effective(), ownership == Ownership.OWN ? observed.mark() : null);
        if (change != null) {
            steps.add(new ZfsDatasetStep.SetProperties(on, dataset, change));
        }
    }

    /** The properties as ZFS takes them; null values of the spec are not among them. */
    private Map<String, String> desired() {
        Map<String, String> all = new TreeMap<>(spec.properties());
        if (spec.quota() != null) {
            all.put("quota", String.valueOf(spec.quota().bytes()));
        }
        if (spec.reservation() != null) {
            all.put("reservation", String.valueOf(spec.reservation().bytes()));
        }
        if (spec.mountpoint() != null) {
            all.put("mountpoint", spec.mountpoint());
        }
        return all;
    }

    private Mark mark() {
        Mark mark = PropertyChange.marked(
                new Mark(resource.key().toString(), Map.of()), desired().keySet());
        List<String> parents = missingParents();
        return parents.isEmpty() ? mark : mark.with(PARENTS, String.join(",", parents));
    }

    /** The datasets above this one that are not there, the nearest first; the pool is never among them. */
    private List<String> missingParents() {
        List<String> missing = new ArrayList<>();
        if (state.datasets().containsKey(dataset)) {
            return missing;
        }
        String name = dataset;
        for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/')) {
            name = name.substring(0, slash);
            if (name.indexOf('/') > 0 && !state.datasets().containsKey(name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    private boolean isUnmountable() {
        return "none".equals(spec.mountpoint()) || "legacy".equals(spec.mountpoint());
    }

    private void checkOwnerIsPossible() {
        if (isUnmountable() && (spec.owner() != null || spec.mode() != null)) {
            throw refusal(
                    "InvalidSpec",
                    (spec.owner() != null ? "spec.owner" : "spec.mode")
                            + ": only a mounted directory has an owner and a mode; remove the field, or give"
                            + " spec.mountpoint a path");
        }
    }

    private void addOwner(ZfsDatasets.@Nullable Observed observed) {
        ZfsDatasetSpec.Owner owner = spec.owner();
        String mode = spec.mode() == null ? null : fourDigits(spec.mode());
        Long uid = owner == null ? null : owner.uid();
        Long gid = owner == null ? null : owner.gid();
        boolean sameOwner = owner == null
                || (observed != null
                        && owner.uid().equals(observed.uid())
                        && owner.gid().equals(observed.gid()));
        String now = observed == null || observed.mode() == null ? null : fourDigits(observed.mode());
        boolean sameMode = mode == null || mode.equals(now);
        if (!sameOwner || !sameMode) {
            steps.add(new ZfsDatasetStep.SetOwner(
                    on, dataset, sameOwner ? null : uid, sameOwner ? null : gid, sameMode ? null : mode));
        }
    }

    private static String fourDigits(String mode) {
        return mode.length() == 3 ? "0" + mode : mode;
    }

    /** The mark tells whether this resource has a dataset under another name. */
    private void checkNotElsewhere() {
        for (ZfsDatasets.Observed other : state.datasets().values()) {
            Mark mark = other.mark();
            if (mark != null && mark.owner().equals(resource.key().toString())) {
                throw refusal(
                        "PathChanged",
                        "spec.path: this resource is dataset " + other.name() + " and would have to become " + dataset
                                + ", which Phoenix does not do by itself; run 'zfs rename " + other.name() + " "
                                + dataset
                                + "' on the host, or put spec.pool and spec.path back");
            }
        }
    }

    private ZfsDatasetFacts facts(ZfsDatasets.Observed observed) {
        Map<String, String> properties = new TreeMap<>();
        spec.properties().keySet().forEach(name -> {
            String value = observed.effective().get(name);
            if (value != null) {
                properties.put(name, value);
            }
        });
        return new ZfsDatasetFacts(dataset, observed.used(), observed.available(), observed.mountpoint(), properties);
    }

    private Plan deletion() {
        ZfsDatasets.Observed observed = state.datasets().get(dataset);
        if (observed == null || Ownership.of(resource.key(), observed.mark()) != Ownership.OWN) {
            return Plan.empty();
        }
        if (spec.deletionPolicy() != DeletionPolicy.DELETE) {
            return Plan.of(new ZfsDatasetStep.Release(on, dataset));
        }
        List<String> below = state.datasets().keySet().stream()
                .filter(name -> name.startsWith(dataset + "/"))
                .sorted()
                .toList();
        if (!below.isEmpty() || observed.children() > 0) {
            throw waiting(
                    "DatasetNotEmpty",
                    dataset + " has datasets or volumes below it"
                            + (below.isEmpty() ? "" : ": " + Words.list(below))
                            + "; destroy them first, or set spec.deletionPolicy to Retain");
        }
        String mountpoint = observed.mountpoint();
        List<String> users = mountpoint == null ? List.of() : GuestUse.ofDirectory(state, mountpoint);
        if (!users.isEmpty()) {
            throw waiting(
                    "DatasetInUse",
                    dataset + " is mounted in " + Words.list(users)
                            + "; take the mounts out first, or set spec.deletionPolicy to Retain");
        }
        return Plan.of(new ZfsDatasetStep.Destroy(on, dataset, emptyParents(observed)));
    }

    private List<String> emptyParents(ZfsDatasets.Observed observed) {
        Mark mark = observed.mark();
        List<String> empty = new ArrayList<>();
        for (String name :
                ZfsValues.ordered(mark == null ? "" : mark.fact(PARENTS).orElse(""))) {
            ZfsDatasets.Observed parent = state.datasets().get(name);
            boolean onlyThis = state.datasets().keySet().stream()
                    .filter(each -> each.startsWith(name + "/"))
                    .allMatch(each -> each.equals(dataset) || empty.contains(each));
            if (parent == null
                    || parent.mark() != null
                    || !onlyThis
                    || !parent.snapshots().isEmpty()) {
                break;
            }
            empty.add(name);
        }
        return List.copyOf(empty);
    }

    private ReconcileException waiting(String reason, String message) {
        return new ReconcileException(reason, resource.key() + ": spec.deletionPolicy: " + message, true, null);
    }

    private ReconcileException refusal(String reason, String message) {
        return new ReconcileException(reason, resource.key() + ": " + message, false, null);
    }
}
