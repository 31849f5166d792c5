package ai.thinkheads.phoenix.kinds.networkbridge;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeFacts;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
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
import ai.thinkheads.phoenix.kinds.host.Words;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Drives NetworkBridges. */
public final class NetworkBridgeReconciler implements Reconciler<NetworkBridgeSpec, NetworkBridgeFacts> {

    /** How long the host waits for a confirmation before it takes a change back. */
    private static final Duration REVERT_AFTER = Duration.ofSeconds(60);

    private final HostViews views;

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
        HostFailures.guard(resource.key(), step.action(), () -> execute(bridgeStep, resource.key(), open));
    }

    private static void execute(NetworkBridgeStep step, ResourceKey key, OpenHost open) {
        Networks networks = open.host().networks();
        switch (step) {
            case NetworkBridgeStep.Create create -> change(key, networks, create.bridge(), create.config());
            case NetworkBridgeStep.Change change -> change(key, networks, change.bridge(), change.config());
            case NetworkBridgeStep.Release release -> change(key, networks, release.bridge(), release.config());
            case NetworkBridgeStep.Remove remove -> change(key, networks, remove.bridge(), null);
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
     * Stages, applies by one reload, and confirms only after the host has answered a fresh read with what was asked for. Should
     * it not answer, the host takes the change back by itself.
     *
     * @param config null to remove the bridge
     */
    private static void change(ResourceKey key, Networks networks, String bridge, @Nullable BridgeConfig config) {
        Map<String, String> others = new TreeMap<>(networks.staged());
        others.remove(bridge);
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
        stageAndApply(networks, bridge, config);
        Optional<Networks.Observed> now = networks.read(bridge);
        boolean asAsked = config == null
                ? now.isEmpty()
                : now.map(Networks.Observed::config)
                        .filter(is -> sameAs(config, is))
                        .isPresent();
        if (!asAsked) {
            throw new ReconcileException(
                    "NetworkNotConfirmed",
                    key + ": bridge " + bridge
                            + " is not as asked for after the reload, so the change was not confirmed and"
                            + " the host takes it back within " + REVERT_AFTER.toSeconds() + " s",
                    true,
                    null);
        }
        networks.confirm();
    }

    private static void stageAndApply(Networks networks, String bridge, @Nullable BridgeConfig config) {
        try {
            if (config == null) {
                networks.stageRemoval(bridge);
            } else {
                networks.stage(config);
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
