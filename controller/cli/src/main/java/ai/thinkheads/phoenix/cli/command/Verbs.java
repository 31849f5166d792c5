package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import java.util.List;

/** Every verb by its name. */
public final class Verbs {

    /** The names, in the order of the help. */
    public static final List<String> NAMES = List.of(
            "apply",
            "diff",
            "get",
            "describe",
            "status",
            "delete",
            "create",
            "wait",
            "validate",
            "explain",
            "api-resources",
            "events",
            "graph",
            "reconcile",
            "converge",
            "setup",
            "adopt",
            "start",
            "stop",
            "freeze",
            "restart",
            "snapshot",
            "train",
            "annotate",
            "exec",
            "controller",
            "proxy",
            "simulate",
            "version",
            "completion");

    private Verbs() {}

    /**
     * A verb, made anew. Of those that nobody asks for, not even the class is loaded.
     *
     * @param name one of {@link #NAMES}
     */
    public static Verb named(String name, Phoenixctl root) {
        return switch (name) {
            case "apply" -> new ApplyCommand(root);
            case "diff" -> new DiffCommand(root);
            case "get" -> new GetCommand(root);
            case "describe" -> new DescribeCommand(root);
            case "status" -> new StatusCommand(root);
            case "delete" -> new DeleteCommand(root);
            case "create" -> new CreateCommand(root);
            case "wait" -> new WaitCommand(root);
            case "validate" -> new ValidateCommand(root);
            case "explain" -> new ExplainCommand(root);
            case "api-resources" -> new ApiResourcesCommand(root);
            case "events" -> new EventsCommand(root);
            case "graph" -> new GraphCommand(root);
            case "reconcile" -> new ReconcileCommand(root);
            case "converge" -> new ConvergeCommand(root);
            case "setup" -> new SetupCommand(root);
            case "adopt" -> new AdoptCommand(root);
            case "start" -> new StartCommand(root);
            case "stop" -> new StopCommand(root);
            case "freeze" -> new FreezeCommand(root);
            case "restart" -> new RestartCommand(root);
            case "snapshot" -> new SnapshotCommand(root);
            case "train" -> new TrainCommand(root);
            case "annotate" -> new AnnotateCommand(root);
            case "exec" -> new ExecCommand(root);
            case "controller" -> new ControllerCommand(root);
            case "proxy" -> new ProxyCommand(root);
            case "simulate" -> new SimulateCommand(root);
            case "version" -> new VersionCommand(root);
            case "completion" -> new CompletionCommand(root);
            default -> throw new IllegalArgumentException("no verb has the name '" + name + "'");
        };
    }
}
