package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Patterns of the shell, and regular expressions in the forms that grep and sed take. */
final class Patterns {

    private Patterns() {}

    /** A shell pattern, in which a backslash takes the meaning from what follows, as a regular expression. */
    static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '\\' -> {
                    i++;
                    if (i < pattern.length()) {
                        regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
                    }
                }
                case '[' -> {
                    int end = pattern.indexOf(']', i + 2);
                    if (end < 0) {
                        regex.append("\\[");
                    } else {
                        String set = pattern.substring(i + 1, end);
                        regex.append('[')
                                .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                                .append(']');
                        i = end;
                    }
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    static boolean matches(String pattern, String text) {
        return Pattern.compile(regex(pattern), Pattern.DOTALL).matcher(text).matches();
    }

    /** Without the special meaning of anything in it. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder();
        for (char c : text.toCharArray()) {
            if ("*?[]\\".indexOf(c) >= 0) {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.toString();
    }

    /** A regular expression of POSIX, the basic form unless it is extended. */
    static Pattern posix(String expression, boolean extended, boolean ignoreCase) {
        StringBuilder java = new StringBuilder();
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\\' && i + 1 < expression.length()) {
                char next = expression.charAt(++i);
                boolean swapped = !extended && "(){}+?|".indexOf(next) >= 0;
                java.append(swapped ? String.valueOf(next) : next == '<' || next == '>' ? "\\b" : "\\" + next);
            } else if (c == '[') {
                int end = expression.indexOf(']', i + (expression.startsWith("[^", i) ? 3 : 2));
                int klass = expression.indexOf("[:", i + 1);
                if (klass >= 0 && end > klass) {
                    end = expression.indexOf(']', expression.indexOf(":]", klass) + 2);
                }
                if (end < 0) {
                    java.append("\\[");
                } else {
                    java.append(classes(expression.substring(i, end + 1)));
                    i = end;
                }
            } else if (!extended && "(){}+?|".indexOf(c) >= 0) {
                java.append('\\').append(c);
            } else {
                java.append(c);
            }
        }
        try {
            return Pattern.compile(java.toString(), (ignoreCase ? Pattern.CASE_INSENSITIVE : 0) | Pattern.MULTILINE);
        } catch (PatternSyntaxException e) {
            throw new FileTree.FileException("invalid regular expression: " + expression);
        }
    }

    private static String classes(String set) {
        return set.replace("[:space:]", "\\s")
                .replace("[:blank:]", " \\t")
                .replace("[:digit:]", "0-9")
                .replace("[:alpha:]", "A-Za-z")
                .replace("[:alnum:]", "A-Za-z0-9")
                .replace("[:upper:]", "A-Z")
                .replace("[:lower:]", "a-z")
                .replace("[:punct:]", "\\p{Punct}");
    }
}
