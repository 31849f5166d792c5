package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands that are a part of the shell itself. */
final class Builtins {

    private static final Set<String> KEYWORDS = Set.of("if", "for", "while", "case", "export", "set");
    private static final Map<String, Commands.Command> ALL = Map.ofEntries(
            Map.entry(":", call -> 0),
            Map.entry("true", call -> 0),
            Map.entry("false", call -> 1),
            Map.entry("exit", Builtins::exit),
            Map.entry("return", call -> leave(call, "return")),
            Map.entry("break", call -> leave(call, "break")),
            Map.entry("continue", call -> leave(call, "continue")),
            Map.entry("set", Builtins::set),
            Map.entry("export", Builtins::export),
            Map.entry("readonly", Builtins::export),
            Map.entry("local", Builtins::local),
            Map.entry("declare", Builtins::local),
            Map.entry("unset", Builtins::unset),
            Map.entry("shift", Builtins::shift),
            Map.entry("cd", Builtins::cd),
            Map.entry("pwd", Builtins::pwd),
            Map.entry("read", Builtins::read),
            Map.entry(
                    "eval",
                    call -> call.interpreter()
                            .inline(
                                    String.join(" ", call.args()),
                                    call.interpreter().streams(call))),
            Map.entry(".", Builtins::source),
            Map.entry("source", Builtins::source),
            Map.entry("command", Builtins::command),
            Map.entry("type", Builtins::type),
            Map.entry("hash", Builtins::type),
            Map.entry("exec", Builtins::exec),
            Map.entry("umask", Builtins::umask),
            Map.entry("trap", call -> 0),
            Map.entry("wait", call -> 0),
            Map.entry("shopt", call -> 0),
            Map.entry("ulimit", call -> 0),
            Map.entry("alias", call -> 0),
            Map.entry("test", call -> Tests.run(call, call.args())),
            Map.entry("[", Builtins::bracket),
            Map.entry("[[", Builtins::bracket));

    private Builtins() {}

    static Commands.@Nullable Command find(String name) {
        return ALL.get(name);
    }

    private static int exit(Call call) {
        throw new Interpreter.ExitException(number(call, call.interpreter().last()));
    }

    private static int number(Call call, int fallback) {
        return call.args().isEmpty() || !call.args().getFirst().matches("[0-9]{1,6}")
                ? fallback
                : Integer.parseInt(call.args().getFirst());
    }

    private static int leave(Call call, String what) {
        boolean back = what.equals("return");
        if (back) {
            call.interpreter().last(number(call, call.interpreter().last()));
        }
        Interpreter.leave(what, back ? 1 : Math.max(1, number(call, 1)));
        return 0;
    }

    private static int set(Call call) {
        List<String> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.equals("--")) {
                call.interpreter().arguments(call.interpreter().scriptName(), args.subList(i + 1, args.size()));
                return 0;
            }
            if (!arg.matches("[-+][A-Za-z]+")) {
                call.interpreter().arguments(call.interpreter().scriptName(), args.subList(i, args.size()));
                return 0;
            }
            boolean on = arg.startsWith("-");
            for (char option : arg.substring(1).toCharArray()) {
                if (option == 'o' && i + 1 < args.size()) {
                    named(call, args.get(++i), on);
                } else {
                    call.interpreter().option(option, on);
                }
            }
        }
        return 0;
    }

    private static void named(Call call, String name, boolean on) {
        switch (name) {
            case "pipefail" -> call.interpreter().pipeFail(on);
            case "errexit" -> call.interpreter().option('e', on);
            case "nounset" -> call.interpreter().option('u', on);
            default -> {
                // Not modelled.
            }
        }
    }

    private static int export(Call call) {
        for (String arg : call.operands()) {
            String name = assign(call, arg);
            call.interpreter().exported().add(name);
        }
        return 0;
    }

    private static int local(Call call) {
        call.operands().forEach(arg -> assign(call, arg));
        return 0;
    }

    private static String assign(Call call, String arg) {
        int equals = arg.indexOf('=');
        if (equals < 0) {
            return arg;
        }
        call.variables().put(arg.substring(0, equals), arg.substring(equals + 1));
        return arg.substring(0, equals);
    }

    private static int unset(Call call) {
        call.operands().forEach(name -> {
            call.variables().remove(name);
            call.interpreter().unsetFunction(name);
        });
        return 0;
    }

    private static int shift(Call call) {
        List<String> arguments = call.interpreter().arguments();
        int count = number(call, 1);
        if (count > arguments.size()) {
            return call.fail(2, "can't shift that many");
        }
        call.interpreter().arguments(call.interpreter().scriptName(), arguments.subList(count, arguments.size()));
        return 0;
    }

    private static int cd(Call call) {
        List<String> operands = call.operands();
        String to = operands.isEmpty() ? call.variables().getOrDefault("HOME", "/root") : operands.getFirst();
        String path = call.path(to.equals("-") ? call.variables().getOrDefault("OLDPWD", "/") : to);
        if (!call.files().isDirectory(path)) {
            return call.fail(2, "can't cd to " + to);
        }
        call.variables().put("OLDPWD", call.interpreter().directory());
        call.interpreter().directory(path);
        return 0;
    }

    private static int pwd(Call call) {
        call.println(call.interpreter().directory());
        return 0;
    }

    private static int read(Call call) {
        String line = call.in().line();
        List<String> names = call.operands();
        if (names.isEmpty()) {
            names = List.of("REPLY");
        }
        String rest = line == null ? "" : line;
        String separators = call.variables().getOrDefault("IFS", " \t\n");
        String split = "[" + java.util.regex.Pattern.quote(separators.isEmpty() ? "\0" : separators) + "]+";
        for (int i = 0; i < names.size(); i++) {
            if (i == names.size() - 1) {
                call.variables().put(names.get(i), separators.isEmpty() ? rest : rest.strip());
            } else {
                String[] parts = rest.stripLeading().split(split, 2);
                call.variables().put(names.get(i), parts[0]);
                rest = parts.length > 1 ? parts[1] : "";
            }
        }
        return line == null ? 1 : 0;
    }

    private static int source(Call call) {
        if (call.args().isEmpty()) {
            return call.fail(2, "filename argument required");
        }
        String path = call.path(call.args().getFirst());
        if (!call.files().isFile(path)) {
            call.err()
                    .write(call.interpreter().scriptName() + ": 1: .: cannot open "
                            + call.args().getFirst() + ": No such file\n");
            throw new Interpreter.ExitException(2);
        }
        return call.interpreter()
                .inline(call.files().read(path), call.interpreter().streams(call));
    }

    private static int command(Call call) {
        List<String> args = call.args();
        if (args.isEmpty()) {
            return 0;
        }
        if (args.getFirst().equals("-v") || args.getFirst().equals("-V")) {
            int code = 0;
            int from = args.size() > 1 && args.get(1).equals("--") ? 2 : 1;
            for (String name : args.subList(from, args.size())) {
                String where = where(call, name);
                if (where == null) {
                    code = 127;
                } else {
                    call.println(where);
                }
            }
            return code;
        }
        List<String> rest = args.getFirst().equals("-p") ? args.subList(1, args.size()) : args;
        return call.interpreter().command(rest, Map.of(), call.interpreter().streams(call));
    }

    private static @Nullable String where(Call call, String name) {
        return ALL.containsKey(name)
                        || KEYWORDS.contains(name)
                        || call.interpreter().hasFunction(name)
                ? name
                : call.world().which(name);
    }

    private static int type(Call call) {
        int code = 0;
        for (String name : call.operands()) {
            String where = where(call, name);
            if (where == null) {
                call.fail(1, name + ": not found");
                code = 127;
            } else if (call.name().equals("type")) {
                call.println(name + " is " + where);
            }
        }
        return code;
    }

    private static int exec(Call call) {
        if (call.args().isEmpty()) {
            return 0;
        }
        throw new Interpreter.ExitException(call.interpreter()
                .command(call.args(), Map.of(), call.interpreter().streams(call)));
    }

    private static int umask(Call call) {
        if (call.args().isEmpty()) {
            call.println(String.format(
                    java.util.Locale.ROOT, "%04o", call.interpreter().umask()));
        } else if (call.args().getFirst().matches("[0-7]{1,4}")) {
            call.interpreter().umask(Integer.parseInt(call.args().getFirst(), 8));
        }
        return 0;
    }

    private static int bracket(Call call) {
        List<String> args = call.args();
        String close = call.name().equals("[") ? "]" : "]]";
        if (args.isEmpty() || !args.getLast().equals(close)) {
            return call.fail(2, "missing " + close);
        }
        return Tests.run(call, args.subList(0, args.size() - 1));
    }
}
