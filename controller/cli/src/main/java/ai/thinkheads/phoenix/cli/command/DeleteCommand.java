package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl delete}. */
public final class DeleteCommand extends Verb {

    private List<String> words = List.of();
    private List<String> files = List.of();
    private boolean destroy;
    private boolean wait;
    private Duration timeout = Duration.ofMinutes(5);

    /** One resource to delete. */
    private record Target(Kind<?, ?> kind, String name) {
        String key() {
            return kind.name() + "/" + name;
        }
    }

    DeleteCommand(Phoenixctl root) {
        super(
                root,
                "delete",
                "Delete resources. What they stand for stays on the host unless their deletionPolicy is Delete.");
        takes().anyWords("KIND NAME...", "A kind and names, or kind/name.", given -> words = given)
                .manifests("Manifests whose resources are deleted.", given -> files = given)
                .flag(
                        "--destroy",
                        "Set deletionPolicy: Delete first, so that the object on the host goes with its data.",
                        given -> destroy = given)
                .negatable("--wait", "Wait until they are gone. Default: yes.", given -> wait = given)
                .time("--timeout", "How long to wait. Default: 5m.", given -> timeout = given);
    }

    @Override
    public Integer call() {
        List<Target> targets = targets();
        try (Session session = open(Session.Purpose.ACT)) {
            ApiClient api = session.api();
            Instant start = root().clock().instant();
            Map<String, Target> going = new LinkedHashMap<>();
            int missing = 0;
            for (Target target : targets) {
                try {
                    delete(api, target);
                    going.put(target.key(), target);
                } catch (ApiException e) {
                    if (e.code() != 404) {
                        throw e;
                    }
                    missing++;
                    terminal().err().println("phoenixctl: " + e.getMessage());
                }
            }
            boolean gone = !wait || awaitGone(api, going, start);
            return gone && (missing == 0 || !files.isEmpty()) ? ExitCode.DONE : ExitCode.NOT_CONVERGED;
        }
    }

    private List<Target> targets() {
        if (words.isEmpty() == files.isEmpty()) {
            throw new CommandFailed(ExitCode.INVALID, "name what to delete: either KIND NAME... or -f FILE");
        }
        if (!files.isEmpty()) {
            List<Manifest> manifests = Applying.read(root(), files);
            return manifests.reversed().stream()
                    .map(each ->
                            new Target(each.resource().kind(), each.resource().name()))
                    .toList();
        }
        return Names.parse(words).stream()
                .flatMap(selection -> {
                    if (selection.names().isEmpty()) {
                        throw new CommandFailed(
                                ExitCode.INVALID,
                                "name the resources to delete: "
                                        + selection.kind().plural() + " NAME...");
                    }
                    return selection.names().stream().map(name -> new Target(selection.kind(), name));
                })
                .toList();
    }

    private void delete(ApiClient api, Target target) {
        String path = Names.path(target.kind(), target.name());
        Names.found(api, target.kind(), target.name(), () -> api.get(path));
        if (destroy) {
            ObjectNode patch = JsonMapper.shared().createObjectNode();
            patch.putObject("spec").put("deletionPolicy", "Delete");
            api.mergePatch(path, patch);
        }
        JsonNode resource = api.get(path);
        api.delete(path);
        boolean destroys =
                resource.path("spec").path("deletionPolicy").asString("").equals("Delete");
        terminal()
                .out()
                .println(target.key() + " is being deleted"
                        + (target.kind().scope() == Kind.Scope.CONTROLLER
                                ? ""
                                : destroys
                                        ? ", its object on the host destroyed"
                                        : ", its object on the host left as it is"));
    }

    private boolean awaitGone(ApiClient api, Map<String, Target> going, Instant start) {
        while (!going.isEmpty()) {
            going.values().removeIf(target -> isGone(api, target));
            if (going.isEmpty()) {
                break;
            }
            if (Duration.between(start, root().clock().instant()).compareTo(timeout) > 0) {
                going.values().forEach(target -> {
                    String why = WaitCommand.message(api.get(Names.path(target.kind(), target.name())), "Ready");
                    terminal().err().println(terminal().red("✗ ") + target.key() + " is still there: " + why);
                });
                return false;
            }
            WaitCommand.pause();
        }
        return true;
    }

    private boolean isGone(ApiClient api, Target target) {
        try {
            api.get(Names.path(target.kind(), target.name()));
            return false;
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            terminal().out().println(terminal().green("✓ ") + target.key() + " is gone");
            return true;
        }
    }
}
