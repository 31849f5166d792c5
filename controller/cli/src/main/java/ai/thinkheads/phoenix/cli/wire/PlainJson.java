package ai.thinkheads.phoenix.cli.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON into maps, lists and strings; numbers and truth values are their text, null is null. For the one answer that is asked
 * for most often and wants no more: before a JSON library reads its first word it calculates tables of large numbers, which takes
 * longer than a controller takes to answer.
 */
final class PlainJson {

    /** No answer of a controller is nested deeper. */
    private static final int DEEPEST = 200;

    private final String text;
    private int at;
    private int depth;

    private PlainJson(String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException when it is not JSON
     */
    static @Nullable Object read(byte[] json) {
        PlainJson reader = new PlainJson(new String(json, StandardCharsets.UTF_8));
        Object value = reader.value();
        reader.blanks();
        if (reader.at < reader.text.length()) {
            throw reader.wrong();
        }
        return value;
    }

    private @Nullable Object value() {
        blanks();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", "true");
            case 'f' -> word("false", "false");
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        enter();
        if (!skip('}')) {
            do {
                blanks();
                String name = string();
                expect(':');
                fields.put(name, value());
            } while (skip(','));
            expect('}');
        }
        depth--;
        return fields;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> items = new ArrayList<>();
        enter();
        if (!skip(']')) {
            do {
                items.add(value());
            } while (skip(','));
            expect(']');
        }
        depth--;
        return items;
    }

    private void enter() {
        at++;
        if (++depth > DEEPEST) {
            throw wrong();
        }
    }

    private String string() {
        if (peek() != '"') {
            throw wrong();
        }
        int start = ++at;
        while (peek() != '"' && peek() != '\\') {
            printable();
        }
        if (peek() == '"') {
            return text.substring(start, at++);
        }
        StringBuilder string = new StringBuilder(text.substring(start, at));
        while (peek() != '"') {
            string.append(peek() == '\\' ? escaped() : printable());
        }
        at++;
        return string.toString();
    }

    private char printable() {
        char c = peek();
        if (c < ' ') {
            throw wrong();
        }
        at++;
        return c;
    }

    private char escaped() {
        at++;
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(peek(), 16);
                    if (digit < 0) {
                        throw wrong();
                    }
                    code = code * 16 + digit;
                    at++;
                }
                yield (char) code;
            }
            default -> throw wrong();
        };
    }

    private String number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == start) {
            throw wrong();
        }
        return text.substring(start, at);
    }

    private @Nullable String word(String word, @Nullable String meaning) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return meaning;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean skip(char c) {
        blanks();
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char c) {
        if (!skip(c)) {
            throw wrong();
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong();
        }
        return text.charAt(at);
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("the answer is not JSON at character " + at);
    }
}
