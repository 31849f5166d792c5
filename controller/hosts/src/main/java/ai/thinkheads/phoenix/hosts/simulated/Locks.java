package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The machine's locks, which are not kept over a restart. Files such as {@code /run/lock/lxc/pve-config-101.lock} are waited for,
 * for ten seconds; a guest's {@code lock} property is not, it refuses at once.
 */
final class Locks {

    /** How long a lock file is waited for. */
    static final Duration WAIT = Duration.ofSeconds(10);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final Machine machine;
    private final HostClock clock;
    private final Set<String> held = new HashSet<>();
    private final Map<Integer, String> busy = new HashMap<>();

    Locks(Machine machine, HostClock clock) {
        this.machine = machine;
        this.clock = clock;
    }

    /** The lock file of a guest's configuration. */
    static String guest(int vmid) {
        return "/run/lock/lxc/pve-config-" + vmid + ".lock";
    }

    /** The lock file of allocations in a storage. */
    static String storage(String id) {
        return "/var/lock/pve-manager/pve-storage-" + id;
    }

    /** Takes all of these or none. */
    void take(Collection<String> names) {
        take(names, WAIT);
    }

    /** Takes all of these or none, and waits so long for them. */
    void take(Collection<String> names, Duration patience) {
        Duration until = clock.elapsed().plus(patience);
        Duration pause = FIRST_PAUSE;
        while (true) {
            String taken = machine.guarded(() -> tryTake(names));
            if (taken == null) {
                return;
            }
            if (clock.elapsed().compareTo(until) >= 0) {
                throw new HostException(
                        HostException.Cause.LOCKED,
                        "can't lock file '" + taken
                                + "' - got timeout; another task holds it, try again when that is done");
            }
            clock.sleep(pause);
            if (Thread.currentThread().isInterrupted()) {
                throw new HostException(
                        HostException.Cause.LOCKED, "interrupted while waiting for lock file '" + taken + "'");
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    /** The name that is held already, or null when all were taken. Only with the machine's lock held. */
    @Nullable
    String tryTake(Collection<String> names) {
        for (String name : names) {
            if (held.contains(name)) {
                return name;
            }
        }
        held.addAll(names);
        return null;
    }

    void release(Collection<String> names) {
        machine.guarded(() -> held.removeAll(names));
    }

    /** What a running task holds the guest for, such as {@code create}; null when none does. */
    @Nullable
    String busy(int vmid) {
        return busy.get(vmid);
    }

    /** Whether any running task holds a guest. */
    boolean anyBusy() {
        return !busy.isEmpty();
    }

    void setBusy(Map<Integer, String> words) {
        busy.putAll(words);
    }

    void clearBusy(Map<Integer, String> words) {
        machine.guarded(() -> busy.keySet().removeAll(words.keySet()));
    }
}
