package ai.thinkheads.phoenix.kinds.storagepool;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Storages.Definition;
import ai.thinkheads.phoenix.hosts.port.Storages.Observed;
import ai.thinkheads.phoenix.kinds.host.GuestUse;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares a StoragePool with the storages of its host. Definitions carry no mark; one of the same name is the same one. */
public final class StoragePoolPlanner {

    private static final String SPARSE = "sparse";

    private StoragePoolPlanner() {}

    /** What the definition of that storage has to be. */
    public static Definition definition(Resource<StoragePoolSpec, ?> resource, Resources resources) {
        StoragePoolSpec spec = resource.spec();
        StoragePoolSpec.Target target = spec.target();
        Map<String, String> options = new TreeMap<>();
        switch (spec.type()) {
            case ZFSPOOL -> {
                if (target.dataset() != null) {
                    options.put("pool", HostNames.dataset(target.dataset(), resources));
                } else if (target.pool() != null) {
                    options.put("pool", HostNames.pool(target.pool(), resources));
                }
                options.put(SPARSE, Boolean.FALSE.equals(spec.sparse()) ? "0" : "1");
            }
            case DIR -> {
                String dataset = target.dataset();
                put(options, "path", dataset == null ? target.path() : HostNames.mountpoint(dataset, resources));
            }
            case NFS -> {
                put(options, "server", target.server());
                put(options, "export", target.export());
                put(options, "options", target.options());
            }
            case LVMTHIN -> {
                put(options, "vgname", target.volumeGroup());
                put(options, "thinpool", target.thinPool());
            }
        }
        Set<String> content =
                spec.content().stream().map(StoragePoolSpec.Content::word).collect(Collectors.toSet());
        return new Definition(HostNames.storage(resource), spec.type().word(), content, options);
    }

    private static void put(Map<String, String> options, String name, @Nullable String value) {
        if (value != null) {
            options.put(name, value);
        }
    }

    /** What has to be done about the definition, and how the storage is. */
    public static Assessment<StoragePoolFacts> assess(
            Place on, Resource<StoragePoolSpec, StoragePoolFacts> resource, Definition wanted, HostState state) {
        Observed observed = state.storages().get(wanted.id());
        if (observed == null) {
            return Assessment.of(
                    Plan.of(new StoragePoolStep.Create(on, wanted)),
                    new StoragePoolFacts(wanted.id(), false, null, null));
        }
        StoragePoolFacts facts =
                new StoragePoolFacts(wanted.id(), observed.active(), observed.total(), observed.available());
        List<Finding> findings = observed.active()
                ? List.of()
                : List.of(new Finding(
                        Conditions.DEGRADED,
                        true,
                        "StorageInactive",
                        "storage " + wanted.id() + " is defined and cannot be reached; see that "
                                + where(observed.definition()) + " is there",
                        true));
        return new Assessment<>(compare(on, resource, wanted, observed, state), facts, findings, null);
    }

    private static Plan compare(
            Place on, Resource<?, ?> resource, Definition wanted, Observed observed, HostState state) {
        Definition is = observed.definition();
        List<String> fixed = new ArrayList<>();
        List<String> free = new ArrayList<>();
        if (!is.type().equals(wanted.type())) {
            fixed.add("type from " + is.type() + " to " + wanted.type());
        }
        new TreeMap<>(wanted.options()).forEach((name, value) -> {
            String now = is.options().get(name);
            if (!value.equals(canonical(name, now))) {
                String words = name + " from " + (now == null ? "unset" : now) + " to " + value;
                (observed.fixed().contains(name) ? fixed : free).add(words);
            }
        });
        boolean otherContent = !is.content().equals(wanted.content());
        if (otherContent) {
            free.add("content from " + sorted(is.content()) + " to " + sorted(wanted.content()));
        }
        if (!fixed.isEmpty()) {
            List<String> users = GuestUse.ofStorage(state, wanted.id());
            if (!users.isEmpty()) {
                throw new ReconcileException(
                        "StorageInUse",
                        resource.key() + ": spec.target: " + Words.list(fixed)
                                + " needs a new definition, and then the disks of " + Words.list(users)
                                + " would no longer be found; move them to another storage first, or put spec.target back",
                        true,
                        null);
            }
            fixed.addAll(free);
            return Plan.of(new StoragePoolStep.Redefine(on, wanted, Words.list(fixed)));
        }
        if (free.isEmpty()) {
            return Plan.empty();
        }
        String field = free.size() > 1 ? "spec" : otherContent ? "spec.content" : "spec.target";
        Step update = new StoragePoolStep.Update(on, field, wanted, Words.list(free));
        return Plan.of(update);
    }

    /** An absent switch is off; hosts write switches in more ways than one. */
    private static @Nullable String canonical(String name, @Nullable String value) {
        if (!name.equals(SPARSE)) {
            return value;
        }
        return value == null || value.equals("0") || value.equals("off") || value.equals("false") ? "0" : "1";
    }

    private static String sorted(Set<String> content) {
        return String.join(",", new TreeSet<>(content));
    }

    private static String where(Definition definition) {
        Map<String, String> options = definition.options();
        return switch (definition.type()) {
            case "zfspool" -> "dataset " + options.getOrDefault("pool", "");
            case "dir" -> "directory " + options.getOrDefault("path", "");
            case "nfs" ->
                "server " + options.getOrDefault("server", "") + " with " + options.getOrDefault("export", "");
            default -> "thin pool " + options.getOrDefault("vgname", "") + "/" + options.getOrDefault("thinpool", "");
        };
    }

    /** What has to be done until the resource may go away. */
    public static Plan deletion(Place on, Resource<StoragePoolSpec, ?> resource, HostState state) {
        String storage = HostNames.storage(resource);
        if (!state.storages().containsKey(storage) || resource.spec().deletionPolicy() != DeletionPolicy.DELETE) {
            return Plan.empty();
        }
        List<String> users = GuestUse.ofStorage(state, storage);
        if (!users.isEmpty()) {
            throw new ReconcileException(
                    "StorageInUse",
                    resource.key() + ": spec.deletionPolicy: storage " + storage + " keeps disks of "
                            + Words.list(users)
                            + "; delete or move those guests first, or set spec.deletionPolicy to Retain",
                    true,
                    null);
        }
        return Plan.of(new StoragePoolStep.Remove(on, storage));
    }
}
