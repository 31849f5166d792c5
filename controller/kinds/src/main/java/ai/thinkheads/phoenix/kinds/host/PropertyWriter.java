package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes a {@link PropertyChange} on a host. */
public final class PropertyWriter {

    private PropertyWriter() {}

    /**
     * Sets and inherits. The mark comes first and names old and new properties alike, so that none is forgotten when this is cut
     * short; a second run then does the rest.
     */
    public static void write(ZfsDatasets datasets, String dataset, PropertyChange change) {
        Mark mark = change.mark();
        if (mark != null) {
            Set<String> both =
                    new TreeSet<>(ZfsValues.names(mark.fact(PropertyChange.FACT).orElse("")));
            both.addAll(change.inherited());
            datasets.setMark(dataset, PropertyChange.marked(mark, both));
        }
        if (!change.values().isEmpty()) {
            datasets.setProperties(dataset, change.values());
        }
        Map<String, String> none = change.inherited().stream()
                .filter(name -> !ZfsValues.isInherited(name))
                .collect(Collectors.toMap(name -> name, name -> "none"));
        if (!none.isEmpty()) {
            datasets.setProperties(dataset, none);
        }
        Set<String> inherited =
                change.inherited().stream().filter(ZfsValues::isInherited).collect(Collectors.toSet());
        if (!inherited.isEmpty()) {
            datasets.inherit(dataset, inherited);
        }
        if (mark != null && !change.inherited().isEmpty()) {
            datasets.setMark(dataset, mark);
        }
    }
}
