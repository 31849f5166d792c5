package ai.thinkheads.phoenix.hosts.proxmox;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to be written into a guest's configuration.
 *
 * @param set options with their new values
 * @param delete options to take away
 * @param lxc the raw lines as they should be; null when they stay
 */
record Change(
        Map<String, String> set,
        Set<String> delete,
        @Nullable List<GuestFile.Line> lxc) {

    Change {
        set = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(set));
        delete = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(delete));
    }

    static Change set(String key, String value) {
        return new Change(Map.of(key, value), Set.of(), null);
    }

    static Change delete(String key) {
        return new Change(Map.of(), Set.of(key), null);
    }

    boolean isEmpty() {
        return set.isEmpty() && delete.isEmpty();
    }

    /** Gathers a change: what is equal to what is there already is left out. */
    static final class Draft {
        private final Map<String, String> before;
        private final Map<String, String> set = new LinkedHashMap<>();
        private final Set<String> delete = new LinkedHashSet<>();
        private @Nullable List<GuestFile.Line> lxc;

        Draft(Map<String, String> before) {
            this.before = before;
        }

        /** An option's value; null takes it away. */
        Draft put(String key, @Nullable String value) {
            String now = before.get(key);
            if (value == null) {
                if (now != null) {
                    delete.add(key);
                }
            } else if (!value.equals(now)) {
                set.put(key, value);
            }
            return this;
        }

        /** Numbered options: those of that prefix which are not named are taken away. */
        Draft all(String prefix, Map<String, String> values) {
            before.keySet().stream()
                    .filter(key -> key.matches(prefix + "\\d+") && !values.containsKey(key))
                    .sorted()
                    .forEach(key -> put(key, null));
            values.forEach(this::put);
            return this;
        }

        Draft raw(List<GuestFile.Line> lines) {
            lxc = List.copyOf(lines);
            return this;
        }

        Change done() {
            return new Change(set, delete, lxc);
        }
    }
}
