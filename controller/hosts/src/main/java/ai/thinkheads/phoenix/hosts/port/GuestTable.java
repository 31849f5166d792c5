package ai.thinkheads.phoenix.hosts.port;

import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePSet;

/**
 * The guests of one kind by their numbers, and by the mark and the host name that they carry. Immutable; a table with one guest
 * changed shares the rest with the one before, so that reading one guest of a thousand again does not cost a thousand.
 */
public final class GuestTable<C extends GuestConfig> extends AbstractMap<Integer, Guests.Observed<C>> {

    private final PMap<Integer, Guests.Observed<C>> guests;
    private final PMap<String, PSortedSet<Integer>> owners;
    private final PMap<String, PSortedSet<Integer>> names;

    private GuestTable(
            PMap<Integer, Guests.Observed<C>> guests,
            PMap<String, PSortedSet<Integer>> owners,
            PMap<String, PSortedSet<Integer>> names) {
        this.guests = guests;
        this.owners = owners;
        this.names = names;
    }

    public static <C extends GuestConfig> GuestTable<C> copyOf(Map<Integer, Guests.Observed<C>> guests) {
        if (guests instanceof GuestTable<C> table) {
            return table;
        }
        GuestTable<C> table = new GuestTable<>(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());
        for (Guests.Observed<C> each : guests.values()) {
            table = table.with(each.vmid(), Optional.of(each));
        }
        return table;
    }

    /** The same guests, but for that number: what stands there now, or nothing. */
    public GuestTable<C> with(int vmid, Optional<Guests.Observed<C>> guest) {
        Guests.Observed<C> before = guests.get(vmid);
        Guests.Observed<C> after = guest.orElse(null);
        return new GuestTable<>(
                after == null ? guests.minus(vmid) : guests.plus(vmid, after),
                moved(owners, vmid, owner(before), owner(after)),
                moved(names, vmid, name(before), name(after)));
    }

    /** Those with the mark of that resource, the lowest number first; more than one only where somebody copied a mark. */
    public List<Guests.Observed<C>> owned(String owner) {
        return at(owners.get(owner));
    }

    /** Those with that host name, the lowest number first. */
    public List<Guests.Observed<C>> named(String hostname) {
        return at(names.get(hostname));
    }

    private List<Guests.Observed<C>> at(@Nullable PSortedSet<Integer> vmids) {
        return vmids == null ? List.of() : vmids.stream().map(guests::get).toList();
    }

    private static @Nullable String owner(Guests.@Nullable Observed<?> guest) {
        Mark mark = guest == null ? null : guest.config().mark();
        return mark == null ? null : mark.owner();
    }

    private static @Nullable String name(Guests.@Nullable Observed<?> guest) {
        return guest == null ? null : guest.config().hostname();
    }

    private static PMap<String, PSortedSet<Integer>> moved(
            PMap<String, PSortedSet<Integer>> index, int vmid, @Nullable String before, @Nullable String after) {
        PMap<String, PSortedSet<Integer>> changed = index;
        if (before != null && !before.equals(after)) {
            PSortedSet<Integer> there =
                    changed.getOrDefault(before, TreePSet.empty()).minus(vmid);
            changed = there.isEmpty() ? changed.minus(before) : changed.plus(before, there);
        }
        if (after != null && !after.equals(before)) {
            changed = changed.plus(
                    after, changed.getOrDefault(after, TreePSet.empty()).plus(vmid));
        }
        return changed;
    }

    @Override
    public Guests.@Nullable Observed<C> get(Object vmid) {
        return guests.get(vmid);
    }

    @Override
    public boolean containsKey(Object vmid) {
        return guests.containsKey(vmid);
    }

    @Override
    public int size() {
        return guests.size();
    }

    @Override
    public Set<Entry<Integer, Guests.Observed<C>>> entrySet() {
        return guests.entrySet();
    }
}
