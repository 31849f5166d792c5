package ai.thinkheads.phoenix.engine.admission;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.v1alpha1.CloneFrom;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageSpec;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureSpec;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureUse;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestNetwork;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateSpec;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec.Content;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import ai.thinkheads.phoenix.engine.graph.DependencyGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether what is referred to is there, and is what the reference takes it for. */
final class References {

    private final World world;
    private final Findings findings;

    private References(World world, Findings findings) {
        this.world = world;
        this.findings = findings;
    }

    static void check(World world, Findings findings) {
        References rules = new References(world, findings);
        for (Resource<?, ?> each : world.all()) {
            if (findings.isComing(each.key())) {
                rules.check(each);
            }
        }
    }

    private void check(Resource<?, ?> resource) {
        existence(resource);
        host(resource);
        switch (resource.spec()) {
            case LxcContainerSpec spec -> container(resource, spec);
            case VirtualMachineSpec spec -> machine(resource, spec);
            case GpuDriverSpec spec -> users(resource, mode(spec));
            case LxcTemplateSpec spec -> storage(resource, "spec.storage", spec.storage(), Content.VZTMPL);
            case CloudImageSpec spec ->
                storage(resource, "spec.storage", spec.storage(), Content.IMPORT, Content.ISO, Content.IMAGES);
            case HypervisorSpec spec ->
                features(resource, "spec.features", spec.features(), Set.of(FeatureSpec.Scope.HOST));
            default -> {}
        }
    }

    private void existence(Resource<?, ?> resource) {
        for (Reference each : resource.spec().references()) {
            missing(resource, each);
        }
        for (int i = 0; i < resource.spec().dependsOn().size(); i++) {
            var each = resource.spec().dependsOn().get(i);
            if (Kinds.named(each.kind()).isEmpty()) {
                String hint = Nearest.to(
                                each.kind(),
                                Kinds.ALL.stream().map(kind -> kind.name()).toList())
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
                findings.error(
                        resource.key(),
                        "spec.dependsOn[" + i + "].kind",
                        "there is no kind '" + each.kind() + "'" + hint);
            } else {
                missing(resource, each.reference("spec.dependsOn[" + i + "].name"));
            }
        }
    }

    private void missing(Resource<?, ?> resource, Reference reference) {
        ResourceKey target = reference.target();
        if (world.get(target).isPresent()) {
            return;
        }
        List<String> names = world.all().stream()
                .filter(each -> each.kind().name().equals(target.kind()))
                .map(Resource::name)
                .toList();
        String hint = Nearest.to(target.name(), names)
                .map(near -> "; did you mean " + near + "?")
                .orElse(
                        names.isEmpty()
                                ? "; there is no " + target.kind() + " at all"
                                : "; there are " + Admission.join(names));
        findings.error(resource.key(), reference.field(), target + " does not exist" + hint);
    }

    private void host(Resource<?, ?> resource) {
        if (!DependencyGraph.livesOnHost(resource)) {
            return;
        }
        String named = resource.spec().hypervisor();
        List<String> hosts = world.hypervisors();
        if (named != null) {
            missing(resource, Reference.ready("spec.hypervisor", Kinds.HYPERVISOR.name(), named));
        } else if (hosts.isEmpty()) {
            findings.error(
                    resource.key(), "spec.hypervisor", "there is no Hypervisor that this could live on; declare one");
        } else if (hosts.size() > 1) {
            findings.error(
                    resource.key(),
                    "spec.hypervisor",
                    "there are several hypervisors; name one of " + Admission.join(hosts));
        }
        for (Reference each : resource.spec().references()) {
            world.get(each.target()).filter(DependencyGraph::livesOnHost).ifPresent(target -> {
                String here = world.host(resource);
                String there = world.host(target);
                if (!here.isEmpty() && !there.isEmpty() && !here.equals(there)) {
                    findings.error(
                            resource.key(),
                            each.field(),
                            target.key() + " is on " + there + ", and this is on " + here);
                }
            });
        }
    }

    private void container(Resource<?, ?> resource, LxcContainerSpec spec) {
        guest(resource, spec, FeatureSpec.Scope.CONTAINER);
        origin(resource, spec.template() == null, "spec.template");
        if (spec.rootDisk() != null) {
            storage(resource, "spec.rootDisk.storage", spec.rootDisk().storage(), Content.ROOTDIR);
        }
        for (int i = 0; i < spec.mounts().size(); i++) {
            String storage = spec.mounts().get(i).storage();
            if (storage != null) {
                storage(resource, "spec.mounts[" + i + "].storage", storage, Content.ROOTDIR);
            }
        }
        var gpu = spec.gpu();
        if (gpu != null) {
            gpu(resource, gpu.driver(), gpu.devices(), GpuDriverSpec.Mode.CONTAINER);
        }
        CloneFrom from = spec.cloneFrom();
        if (from != null) {
            world.get(Kinds.LXC_CONTAINER, from.name())
                    .ifPresent(source -> linked(resource, from, source.spec().servesAsTemplate()));
        }
    }

    private void machine(Resource<?, ?> resource, VirtualMachineSpec spec) {
        guest(resource, spec, FeatureSpec.Scope.VIRTUAL_MACHINE);
        origin(resource, spec.image() == null, "spec.image");
        for (int i = 0; i < spec.disks().size(); i++) {
            storage(
                    resource,
                    "spec.disks[" + i + "].storage",
                    spec.disks().get(i).storage(),
                    Content.IMAGES);
        }
        var gpu = spec.gpu();
        if (gpu != null) {
            gpu(resource, gpu.driver(), List.of(), GpuDriverSpec.Mode.VFIO);
        }
        CloneFrom from = spec.cloneFrom();
        if (from != null) {
            world.get(Kinds.VIRTUAL_MACHINE, from.name())
                    .ifPresent(source -> linked(resource, from, source.spec().servesAsTemplate()));
        }
    }

    private void origin(Resource<?, ?> resource, boolean none, String field) {
        GuestSpec spec = (GuestSpec) resource.spec();
        // A number without an origin stands for a guest that exists; only that one is ever adopted.
        if (none && spec.cloneFrom() == null && spec.vmid() == null) {
            findings.error(
                    resource.key(),
                    field,
                    "neither the guest nor its class says what it is made from; give " + field + " or spec.cloneFrom");
        }
    }

    private void linked(Resource<?, ?> resource, CloneFrom from, boolean template) {
        if (from.mode() == CloneFrom.Mode.LINKED && !template) {
            findings.error(
                    resource.key(),
                    "spec.cloneFrom.mode",
                    from.name()
                            + " is no template, and only a template's blocks can be shared; set isTemplate there, or mode: Full");
        }
    }

    private void guest(Resource<?, ?> resource, GuestSpec spec, FeatureSpec.Scope scope) {
        var provision = spec.provision();
        if (provision != null) {
            Set<FeatureSpec.Scope> fitting = Set.of(scope, FeatureSpec.Scope.GUEST);
            features(resource, "spec.provision.features", provision.features(), fitting);
            if (provision.application() != null) {
                features(resource, "spec.provision.application", List.of(provision.application()), fitting);
            }
        }
        GuestNetwork network = spec.network();
        if (network == null) {
            return;
        }
        for (int i = 0; i < network.interfaces().size(); i++) {
            GuestNetwork.Interface card = network.interfaces().get(i);
            String at = "spec.network.interfaces[" + i + "]";
            world.get(Kinds.NETWORK_BRIDGE, card.bridge()).ifPresent(bridge -> card(resource, at, card, bridge.spec()));
        }
    }

    private void card(Resource<?, ?> resource, String at, GuestNetwork.Interface card, NetworkBridgeSpec bridge) {
        if (card.vlan() != null && !Boolean.TRUE.equals(bridge.vlanAware())) {
            findings.error(resource.key(), at + ".vlan", "NetworkBridge/" + card.bridge() + " is not vlanAware");
        }
        Cidr address = card.cidr();
        Cidr subnet = bridge.address();
        if (address != null && subnet != null && card.vlan() == null && !subnet.contains(address.address())) {
            findings.warning(
                    resource.key(),
                    at + ".address",
                    address + " is outside " + subnet + ", the subnet of NetworkBridge/" + card.bridge());
        }
    }

    private void features(
            Resource<?, ?> resource, String field, List<FeatureUse> uses, Set<FeatureSpec.Scope> fitting) {
        for (int i = 0; i < uses.size(); i++) {
            FeatureUse use = uses.get(i);
            String at = field.endsWith("application") ? field : field + "[" + i + "]";
            world.get(Kinds.FEATURE, use.name()).ifPresent(feature -> {
                if (!fitting.contains(feature.spec().scope())) {
                    findings.error(
                            resource.key(),
                            at + ".name",
                            "Feature/" + use.name() + " has the scope "
                                    + word(feature.spec().scope()) + " and does not fit a "
                                    + resource.kind().name());
                }
            });
        }
    }

    private static String word(FeatureSpec.Scope scope) {
        return switch (scope) {
            case HOST -> "Host";
            case CONTAINER -> "Container";
            case VIRTUAL_MACHINE -> "VirtualMachine";
            case GUEST -> "Guest";
        };
    }

    private void storage(Resource<?, ?> resource, String field, String name, Content... fitting) {
        world.get(Kinds.STORAGE_POOL, name).ifPresent(storage -> {
            if (storage.spec().content().stream().noneMatch(List.of(fitting)::contains)) {
                findings.error(
                        resource.key(),
                        field,
                        storage.key() + " does not hold " + fitting[0].word()
                                + "; add it to its spec.content, or take another storage");
            }
        });
    }

    private static GpuDriverSpec.Mode mode(GpuDriverSpec spec) {
        return spec.mode() == null ? GpuDriverSpec.Mode.CONTAINER : spec.mode();
    }

    /** Guests that stay as they are would never start again with the cards in the other mode. */
    private void users(Resource<?, ?> driver, GpuDriverSpec.Mode mode) {
        List<ResourceKey> deprived = new ArrayList<>();
        for (Resource<? extends GuestSpec, ?> guest : world.guests()) {
            String used = switch (guest.spec()) {
                case LxcContainerSpec spec
                when spec.gpu() != null && mode == GpuDriverSpec.Mode.VFIO ->
                    spec.gpu().driver();
                case VirtualMachineSpec spec
                when spec.gpu() != null && mode == GpuDriverSpec.Mode.CONTAINER ->
                    spec.gpu().driver();
                default -> "";
            };
            if (used.equals(driver.name()) && !guest.isDeleting() && !findings.isComing(guest.key())) {
                deprived.add(guest.key());
            }
        }
        if (!deprived.isEmpty()) {
            findings.error(
                    driver.key(),
                    "spec.mode",
                    (mode == GpuDriverSpec.Mode.VFIO ? "Vfio" : "Container") + " takes the cards from "
                            + Admission.join(deprived) + "; take spec.gpu out there first, or keep the mode");
        }
    }

    private void gpu(Resource<?, ?> resource, String driver, List<String> devices, GpuDriverSpec.Mode mode) {
        world.get(Kinds.GPU_DRIVER, driver).ifPresent(target -> {
            GpuDriverSpec.Mode actual = mode(target.spec());
            if (actual != mode) {
                findings.error(
                        resource.key(),
                        "spec.gpu.driver",
                        target.key() + " is in mode "
                                + (actual == GpuDriverSpec.Mode.VFIO
                                        ? "Vfio, which gives cards to virtual machines"
                                        : "Container, which shares cards among containers"));
            }
            GpuDriverFacts facts = target.facts();
            if (facts == null || facts.devices().isEmpty()) {
                return;
            }
            for (int i = 0; i < devices.size(); i++) {
                String wanted = devices.get(i);
                boolean known = facts.devices().stream()
                        .anyMatch(each -> each.uuid().equals(wanted)
                                || Integer.toString(each.index()).equals(wanted));
                if (!known) {
                    findings.warning(
                            resource.key(),
                            "spec.gpu.devices[" + i + "]",
                            "the host has no card " + wanted + "; it has "
                                    + Admission.join(facts.devices().stream()
                                            .map(each -> each.index() + " (" + each.model() + ")")
                                            .toList()));
                }
            }
        });
    }
}
