package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.hosts.port.HostState;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** In which parts two states of a machine differ, for people. */
final class Differences {

    private Differences() {}

    static List<String> between(HostState before, HostState after) {
        List<String> differences = new ArrayList<>();
        for (RecordComponent part : HostState.class.getRecordComponents()) {
            try {
                Object one = part.getAccessor().invoke(before);
                Object two = part.getAccessor().invoke(after);
                if (one instanceof Map<?, ?> a && two instanceof Map<?, ?> b) {
                    a.forEach((key, value) -> add(differences, part.getName() + "/" + key, value, b.get(key)));
                    b.forEach((key, value) -> {
                        if (!a.containsKey(key)) {
                            add(differences, part.getName() + "/" + key, null, value);
                        }
                    });
                } else {
                    add(differences, part.getName(), one, two);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return differences;
    }

    private static void add(
            List<String> differences,
            String what,
            @org.jspecify.annotations.Nullable Object one,
            @org.jspecify.annotations.Nullable Object two) {
        if (!Objects.equals(one, two)) {
            differences.add(what + ": " + one + " became " + two);
        }
    }
}
