package ai.thinkheads.phoenix.hosts.simulated.guest;

import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Part;
import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns words into text: variables, command substitution, arithmetic, splitting into fields, and patterns of file names. */
final class Expansion {

    private final Interpreter shell;

    Expansion(Interpreter shell) {
        this.shell = shell;
    }

    /** A word as one text, as in an assignment. */
    String text(Word word, Interpreter.Streams streams) {
        StringBuilder text = new StringBuilder();
        for (Part part : word.parts()) {
            text.append(value(part, streams));
        }
        return text.toString();
    }

    /** A word as a pattern: what is quoted in it stands for itself. */
    String pattern(Word word, Interpreter.Streams streams) {
        StringBuilder text = new StringBuilder();
        for (Part part : word.parts()) {
            String value = value(part, streams);
            text.append(part.quoted() ? Patterns.quote(value) : value);
        }
        return text.toString();
    }

    /** Words as the arguments of a command. */
    List<String> fields(List<Word> words, Interpreter.Streams streams) {
        List<String> fields = new ArrayList<>();
        for (Word word : words) {
            fields(word, streams, fields);
        }
        return fields;
    }

    private void fields(Word word, Interpreter.Streams streams, List<String> into) {
        StringBuilder text = new StringBuilder();
        StringBuilder pattern = new StringBuilder();
        boolean any = false;
        for (int i = 0; i < word.parts().size(); i++) {
            Part part = word.parts().get(i);
            if (part instanceof Syntax.Parameter parameter
                    && parameter.name().equals("@")
                    && parameter.operator().isEmpty()) {
                List<String> arguments = shell.arguments();
                for (int j = 0; j < arguments.size(); j++) {
                    if (j > 0) {
                        finish(text, pattern, into);
                    }
                    text.append(arguments.get(j));
                    pattern.append(Patterns.quote(arguments.get(j)));
                    any = true;
                }
                continue;
            }
            String value = value(part, streams);
            if (part.quoted()) {
                any = true;
                text.append(value);
                pattern.append(Patterns.quote(value));
            } else if (part instanceof Syntax.Literal) {
                any = true;
                String home = i == 0 && (value.equals("~") || value.startsWith("~/"))
                        ? shell.variables().getOrDefault("HOME", "/root") + value.substring(1)
                        : value;
                text.append(home);
                pattern.append(home);
            } else {
                any |= split(value, text, pattern, into, any);
            }
        }
        if (any || !text.isEmpty()) {
            finish(text, pattern, into);
        }
    }

    /** Cuts at blanks; gives whether something is left that has not been finished. */
    private boolean split(String value, StringBuilder text, StringBuilder pattern, List<String> into, boolean begun) {
        String separators = shell.variables().getOrDefault("IFS", " \t\n");
        boolean open = begun && !text.isEmpty();
        for (char c : value.toCharArray()) {
            if (separators.indexOf(c) < 0) {
                text.append(c);
                pattern.append(c);
                open = true;
            } else if (open) {
                finish(text, pattern, into);
                open = false;
            }
        }
        return open;
    }

    private void finish(StringBuilder text, StringBuilder pattern, List<String> into) {
        String plain = text.toString();
        String glob = pattern.toString();
        text.setLength(0);
        pattern.setLength(0);
        List<String> found = glob.matches("(?s).*(?<!\\\\)[*?\\[].*") ? glob(glob) : List.of();
        if (found.isEmpty()) {
            into.add(plain);
        } else {
            into.addAll(found);
        }
    }

    private List<String> glob(String pattern) {
        boolean absolute = pattern.startsWith("/");
        List<String> paths = List.of(absolute ? "/" : shell.directory());
        for (String part : pattern.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            List<String> next = new ArrayList<>();
            Pattern regex = Pattern.compile(Patterns.regex(part));
            for (String path : paths) {
                if (!shell.world().files().isDirectory(path)) {
                    continue;
                }
                for (String name : shell.world().files().list(path)) {
                    if (regex.matcher(name).matches() && (!name.startsWith(".") || part.startsWith("."))) {
                        next.add(path.equals("/") ? "/" + name : path + "/" + name);
                    }
                }
            }
            paths = next;
        }
        String prefix = shell.directory().equals("/") ? "/" : shell.directory() + "/";
        return absolute
                ? paths
                : paths.stream().map(path -> path.substring(prefix.length())).toList();
    }

    private String value(Part part, Interpreter.Streams streams) {
        return switch (part) {
            case Syntax.Literal literal -> literal.text();
            case Syntax.Substitution substitution -> shell.substitute(substitution.script(), streams);
            case Syntax.Calculation calculation ->
                String.valueOf(Arithmetic.evaluate(text(calculation.expression(), streams), name -> {
                    String value = variable(name);
                    return value == null ? "" : value;
                }));
            case Syntax.Parameter parameter -> parameter(parameter, streams);
        };
    }

    private @Nullable String variable(String name) {
        return switch (name) {
            case "?" -> String.valueOf(shell.last());
            case "#" -> String.valueOf(shell.arguments().size());
            case "@", "*" -> String.join(" ", shell.arguments());
            case "$" -> "4242";
            case "!" -> "4243";
            case "-" -> "";
            case "0" -> shell.scriptName();
            default ->
                Character.isDigit(name.charAt(0))
                        ? argument(Integer.parseInt(name))
                        : shell.variables().get(name);
        };
    }

    private @Nullable String argument(int number) {
        return number <= shell.arguments().size() ? shell.arguments().get(number - 1) : null;
    }

    private String parameter(Syntax.Parameter parameter, Interpreter.Streams streams) {
        String value = variable(parameter.name());
        String operator = parameter.operator();
        Word argument = parameter.argument() == null ? Word.of("") : parameter.argument();
        boolean unset = value == null || operator.startsWith(":") && value.isEmpty();
        switch (operator) {
            case ":-", "-" -> {
                return unset || value == null ? text(argument, streams) : value;
            }
            case ":=", "=" -> {
                if (unset || value == null) {
                    value = text(argument, streams);
                    shell.variables().put(parameter.name(), value);
                }
                return value;
            }
            case ":+", "+" -> {
                return unset ? "" : text(argument, streams);
            }
            case ":?", "?" -> {
                if (unset || value == null) {
                    String message = text(argument, streams);
                    throw failed(
                            streams, parameter.name() + ": " + (message.isEmpty() ? "parameter not set" : message));
                }
                return value;
            }
            default -> {
                if (value == null) {
                    if (shell.refusesUnset() && !"@*".contains(parameter.name())) {
                        throw failed(streams, parameter.name() + ": parameter not set");
                    }
                    value = "";
                }
            }
        }
        return switch (operator) {
            case "length" -> String.valueOf(value.length());
            case "#" -> trim(value, pattern(argument, streams), true, false);
            case "##" -> trim(value, pattern(argument, streams), true, true);
            case "%" -> trim(value, pattern(argument, streams), false, false);
            case "%%" -> trim(value, pattern(argument, streams), false, true);
            case "/", "//" -> replace(value, pattern(argument, streams), operator.equals("//"));
            default -> value;
        };
    }

    private Interpreter.ExitException failed(Interpreter.Streams streams, String message) {
        streams.err().write(shell.scriptName() + ": 1: " + message + "\n");
        return new Interpreter.ExitException(2);
    }

    private static String trim(String value, String pattern, boolean front, boolean longest) {
        for (int i = 0; i <= value.length(); i++) {
            int length = longest ? value.length() - i : i;
            String piece = front ? value.substring(0, length) : value.substring(value.length() - length);
            if (Patterns.matches(pattern, piece)) {
                return front ? value.substring(length) : value.substring(0, value.length() - length);
            }
        }
        return value;
    }

    private static String replace(String value, String argument, boolean all) {
        int slash = argument.indexOf('/');
        String pattern = slash < 0 ? argument : argument.substring(0, slash);
        String by = java.util.regex.Matcher.quoteReplacement(slash < 0 ? "" : argument.substring(slash + 1));
        Pattern regex = Pattern.compile(Patterns.regex(pattern));
        return all ? regex.matcher(value).replaceAll(by) : regex.matcher(value).replaceFirst(by);
    }
}
