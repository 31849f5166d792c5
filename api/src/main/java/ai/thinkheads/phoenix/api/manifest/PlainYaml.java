package ai.thinkheads.phoenix.api.manifest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plain part of YAML that nearly every manifest keeps to, an order of magnitude quicker than the full parser: block
 * mappings and lists, and values on one line, in ASCII. At the first sign of anything else, and of any mistake, it gives up, and
 * {@link YamlText} reads the document; where it does not give up, both agree on every value and every place.
 */
final class PlainYaml {

    /** Thrown without a stack trace; it says that the text is for the full parser. */
    private static final class NotPlain extends RuntimeException {
        static final NotPlain INSTANCE = new NotPlain();

        private NotPlain() {
            super(null, null, false, false);
        }
    }

    private final String text;
    private final ProblemList problems = new ProblemList("");
    private int line;
    /** Where the present line's content starts and ends, and the position of its first character; -1 after the last line. */
    private int start;

    private int end;
    private int lineStart;
    private int next;

    private PlainYaml(String text, int firstLine) {
        this.text = text;
        this.line = firstLine - 1;
    }

    /** The document of the text; null when the full parser has to look. */
    static @Nullable Tree parse(String text, int firstLine) {
        PlainYaml yaml = new PlainYaml(text, firstLine);
        try {
            yaml.advance();
            if (yaml.start >= 0 && yaml.end - yaml.start == 3 && text.startsWith("---", yaml.start)) {
                yaml.advance();
            }
            if (yaml.start < 0 || yaml.column() != 1 || yaml.isEntry()) {
                return null;
            }
            Tree tree = yaml.mapping(1, 0);
            return yaml.start >= 0 || yaml.problems.size() > 0 ? null : tree;
        } catch (NotPlain | TextException e) {
            return null;
        }
    }

    private Tree mapping(int column, int depth) {
        Mapping mapping = new Mapping(new Tree.Place(line, column), Path.TOP, problems);
        while (start >= 0 && column() == column && !isEntry()) {
            Tree.Place at = new Tree.Place(line, column);
            int colon = colon();
            String key = text.substring(start, colon);
            mapping.add(at, key, value(colon + 1, column, depth));
        }
        if (start >= 0 && column() > column) {
            throw NotPlain.INSTANCE;
        }
        return mapping.tree();
    }

    private Tree list(int column, int depth) {
        Tree.Place place = new Tree.Place(line, column);
        List<Tree> items = new ArrayList<>();
        int values = 1;
        while (start >= 0 && column() == column && isEntry()) {
            start++;
            while (start < end && text.charAt(start) == ' ') {
                start++;
            }
            if (start == end || isEntry()) {
                throw NotPlain.INSTANCE;
            }
            Tree item;
            if (hasColon()) {
                item = mapping(column(), depth(depth));
            } else {
                item = scalar(start);
                advance();
                if (start >= 0 && column() > column) {
                    throw NotPlain.INSTANCE;
                }
            }
            items.add(item);
            values = Mapping.sum(values, item);
        }
        return new Tree.Items(place, items, values);
    }

    /** What follows the colon of a key at {@code column}: on its line, or below it. */
    private Tree value(int from, int column, int depth) {
        int at = from;
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
        if (at < end) {
            Tree value = scalar(at);
            advance();
            if (start >= 0 && column() > column) {
                throw NotPlain.INSTANCE;
            }
            return value;
        }
        Tree.Place empty = new Tree.Place(line, from - lineStart + 1);
        advance();
        if (start >= 0 && isEntry() && column() >= column) {
            return list(column(), depth(depth));
        }
        return start >= 0 && column() > column ? mapping(column(), depth(depth)) : new Tree.Value(empty, "", true);
    }

    private static int depth(int depth) {
        if (depth + 1 >= Limits.DEPTH) {
            throw NotPlain.INSTANCE;
        }
        return depth + 1;
    }

    /** A value that fills the rest of the line, in quotes without escapes or without quotes. */
    private Tree scalar(int from) {
        Tree.Place place = new Tree.Place(line, from - lineStart + 1);
        char first = text.charAt(from);
        if (end - from > Limits.KEY) {
            throw NotPlain.INSTANCE;
        }
        if (first == '"' || first == '\'') {
            int close = text.indexOf(first, from + 1);
            if (close != end - 1 || text.substring(from, end).indexOf('\\') >= 0) {
                throw NotPlain.INSTANCE;
            }
            return new Tree.Value(place, text.substring(from + 1, close), false);
        }
        if (!isWord(first) && first != '/' && first != '.') {
            throw NotPlain.INSTANCE;
        }
        for (int i = from + 1; i < end; i++) {
            char c = text.charAt(i);
            if ((c == '#' && text.charAt(i - 1) == ' ') || (c == ':' && (i + 1 == end || text.charAt(i + 1) == ' '))) {
                throw NotPlain.INSTANCE;
            }
        }
        return new Tree.Value(place, text.substring(from, end), true);
    }

    /** The colon after the key that starts the content. */
    private int colon() {
        int at = start;
        while (at < end && isKey(text.charAt(at))) {
            at++;
        }
        boolean key = at > start && at < end && isWord(text.charAt(start)) && text.charAt(at) == ':';
        if (!key || (at + 1 < end && text.charAt(at + 1) != ' ')) {
            throw NotPlain.INSTANCE;
        }
        return at;
    }

    private boolean hasColon() {
        int at = start;
        while (at < end && isKey(text.charAt(at))) {
            at++;
        }
        return at > start && at < end && text.charAt(at) == ':' && (at + 1 == end || text.charAt(at + 1) == ' ');
    }

    private boolean isEntry() {
        return text.charAt(start) == '-' && (start + 1 == end || text.charAt(start + 1) == ' ');
    }

    private int column() {
        return start - lineStart + 1;
    }

    /** Goes to the next line that is neither blank nor a comment. */
    private void advance() {
        while (next < text.length()) {
            lineStart = next;
            line++;
            int feed = text.indexOf('\n', next);
            int stop = feed < 0 ? text.length() : feed;
            next = feed < 0 ? text.length() : feed + 1;
            start = lineStart;
            while (start < stop && text.charAt(start) == ' ') {
                start++;
            }
            for (int i = start; i < stop; i++) {
                char c = text.charAt(i);
                if (c < ' ' || c > '~') {
                    throw NotPlain.INSTANCE;
                }
            }
            end = stop;
            while (end > start && text.charAt(end - 1) == ' ') {
                end--;
            }
            if (end > start && text.charAt(start) != '#') {
                return;
            }
        }
        start = -1;
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private static boolean isKey(char c) {
        return isWord(c) || c == '.' || c == '/' || c == '-';
    }
}
