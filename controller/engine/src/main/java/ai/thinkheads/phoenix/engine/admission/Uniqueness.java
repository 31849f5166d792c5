package ai.thinkheads.phoenix.engine.admission;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.MacAddress;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestNetwork;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What only one resource of a host can have: numbers, addresses, names and devices. */
final class Uniqueness {

    private final World world;
    private final Findings findings;
    /** Who has claimed what, by host and thing. */
    private final Map<String, Claim> claims = new HashMap<>();

    private record Claim(ResourceKey key, String field) {}

    private Uniqueness(World world, Findings findings) {
        this.world = world;
        this.findings = findings;
    }

    static void check(World world, Findings findings) {
        Uniqueness rules = new Uniqueness(world, findings);
        world.of(Kinds.NETWORK_BRIDGE).forEach(rules::bridge);
        world.of(Kinds.ZFS_POOL).forEach(rules::pool);
        world.of(Kinds.ZFS_DATASET).forEach(rules::dataset);
        world.of(Kinds.STORAGE_POOL).forEach(rules::storage);
        // A number that is given comes before one that was merely found free.
        world.guests().forEach(rules::guest);
        world.guests().forEach(rules::allocated);
    }

    private void bridge(Resource<NetworkBridgeSpec, ?> bridge) {
        NetworkBridgeSpec spec = bridge.spec();
        claim(
                bridge,
                "spec.interfaceName",
                "the interface",
                spec.interfaceName() == null ? bridge.name() : spec.interfaceName());
        for (int i = 0; i < spec.ports().size(); i++) {
            claim(bridge, "spec.ports[" + i + "]", "the port", spec.ports().get(i));
        }
        if (spec.address() != null) {
            claim(
                    bridge,
                    "spec.address",
                    "the address",
                    spec.address().address().toString());
        }
        if (spec.gateway() != null) {
            claim(bridge, "spec.gateway", "the host's default gateway, of which there is one,", "");
        }
    }

    private void pool(Resource<ZfsPoolSpec, ?> pool) {
        claim(pool, "spec.poolName", "the pool", poolName(pool));
        for (int i = 0; i < pool.spec().vdevs().size(); i++) {
            List<String> devices = pool.spec().vdevs().get(i).devices();
            for (int j = 0; j < devices.size(); j++) {
                claim(pool, "spec.vdevs[" + i + "].devices[" + j + "]", "the device", devices.get(j));
            }
        }
    }

    private static String poolName(Resource<ZfsPoolSpec, ?> pool) {
        return pool.spec().poolName() == null ? pool.name() : pool.spec().poolName();
    }

    private void dataset(Resource<ZfsDatasetSpec, ?> dataset) {
        ZfsDatasetSpec spec = dataset.spec();
        String pool =
                world.get(Kinds.ZFS_POOL, spec.pool()).map(Uniqueness::poolName).orElse(spec.pool());
        claim(dataset, "spec.path", "the dataset", pool + "/" + (spec.path() == null ? dataset.name() : spec.path()));
        if (spec.mountpoint() != null && spec.mountpoint().startsWith("/")) {
            claim(dataset, "spec.mountpoint", "the mount point", spec.mountpoint());
        }
    }

    private void storage(Resource<StoragePoolSpec, ?> storage) {
        String id = storage.spec().storageId() == null
                ? storage.name()
                : storage.spec().storageId();
        claim(storage, "spec.storageId", "the storage", id.toLowerCase(java.util.Locale.ROOT));
    }

    private void guest(Resource<? extends GuestSpec, ?> guest) {
        if (guest.spec().vmid() != null) {
            claim(guest, "spec.vmid", "the vmid", guest.spec().vmid().toString());
        }
        GuestNetwork network = guest.spec().network();
        if (network == null) {
            return;
        }
        for (int i = 0; i < network.interfaces().size(); i++) {
            GuestNetwork.Interface card = network.interfaces().get(i);
            String at = "spec.network.interfaces[" + i + "]";
            Cidr address = card.cidr();
            // Templates never run, so they may share what their clones will have.
            if (address != null && !guest.spec().servesAsTemplate()) {
                String segment = card.vlan() == null ? "" : " in VLAN " + card.vlan();
                claim(guest, at + ".address", "the address", address.address() + segment);
            }
            MacAddress mac = card.mac();
            if (mac != null) {
                claim(guest, at + ".mac", "the MAC address", mac.text());
            }
        }
    }

    private void allocated(Resource<? extends GuestSpec, ?> guest) {
        if (guest.spec().vmid() == null && guest.facts() instanceof GuestFacts facts && facts.vmid() != null) {
            claim(guest, "spec.vmid", "the vmid", facts.vmid().toString());
        }
    }

    private void claim(Resource<?, ?> resource, String field, String what, String value) {
        String host = world.host(resource);
        Claim mine = new Claim(resource.key(), field);
        Claim before = claims.putIfAbsent(host + "\n" + what + "\n" + value, mine);
        if (before == null || before.equals(mine)) {
            return;
        }
        // Blame the one that comes; if both do, the later one.
        Claim blamed = findings.isComing(mine.key()) ? mine : before;
        Claim other = blamed == mine ? before : mine;
        String thing = value.isEmpty() ? what : what + " " + value;
        findings.error(
                blamed.key(), blamed.field(), thing + " is taken by " + other.key() + " (" + other.field() + ")");
    }
}
