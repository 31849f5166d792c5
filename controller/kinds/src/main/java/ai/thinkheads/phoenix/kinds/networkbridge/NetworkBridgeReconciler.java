package ai.thinkheads.phoenix.kinds.networkbridge;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeFacts;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.OpenHost;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.Words;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Drives NetworkBridges. */
public final class NetworkBridgeReconciler implements Reconciler<NetworkBridgeSpec, NetworkBridgeFacts> {

    /** How long the host waits for a confirmation before it takes a change back. */
    private static final Duration REVERT_AFTER = Duration.ofSeconds(60);

    private final HostViews views;

    /** Bridges that were in a reload that failed, and are changed by themselves until they have succeeded. */
    private final Set<ResourceKey> alone = ConcurrentHashMap.newKeySet();

    @Inject
    NetworkBridgeReconciler(HostViews views) {
        this.views = views;
    }

    @Override
    public Kind<NetworkBridgeSpec, NetworkBridgeFacts> kind() {
        return Kinds.NETWORK_BRIDGE;
    }

    @Override
    public Assessment<NetworkBridgeFacts> assess(
            Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        return NetworkBridgePlanner.assess(view.place(), resolved(resource, resources), view.state());
    }

    /** With the host's name of the interface in place of the bridge that the manifest names. */
    private static Resource<NetworkBridgeSpec, NetworkBridgeFacts> resolved(
            Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource, Resources resources) {
        NetworkBridgeSpec.Nat nat = resource.spec().nat();
        String bridge = nat == null ? null : nat.bridge();
        return bridge == null
                ? resource
                : resource.withSpec(
                        resource.spec().withNat(new NetworkBridgeSpec.Nat(null, HostNames.bridge(bridge, resources))));
    }

    @Override
    public Assessment<NetworkBridgeFacts> assessDeletion(
            Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        NetworkBridgeFacts facts = resource.facts();
        return Assessment.of(
                NetworkBridgePlanner.deletion(view.place(), resource, view.state()),
                facts == null ? new NetworkBridgeFacts(null, null, List.of(), false, null) : facts);
    }

    @Override
    public void execute(Step step, Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource, Resources resources) {
        if (!(step instanceof NetworkBridgeStep bridgeStep)) {
            throw new IllegalArgumentException("not a step of a bridge: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> execute(bridgeStep, resource, resources, open));
    }

    private void execute(
            NetworkBridgeStep step,
            Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource,
            Resources resources,
            OpenHost open) {
        Networks networks = open.host().networks();
        ResourceKey key = resource.key();
        switch (step) {
            case NetworkBridgeStep.Create create -> together(resource, create.config(), resources, open);
            case NetworkBridgeStep.Change change -> together(resource, change.config(), resources, open);
            case NetworkBridgeStep.Release release ->
                change(networks, List.of(new Edit(key, release.bridge(), release.config())));
            case NetworkBridgeStep.Remove remove -> change(networks, List.of(new Edit(key, remove.bridge(), null)));
            case NetworkBridgeStep.Confirm confirm -> {
                // Somebody else's change may have been what was seen, and may be confirmed by now.
                boolean pending = networks.read(confirm.bridge())
                        .map(now -> now.revertDeadline() != null)
                        .orElse(false);
                if (pending) {
                    networks.confirm();
                }
            }
        }
        open.readBack().bridge(step.bridge());
    }

    /**
     * What is going to be staged.
     *
     * @param config null to remove the bridge
     */
    private record Edit(
            ResourceKey key, String bridge, @Nullable BridgeConfig config) {}

    /**
     * Makes or changes a bridge, and along with it every other bridge of the host that is to be made or changed: a host's network is
     * reloaded once, not once for each. Where that fails, each goes by itself until it has succeeded, so that one that cannot be made
     * keeps no other from being made.
     */
    private void together(
            Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource,
            BridgeConfig config,
            Resources resources,
            OpenHost open) {
        Networks networks = open.host().networks();
        Edit own = new Edit(resource.key(), config.name(), config);
        if (networks.read(config.name()).filter(now -> isDone(config, now)).isPresent()) {
            // Another bridge's reload has brought it along since this was planned.
            return;
        }
        List<Edit> edits = new ArrayList<>(List.of(own));
        if (!alone.contains(own.key())) {
            edits.addAll(companions(resource, resources));
        }
        try {
            change(networks, edits);
            alone.remove(own.key());
        } catch (HostException | ReconcileException e) {
            if (edits.size() == 1) {
                throw e;
            }
            edits.forEach(edit -> alone.add(edit.key()));
            boolean nothingChanged = e instanceof HostException host && host.why() == HostException.Cause.REFUSED;
            if (!nothingChanged) {
                throw e;
            }
            change(networks, List.of(own));
            alone.remove(own.key());
        }
        edits.forEach(edit -> open.readBack().bridge(edit.bridge()));
    }

    private static boolean isDone(BridgeConfig wanted, Networks.Observed now) {
        return now.revertDeadline() == null
                && NetworkBridgePlanner.changes(wanted, now.config()).isEmpty()
                && Objects.equals(wanted.mark(), now.config().mark());
    }

    /** The host's other bridges that have to be made or changed and wait for nothing. */
    private List<Edit> companions(Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource, Resources resources) {
        Place place = views.view(resource, resources).place();
        List<Edit> companions = new ArrayList<>();
        for (Resource<NetworkBridgeSpec, NetworkBridgeFacts> other : resources.list(Kinds.NETWORK_BRIDGE)) {
            boolean free = !other.key().equals(resource.key())
                    && !other.isDeleting()
                    && !alone.contains(other.key())
                    && !other.annotation(Annotations.PAUSED).equals(Optional.of("true"))
                    && other.spec().references().stream().allMatch(reference -> isMet(reference, resources));
            if (free) {
                edit(place, other, resources).ifPresent(companions::add);
            }
        }
        return companions;
    }

    private static boolean isMet(Reference reference, Resources resources) {
        return resources
                .get(reference.target())
                .filter(target -> target.has(reference.condition()))
                .isPresent();
    }

    private Optional<Edit> edit(
            Place place, Resource<NetworkBridgeSpec, NetworkBridgeFacts> other, Resources resources) {
        try {
            HostView view = views.view(other, resources);
            if (!view.place().equals(place)) {
                return Optional.empty();
            }
            Plan plan = NetworkBridgePlanner.assess(place, resolved(other, resources), view.state())
                    .plan();
            for (Step step : plan.steps()) {
                if (step instanceof NetworkBridgeStep.Create create) {
                    return Optional.of(new Edit(other.key(), create.bridge(), create.config()));
                }
                if (step instanceof NetworkBridgeStep.Change change) {
                    return Optional.of(new Edit(other.key(), change.bridge(), change.config()));
                }
            }
            return Optional.empty();
        } catch (ReconcileException e) {
            // Its own pass says what is in its way.
            return Optional.empty();
        }
    }

    /**
     * Stages, applies by one reload, and confirms only after the host has answered a fresh read with what was asked for. Should
     * it not answer, the host takes the change back by itself.
     */
    private static void change(Networks networks, List<Edit> edits) {
        ResourceKey key = edits.getFirst().key();
        Map<String, String> others = new TreeMap<>(networks.staged());
        edits.forEach(edit -> others.remove(edit.bridge()));
        if (!others.isEmpty()) {
            List<String> words = others.entrySet().stream()
                    .map(each -> each.getKey() + " (" + each.getValue() + ")")
                    .toList();
            throw new ReconcileException(
                    "ForeignChangesStaged",
                    key
                            + ": changes of the network that are not Phoenix's are staged on the host and would be applied along"
                            + " with this one: " + Words.list(words) + "; apply or discard them on the host",
                    true,
                    null);
        }
        stageAndApply(networks, edits);
        List<String> wrong = edits.stream()
                .filter(edit -> !isAsAsked(edit, networks.read(edit.bridge())))
                .map(Edit::bridge)
                .toList();
        if (!wrong.isEmpty()) {
            throw new ReconcileException(
                    "NetworkNotConfirmed",
                    key + ": after the reload " + (wrong.size() == 1 ? "bridge " : "bridges ") + Words.list(wrong)
                            + (wrong.size() == 1 ? " is" : " are")
                            + " not as asked for, so the change was not confirmed and"
                            + " the host takes it back within " + REVERT_AFTER.toSeconds() + " s",
                    true,
                    null);
        }
        networks.confirm();
    }

    private static boolean isAsAsked(Edit edit, Optional<Networks.Observed> now) {
        BridgeConfig config = edit.config();
        return config == null
                ? now.isEmpty()
                : now.map(Networks.Observed::config)
                        .filter(is -> sameAs(config, is))
                        .isPresent();
    }

    private static void stageAndApply(Networks networks, List<Edit> edits) {
        try {
            for (Edit edit : edits) {
                if (edit.config() == null) {
                    networks.stageRemoval(edit.bridge());
                } else {
                    networks.stage(edit.config());
                }
            }
            networks.apply(REVERT_AFTER);
        } catch (HostException e) {
            if (e.why() != HostException.Cause.UNREACHABLE) {
                // Nothing of others is staged, so what is left there is this failed change only.
                networks.discard();
            }
            throw e;
        }
    }

    /** What makes the host reachable has to be exactly as asked; the rest is compared by the next assessment. */
    private static boolean sameAs(BridgeConfig wanted, BridgeConfig is) {
        return Objects.equals(wanted.address(), is.address())
                && Objects.equals(wanted.gateway(), is.gateway())
                && Set.copyOf(wanted.ports()).equals(Set.copyOf(is.ports()));
    }

    @Override
    public void distrust(Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource) {
        views.distrust(resource);
    }
}
