package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole host into manifests: references by name instead of numbers and volume ids, defaults left out, no secret. What a
 * resource stands for already is not written again, and is referred to by that resource's name.
 */
public final class HostManifests {

    private final Resource<HypervisorSpec, HypervisorFacts> hypervisor;
    private final HostState state;
    private final Resources resources;
    private final Register register;

    private HostManifests(Resource<HypervisorSpec, HypervisorFacts> hypervisor, HostState state, Resources resources) {
        this.hypervisor = hypervisor;
        this.state = state;
        this.resources = resources;
        this.register = new Register(key -> resources.get(key).isPresent());
    }

    /**
     * Reads a host.
     *
     * @param hypervisor the resource that stands for the host
     * @param state the host as it is
     * @param resources what there is already, the hypervisor included
     */
    public static Adoption of(
            Resource<HypervisorSpec, HypervisorFacts> hypervisor, HostState state, Resources resources) {
        return new HostManifests(hypervisor, state, resources).read();
    }

    /**
     * A Hypervisor that says what its host is called and how it resolves names, where the manifest leaves that open and the
     * host's values are ones that a manifest can say.
     */
    public static Resource<HypervisorSpec, HypervisorFacts> described(
            Resource<HypervisorSpec, HypervisorFacts> hypervisor, HostState state) {
        HypervisorSpec given = hypervisor.spec();
        Node.Observed node = state.node();
        List<IpAddress> dns = given.dns();
        if (dns.isEmpty()) {
            try {
                dns = node.dns().stream().map(IpAddress::parse).toList();
            } catch (IllegalArgumentException e) {
                dns = List.of();
            }
        }
        HypervisorSpec full = new HypervisorSpec(
                given.driver(),
                given.endpoint(),
                given.node(),
                given.credentials(),
                given.shell(),
                given.hostname() != null ? given.hostname() : node.hostname(),
                given.timezone() != null ? given.timezone() : node.timezone(),
                given.domain() != null ? given.domain() : node.searchDomain(),
                dns,
                given.packages(),
                given.zfs(),
                given.rebootPolicy(),
                given.features(),
                given.maxParallel(),
                given.resyncInterval(),
                given.simulated());
        try {
            Resource<?, ?> read = Register.checked(hypervisor.withSpec(full));
            return read.as(Kinds.HYPERVISOR).orElse(hypervisor);
        } catch (InexpressibleException e) {
            return hypervisor;
        }
    }

    private Adoption read() {
        String named = resources.list(Kinds.HYPERVISOR).size() > 1 ? hypervisor.name() : null;
        new GroundReader(named, state, register, this::owner).read();
        guests(Kinds.LXC_CONTAINER, state.containers(), new ContainerManifest(named, state, register));
        guests(Kinds.VIRTUAL_MACHINE, state.virtualMachines(), new MachineManifest(named, state, register));
        return register.adoption();
    }

    /** What turns a guest into a spec. */
    interface GuestManifest<C extends GuestConfig, S extends GuestSpec> extends Described<C> {
        S write(Guests.Observed<C> guest, String name, List<String> notes);
    }

    /** What a guest is called in messages. */
    interface Described<C extends GuestConfig> {
        String words(Guests.Observed<C> guest);
    }

    private <C extends GuestConfig, S extends GuestSpec> void guests(
            Kind<S, GuestFacts> kind, Map<Integer, Guests.Observed<C>> guests, GuestManifest<C, S> manifest) {
        Map<Integer, ResourceKey> owners = owners(kind, guests);
        for (Guests.Observed<C> guest : sourcesFirst(guests)) {
            Register.Thing thing = new Register.Thing(
                    String.valueOf(guest.vmid()),
                    manifest.words(guest),
                    guest.config().hostname(),
                    String.valueOf(guest.vmid()),
                    guest.config().mark());
            ResourceKey owner = owners.get(guest.vmid());
            if (owner != null) {
                register.managed(thing, owner);
            } else if ("create".equals(guest.lock()) || "clone".equals(guest.lock())) {
                register.leaveOut(
                        kind,
                        thing,
                        "it is half-made (lock: " + guest.lock()
                                + "); see its task on the host, and destroy it if that has failed");
            } else if (guest.obstacle() != null) {
                register.leaveOut(kind, thing, guest.obstacle());
            } else {
                register.add(kind, thing, (name, notes) -> manifest.write(guest, name, notes));
            }
        }
    }

    private <C extends GuestConfig, S extends GuestSpec> Map<Integer, ResourceKey> owners(
            Kind<S, GuestFacts> kind, Map<Integer, Guests.Observed<C>> guests) {
        Map<String, Integer> marked = new HashMap<>();
        guests.values().forEach(guest -> {
            Mark mark = guest.config().mark();
            if (mark != null) {
                marked.put(mark.owner(), guest.vmid());
            }
        });
        Map<Integer, ResourceKey> owners = new HashMap<>();
        for (Resource<S, GuestFacts> each : resources.list(kind)) {
            if (!lives(each)) {
                continue;
            }
            GuestFacts facts = each.facts();
            Integer vmid = marked.get(each.key().toString());
            if (vmid == null && facts != null) {
                vmid = facts.vmid();
            }
            if (vmid == null) {
                vmid = each.spec().vmid();
            }
            if (vmid != null && guests.containsKey(vmid)) {
                owners.put(vmid, each.key());
            }
        }
        return owners;
    }

    /** By number, and the source of a clone before the clone. */
    private static <C extends GuestConfig> List<Guests.Observed<C>> sourcesFirst(
            Map<Integer, Guests.Observed<C>> guests) {
        Map<Integer, Guests.Observed<C>> left = new TreeMap<>(guests);
        List<Guests.Observed<C>> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Guests.Observed<C>> free = left.values().stream()
                    .filter(each -> each.clonedFrom() == null || !left.containsKey(each.clonedFrom()))
                    .toList();
            // A circle is nothing that a host can have; if one says so, numbers decide.
            List<Guests.Observed<C>> next = free.isEmpty() ? List.copyOf(left.values()) : free;
            ordered.addAll(next);
            next.forEach(each -> left.remove(each.vmid()));
        }
        return ordered;
    }

    private boolean lives(Resource<?, ?> resource) {
        String on = resource.spec().hypervisor();
        return on == null ? resources.list(Kinds.HYPERVISOR).size() <= 1 : on.equals(hypervisor.name());
    }

    /** The stored resource that stands for an object of that kind and name on this host; null when none does. */
    private @Nullable ResourceKey owner(Kind<?, ?> kind, String id) {
        return resources.list(kind).stream()
                .filter(this::lives)
                .filter(each -> id.equals(nameOnHost(each)))
                .map(Resource::key)
                .findFirst()
                .orElse(null);
    }

    private @Nullable String nameOnHost(Resource<?, ?> resource) {
        return resource.as(Kinds.ZFS_POOL)
                .map(HostNames::pool)
                .or(() -> resource.as(Kinds.ZFS_DATASET).map(each -> HostNames.dataset(each, resources)))
                .or(() -> resource.as(Kinds.STORAGE_POOL).map(HostNames::storage))
                .or(() -> resource.as(Kinds.NETWORK_BRIDGE).map(HostNames::bridge))
                .or(() -> resource.as(Kinds.GPU_DRIVER).map(each -> GroundReader.DRIVER))
                .or(() -> resource.as(Kinds.LXC_TEMPLATE)
                        .map(each -> each.facts() == null
                                ? ""
                                : String.valueOf(each.facts().volumeId())))
                .or(() -> resource.as(Kinds.CLOUD_IMAGE)
                        .map(each -> each.facts() == null
                                ? ""
                                : String.valueOf(each.facts().volumeId())))
                .orElse(null);
    }
}
