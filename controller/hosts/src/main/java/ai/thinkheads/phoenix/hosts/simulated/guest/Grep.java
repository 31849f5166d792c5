package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** Searches lines. */
final class Grep {

    private Grep() {}

    static int run(Call call) {
        boolean extended = call.has('E', "extended-regexp")
                || call.has('P', "perl-regexp")
                || call.name().equals("egrep");
        boolean fixed = call.has('F', "fixed-strings") || call.name().equals("fgrep");
        boolean inverted = call.has('v', "invert-match");
        boolean quiet = call.has('q', "quiet");
        List<String> operands = new ArrayList<>();
        List<String> patterns = new ArrayList<>();
        boolean ended = false;
        List<String> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!ended && arg.equals("--")) {
                ended = true;
            } else if (!ended && arg.matches("-[a-zA-Z]*e") && i + 1 < args.size()) {
                patterns.add(args.get(++i));
            } else if (!ended && arg.matches("-[mABC]") && i + 1 < args.size()) {
                i++;
            } else if (ended || !arg.startsWith("-") || arg.equals("-")) {
                operands.add(arg);
            }
        }
        if (patterns.isEmpty()) {
            if (operands.isEmpty()) {
                return call.fail(2, "usage: grep [OPTION]... PATTERNS [FILE]...");
            }
            String given = operands.removeFirst();
            patterns.addAll(given.isEmpty() ? List.of("") : TextCommands.lines(given));
        }
        List<Pattern> compiled = patterns.stream()
                .map(each -> call.has('x', "line-regexp") ? (fixed ? each : "^" + each + "$") : each)
                .map(each -> fixed
                        ? Pattern.compile(Pattern.quote(each))
                        : Patterns.posix(each, extended, call.has('i', "ignore-case")))
                .toList();
        List<String> paths = files(call, operands);
        boolean named = paths.size() > 1 && !call.has('h', "no-filename") || call.has('H', "with-filename");
        int count = 0;
        boolean missing = false;
        for (String path : paths.isEmpty() ? List.of("-") : paths) {
            if (!path.equals("-") && !call.files().isFile(call.path(path))) {
                missing = true;
                if (!call.has('s', "no-messages")) {
                    call.fail(2, path + ": No such file or directory");
                }
                continue;
            }
            int here = 0;
            int number = 0;
            for (String line : TextCommands.lines(call.read(path.equals("-") ? List.of() : List.of(path)))) {
                number++;
                if (compiled.stream().anyMatch(each -> each.matcher(line).find()) == inverted) {
                    continue;
                }
                here++;
                if (!quiet && !call.has('c', "count") && !call.has('l', "files-with-matches")) {
                    String prefix = (named ? path + ":" : "") + (call.has('n', "line-number") ? number + ":" : "");
                    show(call, compiled, line, prefix);
                }
            }
            if (call.has('c', "count")) {
                call.println((named ? path + ":" : "") + here);
            }
            if (call.has('l', "files-with-matches") && here > 0) {
                call.println(path);
            }
            count += here;
        }
        return count > 0 ? 0 : missing ? 2 : 1;
    }

    private static void show(Call call, List<Pattern> patterns, String line, String prefix) {
        if (!call.has('o', "only-matching")) {
            call.println(prefix + line);
            return;
        }
        for (Pattern pattern : patterns) {
            var matcher = pattern.matcher(line);
            while (matcher.find()) {
                call.println(prefix + matcher.group());
            }
        }
    }

    private static List<String> files(Call call, List<String> operands) {
        if (!call.has('r', "recursive") && !call.has('R', "dereference-recursive")) {
            return operands;
        }
        List<String> all = new ArrayList<>();
        operands.forEach(each -> call.files()
                .below(call.files().resolve(call.path(each)))
                .forEach((path, node) -> {
                    if (!node.isDirectory()) {
                        all.add(path);
                    }
                }));
        Collections.sort(all);
        return all;
    }
}
