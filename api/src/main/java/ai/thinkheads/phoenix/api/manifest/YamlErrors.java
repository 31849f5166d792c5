package ai.thinkheads.phoenix.api.manifest;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/** Says in a person's words what the YAML parser means, without a character of the text, which may be a secret. */
final class YamlErrors {

    private YamlErrors() {}

    static TextException explain(MarkedYamlEngineException error, int firstLine) {
        Tree.Place place = error.getProblemMark()
                .or(error::getContextMark)
                .map(mark -> place(mark, firstLine))
                .orElse(new Tree.Place(firstLine, 1));
        String context = String.valueOf(error.getContext());
        String start = error.getContextMark()
                .map(mark -> "line " + (firstLine + mark.getLine()))
                .orElse("an earlier line");
        return new TextException(place, words(String.valueOf(error.getProblem()), context, start));
    }

    static TextException explain(ReaderException error, String text, int firstLine) {
        int end = Math.min(Math.max(error.getPosition(), 0), text.length());
        int line = firstLine;
        int column = 1;
        for (int i = 0; i < end; i++) {
            column++;
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            }
        }
        return new TextException(
                new Tree.Place(line, column),
                "a control character is not allowed here; write it as an escape in double quotes, such as \"\\u0007\"");
    }

    private static Tree.Place place(Mark mark, int firstLine) {
        return new Tree.Place(firstLine + mark.getLine(), mark.getColumn() + 1);
    }

    private static String words(String problem, String context, String start) {
        if (context.contains("quoted scalar") && problem.contains("unexpected")) {
            return "the quoted text that starts at " + start + " is never closed";
        }
        if (context.contains("quoted scalar")) {
            return "the escape after '\\' is not known in double quotes; write '\\\\' or use single quotes";
        }
        if (context.contains("flow") && problem.contains("<stream end>")) {
            return (context.contains("sequence") ? "the '['" : "the '{'") + " at " + start + " is never closed";
        }
        if (context.contains("flow") && problem.startsWith("expected ','")) {
            return "a ',' or the closing bracket of the one at " + start + " is missing before this";
        }
        if (context.contains("alias") || context.contains("anchor")) {
            return "a name has to follow '*' or '&'; put a value that starts with one of them in quotes";
        }
        if (context.contains("tag") || problem.contains("tag handle")) {
            return "tags are not supported; put a value that starts with '!' in quotes";
        }
        if (context.contains("block scalar")) {
            return "after '|' or '>' only '+', '-' and one digit may follow on the line";
        }
        if (context.contains("simple key")) {
            return "a ':' is missing after the name of the field";
        }
        return ofBlocks(problem, start);
    }

    private static String ofBlocks(String problem, String start) {
        if (problem.contains("TAB")) {
            return "tabs are not allowed for indentation; use spaces";
        }
        if (problem.contains("cannot start any token")) {
            return "a value cannot start with this character; put it in quotes";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return "a ':' is not allowed here; check the indentation, or put a value with ': ' in it in quotes";
        }
        if (problem.startsWith("sequence entries are not allowed")) {
            return "a list entry is not allowed here; start it on a line of its own below the field";
        }
        if (problem.startsWith("expected <block end>") && problem.endsWith("'-'")) {
            return "a list entry does not belong here; check its indentation";
        }
        if (problem.startsWith("expected <block end>")) {
            return "this does not continue what starts at " + start + "; check the indentation and the quotes";
        }
        if (problem.startsWith("expected the node content")) {
            return "a value is missing here; put it in quotes if it starts with a bracket or a comma";
        }
        return "the YAML syntax is broken here";
    }
}
