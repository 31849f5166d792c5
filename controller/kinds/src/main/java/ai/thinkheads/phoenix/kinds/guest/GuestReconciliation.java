package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HealthCheck;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.Capabilities;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Drives one kind of guest: finds the guest that a resource stands for, plans, executes, probes.
 *
 * @param <S> the spec
 * @param <C> the configuration on the host
 * @param <D> a mount point or a disk
 */
public final class GuestReconciliation<S extends GuestSpec, C extends GuestConfig, D> {

    private static final Duration SETTLING = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofSeconds(10);

    private final GuestType<S, C, D> type;
    private final HostViews views;
    private final VmidAllocator numbers;
    private final FeatureInstaller features;
    private final Clock clock;
    private final GuestPlanner<C, D> planner;

    public GuestReconciliation(
            GuestType<S, C, D> type, HostViews views, VmidAllocator numbers, FeatureInstaller features, Clock clock) {
        this.type = type;
        this.views = views;
        this.numbers = numbers;
        this.features = features;
        this.clock = clock;
        this.planner = new GuestPlanner<>(type.shape());
    }

    /** Compares the guest with its manifest. */
    public Assessment<GuestFacts> assess(Resource<S, GuestFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        requireSupported(resource, view);
        S effective = type.effective(resource, resources);
        GuestWish<C, D> wish = type.wish(resource, effective, resources, view);
        GuestIdentity<C> identity = find(resource, wish, view);
        Sight<C> sight = sight(identity, view);
        Draft draft = planner.plan(wish, sight);
        List<Finding> findings = new ArrayList<>(draft.findings());
        Guests.Observed<C> guest = identity.guest();
        Map<String, GuestFacts.Probe> health = before(resource);
        Duration recheck = null;
        if (guest != null && guest.running() && waitsForConsent(wish, draft.plan())) {
            HealthProbes.Verdict verdict = probe(effective, wish, guest, health, resources, view);
            health = verdict.results();
            recheck = sooner(verdict.next(), settling(guest));
            if (verdict.remedy() != null) {
                draft = planner.plan(wish, sight.withRemedy(verdict.remedy()));
                findings = new ArrayList<>(draft.findings());
            }
            findings.addAll(verdict.findings());
        } else if (guest == null || !guest.running()) {
            health = Map.of();
        }
        if (guest != null) {
            for (String limit : type.guests(view.host()).unenforced(guest.config())) {
                findings.add(new Finding(Conditions.DEGRADED, true, "LimitNotEnforced", limit, false));
            }
        }
        return new Assessment<>(draft.plan(), facts(resource, identity, health), findings, recheck);
    }

    /** A host that runs no guests of this kind says so before anything is planned. */
    private void requireSupported(Resource<S, GuestFacts> resource, HostView view) {
        Capabilities able = view.host().capabilities();
        GuestKind kind = type.shape().kind();
        boolean runs = kind == GuestKind.CONTAINER ? able.containers() : able.virtualMachines();
        if (!runs) {
            throw new ReconcileException(
                    "Unsupported",
                    resource.key() + ": the driver of Hypervisor/" + view.name() + " runs no "
                            + (kind == GuestKind.CONTAINER ? "containers" : "virtual machines")
                            + "; name a host that does in spec.hypervisor",
                    false,
                    null);
        }
    }

    /** Whether nothing is left to do that may be done: the guest goes on as it is. */
    private static boolean waitsForConsent(GuestWish<?, ?> wish, Plan plan) {
        return plan.steps().stream()
                .allMatch(step -> step.consent() != null && !wish.consents().contains(step.consent()));
    }

    /** A guest that has started lately may not have its addresses yet, nor its agent: when to look again. */
    private @Nullable Duration settling(Guests.Observed<C> guest) {
        Instant started = guest.startedAt();
        boolean lately = started != null && started.plus(SETTLING).isAfter(clock.instant());
        boolean addressed = guest.config().nics().stream().anyMatch(nic -> nic.address() != null);
        boolean settled = !Boolean.FALSE.equals(guest.agent())
                && (!addressed || !guest.addresses().isEmpty());
        return lately && !settled ? SOON : null;
    }

    private static @Nullable Duration sooner(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    /** What has to be done before the resource may go away. */
    public Assessment<GuestFacts> assessDeletion(Resource<S, GuestFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        GuestTable<C> all = type.all(view.state());
        GuestIdentity<C> identity = ours(resource, all);
        Guests.Observed<C> guest = identity.guest();
        if (guest == null) {
            numbers.settled(view.name(), resource.key());
            return Assessment.of(Plan.empty(), facts(resource, identity, Map.of()));
        }
        GuestWish<C, D> wish = GuestWish.leaving(
                resource.key(),
                view.name(),
                guest.config(),
                GuestSources.patience(resource.spec().startup()));
        boolean destroy = resource.spec().deletionPolicy() == DeletionPolicy.DELETE;
        Draft draft = planner.planDeletion(wish, sight(identity, view), destroy);
        return new Assessment<>(draft.plan(), facts(resource, identity, Map.of()), draft.findings(), null);
    }

    /** Chooses the number of a guest that is about to be created, so that it is durable before anything is. */
    public GuestFacts intend(Resource<S, GuestFacts> resource, Assessment<GuestFacts> assessment, Resources resources) {
        GuestFacts facts = assessment.facts();
        boolean makes = assessment.plan().steps().stream()
                .anyMatch(step -> step instanceof GuestStep.Create || step instanceof GuestStep.Clone);
        if (facts.vmid() != null || !makes) {
            return facts;
        }
        HostView view = views.view(resource, resources);
        return GuestFacts.intended(numbers.allocate(view.name(), resource.key(), view.state(), resources));
    }

    /** Does one step. */
    public void execute(Step step, Resource<S, GuestFacts> resource, Resources resources) {
        if (!(step instanceof GuestStep<?, ?> guestStep)) {
            throw new IllegalArgumentException("not a step of a guest: " + step.operation());
        }
        HostFailures.guard(resource.key(), step.action(), () -> {
            HostView view = views.view(resource, resources);
            int vmid = number(resource, view);
            executor(vmid, resource, resources, view).execute(own(guestStep));
        });
    }

    /** What the host warned of while it worked on the guest. */
    public List<String> warnings(Resource<S, GuestFacts> resource, Resources resources) {
        GuestFacts facts = resource.facts();
        Integer vmid = facts == null ? null : facts.vmid();
        return vmid == null
                ? List.of()
                : type.guests(views.view(resource, resources).host()).warnings(vmid);
    }

    public void distrust(Resource<S, GuestFacts> resource) {
        views.distrust(resource);
    }

    @SuppressWarnings("unchecked") // the planner of this kind made the step
    private GuestStep<C, D> own(GuestStep<?, ?> step) {
        return (GuestStep<C, D>) step;
    }

    private GuestExecutor<C, D> executor(
            int vmid, Resource<S, GuestFacts> resource, Resources resources, HostView view) {
        return new GuestExecutor<>(
                resource.key(),
                vmid,
                type.shape(),
                view.host(),
                type.guests(view.host()),
                () -> Optional.ofNullable(
                        type.all(views.view(resource, resources).state()).get(vmid)),
                () -> type.readBack(views.readBack(view), vmid),
                features,
                clock);
    }

    private int number(Resource<S, GuestFacts> resource, HostView view) {
        GuestIdentity<C> ours = ours(resource, type.all(view.state()));
        if (ours.vmid() != null) {
            return ours.vmid();
        }
        if (resource.spec().vmid() != null) {
            return resource.spec().vmid();
        }
        return numbers.reservation(view.name(), resource.key())
                .or(() -> Optional.ofNullable(resource.facts()).map(GuestFacts::vmid))
                .orElseThrow(() -> new ReconcileException(
                        "NumberMissing", resource.key() + ": its number was not chosen yet", true, null));
    }

    /** The guest with this resource's mark. */
    private GuestIdentity<C> ours(Resource<S, GuestFacts> resource, GuestTable<C> all) {
        String owner = resource.key().toString();
        GuestFacts facts = resource.facts();
        Integer known = facts == null || facts.vmid() == null ? resource.spec().vmid() : facts.vmid();
        Guests.Observed<C> guest = GuestIdentity.marked(owner, known, all);
        return guest == null ? new GuestIdentity<>(null, null) : new GuestIdentity<>(guest.vmid(), guest);
    }

    private GuestIdentity<C> find(Resource<S, GuestFacts> resource, GuestWish<C, D> wish, HostView view) {
        GuestFacts facts = resource.facts();
        Integer known = facts == null ? null : facts.vmid();
        if (known == null) {
            known = numbers.reservation(view.name(), resource.key()).orElse(null);
        }
        return GuestIdentity.find(
                resource.key(),
                type.shape().kind(),
                wish.config().hostname(),
                wish.vmid(),
                known,
                type.all(view.state()),
                view.state());
    }

    private Sight<C> sight(GuestIdentity<C> identity, HostView view) {
        HostState state = view.state();
        Map<String, String> types = new HashMap<>();
        state.storages()
                .forEach((id, storage) -> types.put(id, storage.definition().type()));
        List<String> clones = new ArrayList<>();
        Guests.Observed<C> guest = identity.guest();
        if (guest != null && guest.template()) {
            for (Guests.Observed<C> each : type.all(state).values()) {
                if (each.clonedFrom() != null && each.clonedFrom() == guest.vmid()) {
                    clones.add(each.config().hostname() + " (" + each.vmid() + ")");
                }
            }
            clones.sort(String::compareTo);
        }
        return new Sight<>(identity.vmid(), guest, view.host().capabilities(), types, clones, null);
    }

    private HealthProbes.Verdict probe(
            S effective,
            GuestWish<C, D> wish,
            Guests.Observed<C> guest,
            Map<String, GuestFacts.Probe> before,
            Resources resources,
            HostView view) {
        Map<String, HealthCheck> checks = HealthProbes.checks(effective.healthChecks(), wish.features());
        GuestShell shell = resources.isPreview() ? null : view.host().shell();
        return HealthProbes.judge(
                type.shape().kind().word() + " " + wish.name(),
                checks,
                before,
                guest,
                GuestShell.Target.guest(type.shape().kind(), guest.vmid()),
                shell,
                clock.instant());
    }

    private Map<String, GuestFacts.Probe> before(Resource<S, GuestFacts> resource) {
        GuestFacts facts = resource.facts();
        return facts == null ? Map.of() : facts.health();
    }

    private GuestFacts facts(
            Resource<? extends GuestSpec, ? extends Facts> resource,
            GuestIdentity<C> identity,
            Map<String, GuestFacts.Probe> health) {
        Guests.Observed<C> guest = identity.guest();
        if (guest == null) {
            return new GuestFacts(
                    identity.vmid(),
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    false,
                    List.of(),
                    List.of(),
                    List.of(),
                    null,
                    null,
                    Map.of());
        }
        Mark mark = guest.config().mark();
        List<String> pending = guest.running() ? GuestPlanner.pending(type.shape(), guest) : List.of();
        return new GuestFacts(
                guest.vmid(),
                guest.frozen() ? "frozen" : guest.running() ? "running" : "stopped",
                guest.config().cores(),
                guest.config().memory(),
                guest.agent(),
                guest.addresses(),
                !pending.isEmpty(),
                pending,
                installed(mark),
                guest.snapshots().stream().map(Guests.Snapshot::name).toList(),
                mark == null ? null : mark.facts().get(MarkFacts.MADE_FROM),
                MarkFacts.instant(mark, MarkFacts.RESTARTED).orElse(null),
                health);
    }

    private static List<InstalledFeature> installed(@Nullable Mark mark) {
        Map<String, String> inherited = MarkFacts.starting(mark, FeatureWish.INHERITED);
        List<InstalledFeature> installed = new ArrayList<>();
        new TreeMap<>(MarkFacts.starting(mark, FeatureWish.FACT))
                .forEach((name, stamp) ->
                        installed.add(new InstalledFeature(name, FeatureWish.versionOf(stamp), inherited.get(name))));
        return installed;
    }
}
