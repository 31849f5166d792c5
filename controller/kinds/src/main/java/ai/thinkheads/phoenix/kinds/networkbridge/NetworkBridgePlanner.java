package ai.thinkheads.phoenix.kinds.networkbridge;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeFacts;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.hosts.port.Networks.Observed;
import ai.thinkheads.phoenix.kinds.host.GuestUse;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.Ownership;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.Words;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares a NetworkBridge with the bridges of its host. */
public final class NetworkBridgePlanner {

    private NetworkBridgePlanner() {}

    /** What has to be done about the bridge, and how it is. */
    public static Assessment<NetworkBridgeFacts> assess(
            Place on, Resource<NetworkBridgeSpec, NetworkBridgeFacts> resource, HostState state) {
        String name = HostNames.bridge(resource);
        Observed observed = state.bridges().get(name);
        if (observed == null) {
            return Assessment.of(
                    Plan.of(new NetworkBridgeStep.Create(on, desired(resource, null))),
                    new NetworkBridgeFacts(name, null, List.of(), false, null));
        }
        BridgeConfig is = observed.config();
        Ownership ownership = Ownership.claim(resource.key(), is.mark(), "bridge " + name);
        BridgeConfig wanted = desired(resource, is);
        Map<String, String> changes = changes(wanted, is);
        Plan plan = Plan.empty();
        if (!changes.isEmpty() || ownership == Ownership.FREE) {
            String field = changes.isEmpty()
                    ? "metadata"
                    : changes.size() > 1
                            ? "spec"
                            : "spec." + changes.keySet().iterator().next();
            plan = Plan.of(new NetworkBridgeStep.Change(
                    on, field, wanted, Words.list(changes.values()), ownership == Ownership.FREE));
        } else if (observed.revertDeadline() != null) {
            plan = Plan.of(new NetworkBridgeStep.Confirm(on, name));
        }
        NetworkBridgeFacts facts = new NetworkBridgeFacts(
                name, address(is.address()), is.ports(), observed.active(), observed.revertDeadline());
        return new Assessment<>(plan, facts, findings(name, observed), null);
    }

    private static List<Finding> findings(String name, Observed observed) {
        if (observed.active()) {
            return List.of();
        }
        List<String> ports = observed.config().ports();
        return List.of(new Finding(
                Conditions.DEGRADED,
                true,
                "BridgeDown",
                "bridge " + name + " is configured and not up"
                        + (ports.isEmpty() ? "" : "; see that the host has " + Words.list(ports)),
                true));
    }

    /** What the manifest asks for; what it leaves to the host stays as it is. */
    private static BridgeConfig desired(Resource<NetworkBridgeSpec, ?> resource, @Nullable BridgeConfig is) {
        NetworkBridgeSpec spec = resource.spec();
        NetworkBridgeSpec.Nat nat = spec.nat();
        String via = nat == null ? null : nat.via() == null ? "auto" : nat.via();
        Mark mark = is == null || is.mark() == null ? new Mark(resource.key().toString(), Map.of()) : is.mark();
        return new BridgeConfig(
                HostNames.bridge(resource),
                spec.ports(),
                text(spec.address()),
                text(spec.gateway()),
                Boolean.TRUE.equals(spec.vlanAware()),
                spec.mtu() != null || is == null ? spec.mtu() : is.mtu(),
                via,
                mark);
    }

    /** The fields that differ, each with the change in words. */
    static Map<String, String> changes(BridgeConfig wanted, BridgeConfig is) {
        Map<String, String> changes = new TreeMap<>();
        if (!Set.copyOf(wanted.ports()).equals(Set.copyOf(is.ports()))) {
            put(changes, "ports", String.join(" ", is.ports()), String.join(" ", wanted.ports()));
        }
        put(changes, "address", text(address(is.address())), wanted.address());
        put(changes, "gateway", gateway(is.gateway()), wanted.gateway());
        put(changes, "vlanAware", String.valueOf(is.vlanAware()), String.valueOf(wanted.vlanAware()));
        put(changes, "mtu", text(is.mtu()), text(wanted.mtu()));
        put(changes, "nat", is.nat(), wanted.nat());
        return changes;
    }

    private static void put(Map<String, String> changes, String field, @Nullable String is, @Nullable String wanted) {
        if (!Objects.equals(is, wanted)) {
            changes.put(field, field + " from " + words(is) + " to " + words(wanted));
        }
    }

    private static String words(@Nullable String value) {
        return value == null || value.isEmpty() ? "none" : value;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable Cidr address(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable String gateway(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return IpAddress.parse(text).toString();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** What has to be done until the resource may go away. */
    public static Plan deletion(Place on, Resource<NetworkBridgeSpec, ?> resource, HostState state) {
        String name = HostNames.bridge(resource);
        Observed observed = state.bridges().get(name);
        if (observed == null || Ownership.of(resource.key(), observed.config().mark()) != Ownership.OWN) {
            return Plan.empty();
        }
        if (resource.spec().deletionPolicy() != DeletionPolicy.DELETE) {
            BridgeConfig is = observed.config();
            return Plan.of(new NetworkBridgeStep.Release(
                    on,
                    new BridgeConfig(
                            is.name(),
                            is.ports(),
                            is.address(),
                            is.gateway(),
                            is.vlanAware(),
                            is.mtu(),
                            is.nat(),
                            null)));
        }
        List<String> guests = GuestUse.ofBridge(state, name);
        if (!guests.isEmpty() || observed.guests() > 0) {
            throw new ReconcileException(
                    "BridgeInUse",
                    resource.key() + ": spec.deletionPolicy: bridge " + name + " has guests attached: "
                            + (guests.isEmpty() ? String.valueOf(observed.guests()) : Words.list(guests))
                            + "; delete them or move their cards first, or set spec.deletionPolicy to Retain",
                    true,
                    null);
        }
        return Plan.of(new NetworkBridgeStep.Remove(on, name));
    }
}
