package ai.thinkheads.phoenix.cli;

import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.cli.command.Verbs;
import ai.thinkheads.phoenix.cli.manifest.ManifestFiles;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import ai.thinkheads.phoenix.cli.wire.ControllerUnreachable;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of Phoenix. */
public final class Phoenixctl implements Runnable {

    private final Options options;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final InstantSource clock;
    private final CommandLine line;

    Phoenixctl(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment, InstantSource clock) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.environment = environment;
        this.clock = clock;
        this.options = new Options(environment);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("phoenixctl");
        spec.usageMessage()
                .description("Makes hypervisor hosts what a folder of YAML says, and keeps them so.")
                .synopsisSubcommandLabel("VERB");
        options.declare(new Syntax(spec, ScopeType.INHERIT));
        this.line = new CommandLine(spec);
    }

    public static void main(String[] arguments) {
        int code = run(arguments, System.in, System.out, System.err, System.getenv());
        System.out.flush();
        if (Session.hadOwn()) {
            System.exit(code);
        }
        // Nobody waits to be told of the end; System.exit would open all jars to see whether one brings a log for it.
        Runtime.getRuntime().halt(code);
    }

    /** Runs one command and answers its exit code. */
    public static int run(
            String[] arguments, InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
        Phoenixctl root = new Phoenixctl(in, out, err, environment, InstantSource.system());
        CommandLine line = root.line;
        for (String name : verbs(arguments)) {
            CommandSpec verb = Verbs.named(name, root).spec();
            line.addSubcommand(name, new CommandLine(verb));
            new Syntax(verb).help();
        }
        new Syntax(line.getCommandSpec()).help();
        line.setOut(new java.io.PrintWriter(out, true));
        line.setErr(new java.io.PrintWriter(err, true));
        line.setUsageHelpAutoWidth(false);
        line.setParameterExceptionHandler(Phoenixctl::badUsage);
        line.setExecutionExceptionHandler((failure, at, parsed) -> failed(failure, err));
        return line.execute(arguments);
    }

    /**
     * The verbs that have to be known for those arguments: the one that they begin with, or all. Knowing what a verb takes costs
     * some time each, which a command that lists three containers should not spend on the others.
     */
    private static List<String> verbs(String[] arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        boolean alone = Verbs.NAMES.contains(first) && !first.equals("completion");
        return alone ? List.of(first) : Verbs.NAMES;
    }

    @Override
    public void run() {
        line.usage(out);
        throw new CommandFailed(ExitCode.INVALID, "");
    }

    public Options options() {
        return options;
    }

    public InputStream in() {
        return in;
    }

    public InstantSource clock() {
        return clock;
    }

    /** The root command, for completion scripts. */
    public CommandLine line() {
        return line;
    }

    public Terminal terminal() {
        Terminal system = Terminal.system(environment, options.noColour());
        return new Terminal(out, err, system.live() && out == System.out, system.colour() && out == System.out);
    }

    private static int badUsage(ParameterException failure, String[] arguments) {
        java.io.PrintWriter err = failure.getCommandLine().getErr();
        boolean isVerb = failure.getCommandLine().getParent() == null
                && failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption();
        if (isVerb) {
            String written =
                    ((UnmatchedArgumentException) failure).getUnmatched().getFirst();
            List<String> verbs =
                    Verbs.NAMES.stream().filter(verb -> !verb.equals("train")).toList();
            err.println("phoenixctl: there is no verb '" + written + "'"
                    + Nearest.to(written, verbs)
                            .map(verb -> "; did you mean '" + verb + "'?")
                            .orElse(""));
        } else {
            err.println("phoenixctl: " + failure.getMessage());
            UnmatchedArgumentException.printSuggestions(failure, err);
        }
        err.println("Try 'phoenixctl "
                + (failure.getCommandLine().getParent() == null
                        ? ""
                        : failure.getCommandLine().getCommandName() + " ") + "--help'.");
        return ExitCode.INVALID;
    }

    private static int failed(Exception failure, PrintStream err) {
        return switch (failure) {
            case CommandFailed e -> {
                say(err, e.getMessage());
                yield e.exitCode();
            }
            case ManifestException e -> {
                e.problems().forEach(problem -> err.println(problem));
                say(
                        err,
                        e.problems().size() == 1
                                ? "1 problem; nothing was changed"
                                : e.problems().size() + " problems; nothing was changed");
                yield ExitCode.INVALID;
            }
            case ManifestFiles.Unreadable e -> {
                e.problems().forEach(problem -> say(err, problem));
                yield ExitCode.INVALID;
            }
            case ApiException e -> {
                say(err, e.getMessage());
                e.causes().forEach(cause -> err.println("  " + cause));
                yield e.code() == 422 || e.code() == 400
                        ? ExitCode.INVALID
                        : e.code() == 503 ? ExitCode.NO_ACCESS : ExitCode.NOT_CONVERGED;
            }
            case ControllerUnreachable e -> {
                say(err, e.getMessage());
                yield ExitCode.NO_ACCESS;
            }
            default -> Failures.report(failure, err);
        };
    }

    static void say(PrintStream err, String message) {
        if (!message.isEmpty()) {
            err.println("phoenixctl: " + message);
        }
    }
}
