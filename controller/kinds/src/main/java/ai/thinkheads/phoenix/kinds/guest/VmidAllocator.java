package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestSpec;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.HostState;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives guests their numbers: the lowest that neither the host nor any resource uses. One at a time, and a number stays reserved
 * for its guest from the moment it is given, since it takes a while until the store and the host show it.
 */
public final class VmidAllocator {

    private static final int LOWEST = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Map<ResourceKey, Integer>> reserved = new HashMap<>();

    /** The number for a guest that has none: the one it was given before, or the lowest free one. */
    public int allocate(String hypervisor, ResourceKey guest, HostState host, Resources resources) {
        lock.lock();
        try {
            Map<ResourceKey, Integer> known = reserved.computeIfAbsent(hypervisor, any -> new HashMap<>());
            BitSet taken = new BitSet();
            host.containers().keySet().forEach(taken::set);
            host.virtualMachines().keySet().forEach(taken::set);
            Integer before = known.get(guest);
            if (before != null && !taken.get(before)) {
                return before;
            }
            known.remove(guest);
            known.keySet().removeIf(each -> resources.get(each).isEmpty());
            known.values().forEach(taken::set);
            take(Kinds.LXC_CONTAINER, guest, resources, taken);
            take(Kinds.VIRTUAL_MACHINE, guest, resources, taken);
            int vmid = taken.nextClearBit(LOWEST);
            known.put(guest, vmid);
            return vmid;
        } finally {
            lock.unlock();
        }
    }

    /** The number that a guest was given and that may not be stored yet. */
    public Optional<Integer> reservation(String hypervisor, ResourceKey guest) {
        lock.lock();
        try {
            return Optional.ofNullable(
                    reserved.getOrDefault(hypervisor, Map.of()).get(guest));
        } finally {
            lock.unlock();
        }
    }

    /** The guest is on the host under its number, or is gone: the host speaks for itself from now on. */
    public void settled(String hypervisor, ResourceKey guest) {
        lock.lock();
        try {
            reserved.getOrDefault(hypervisor, new HashMap<>()).remove(guest);
        } finally {
            lock.unlock();
        }
    }

    /** Numbers of guests on other hosts count as taken too: they may come together in a cluster one day. */
    private static <S extends GuestSpec, F extends Facts> void take(
            Kind<S, F> kind, ResourceKey except, Resources resources, BitSet taken) {
        for (Resource<S, F> each : resources.list(kind)) {
            if (each.key().equals(except)) {
                continue;
            }
            if (each.spec().vmid() != null) {
                taken.set(each.spec().vmid());
            }
            if (each.facts() instanceof GuestFacts facts && facts.vmid() != null) {
                taken.set(facts.vmid());
            }
        }
    }
}
