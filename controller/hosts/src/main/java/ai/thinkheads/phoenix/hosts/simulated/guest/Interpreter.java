package ai.thinkheads.phoenix.hosts.simulated.guest;

import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Redirect;
import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Word;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs scripts in a model of a system. Steps and output are bounded; nothing outside of the model is touched. */
final class Interpreter {

    private static final int STEPS = 200_000;
    private static final int DEEPEST_CALL = 100;
    private static final int LONGEST_OUTPUT = 4 << 20;

    private final World world;
    private final Map<String, String> variables = new HashMap<>();
    private final Set<String> exported = new HashSet<>();
    private final Map<String, Syntax> functions = new HashMap<>();
    private List<String> arguments = List.of();
    private String scriptName = "sh";
    private String directory = "/root";
    private boolean exitOnError;
    private boolean refuseUnset;
    private boolean pipeFail;
    private int umask = 022;
    private int last;
    private int steps;
    private int calls;
    private int substitutions;
    private boolean lenient;
    private final Expansion expansion = new Expansion(this);

    /** What a command reads and writes. */
    record Streams(Call.Input in, Call.Output out, Call.Output err) {}

    /** The script ends. */
    static final class ExitException extends RuntimeException {
        final int code;

        ExitException(int code) {
            super("exit " + code, null, false, false);
            this.code = code;
        }
    }

    /** A function, a sourced file or a loop ends early. */
    private static final class LeaveException extends RuntimeException {
        final String what;
        int count;

        LeaveException(String what, int count) {
            super(what, null, false, false);
            this.what = what;
            this.count = count;
        }
    }

    Interpreter(World world, Map<String, String> environment) {
        this.world = world;
        variables.putAll(Map.of(
                "HOME",
                "/root",
                "USER",
                "root",
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "PWD",
                "/root"));
        variables.putAll(environment);
        exported.addAll(variables.keySet());
    }

    /** A shell of its own that begins with this one's variables and works on the same system. */
    Interpreter child(boolean everything) {
        Interpreter child = new Interpreter(world, Map.of());
        child.variables.clear();
        if (everything) {
            child.variables.putAll(variables);
            child.functions.putAll(functions);
            child.exitOnError = exitOnError;
            child.refuseUnset = refuseUnset;
            child.pipeFail = pipeFail;
            child.arguments = arguments;
        } else {
            exported.forEach(name -> {
                String value = variables.get(name);
                if (value != null) {
                    child.variables.put(name, value);
                }
            });
        }
        child.exported.clear();
        child.exported.addAll(exported);
        child.directory = directory;
        child.umask = umask;
        child.steps = steps;
        child.calls = calls + 1;
        child.last = last;
        child.scriptName = scriptName;
        if (child.calls > DEEPEST_CALL) {
            throw new Parser.SyntaxException("maximum function recursion depth exceeded");
        }
        return child;
    }

    World world() {
        return world;
    }

    Map<String, String> variables() {
        return variables;
    }

    Set<String> exported() {
        return exported;
    }

    /** The variables that programs see. */
    Map<String, String> environment() {
        Map<String, String> all = new HashMap<>(variables);
        all.keySet().retainAll(exported);
        return all;
    }

    String directory() {
        return directory;
    }

    void directory(String path) {
        directory = path;
        variables.put("PWD", path);
    }

    int umask() {
        return umask;
    }

    void umask(int mask) {
        umask = mask;
    }

    int last() {
        return last;
    }

    boolean refusesUnset() {
        return refuseUnset;
    }

    List<String> arguments() {
        return arguments;
    }

    void arguments(String name, List<String> values) {
        scriptName = name;
        arguments = List.copyOf(values);
    }

    String scriptName() {
        return scriptName;
    }

    void option(char option, boolean on) {
        switch (option) {
            case 'e' -> exitOnError = on;
            case 'u' -> refuseUnset = on;
            default -> {
                // The others change what is printed, or are not modelled.
            }
        }
    }

    void pipeFail(boolean on) {
        pipeFail = on;
    }

    void unsetFunction(String name) {
        functions.remove(name);
    }

    boolean hasFunction(String name) {
        return functions.containsKey(name);
    }

    /** Runs a script to its end and gives its exit code. */
    int script(String text, Streams streams) {
        Syntax script;
        try {
            script = Parser.parse(text);
        } catch (Parser.SyntaxException e) {
            streams.err().write(scriptName + ": 1: " + e.getMessage() + "\n");
            return 2;
        }
        try {
            return run(script, streams, false);
        } catch (ExitException e) {
            return e.code;
        } catch (LeaveException e) {
            return last;
        } catch (Parser.SyntaxException e) {
            streams.err().write(scriptName + ": 1: " + e.getMessage() + "\n");
            return 2;
        }
    }

    /** Runs text as a part of this shell: eval, or a sourced file. */
    int inline(String text, Streams streams) {
        try {
            return run(Parser.parse(text), streams, false);
        } catch (LeaveException e) {
            if (!e.what.equals("return")) {
                throw e;
            }
            return last;
        }
    }

    static void leave(String what, int count) {
        throw new LeaveException(what, count);
    }

    void last(int code) {
        last = code;
    }

    private void step() {
        if (++steps > STEPS) {
            throw new Parser.SyntaxException("the simulated guest gave up after " + STEPS + " steps");
        }
    }

    private int run(Syntax syntax, Streams streams, boolean tested) {
        step();
        last = switch (syntax) {
            case Syntax.Sequence sequence -> {
                int code = 0;
                for (Syntax part : sequence.parts()) {
                    code = run(part, streams, tested);
                }
                yield code;
            }
            case Syntax.AndOr both -> {
                int left = run(both.left(), streams, true);
                yield both.and() == (left == 0) ? run(both.right(), streams, tested) : left;
            }
            case Syntax.Pipeline pipeline -> pipeline(pipeline, streams, tested);
            case Syntax.Simple simple -> {
                lenient = tested;
                yield failing(simple(simple, streams), tested);
            }
            case Syntax.Group group -> group(group, streams, tested);
            case Syntax.If choice ->
                redirected(choice.redirects(), streams, inner -> {
                    if (run(choice.condition(), inner, true) == 0) {
                        return run(choice.then(), inner, tested);
                    }
                    return choice.otherwise() == null ? 0 : run(choice.otherwise(), inner, tested);
                });
            case Syntax.While loop -> redirected(loop.redirects(), streams, inner -> loop(loop, inner, tested));
            case Syntax.For loop -> redirected(loop.redirects(), streams, inner -> loop(loop, inner, tested));
            case Syntax.Case choice -> redirected(choice.redirects(), streams, inner -> choice(choice, inner, tested));
            case Syntax.Function function -> {
                functions.put(function.name(), function.body());
                yield 0;
            }
        };
        return last;
    }

    private int failing(int code, boolean tested) {
        last = code;
        if (code != 0 && exitOnError && !tested) {
            throw new ExitException(code);
        }
        return code;
    }

    private int pipeline(Syntax.Pipeline pipeline, Streams streams, boolean tested) {
        Call.Input in = streams.in();
        int code = 0;
        int worst = 0;
        boolean quiet = tested || pipeline.negated();
        for (int i = 0; i < pipeline.parts().size(); i++) {
            boolean lastPart = i == pipeline.parts().size() - 1;
            if (pipeline.parts().size() == 1) {
                code = run(pipeline.parts().get(i), streams, true);
                break;
            }
            StringBuilder text = new StringBuilder();
            Call.Output out = lastPart ? streams.out() : bounded(text);
            Interpreter child = child(true);
            code = child.isolated(pipeline.parts().get(i), new Streams(in, out, streams.err()));
            steps = child.steps;
            worst = code != 0 ? code : worst;
            in = new Call.Input(text.toString());
        }
        int result = pipeFail ? worst : code;
        return failing(pipeline.negated() ? (result == 0 ? 1 : 0) : result, quiet);
    }

    /** Runs in a shell of its own: an exit ends only that. */
    private int isolated(Syntax syntax, Streams streams) {
        try {
            return run(syntax, streams, false);
        } catch (ExitException e) {
            return e.code;
        } catch (LeaveException e) {
            return last;
        }
    }

    static Call.Output bounded(StringBuilder text) {
        return more -> {
            if (text.length() + more.length() <= LONGEST_OUTPUT) {
                text.append(more);
            }
        };
    }

    /** The output of a command substitution, without the line ends at its end. */
    String substitute(Syntax script, Streams streams) {
        StringBuilder text = new StringBuilder();
        Interpreter child = child(true);
        substitutions++;
        last = child.isolated(script, new Streams(streams.in(), bounded(text), streams.err()));
        steps = child.steps;
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
        }
        return text.substring(0, end);
    }

    private int group(Syntax.Group group, Streams streams, boolean tested) {
        return redirected(group.redirects(), streams, inner -> {
            if (!group.subshell()) {
                return run(group.body(), inner, tested);
            }
            Interpreter child = child(true);
            if (tested) {
                child.exitOnError = false;
            }
            int code = child.isolated(group.body(), inner);
            steps = child.steps;
            return failing(code, tested);
        });
    }

    private int loop(Syntax.While loop, Streams streams, boolean tested) {
        int code = 0;
        while ((run(loop.condition(), streams, true) == 0) != loop.until()) {
            try {
                code = run(loop.body(), streams, tested);
            } catch (LeaveException e) {
                if (left(e)) {
                    break;
                }
            }
        }
        return code;
    }

    private int loop(Syntax.For loop, Streams streams, boolean tested) {
        List<String> values = loop.words() == null ? arguments : expansion.fields(loop.words(), streams);
        int code = 0;
        for (String value : values) {
            step();
            variables.put(loop.name(), value);
            try {
                code = run(loop.body(), streams, tested);
            } catch (LeaveException e) {
                if (left(e)) {
                    break;
                }
            }
        }
        return code;
    }

    /** Whether a loop ends by this; passed on when it is meant for another. */
    private static boolean left(LeaveException leave) {
        if (leave.what.equals("return") || leave.count > 1) {
            leave.count--;
            throw leave;
        }
        return leave.what.equals("break");
    }

    private int choice(Syntax.Case choice, Streams streams, boolean tested) {
        String subject = expansion.text(choice.subject(), streams);
        for (Syntax.Branch branch : choice.branches()) {
            for (Word pattern : branch.patterns()) {
                if (Patterns.matches(expansion.pattern(pattern, streams), subject)) {
                    return run(branch.body(), streams, tested);
                }
            }
        }
        return 0;
    }

    @FunctionalInterface
    private interface Body {
        int run(Streams streams);
    }

    private int redirected(List<Redirect> redirects, Streams streams, Body body) {
        if (redirects.isEmpty()) {
            return body.run(streams);
        }
        Streams inner;
        try {
            inner = new Redirections(this, expansion).apply(redirects, streams);
        } catch (FileTree.FileException e) {
            streams.err().write(scriptName + ": 1: cannot open " + e.getMessage() + "\n");
            return failing(2, false);
        }
        return body.run(inner);
    }

    private int simple(Syntax.Simple simple, Streams streams) {
        int[] code = {0};
        int substituted = substitutions;
        List<String> argv = expansion.fields(simple.words(), streams);
        Map<String, String> assigned = new HashMap<>();
        for (Syntax.Assignment assignment : simple.assignments()) {
            String value = expansion.text(assignment.value(), streams);
            assigned.put(assignment.name(), value);
            if (argv.isEmpty()) {
                variables.put(assignment.name(), value);
                // An assignment is as good as the last command in it; without one it is well, and $? in it is the one
                // before.
                code[0] = substitutions == substituted ? 0 : last;
            }
        }
        return redirected(
                simple.redirects(), streams, inner -> argv.isEmpty() ? code[0] : command(argv, assigned, inner));
    }

    /** Runs a command with more variables than the shell has. */
    int command(List<String> argv, Map<String, String> assigned, Streams streams) {
        step();
        Map<String, @Nullable String> before = new HashMap<>();
        Set<String> added = new HashSet<>();
        assigned.forEach((name, value) -> {
            before.put(name, variables.get(name));
            variables.put(name, value);
            if (exported.add(name)) {
                added.add(name);
            }
        });
        try {
            return dispatch(argv, streams);
        } catch (FileTree.FileException e) {
            streams.err().write(Paths.name(argv.getFirst()) + ": " + e.getMessage() + "\n");
            return 1;
        } finally {
            before.forEach((name, value) -> {
                if (value == null) {
                    variables.remove(name);
                } else {
                    variables.put(name, value);
                }
            });
            exported.removeAll(added);
        }
    }

    private int dispatch(List<String> argv, Streams streams) {
        String name = argv.getFirst();
        Syntax function = functions.get(name);
        if (function != null) {
            return function(function, argv, streams);
        }
        Call call = new Call(argv, this, streams.in(), streams.out(), streams.err());
        Commands.Command builtin = name.contains("/") ? null : Builtins.find(name);
        if (builtin != null) {
            return builtin.run(call);
        }
        return Commands.run(call);
    }

    private int function(Syntax function, List<String> argv, Streams streams) {
        if (++calls > DEEPEST_CALL) {
            throw new Parser.SyntaxException("maximum function recursion depth exceeded");
        }
        boolean tested = lenient;
        List<String> before = arguments;
        arguments = List.copyOf(argv.subList(1, argv.size()));
        try {
            return run(function, streams, tested);
        } catch (LeaveException e) {
            if (!e.what.equals("return")) {
                throw e;
            }
            return last;
        } finally {
            arguments = before;
            calls--;
        }
    }

    Streams streams(Call call) {
        return new Streams(call.in(), call.out(), call.err());
    }
}
