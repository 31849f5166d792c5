package ai.thinkheads.phoenix.hosts.simulated.guest;

import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Redirect;
import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a script. */
final class Parser {

    private static final int DEEPEST = 200;
    private static final Set<String> ENDS = Set.of("then", "else", "elif", "fi", "do", "done", "esac", "}");

    private final Lexer lexer;
    private int depth;

    private Parser(String text) {
        this.lexer = new Lexer(text);
    }

    /** A script that cannot be read. */
    static final class SyntaxException extends RuntimeException {
        SyntaxException(String message) {
            super(message);
        }
    }

    static Syntax parse(String text) {
        Parser parser = new Parser(text);
        Syntax script = parser.sequence();
        if (parser.lexer.peek().kind() != Lexer.Kind.END) {
            throw new SyntaxException("syntax error: \"" + parser.lexer.peek().text() + "\" unexpected");
        }
        return script;
    }

    private Syntax sequence() {
        if (++depth > DEEPEST) {
            throw new SyntaxException("syntax error: nested too deeply");
        }
        List<Syntax> parts = new ArrayList<>();
        lexer.skipNewlines();
        while (!ended()) {
            parts.add(andOr());
            if (lexer.peek().is(";") || lexer.peek().is("&") || lexer.peek().is("\n")) {
                lexer.next();
            } else if (!ended()) {
                throw new SyntaxException("syntax error: \"" + lexer.peek().text() + "\" unexpected");
            }
            lexer.skipNewlines();
        }
        depth--;
        return parts.size() == 1 ? parts.getFirst() : new Syntax.Sequence(parts);
    }

    private boolean ended() {
        Lexer.Token token = lexer.peek();
        return token.kind() == Lexer.Kind.END || token.is(")") || token.is(";;") || reserved(token, ENDS) != null;
    }

    private static @Nullable String reserved(Lexer.Token token, Set<String> words) {
        Word word = token.word();
        String plain = word == null || word.isQuoted() ? null : word.plain();
        return plain != null && words.contains(plain) ? plain : null;
    }

    private boolean at(String word) {
        return reserved(lexer.peek(), Set.of(word)) != null;
    }

    private void expect(String word) {
        if (!at(word)) {
            throw new SyntaxException(
                    "syntax error: \"" + lexer.peek().text() + "\" unexpected (expecting \"" + word + "\")");
        }
        lexer.next();
    }

    private void expectOperator(String text) {
        if (!lexer.peek().is(text)) {
            throw new SyntaxException(
                    "syntax error: \"" + lexer.peek().text() + "\" unexpected (expecting \"" + text + "\")");
        }
        lexer.next();
    }

    private Syntax andOr() {
        Syntax left = pipeline();
        while (lexer.peek().is("&&") || lexer.peek().is("||")) {
            boolean and = lexer.next().is("&&");
            lexer.skipNewlines();
            left = new Syntax.AndOr(left, and, pipeline());
        }
        return left;
    }

    private Syntax pipeline() {
        boolean negated = false;
        while (at("!")) {
            lexer.next();
            negated = !negated;
        }
        List<Syntax> parts = new ArrayList<>();
        parts.add(command());
        while (lexer.peek().is("|")) {
            lexer.next();
            lexer.skipNewlines();
            parts.add(command());
        }
        return parts.size() == 1 && !negated ? parts.getFirst() : new Syntax.Pipeline(parts, negated);
    }

    private Syntax command() {
        Lexer.Token token = lexer.peek();
        if (token.is("(")) {
            lexer.next();
            Syntax body = sequence();
            expectOperator(")");
            return new Syntax.Group(body, true, redirects());
        }
        String word = reserved(token, Set.of("{", "if", "while", "until", "for", "case", "function"));
        if (word == null) {
            return simple();
        }
        lexer.next();
        return switch (word) {
            case "{" -> {
                Syntax body = sequence();
                expect("}");
                yield new Syntax.Group(body, false, redirects());
            }
            case "if" -> conditional();
            case "while", "until" -> {
                Syntax condition = sequence();
                Syntax body = loopBody();
                yield new Syntax.While(condition, body, word.equals("until"), redirects());
            }
            case "for" -> loop();
            case "case" -> choice();
            default -> {
                String name = text(lexer.next());
                if (lexer.peek().is("(")) {
                    lexer.next();
                    expectOperator(")");
                }
                lexer.skipNewlines();
                yield new Syntax.Function(name, command());
            }
        };
    }

    private Syntax conditional() {
        Syntax condition = sequence();
        expect("then");
        Syntax then = sequence();
        Syntax otherwise = null;
        if (at("elif")) {
            lexer.next();
            return new Syntax.If(condition, then, conditional(), List.of());
        }
        if (at("else")) {
            lexer.next();
            otherwise = sequence();
        }
        expect("fi");
        return new Syntax.If(condition, then, otherwise, redirects());
    }

    private Syntax loopBody() {
        lexer.skipNewlines();
        expect("do");
        Syntax body = sequence();
        expect("done");
        return body;
    }

    private Syntax loop() {
        String name = text(lexer.next());
        lexer.skipNewlines();
        List<Word> words = null;
        if (at("in")) {
            lexer.next();
            words = new ArrayList<>();
            while (lexer.peek().word() != null) {
                words.add(word(lexer.next()));
            }
        }
        if (lexer.peek().is(";")) {
            lexer.next();
        }
        Syntax body = loopBody();
        return new Syntax.For(name, words, body, redirects());
    }

    private Syntax choice() {
        Word subject = word(lexer.next());
        lexer.skipNewlines();
        expect("in");
        lexer.skipNewlines();
        List<Syntax.Branch> branches = new ArrayList<>();
        while (!at("esac")) {
            if (lexer.peek().is("(")) {
                lexer.next();
            }
            List<Word> patterns = new ArrayList<>();
            patterns.add(word(lexer.next()));
            while (lexer.peek().is("|")) {
                lexer.next();
                patterns.add(word(lexer.next()));
            }
            expectOperator(")");
            Syntax body = sequence();
            branches.add(new Syntax.Branch(patterns, body));
            if (lexer.peek().is(";;")) {
                lexer.next();
            }
            lexer.skipNewlines();
        }
        lexer.next();
        return new Syntax.Case(subject, branches, redirects());
    }

    private static Word word(Lexer.Token token) {
        Word word = token.word();
        if (word == null) {
            throw new SyntaxException("syntax error: \"" + token.text() + "\" unexpected");
        }
        return word;
    }

    private static String text(Lexer.Token token) {
        String plain = word(token).plain();
        if (plain == null) {
            throw new SyntaxException("syntax error: bad name");
        }
        return plain;
    }

    private List<Redirect> redirects() {
        List<Redirect> all = new ArrayList<>();
        while (lexer.peek().redirect() != null) {
            all.add(redirect());
        }
        return all;
    }

    private Redirect redirect() {
        Lexer.Token token = lexer.next();
        String kind = String.valueOf(token.redirect());
        if (kind.equals("<<")) {
            return new Redirect(
                    token.descriptor(), kind, lexer.hereDocument(token.text().equals("<<-")));
        }
        return new Redirect(token.descriptor(), kind, word(lexer.next()));
    }

    private Syntax simple() {
        List<Syntax.Assignment> assignments = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        List<Redirect> redirects = new ArrayList<>();
        while (true) {
            Lexer.Token token = lexer.peek();
            if (token.redirect() != null) {
                redirects.add(redirect());
                continue;
            }
            Word word = token.word();
            if (word == null) {
                break;
            }
            lexer.next();
            Syntax.Assignment assignment = words.isEmpty() ? assignment(word) : null;
            if (assignment != null) {
                assignments.add(assignment);
                continue;
            }
            words.add(word);
            String plain = word.plain();
            if (words.size() == 1
                    && plain != null
                    && lexer.peek().is("(")
                    && plain.matches("[A-Za-z_][A-Za-z0-9_-]*")) {
                lexer.next();
                expectOperator(")");
                lexer.skipNewlines();
                return new Syntax.Function(plain, command());
            }
        }
        if (words.isEmpty() && assignments.isEmpty() && redirects.isEmpty()) {
            throw new SyntaxException("syntax error: \"" + lexer.peek().text() + "\" unexpected");
        }
        return new Syntax.Simple(assignments, words, redirects);
    }

    private static Syntax.@Nullable Assignment assignment(Word word) {
        if (word.parts().isEmpty() || !(word.parts().getFirst() instanceof Syntax.Literal first) || first.quoted()) {
            return null;
        }
        int equals = first.text().indexOf('=');
        if (equals <= 0 || !first.text().substring(0, equals).matches("[A-Za-z_][A-Za-z0-9_]*")) {
            return null;
        }
        List<Syntax.Part> parts = new ArrayList<>();
        if (equals + 1 < first.text().length()) {
            parts.add(new Syntax.Literal(first.text().substring(equals + 1), false));
        }
        parts.addAll(word.parts().subList(1, word.parts().size()));
        return new Syntax.Assignment(first.text().substring(0, equals), new Word(parts));
    }
}
