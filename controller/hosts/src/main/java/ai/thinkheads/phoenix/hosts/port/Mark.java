package ai.thinkheads.phoenix.hosts.port;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What Phoenix writes on an object of the host to know it again: after the state directory is lost, or when another
 * installation looks at it.
 *
 * @param owner the resource, as {@code LxcContainer/web}
 * @param facts short facts of the owner's kind, such as the features that were installed and their versions; no secrets
 */
public record Mark(String owner, Map<String, String> facts) {

    public Mark {
        facts = java.util.Collections.unmodifiableMap(new TreeMap<>(facts));
    }

    public Optional<String> fact(String name) {
        return Optional.ofNullable(facts.get(name));
    }

    /** This mark with one more fact, or another value for it. */
    public Mark with(String name, String value) {
        Map<String, String> more = new TreeMap<>(facts);
        more.put(name, value);
        return new Mark(owner, more);
    }

    /** This mark without that fact. */
    public Mark without(String name) {
        Map<String, String> fewer = new TreeMap<>(facts);
        fewer.remove(name);
        return new Mark(owner, fewer);
    }
}
