package ai.thinkheads.phoenix.engine.admission;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.codec.GuestClasses;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** All resources as they would be, with the defaults of their class filled into guests. */
final class World {

    private final Map<ResourceKey, Resource<?, ?>> all;
    private final Map<String, List<Resource<?, ?>>> byKind = new HashMap<>();
    private final List<String> hypervisors;

    private World(Map<ResourceKey, Resource<?, ?>> all) {
        this.all = all;
        all.values()
                .forEach(each -> byKind.computeIfAbsent(each.kind().name(), any -> new ArrayList<>())
                        .add(each));
        this.hypervisors = of(Kinds.HYPERVISOR).stream().map(Resource::name).toList();
    }

    static World of(Collection<? extends Resource<?, ?>> incoming, Collection<? extends Resource<?, ?>> existing) {
        Map<ResourceKey, Resource<?, ?>> raw = new LinkedHashMap<>();
        existing.forEach(each -> raw.put(each.key(), each));
        // What comes has no status of its own; facts of what it replaces are still facts.
        incoming.forEach(each -> raw.merge(each.key(), each, World::withFactsOf));
        // What exists comes sorted and keeps its place, so that this has little to do.
        List<ResourceKey> sorted = new ArrayList<>(raw.keySet());
        sorted.sort(Comparator.naturalOrder());
        Map<ResourceKey, Resource<?, ?>> all = new LinkedHashMap<>();
        sorted.forEach(key -> all.put(key, effective(Objects.requireNonNull(raw.get(key)), raw)));
        return new World(all);
    }

    private static Resource<?, ?> withFactsOf(Resource<?, ?> old, Resource<?, ?> fresh) {
        return facts(old, fresh);
    }

    private static <S extends Spec, F extends Facts> Resource<S, F> facts(Resource<?, ?> old, Resource<S, F> fresh) {
        return old.as(fresh.kind()).map(same -> fresh.withStatus(same.status())).orElse(fresh);
    }

    private static Resource<?, ?> effective(Resource<?, ?> resource, Map<ResourceKey, Resource<?, ?>> raw) {
        if (!(resource.spec() instanceof GuestSpec guest) || guest.guestClass() == null) {
            return resource;
        }
        Resource<?, ?> named = raw.get(new ResourceKey(Kinds.GUEST_CLASS.name(), guest.guestClass()));
        if (named == null || !(named.spec() instanceof GuestClassSpec defaults)) {
            return resource;
        }
        LxcContainerSpec container = defaults.container();
        VirtualMachineSpec machine = defaults.virtualMachine();
        return switch (guest) {
            case LxcContainerSpec own
            when container != null ->
                resource.as(Kinds.LXC_CONTAINER).orElseThrow().withSpec(GuestClasses.effective(own, container));
            case VirtualMachineSpec own
            when machine != null ->
                resource.as(Kinds.VIRTUAL_MACHINE).orElseThrow().withSpec(GuestClasses.effective(own, machine));
            default -> resource;
        };
    }

    Collection<Resource<?, ?>> all() {
        return all.values();
    }

    Optional<Resource<?, ?>> get(ResourceKey key) {
        return Optional.ofNullable(all.get(key));
    }

    <S extends Spec, F extends Facts> Optional<Resource<S, F>> get(Kind<S, F> kind, String name) {
        return get(new ResourceKey(kind.name(), name)).flatMap(each -> each.as(kind));
    }

    <S extends Spec, F extends Facts> List<Resource<S, F>> of(Kind<S, F> kind) {
        return byKind.getOrDefault(kind.name(), List.of()).stream()
                .flatMap(each -> each.as(kind).stream())
                .toList();
    }

    /** Every guest, of both kinds. */
    List<Resource<? extends GuestSpec, ?>> guests() {
        List<Resource<? extends GuestSpec, ?>> guests = new ArrayList<>(of(Kinds.LXC_CONTAINER));
        guests.addAll(of(Kinds.VIRTUAL_MACHINE));
        return guests;
    }

    List<String> hypervisors() {
        return hypervisors;
    }

    /** The host that a resource lives on: the one it names, or the only one; empty when that is not clear. */
    String host(Resource<?, ?> resource) {
        String named = resource.spec().hypervisor();
        return named != null ? named : hypervisors.size() == 1 ? hypervisors.getFirst() : "";
    }
}
