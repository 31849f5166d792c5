package ai.thinkheads.phoenix.hosts.simulated.guest;

import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Word;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a script into words and operators. */
final class Lexer {

    private final String text;
    private int at;
    private @Nullable Token peeked;
    private final Deque<Pending> hereDocuments = new ArrayDeque<>();

    enum Kind {
        WORD,
        OPERATOR,
        REDIRECT,
        END
    }

    /** A here-document whose text begins after the end of the line. */
    private static final class Pending {
        private final String delimiter;
        private final boolean quoted;
        private final boolean stripped;
        private final List<Syntax.Part> parts = new ArrayList<>();

        Pending(String delimiter, boolean quoted, boolean stripped) {
            this.delimiter = delimiter;
            this.quoted = quoted;
            this.stripped = stripped;
        }
    }

    /**
     * A token.
     *
     * @param redirect the kind of redirection; null for other tokens
     */
    record Token(
            Kind kind,
            String text,
            @Nullable Word word,
            @Nullable String redirect,
            int descriptor) {
        boolean is(String operator) {
            return kind == Kind.OPERATOR && text.equals(operator);
        }
    }

    Lexer(String text) {
        this.text = text;
    }

    Token peek() {
        Token token = peeked;
        if (token == null) {
            token = read();
            peeked = token;
        }
        return token;
    }

    Token next() {
        Token token = peek();
        peeked = null;
        return token;
    }

    void skipNewlines() {
        while (peek().is("\n")) {
            next();
        }
    }

    private static Token operator(String text) {
        return new Token(Kind.OPERATOR, text, null, null, 0);
    }

    private Token read() {
        skipBlanks();
        if (at >= text.length()) {
            return new Token(Kind.END, "end of file", null, null, 0);
        }
        char c = text.charAt(at);
        if (c == '\n') {
            at++;
            readHereDocuments();
            return operator("\n");
        }
        for (String each : new String[] {"&&", "||", ";;"}) {
            if (text.startsWith(each, at)) {
                at += 2;
                return operator(each);
            }
        }
        Token redirect = redirect();
        if (redirect != null) {
            return redirect;
        }
        if (";&|()".indexOf(c) >= 0) {
            at++;
            return operator(String.valueOf(c));
        }
        Word word = new Word(List.copyOf(wordParts()));
        return new Token(Kind.WORD, String.valueOf(word.plain()), word, null, 0);
    }

    private void skipBlanks() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (text.startsWith("\\\n", at)) {
                at += 2;
            } else if (c == '#') {
                while (at < text.length() && text.charAt(at) != '\n') {
                    at++;
                }
            } else {
                return;
            }
        }
    }

    private @Nullable Token redirect() {
        int start = at;
        int digits = at;
        while (digits < text.length() && Character.isDigit(text.charAt(digits)) && digits - start < 2) {
            digits++;
        }
        if (digits >= text.length() || (text.charAt(digits) != '<' && text.charAt(digits) != '>')) {
            if (text.startsWith("&>", at)) {
                at += 2;
                return new Token(Kind.REDIRECT, "&>", null, "&>", 1);
            }
            return null;
        }
        String given = text.substring(start, digits);
        at = digits;
        boolean out = text.charAt(at) == '>';
        for (String each : new String[] {"<<-", "<<", ">>", ">&", "<&", ">|", "<", ">"}) {
            if (text.startsWith(each, at)) {
                at += each.length();
                int descriptor = given.isEmpty() ? (out ? 1 : 0) : Integer.parseInt(given);
                String kind = each.equals("<<-") ? "<<" : each.equals(">|") ? ">" : each;
                return new Token(Kind.REDIRECT, each, null, kind, descriptor);
            }
        }
        return null;
    }

    /** The word after {@code <<} was not read yet: it is the delimiter. The text follows after this line. */
    Word hereDocument(boolean stripped) {
        Token token = next();
        Word word = token.word();
        if (word == null) {
            throw new Parser.SyntaxException("syntax error: here-document without a delimiter");
        }
        Pending pending = new Pending(String.valueOf(word.plain()), word.isQuoted(), stripped);
        hereDocuments.addLast(pending);
        // The parts are filled in when the end of the line is reached.
        return new Word(pending.parts);
    }

    private void readHereDocuments() {
        while (!hereDocuments.isEmpty()) {
            Pending pending = hereDocuments.removeFirst();
            StringBuilder body = new StringBuilder();
            while (at < text.length()) {
                int end = text.indexOf('\n', at);
                String line = text.substring(at, end < 0 ? text.length() : end);
                at = end < 0 ? text.length() : end + 1;
                if (pending.stripped) {
                    line = line.replaceFirst("^\t+", "");
                }
                if (line.equals(pending.delimiter)) {
                    break;
                }
                body.append(line).append('\n');
            }
            if (pending.quoted) {
                pending.parts.add(new Syntax.Literal(body.toString(), true));
            } else {
                pending.parts.addAll(new Lexer(body.toString()).quotedParts('\0'));
            }
        }
    }

    private List<Syntax.Part> wordParts() {
        List<Syntax.Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (" \t\r\n;&|()<>".indexOf(c) >= 0) {
                break;
            }
            if (c == '\\') {
                flush(parts, literal);
                if (at + 1 < text.length() && text.charAt(at + 1) != '\n') {
                    parts.add(new Syntax.Literal(String.valueOf(text.charAt(at + 1)), true));
                }
                at += 2;
            } else if (c == '\'') {
                flush(parts, literal);
                int end = text.indexOf('\'', at + 1);
                if (end < 0) {
                    throw new Parser.SyntaxException("syntax error: unterminated quoted string");
                }
                parts.add(new Syntax.Literal(text.substring(at + 1, end), true));
                at = end + 1;
            } else if (c == '"') {
                flush(parts, literal);
                at++;
                parts.addAll(quotedParts('"'));
            } else if (c == '$' || c == '`') {
                expansion(parts, literal, false);
            } else {
                literal.append(c);
                at++;
            }
        }
        flush(parts, literal);
        return parts;
    }

    private static void flush(List<Syntax.Part> parts, StringBuilder literal) {
        if (!literal.isEmpty()) {
            parts.add(new Syntax.Literal(literal.toString(), false));
            literal.setLength(0);
        }
    }

    /** Up to the closing quote, or to the end for {@code \0}. */
    private List<Syntax.Part> quotedParts(char close) {
        List<Syntax.Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        while (true) {
            if (at >= text.length()) {
                if (close != '\0') {
                    throw new Parser.SyntaxException("syntax error: unterminated quoted string");
                }
                break;
            }
            char c = text.charAt(at);
            if (c == close) {
                at++;
                break;
            }
            if (c == '\\' && at + 1 < text.length()) {
                char next = text.charAt(at + 1);
                if (next == '\n') {
                    at += 2;
                } else if ("$`\\".indexOf(next) >= 0 || next == close) {
                    literal.append(next);
                    at += 2;
                } else {
                    literal.append(c);
                    at++;
                }
            } else if (c == '$' || c == '`') {
                expansion(parts, literal, true);
            } else {
                literal.append(c);
                at++;
            }
        }
        if (!literal.isEmpty() || parts.isEmpty()) {
            parts.add(new Syntax.Literal(literal.toString(), true));
        }
        return parts;
    }

    private void expansion(List<Syntax.Part> parts, StringBuilder literal, boolean quoted) {
        Syntax.Part part = expansion(quoted);
        if (part == null) {
            literal.append(text.charAt(at++));
            return;
        }
        if (!literal.isEmpty()) {
            parts.add(new Syntax.Literal(literal.toString(), quoted));
            literal.setLength(0);
        }
        parts.add(part);
    }

    private Syntax.@Nullable Part expansion(boolean quoted) {
        if (text.charAt(at) == '`') {
            int end = text.indexOf('`', at + 1);
            if (end < 0) {
                throw new Parser.SyntaxException("syntax error: unterminated backquote");
            }
            String inner = text.substring(at + 1, end);
            at = end + 1;
            return new Syntax.Substitution(Parser.parse(inner), quoted);
        }
        if (text.startsWith("$((", at)) {
            int end = closingArithmetic(at + 3);
            if (end >= 0) {
                String inner = text.substring(at + 3, end);
                at = end + 2;
                return new Syntax.Calculation(new Word(new Lexer(inner).quotedParts('\0')), quoted);
            }
        }
        if (text.startsWith("$(", at)) {
            int end = closingParenthesis(at + 2);
            String inner = text.substring(at + 2, end);
            at = end + 1;
            return new Syntax.Substitution(Parser.parse(inner), quoted);
        }
        if (text.startsWith("${", at)) {
            return braced(quoted);
        }
        int start = at + 1;
        if (start >= text.length()) {
            return null;
        }
        char c = text.charAt(start);
        if ("@*#?$!-0123456789".indexOf(c) >= 0) {
            at = start + 1;
            return new Syntax.Parameter(String.valueOf(c), "", null, quoted);
        }
        int end = start;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        if (end == start) {
            return null;
        }
        at = end;
        return new Syntax.Parameter(text.substring(start, end), "", null, quoted);
    }

    private Syntax.Part braced(boolean quoted) {
        int end = closingBrace(at + 2);
        String inner = text.substring(at + 2, end);
        at = end + 1;
        if (inner.startsWith("#") && inner.length() > 1) {
            return new Syntax.Parameter(inner.substring(1), "length", null, quoted);
        }
        int name = 0;
        while (name < inner.length() && (Character.isLetterOrDigit(inner.charAt(name)) || inner.charAt(name) == '_')) {
            name++;
        }
        if (name == 0 && !inner.isEmpty()) {
            name = 1;
        }
        String rest = inner.substring(name);
        for (String operator :
                new String[] {":-", ":=", ":+", ":?", "##", "%%", "//", "-", "=", "+", "?", "#", "%", "/"}) {
            if (rest.startsWith(operator)) {
                Word argument = new Word(argumentParts(rest.substring(operator.length())));
                return new Syntax.Parameter(inner.substring(0, name), operator, argument, quoted);
            }
        }
        if (!rest.isEmpty()) {
            throw new Parser.SyntaxException("Bad substitution");
        }
        return new Syntax.Parameter(inner.substring(0, name), "", null, quoted);
    }

    private static List<Syntax.Part> argumentParts(String argument) {
        List<Syntax.Part> parts = new ArrayList<>();
        Lexer lexer = new Lexer(argument);
        while (lexer.at < argument.length()) {
            char c = argument.charAt(lexer.at);
            if (" \t\r\n;&|()<>".indexOf(c) >= 0) {
                parts.add(new Syntax.Literal(String.valueOf(c), false));
                lexer.at++;
            } else {
                parts.addAll(lexer.wordParts());
            }
        }
        return parts;
    }

    /** Where the {@code ))} is that ends an arithmetic expression; -1 when it is none. */
    private int closingArithmetic(int from) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')' && depth == 0) {
                return text.startsWith("))", i) ? i : -1;
            } else if (c == ')') {
                depth--;
            }
        }
        return -1;
    }

    private int closingParenthesis(int from) {
        return closing(from, '(', ')');
    }

    private int closingBrace(int from) {
        return closing(from, '{', '}');
    }

    private int closing(int from, char open, char close) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '\'' && !insideDouble(from, i)) {
                int end = text.indexOf('\'', i + 1);
                i = end < 0 ? text.length() : end;
            } else if (c == open) {
                depth++;
            } else if (c == close && --depth == 0) {
                return i;
            }
        }
        throw new Parser.SyntaxException("syntax error: \"" + close + "\" is missing");
    }

    private boolean insideDouble(int from, int to) {
        boolean inside = false;
        for (int i = from; i < to; i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                inside = !inside;
            }
        }
        return inside;
    }
}
