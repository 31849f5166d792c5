package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shell script as a tree. */
sealed interface Syntax {

    /** Commands one after the other. */
    record Sequence(List<Syntax> parts) implements Syntax {}

    /** {@code left && right} or {@code left || right}. */
    record AndOr(Syntax left, boolean and, Syntax right) implements Syntax {}

    /** Commands joined by pipes, their result turned round by {@code !}. */
    record Pipeline(List<Syntax> parts, boolean negated) implements Syntax {}

    /** A command with its arguments. */
    record Simple(List<Assignment> assignments, List<Word> words, List<Redirect> redirects) implements Syntax {}

    /** {@code { … }}, or {@code ( … )} in an environment of its own. */
    record Group(Syntax body, boolean subshell, List<Redirect> redirects) implements Syntax {}

    record If(Syntax condition, Syntax then, @Nullable Syntax otherwise, List<Redirect> redirects) implements Syntax {}

    /** {@code while}, or {@code until} when it is turned round. */
    record While(Syntax condition, Syntax body, boolean until, List<Redirect> redirects) implements Syntax {}

    /** {@code words} is null for the script's own arguments. */
    record For(String name, @Nullable List<Word> words, Syntax body, List<Redirect> redirects) implements Syntax {}

    record Case(Word subject, List<Branch> branches, List<Redirect> redirects) implements Syntax {}

    record Branch(List<Word> patterns, Syntax body) {}

    record Function(String name, Syntax body) implements Syntax {}

    record Assignment(String name, Word value) {}

    /**
     * A redirection.
     *
     * @param kind {@code <}, {@code >}, {@code >>}, {@code >&}, {@code <<} or {@code &>}
     */
    record Redirect(int descriptor, String kind, Word target) {}

    /** Parts that are put together without blanks between. */
    record Word(List<Part> parts) {
        static Word of(String text) {
            return new Word(List.of(new Literal(text, true)));
        }

        /** The text when nothing in it has to be expanded; null otherwise. */
        @Nullable
        String plain() {
            StringBuilder text = new StringBuilder();
            for (Part part : parts) {
                if (!(part instanceof Literal literal)) {
                    return null;
                }
                text.append(literal.text());
            }
            return text.toString();
        }

        boolean isQuoted() {
            return parts.stream().anyMatch(Part::quoted);
        }
    }

    /** A part of a word. */
    sealed interface Part {
        boolean quoted();
    }

    record Literal(String text, boolean quoted) implements Part {}

    /** {@code $name}, or {@code ${name<operator>argument}}; operator is empty for none. */
    record Parameter(String name, String operator, @Nullable Word argument, boolean quoted) implements Part {}

    record Substitution(Syntax script, boolean quoted) implements Part {}

    record Calculation(Word expression, boolean quoted) implements Part {}
}
