package ai.thinkheads.phoenix.api.manifest;

import java.util.Collection;
import java.util.List;

/** Lists of words in sentences. */
final class Words {

    private static final int LONGEST = 60;

    private Words() {}

    static String and(Collection<String> words) {
        return joined(words, " and ");
    }

    static String or(Collection<String> words) {
        return joined(words, " or ");
    }

    /** The word with its article. */
    static String a(String word) {
        return (word.matches("[AEIOUaeiou].*") ? "an " : "a ") + word;
    }

    /** A user's text in single quotes, on one line and cut where it is long. */
    static String quoted(String text) {
        String line = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        StringBuilder safe = new StringBuilder();
        line.codePoints().forEach(c -> safe.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
        return "'" + safe + "'";
    }

    private static String joined(Collection<String> words, String last) {
        List<String> list = List.copyOf(words);
        return list.size() < 2
                ? String.join("", list)
                : String.join(", ", list.subList(0, list.size() - 1)) + last + list.getLast();
    }
}
