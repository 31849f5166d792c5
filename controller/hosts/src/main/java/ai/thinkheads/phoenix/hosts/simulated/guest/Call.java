package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of a command: its arguments, what it reads and where it writes. */
record Call(List<String> argv, Interpreter interpreter, Input in, Output out, Output err) {

    /** Text that is read piece by piece. */
    static final class Input {
        private final String text;
        private int at;

        Input(String text) {
            this.text = text;
        }

        String rest() {
            String rest = text.substring(at);
            at = text.length();
            return rest;
        }

        /** So many bytes, or what there is. */
        String bytes(int count) {
            int left = count;
            int from = at;
            while (at < text.length()) {
                int point = text.codePointAt(at);
                int size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
                if (size > left) {
                    break;
                }
                left -= size;
                at += Character.charCount(point);
            }
            return text.substring(from, at);
        }

        /** The next line without its end; null at the end. */
        @org.jspecify.annotations.Nullable
        String line() {
            if (at >= text.length()) {
                return null;
            }
            int end = text.indexOf('\n', at);
            String line = text.substring(at, end < 0 ? text.length() : end);
            at = end < 0 ? text.length() : end + 1;
            return line;
        }
    }

    /** Somewhere to write to. */
    @FunctionalInterface
    interface Output {
        void write(String text);
    }

    World world() {
        return interpreter.world();
    }

    FileTree files() {
        return interpreter.world().files();
    }

    String name() {
        return Paths.name(argv.getFirst());
    }

    List<String> args() {
        return argv.subList(1, argv.size());
    }

    /** The arguments that are not options. */
    List<String> operands() {
        List<String> all = new ArrayList<>();
        boolean ended = false;
        for (String arg : args()) {
            if (!ended && arg.equals("--")) {
                ended = true;
            } else if (ended || !arg.startsWith("-") || arg.equals("-")) {
                all.add(arg);
            }
        }
        return all;
    }

    /** Whether a short option, alone or among others, or its long form was given. */
    boolean has(char option, String longForm) {
        for (String arg : args()) {
            if (arg.equals("--")) {
                return false;
            }
            if (arg.equals("--" + longForm) || arg.matches("-[A-Za-z0-9]+") && arg.indexOf(option) > 0) {
                return true;
            }
        }
        return false;
    }

    /** The value of an option in one of its forms: {@code -o v}, {@code --long v}, {@code --long=v}; the fallback when it is not given. */
    String option(String fallback, String... names) {
        List<String> args = args();
        for (int i = 0; i < args.size(); i++) {
            for (String name : names) {
                if (args.get(i).equals(name) && i + 1 < args.size()) {
                    return args.get(i + 1);
                }
                if (name.startsWith("--") && args.get(i).startsWith(name + "=")) {
                    return args.get(i).substring(name.length() + 1);
                }
            }
        }
        return fallback;
    }

    String path(String text) {
        return Paths.absolute(interpreter.directory(), text);
    }

    void print(String text) {
        out.write(text);
    }

    void println(String text) {
        out.write(text + "\n");
    }

    int fail(int code, String message) {
        err.write(name() + ": " + message + "\n");
        return code;
    }

    /** The content of the operands that follow, or standard input when there is none. */
    String read(List<String> paths) {
        if (paths.isEmpty()) {
            return in.rest();
        }
        StringBuilder all = new StringBuilder();
        for (String each : paths) {
            all.append(each.equals("-") ? in.rest() : files().read(path(each)));
        }
        return all.toString();
    }

    Map<String, String> variables() {
        return interpreter.variables();
    }
}
