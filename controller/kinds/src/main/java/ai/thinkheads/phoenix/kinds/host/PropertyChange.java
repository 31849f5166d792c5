package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What has to happen to a dataset's properties.
 *
 * @param words the changes in a person's words
 * @param values properties to set
 * @param inherited properties that the manifest has set once and names no more
 * @param mark the mark that names every property that the manifest sets; null when it does so already
 */
public record PropertyChange(
        String words,
        Map<String, String> values,
        Set<String> inherited,
        @Nullable Mark mark) {

    /** The fact of a mark that names the properties that the manifest has set. */
    public static final String FACT = "properties";

    public PropertyChange {
        values = Map.copyOf(values);
        inherited = Set.copyOf(inherited);
    }

    /** A mark that names these properties. */
    public static Mark marked(Mark mark, Set<String> properties) {
        return properties.isEmpty() ? mark.without(FACT) : mark.with(FACT, ZfsValues.fact(properties));
    }

    /**
     * Compares.
     *
     * @param effective what is in force
     * @param mark this resource's mark on the dataset; null where there is none, and then nothing is inherited
     * @return null when nothing has to happen
     */
    public static @Nullable PropertyChange compare(
            Map<String, String> desired, Map<String, String> effective, @Nullable Mark mark) {
        Map<String, String> values = new TreeMap<>();
        List<String> words = new ArrayList<>();
        new TreeMap<>(desired).forEach((name, value) -> {
            String now = effective.get(name);
            if (now == null || !ZfsValues.same(name, value, now)) {
                values.put(name, value);
                words.add(name + " from " + (now == null ? "unset" : ZfsValues.readable(name, now)) + " to "
                        + ZfsValues.readable(name, value));
            }
        });
        Set<String> left = new TreeSet<>();
        Mark wanted = null;
        if (mark != null) {
            left.addAll(ZfsValues.names(mark.fact(FACT).orElse("")));
            left.removeAll(desired.keySet());
            left.forEach(
                    name -> words.add(name + (ZfsValues.isInherited(name) ? " to what is inherited" : " to none")));
            Mark complete = marked(mark, desired.keySet());
            wanted = complete.equals(mark) ? null : complete;
        }
        if (values.isEmpty() && left.isEmpty() && wanted == null) {
            return null;
        }
        return new PropertyChange(
                words.isEmpty() ? "the record of its properties" : Words.list(words), values, left, wanted);
    }
}
