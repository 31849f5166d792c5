package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which guest of a host a resource stands for: the one with its mark, whatever its number; else an unmarked one that has the
 * number and the host name that the manifest asks for; without a number in the manifest, the only unmarked one of that host name.
 *
 * @param vmid null while it has none
 * @param guest null while there is none
 */
record GuestIdentity<C extends GuestConfig>(@Nullable Integer vmid, Guests.@Nullable Observed<C> guest) {

    /**
     * @param wanted the number in the manifest
     * @param known the number in the status
     * @throws ReconcileException when the number is somebody else's, the manifest asks for another than the guest has, or the host
     *     says that the guest cannot be worked on
     */
    static <C extends GuestConfig> GuestIdentity<C> find(
            ResourceKey key,
            GuestKind kind,
            String hostname,
            @Nullable Integer wanted,
            @Nullable Integer known,
            GuestTable<C> all,
            HostState state) {
        GuestIdentity<C> found = search(key, kind, hostname, wanted, known, all, state);
        Guests.Observed<C> guest = found.guest();
        if (guest != null && guest.obstacle() != null) {
            throw new ReconcileException(
                    "GuestUnmanageable",
                    key + ": " + kind.word() + " " + guest.config().hostname() + " (" + guest.vmid()
                            + ") is left alone: " + guest.obstacle(),
                    true,
                    null);
        }
        return found;
    }

    private static <C extends GuestConfig> GuestIdentity<C> search(
            ResourceKey key,
            GuestKind kind,
            String hostname,
            @Nullable Integer wanted,
            @Nullable Integer known,
            GuestTable<C> all,
            HostState state) {
        Guests.Observed<C> marked = marked(key, known, all);
        if (marked == null && wanted != null) {
            marked = marked(key, wanted, all);
        }
        if (marked == null && (known == null || !all.containsKey(known) || wanted != null)) {
            marked = search(key, all);
        }
        if (marked != null) {
            boolean readable = marked.obstacle() == null;
            if (readable && wanted != null && wanted != marked.vmid()) {
                throw refused(
                        "NumberFixed",
                        key + ": spec.vmid: " + kind.word() + " " + key.name() + " has number " + marked.vmid()
                                + ", which cannot change to " + wanted + "; set it back to " + marked.vmid()
                                + ", or delete the resource and apply it again");
            }
            return new GuestIdentity<>(marked.vmid(), marked);
        }
        if (wanted != null) {
            return unmarked(key, kind, hostname, wanted, all, state);
        }
        // A number that was given and that somebody else has taken since is given up for another.
        boolean free = known != null && !isTaken(known, state);
        Guests.Observed<C> there = known == null ? null : all.get(known);
        if (known != null && there != null && isAdoptable(there, hostname)) {
            return new GuestIdentity<>(known, there);
        }
        if (known == null) {
            Guests.Observed<C> namesake = namesake(key, kind, hostname, all);
            return new GuestIdentity<>(namesake == null ? null : namesake.vmid(), namesake);
        }
        return new GuestIdentity<>(free ? known : null, null);
    }

    /** Without a number the host name decides: making a second guest of that name would be a surprise. */
    private static <C extends GuestConfig> Guests.@Nullable Observed<C> namesake(
            ResourceKey key, GuestKind kind, String hostname, GuestTable<C> all) {
        List<Guests.Observed<C>> namesakes = all.named(hostname).stream()
                .filter(guest -> guest.config().mark() == null)
                .toList();
        if (namesakes.size() > 1) {
            throw refused(
                    "Ambiguous",
                    key + ": spec.vmid: the host has " + namesakes.size() + " of the name " + hostname + " already: "
                            + String.join(
                                    ", ",
                                    namesakes.stream()
                                            .map(each -> kind.word() + " " + each.vmid())
                                            .toList())
                            + "; say by spec.vmid which one is meant, or give another number for a new one");
        }
        return namesakes.isEmpty() ? null : namesakes.getFirst();
    }

    private static <C extends GuestConfig> GuestIdentity<C> unmarked(
            ResourceKey key, GuestKind kind, String hostname, int wanted, GuestTable<C> all, HostState state) {
        Guests.Observed<C> there = all.get(wanted);
        if (there != null && isAdoptable(there, hostname)) {
            return new GuestIdentity<>(wanted, there);
        }
        if (isTaken(wanted, state)) {
            throw refused(
                    "NumberTaken",
                    key + ": spec.vmid: number " + wanted + " is taken by " + holder(wanted, state)
                            + "; choose another number, or none for the lowest free one"
                            + (there != null && there.config().mark() == null
                                    ? ", or set spec.hostname to "
                                            + there.config().hostname() + " to adopt that " + kind.word()
                                    : ""));
        }
        return new GuestIdentity<>(wanted, null);
    }

    private static boolean isAdoptable(Guests.Observed<?> guest, String hostname) {
        return guest.config().mark() == null
                && (guest.config().hostname().equals(hostname) || GuestPlanner.isHalfMade(guest));
    }

    private static <C extends GuestConfig> Guests.@Nullable Observed<C> marked(
            ResourceKey key, @Nullable Integer vmid, GuestTable<C> all) {
        Guests.Observed<C> guest = vmid == null ? null : all.get(vmid);
        return guest != null && isOwned(guest, key.toString()) ? guest : null;
    }

    private static <C extends GuestConfig> Guests.@Nullable Observed<C> search(ResourceKey key, GuestTable<C> all) {
        List<Guests.Observed<C>> owned = all.owned(key.toString());
        if (owned.size() > 1) {
            throw refused(
                    "Ambiguous",
                    key + ": guests " + owned.get(0).vmid() + " and "
                            + owned.get(1).vmid() + " both carry its mark; take the tag off the one that is not meant");
        }
        return owned.isEmpty() ? null : owned.getFirst();
    }

    /**
     * The guest with the mark of that resource.
     *
     * @param known the number that it probably has
     */
    static <C extends GuestConfig> Guests.@Nullable Observed<C> marked(
            String owner, @Nullable Integer known, GuestTable<C> all) {
        Guests.Observed<C> there = known == null ? null : all.get(known);
        if (there != null && isOwned(there, owner)) {
            return there;
        }
        List<Guests.Observed<C>> owned = all.owned(owner);
        return owned.isEmpty() ? null : owned.getFirst();
    }

    private static boolean isOwned(Guests.Observed<?> guest, String owner) {
        Mark mark = guest.config().mark();
        return mark != null && mark.owner().equals(owner);
    }

    private static boolean isTaken(int vmid, HostState state) {
        return state.containers().containsKey(vmid) || state.virtualMachines().containsKey(vmid);
    }

    private static String holder(int vmid, HostState state) {
        Guests.Observed<?> guest = state.containers().containsKey(vmid)
                ? state.containers().get(vmid)
                : state.virtualMachines().get(vmid);
        if (guest == null) {
            return "another guest";
        }
        GuestKind kind = state.containers().containsKey(vmid) ? GuestKind.CONTAINER : GuestKind.VIRTUAL_MACHINE;
        Mark mark = guest.config().mark();
        return kind.word() + " " + guest.config().hostname()
                + (mark == null ? ", which is not Phoenix's" : " of " + mark.owner());
    }

    private static ReconcileException refused(String reason, String message) {
        return new ReconcileException(reason, message, false, null);
    }
}
