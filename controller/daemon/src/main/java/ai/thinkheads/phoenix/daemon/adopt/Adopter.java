package ai.thinkheads.phoenix.daemon.adopt;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.ManifestSet;
import ai.thinkheads.phoenix.daemon.apply.Refusal;
import ai.thinkheads.phoenix.daemon.apply.RefusedException;
import ai.thinkheads.phoenix.engine.plan.PlannedChange;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.kinds.adopt.Adoption;
import ai.thinkheads.phoenix.kinds.adopt.HostManifests;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads hosts into manifests. Nothing is stored, and nothing on the host is changed. */
public final class Adopter {

    private static final Set<String> MARKING = Set.of("metadata", "spec.adopt");
    private static final String NOTE = "note on ";

    private final Store store;
    private final HostViews views;
    private final Applier applier;
    private final Engine engine;

    @Inject
    public Adopter(Store store, HostViews views, Applier applier, Engine engine) {
        this.store = store;
        this.views = views;
        this.applier = applier;
        this.engine = engine;
    }

    /**
     * What was read.
     *
     * @param marks what applying each manifest does on the host: marks, and nothing else
     */
    public record Reading(
            Resource<HypervisorSpec, HypervisorFacts> hypervisor,
            Adoption adoption,
            Map<ResourceKey, List<PlannedStep>> marks) {
        public Reading {
            marks = Map.copyOf(marks);
        }
    }

    /**
     * Reads a host.
     *
     * @param given the manifest of a Hypervisor that need not be stored; null for a stored one
     * @param name the stored Hypervisor; null for the only one
     * @throws RefusedException when there is no such Hypervisor, or its manifest is refused
     * @throws ai.thinkheads.phoenix.engine.reconcile.ReconcileException when the host cannot be opened or read
     */
    public Reading read(@Nullable Resource<HypervisorSpec, HypervisorFacts> given, @Nullable String name) {
        Resource<HypervisorSpec, HypervisorFacts> hypervisor = given != null ? given : stored(name);
        boolean fresh = given != null && store.get(hypervisor.key()).isEmpty();
        Resources world = new World(hypervisor);
        views.distrust(hypervisor);
        HostView view = views.view(hypervisor, world);
        Adoption adoption = HostManifests.of(hypervisor, view.state(), world);
        if (fresh) {
            List<Adoption.Entry> entries = new ArrayList<>();
            Resource<HypervisorSpec, HypervisorFacts> described = HostManifests.described(hypervisor, view.state());
            entries.add(
                    new Adoption.Entry(described, "host " + view.state().node().hostname(), List.of()));
            entries.addAll(adoption.entries());
            adoption = new Adoption(entries, adoption.leftOut(), adoption.managed());
        }
        return settle(hypervisor, adoption);
    }

    private Resource<HypervisorSpec, HypervisorFacts> stored(@Nullable String name) {
        List<Resource<HypervisorSpec, HypervisorFacts>> all = new ArrayList<>();
        store.list(Kinds.HYPERVISOR)
                .items()
                .forEach(each -> each.as(Kinds.HYPERVISOR).ifPresent(all::add));
        List<String> names = all.stream().map(Resource::name).toList();
        if (name != null) {
            return all.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> refused("there is no Hypervisor/" + name
                            + (names.isEmpty() ? "" : "; there are " + String.join(", ", names))
                            + "; give the manifest of a new one by -f"));
        }
        if (all.size() == 1) {
            return all.getFirst();
        }
        throw refused(
                all.isEmpty()
                        ? "there is no Hypervisor yet; give the manifest of one by -f"
                        : "there are several hypervisors; name one by --hypervisor: " + String.join(", ", names));
    }

    private static RefusedException refused(String message) {
        return new RefusedException(List.of(new Refusal("", "", "", message)));
    }

    /** Takes out what would be refused, and what would do more than mark, until the rest would do nothing else. */
    private Reading settle(Resource<HypervisorSpec, HypervisorFacts> hypervisor, Adoption read) {
        Adoption adoption = read;
        while (true) {
            Map<ResourceKey, String> reasons = new LinkedHashMap<>();
            Map<ResourceKey, List<PlannedStep>> marks = new HashMap<>();
            try {
                Applier.Prepared prepared = applier.prepare(new ManifestSet(
                        adoption.entries().stream()
                                .map(each -> new ManifestSet.Item(each.resource(), ""))
                                .toList(),
                        null,
                        null,
                        false,
                        false));
                for (PlannedChange change : engine.plan(prepared.overlay(), Set.of())) {
                    judge(change, reasons, marks);
                }
            } catch (RefusedException e) {
                refusals(adoption, e, reasons);
            }
            if (reasons.isEmpty()) {
                return new Reading(hypervisor, adoption, marks);
            }
            adoption = adoption.without(reasons);
        }
    }

    private static void judge(
            PlannedChange change, Map<ResourceKey, String> reasons, Map<ResourceKey, List<PlannedStep>> marks) {
        List<String> more = change.steps().stream()
                .filter(step ->
                        !MARKING.contains(step.field()) && !step.action().startsWith(NOTE))
                .map(PlannedStep::action)
                .toList();
        if (!more.isEmpty()) {
            reasons.put(change.key(), "applying it would change it: " + String.join("; ", more));
        } else if (change.blocked() != null) {
            reasons.put(change.key(), change.blocked());
        } else {
            marks.put(change.key(), change.steps());
        }
    }

    private static void refusals(Adoption adoption, RefusedException e, Map<ResourceKey, String> reasons) {
        Map<String, ResourceKey> ours = new TreeMap<>();
        adoption.entries().forEach(each -> ours.put(each.key().toString(), each.key()));
        for (Refusal refusal : e.refusals()) {
            ResourceKey key = ours.get(refusal.resource());
            if (key == null) {
                throw e;
            }
            reasons.merge(
                    key,
                    (refusal.field().isEmpty() ? "" : refusal.field() + ": ") + refusal.message(),
                    (one, other) -> one + "; " + other);
        }
    }

    /** What is stored, and the Hypervisor that is read. */
    private final class World implements Resources {

        private final Resource<HypervisorSpec, HypervisorFacts> hypervisor;

        World(Resource<HypervisorSpec, HypervisorFacts> hypervisor) {
            this.hypervisor = hypervisor;
        }

        @Override
        public Optional<Resource<?, ?>> get(ResourceKey key) {
            return key.equals(hypervisor.key()) ? Optional.of(hypervisor) : store.get(key);
        }

        @Override
        public <S extends Spec, F extends Facts> List<Resource<S, F>> list(Kind<S, F> kind) {
            Map<String, Resource<S, F>> all = new TreeMap<>();
            store.list(kind).items().forEach(each -> each.as(kind).ifPresent(one -> all.put(one.name(), one)));
            hypervisor.as(kind).ifPresent(one -> all.put(one.name(), one));
            return List.copyOf(all.values());
        }

        @Override
        public List<ResourceKey> dependents(ResourceKey key) {
            return List.of();
        }

        @Override
        public boolean isPreview() {
            return true;
        }
    }
}
