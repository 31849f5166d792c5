package ai.thinkheads.phoenix.api.manifest;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** A mapping while it is being read: refuses a key that is there already, and keeps to the limits. */
final class Mapping {

    private final Tree.Place place;
    private final Path path;
    private final ProblemList problems;
    private final SequencedMap<String, Tree.Entry> entries = new LinkedHashMap<>();
    private int values = 1;

    Mapping(Tree.Place place, Path path, ProblemList problems) {
        this.place = place;
        this.path = path;
        this.problems = problems;
    }

    Path below(String key) {
        return path.field(key);
    }

    /** Adds a field; of two with the same key the first one stays. */
    void add(Tree.Place at, String key, Tree value) {
        if (key.length() > Limits.KEY) {
            throw new TextException(at, "a key has more than " + Limits.KEY + " characters");
        }
        Tree.Entry before = entries.get(key);
        if (before != null) {
            problems.add(
                    at,
                    path.field(key),
                    "is given twice; the first is at " + before.place().in(problems.source()));
            return;
        }
        entries.put(key, new Tree.Entry(at, value));
        values = sum(values, value);
    }

    Tree.Fields tree() {
        return new Tree.Fields(place, entries, values);
    }

    /** Counts on, and refuses a text whose aliases make it too large. */
    static int sum(int values, Tree more) {
        int sum = values + more.values();
        if (sum > Limits.VALUES) {
            throw new TextException(
                    more.place(),
                    "the document has more than " + Limits.VALUES
                            + " values, those that aliases repeat counted each time; split it");
        }
        return sum;
    }
}
