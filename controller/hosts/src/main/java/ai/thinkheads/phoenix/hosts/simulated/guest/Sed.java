package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The stream editor with the commands that scripts use: s, d, p, a, i, c and addresses by number or expression. */
final class Sed {

    private static final Pattern ADDRESS =
            Pattern.compile("^(\\d+|\\$|/((?:[^/\\\\]|\\\\.)*)/)(?:,(\\d+|\\$|/((?:[^/\\\\]|\\\\.)*)/))?\\s*(!?)\\s*");

    private Sed() {}

    private record Rule(
            @Nullable String from,
            @Nullable String to,
            boolean inverted,
            char command,
            String text,
            @Nullable Pattern pattern,
            String flags) {}

    static int run(Call call) {
        List<String> scripts = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        boolean inPlace = false;
        boolean extended = false;
        boolean quiet = false;
        List<String> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.startsWith("-i") || arg.startsWith("--in-place")) {
                inPlace = true;
            } else if (arg.equals("-e") || arg.equals("--expression")) {
                scripts.add(args.get(++i));
            } else if (arg.matches("-[nrEsuz]+|--regexp-extended|--quiet")) {
                extended |= arg.contains("E") || arg.contains("r") && !arg.startsWith("--q");
                quiet |= arg.contains("n");
                if (arg.endsWith("i")) {
                    inPlace = true;
                }
            } else if (scripts.isEmpty()) {
                scripts.add(arg);
            } else {
                paths.add(arg);
            }
        }
        List<Rule> rules = new ArrayList<>();
        for (String script : scripts) {
            parse(script, extended, rules);
        }
        if (!inPlace) {
            call.print(apply(call.read(paths), rules, quiet, extended));
            return 0;
        }
        for (String path : paths) {
            String at = call.path(path);
            if (!call.files().isFile(at)) {
                return call.fail(2, "can't read " + path + ": No such file or directory");
            }
            call.files().write(at, apply(call.files().read(at), rules, quiet, extended), 022);
        }
        return 0;
    }

    private static void parse(String script, boolean extended, List<Rule> rules) {
        String rest = script.strip();
        while (!rest.isEmpty()) {
            Matcher address = ADDRESS.matcher(rest);
            String from = null;
            String to = null;
            boolean inverted = false;
            if (address.find()) {
                from = address.group(1);
                to = address.group(3);
                inverted = !address.group(5).isEmpty();
                rest = rest.substring(address.end());
            }
            char command = rest.isEmpty() ? 'p' : rest.charAt(0);
            if (command == 's' && rest.length() > 1) {
                List<String> parts = cut(rest.substring(2), rest.charAt(1));
                Matcher flags = Pattern.compile("^[gIip0-9]*").matcher(parts.get(2));
                String given = flags.find() ? flags.group() : "";
                rules.add(new Rule(
                        from,
                        to,
                        inverted,
                        's',
                        parts.get(1),
                        Patterns.posix(parts.get(0), extended, given.matches(".*[iI].*")),
                        given));
                rest = parts.get(2).substring(given.length());
            } else if ("aic".indexOf(command) >= 0) {
                String text = rest.substring(1).replaceFirst("^\\s*\\\\?\\n?", "");
                rules.add(new Rule(from, to, inverted, command, TextCommands.escapes(text), null, ""));
                rest = "";
            } else {
                rules.add(new Rule(from, to, inverted, command, "", null, ""));
                rest = rest.isEmpty() ? "" : rest.substring(1);
            }
            rest = rest.replaceFirst("^[\\s;}]+", "");
        }
    }

    /** The pattern, the replacement, and what comes after them. */
    private static List<String> cut(String text, char separator) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int i = 0;
        for (; i < text.length() && parts.size() < 2; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                if (next != separator) {
                    part.append('\\');
                }
                part.append(next);
            } else if (c == separator) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (parts.size() < 2) {
            throw new FileTree.FileException("-e expression #1: unterminated `s' command");
        }
        parts.add(text.substring(i));
        return parts;
    }

    private static String apply(String text, List<Rule> rules, boolean quiet, boolean extended) {
        List<String> lines = TextCommands.lines(text);
        boolean[] inside = new boolean[rules.size()];
        StringBuilder out = new StringBuilder();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            boolean deleted = false;
            StringBuilder after = new StringBuilder();
            for (int i = 0; i < rules.size() && !deleted; i++) {
                Rule rule = rules.get(i);
                if (selected(rule, i, inside, line, number, lines.size(), extended) == rule.inverted()) {
                    continue;
                }
                switch (rule.command()) {
                    case 's' -> line = substitute(rule, line);
                    case 'd' -> deleted = true;
                    case 'p' -> out.append(line).append('\n');
                    case 'a' -> after.append(rule.text()).append('\n');
                    case 'i' -> out.append(rule.text()).append('\n');
                    case 'c' -> line = rule.text();
                    case 'q' -> {
                        return out.append(quiet ? "" : line + "\n").toString();
                    }
                    default -> {
                        // Not modelled.
                    }
                }
            }
            if (!deleted && !quiet) {
                out.append(line).append('\n');
            }
            out.append(after);
        }
        return out.toString();
    }

    private static boolean selected(
            Rule rule, int index, boolean[] inside, String line, int number, int count, boolean extended) {
        String from = rule.from();
        String to = rule.to();
        if (from == null) {
            return true;
        }
        if (to == null) {
            return matches(from, line, number, count, extended);
        }
        if (inside[index]) {
            inside[index] = !matches(to, line, number, count, extended);
            return true;
        }
        inside[index] = matches(from, line, number, count, extended);
        return inside[index];
    }

    private static boolean matches(String address, String line, int number, int count, boolean extended) {
        if (address.equals("$")) {
            return number == count;
        }
        return address.startsWith("/")
                ? Patterns.posix(address.substring(1, address.length() - 1).replace("\\/", "/"), extended, false)
                        .matcher(line)
                        .find()
                : Integer.parseInt(address) == number;
    }

    private static String substitute(Rule rule, String line) {
        Pattern pattern = rule.pattern();
        if (pattern == null) {
            return line;
        }
        StringBuilder by = new StringBuilder();
        String text = rule.text();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                by.append(
                        Character.isDigit(next)
                                ? "$" + next
                                : next == 'n' ? "\n" : Matcher.quoteReplacement(String.valueOf(next)));
            } else if (c == '&') {
                by.append("$0");
            } else {
                by.append(Matcher.quoteReplacement(String.valueOf(c)));
            }
        }
        Matcher matcher = pattern.matcher(line);
        return rule.flags().contains("g") ? matcher.replaceAll(by.toString()) : matcher.replaceFirst(by.toString());
    }
}
