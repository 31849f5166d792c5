package ai.thinkheads.phoenix.api.manifest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plain part of YAML that nearly every manifest keeps to, an order of magnitude quicker than the full parser: block
 * mappings and lists, and values and {@code {flow: [mappings, and, lists]}} on one line, in ASCII. At the first sign of anything
 * else, and of any mistake, it gives up, and {@link YamlText} reads the document; where it does not give up, both agree on every
 * value and every place.
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
    /** How far a value on the present line is read. */
    private int at;

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
                item = inline(start, column, depth);
            }
            items.add(item);
            values = Mapping.sum(values, item);
        }
        return new Tree.Items(place, items, values);
    }

    /** What follows the colon of a key at {@code column}: on its line, or below it. */
    private Tree value(int from, int column, int depth) {
        at = from;
        skipSpaces();
        if (!isEndOfContent()) {
            return inline(at, column, depth);
        }
        Tree.Place empty = new Tree.Place(line, from - lineStart + 1);
        advance();
        if (start >= 0 && isEntry() && column() >= column) {
            return list(column(), depth(depth));
        }
        return start >= 0 && column() > column ? mapping(column(), depth(depth)) : new Tree.Value(empty, "", true);
    }

    /** A value that begins and ends on the present line; what is below it is no part of it. */
    private Tree inline(int from, int column, int depth) {
        if (end - from > Limits.KEY) {
            throw NotPlain.INSTANCE;
        }
        at = from;
        Tree value = node(depth, false);
        skipSpaces();
        if (!isEndOfContent()) {
            throw NotPlain.INSTANCE;
        }
        advance();
        if (start >= 0 && column() > column) {
            throw NotPlain.INSTANCE;
        }
        return value;
    }

    /**
     * What stands at {@code at}, which it then is behind.
     *
     * @param inFlow whether it is part of a mapping or list in braces or brackets
     */
    private Tree node(int depth, boolean inFlow) {
        char first = here();
        if (first == '{') {
            return flowMapping(depth(depth));
        }
        if (first == '[') {
            return flowList(depth(depth));
        }
        return first == '"' || first == '\'' ? quoted(first) : plain(first, inFlow);
    }

    private Tree flowMapping(int depth) {
        Mapping mapping = new Mapping(place(), Path.TOP, problems);
        do {
            at++;
            skipSpaces();
            if (here() == '}' && mapping.tree().entries().isEmpty()) {
                break;
            }
            Tree.Place place = place();
            int from = at;
            if (!isWord(here())) {
                throw NotPlain.INSTANCE;
            }
            while (isKey(here())) {
                at++;
            }
            if (here() != ':' || at + 1 >= end || text.charAt(at + 1) != ' ') {
                throw NotPlain.INSTANCE;
            }
            String key = text.substring(from, at);
            at++;
            skipSpaces();
            mapping.add(place, key, node(depth, true));
            skipSpaces();
        } while (here() == ',');
        close('}');
        return mapping.tree();
    }

    private Tree flowList(int depth) {
        Tree.Place place = place();
        List<Tree> items = new ArrayList<>();
        int values = 1;
        do {
            at++;
            skipSpaces();
            if (here() == ']' && items.isEmpty()) {
                break;
            }
            Tree item = node(depth, true);
            items.add(item);
            values = Mapping.sum(values, item);
            skipSpaces();
        } while (here() == ',');
        close(']');
        return new Tree.Items(place, items, values);
    }

    private void close(char bracket) {
        if (here() != bracket) {
            throw NotPlain.INSTANCE;
        }
        at++;
    }

    private Tree quoted(char quote) {
        Tree.Place place = place();
        int from = at + 1;
        at = text.indexOf(quote, from);
        // Two quotes in a row stand for one.
        if (at < 0 || at >= end || (at + 1 < end && text.charAt(at + 1) == quote)) {
            throw NotPlain.INSTANCE;
        }
        String value = text.substring(from, at);
        if (value.indexOf('\\') >= 0) {
            throw NotPlain.INSTANCE;
        }
        at++;
        return new Tree.Value(place, value, false);
    }

    private Tree plain(char first, boolean inFlow) {
        if (!isWord(first) && first != '/' && first != '.') {
            throw NotPlain.INSTANCE;
        }
        Tree.Place place = place();
        int from = at;
        at++;
        while (at < end) {
            char c = text.charAt(at);
            if ((inFlow && isFlow(c)) || (c == '#' && text.charAt(at - 1) == ' ')) {
                break;
            }
            if (c == ':' && (at + 1 == end || text.charAt(at + 1) == ' ' || (inFlow && isFlow(text.charAt(at + 1))))) {
                throw NotPlain.INSTANCE;
            }
            at++;
        }
        int to = at;
        while (text.charAt(to - 1) == ' ') {
            to--;
        }
        return new Tree.Value(place, text.substring(from, to), true);
    }

    /** The character at {@code at}; a value that goes on on the next line is not for this reader. */
    private char here() {
        if (at >= end) {
            throw NotPlain.INSTANCE;
        }
        return text.charAt(at);
    }

    private Tree.Place place() {
        return new Tree.Place(line, at - lineStart + 1);
    }

    private void skipSpaces() {
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
    }

    /** Whether nothing but a comment is left of the line. */
    private boolean isEndOfContent() {
        return at == end || (text.charAt(at) == '#' && text.charAt(at - 1) == ' ');
    }

    private static int depth(int depth) {
        if (depth + 1 >= Limits.DEPTH) {
            throw NotPlain.INSTANCE;
        }
        return depth + 1;
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

    private static boolean isFlow(char c) {
        return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
    }

    private static boolean isKey(char c) {
        return isWord(c) || c == '.' || c == '/' || c == '-';
    }
}
