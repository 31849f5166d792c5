package ai.thinkheads.phoenix.api.manifest;

import java.util.ArrayList;
import java.util.List;

/** Gathers the problems of one text. */
final class ProblemList {

    private final String source;
    private final List<Problem> problems = new ArrayList<>();

    ProblemList(String source) {
        this.source = source;
    }

    String source() {
        return source;
    }

    void add(Tree.Place place, Path path, String message) {
        add(place, path.toString(), message);
    }

    void add(Tree.Place place, String field, String message) {
        if (problems.size() <= Limits.PROBLEMS) {
            problems.add(new Problem(place.in(source), field, message));
        }
    }

    int size() {
        return problems.size();
    }

    List<Problem> all() {
        return problems;
    }

    /** Whether one of the problems is with that field, with something in it or with something that holds it. */
    boolean concerns(String field) {
        return problems.stream().anyMatch(each -> within(each.field(), field) || within(field, each.field()));
    }

    private static boolean within(String inner, String outer) {
        return inner.startsWith(outer)
                && (inner.length() == outer.length()
                        || inner.charAt(outer.length()) == '.'
                        || inner.charAt(outer.length()) == '[');
    }
}
