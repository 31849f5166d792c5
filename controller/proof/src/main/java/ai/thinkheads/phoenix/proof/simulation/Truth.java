package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestNetwork;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateFacts;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares what a resource asks for with what is on the machine, in a simple way of its own that shares nothing with the planners. */
final class Truth {

    private Truth() {}

    /** What is not as the resource says; empty when all of it is, or when there is nothing on the machine to compare. */
    static List<String> lies(Resource<?, ?> resource, HostState state) {
        List<String> lies = new ArrayList<>();
        switch (resource.spec()) {
            case HypervisorSpec spec -> host(lies, spec, state);
            case GpuDriverSpec spec -> {
                boolean vfio = spec.mode() == GpuDriverSpec.Mode.VFIO;
                expect(lies, "the cards are bound to vfio", vfio, state.gpus().vfio());
                if (!vfio) {
                    expect(lies, "loaded driver", spec.version(), state.gpus().loadedVersion());
                }
            }
            case ZfsPoolSpec spec -> pool(lies, resource.name(), spec, state);
            case ZfsDatasetSpec spec -> dataset(lies, resource.name(), spec, state);
            case StoragePoolSpec spec -> storage(lies, resource.name(), spec, state);
            case NetworkBridgeSpec spec -> bridge(lies, resource.name(), spec, state);
            case GuestSpec spec -> guest(lies, resource, spec, state);
            default -> {
                String volume = resource.facts() instanceof LxcTemplateFacts facts
                        ? facts.volumeId()
                        : resource.facts() instanceof CloudImageFacts image ? image.volumeId() : null;
                if (volume != null) {
                    expect(lies, "the file is there", true, state.templates().containsKey(volume));
                }
            }
        }
        return lies;
    }

    private static void expect(List<String> lies, String what, @Nullable Object wanted, @Nullable Object real) {
        if (!Objects.equals(wanted, real)) {
            lies.add(what + " should be " + wanted + " and is " + real);
        }
    }

    private static void host(List<String> lies, HypervisorSpec spec, HostState state) {
        expect(lies, "all packages are there", true, state.node().packages().containsAll(spec.packages()));
        if (spec.timezone() != null) {
            expect(lies, "time zone", spec.timezone(), state.node().timezone());
        }
        if (spec.hostname() != null) {
            expect(lies, "host name", spec.hostname(), state.node().hostname());
        }
        if (spec.zfs() != null && spec.zfs().arcMax() != null) {
            expect(lies, "ARC", spec.zfs().arcMax(), state.node().arcMax());
        }
        if (spec.domain() != null) {
            expect(lies, "domain", spec.domain(), state.node().searchDomain());
        }
    }

    private static void pool(List<String> lies, String name, ZfsPoolSpec spec, HostState state) {
        ZfsPools.Observed real = state.pools().get(spec.poolName() == null ? name : spec.poolName());
        if (real == null) {
            lies.add("there is no such pool");
            return;
        }
        Set<String> disks =
                real.vdevs().stream().flatMap(each -> each.devices().stream()).collect(Collectors.toSet());
        Set<String> wanted =
                spec.vdevs().stream().flatMap(each -> each.devices().stream()).collect(Collectors.toSet());
        expect(lies, "disks", wanted, disks);
    }

    private static void dataset(List<String> lies, String name, ZfsDatasetSpec spec, HostState state) {
        ZfsDatasets.Observed real =
                state.datasets().get(spec.pool() + "/" + (spec.path() == null ? name : spec.path()));
        if (real == null) {
            lies.add("there is no such dataset");
            return;
        }
        if (spec.quota() != null) {
            expect(
                    lies,
                    "quota",
                    "" + spec.quota().bytes(),
                    String.valueOf(real.effective().get("quota")));
        }
        if (spec.properties().containsKey("compression")) {
            expect(
                    lies,
                    "compression",
                    spec.properties().get("compression"),
                    real.effective().get("compression"));
        }
        if (spec.properties().containsKey("recordsize")) {
            expect(
                    lies,
                    "recordsize",
                    ""
                            + ByteSize.parse(spec.properties().get("recordsize") + "i")
                                    .bytes(),
                    real.effective().get("recordsize"));
        }
        if (spec.owner() != null) {
            expect(lies, "owner", spec.owner().uid(), real.uid());
        }
    }

    private static void storage(List<String> lies, String name, StoragePoolSpec spec, HostState state) {
        Storages.Observed real = state.storages().get(spec.storageId() == null ? name : spec.storageId());
        if (real == null) {
            lies.add("there is no such storage");
            return;
        }
        Set<String> content =
                spec.content().stream().map(StoragePoolSpec.Content::word).collect(Collectors.toSet());
        expect(lies, "content", content, real.definition().content());
    }

    private static void bridge(List<String> lies, String name, NetworkBridgeSpec spec, HostState state) {
        Networks.Observed real = state.bridges().get(spec.interfaceName() == null ? name : spec.interfaceName());
        if (real == null) {
            lies.add("there is no such bridge");
            return;
        }
        expect(lies, "ports", spec.ports(), real.config().ports());
        expect(
                lies,
                "address",
                spec.address() == null ? null : spec.address().toString(),
                real.config().address());
        if (spec.mtu() != null) {
            expect(lies, "mtu", spec.mtu(), real.config().mtu());
        }
        expect(lies, "it is up", true, real.active());
    }

    private static void guest(List<String> lies, Resource<?, ?> resource, GuestSpec spec, HostState state) {
        Integer vmid = resource.facts() instanceof GuestFacts facts ? facts.vmid() : null;
        Guests.Observed<? extends GuestConfig> real = vmid == null
                ? null
                : spec instanceof LxcContainerSpec
                        ? state.containers().get(vmid)
                        : state.virtualMachines().get(vmid);
        if (real == null) {
            lies.add("there is no guest " + vmid);
            return;
        }
        GuestConfig config = real.effective();
        expect(
                lies,
                "owner",
                resource.key().toString(),
                config.mark() == null ? null : config.mark().owner());
        expect(lies, "template", spec.servesAsTemplate(), real.template());
        if (!spec.servesAsTemplate()) {
            RunPolicy policy = spec.runPolicy() == null ? RunPolicy.RUNNING : spec.runPolicy();
            if (policy != RunPolicy.MANUAL) {
                expect(lies, "it runs", policy != RunPolicy.STOPPED, real.running());
                expect(lies, "it is frozen", policy == RunPolicy.FROZEN, real.frozen());
            }
        }
        if (spec.memory() != null && real.pending().isEmpty()) {
            expect(lies, "memory", spec.memory(), config.memory());
        }
        if (spec.cores() != null && real.pending().isEmpty()) {
            expect(lies, "cores", spec.cores(), config.cores());
        }
        if (spec.network() != null && real.pending().isEmpty()) {
            expect(
                    lies,
                    "addresses",
                    spec.network().interfaces().stream()
                            .map(GuestNetwork.Interface::address)
                            .toList(),
                    config.nics().stream().map(nic -> nic.address()).toList());
        }
        if (spec instanceof LxcContainerSpec container
                && config instanceof ai.thinkheads.phoenix.hosts.port.ContainerConfig made) {
            // A container that was taken over may have more than that.
            Set<String> paths = made.mounts().stream().map(each -> each.path()).collect(Collectors.toSet());
            if (container.rootDisk() != null
                    && container.rootDisk().size() != null
                    && made.rootDisk().size() != null) {
                expect(
                        lies,
                        "size of the root disk",
                        container.rootDisk().size(),
                        made.rootDisk().size());
            }
            if (real.pending().isEmpty()) {
                Map<String, ByteSize> sizes = new HashMap<>();
                made.mounts().stream()
                        .filter(each -> each.size() != null)
                        .forEach(each -> sizes.put(each.path(), each.size()));
                container.mounts().stream()
                        .filter(each -> each.size() != null)
                        .forEach(each -> expect(lies, "size of " + each.path(), each.size(), sizes.get(each.path())));
            }
            Set<String> taken =
                    real.snapshots().stream().map(Guests.Snapshot::name).collect(Collectors.toSet());
            expect(
                    lies,
                    "all snapshots are there",
                    true,
                    container.snapshots().stream().allMatch(each -> taken.contains(each.name())));
            expect(
                    lies,
                    "all mounts are there",
                    true,
                    container.mounts().stream().allMatch(each -> paths.contains(each.path())));
        }
    }
}
