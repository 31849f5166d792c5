package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.shape.Shapes;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl delete}. */
public final class DeleteCommand extends Verb {

    /** Requests that are under way at the same time, so that the controller is never without work. */
    private static final int AT_ONCE = 8;

    /** Up to so many of a kind are asked for one by one, which tells the controller to send no more than these. */
    private static final int FEW = 8;

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
            boolean complete = true;
            for (Outcome outcome : deleteAll(api, targets)) {
                if (outcome.failure() == null) {
                    terminal().out().println(outcome.said());
                    going.put(outcome.target().key(), outcome.target());
                } else {
                    terminal().err().println("phoenixctl: " + outcome.said());
                    // Manifests say what is not to be there, and it is not.
                    complete &= outcome.isMissing() && !files.isEmpty();
                }
            }
            boolean gone = !wait || awaitGone(api, going, start);
            return gone && complete ? ExitCode.DONE : ExitCode.NOT_CONVERGED;
        }
    }

    /** What became of the wish to delete a resource; the failure is null where it is being deleted. */
    private record Outcome(
            Target target, String said, @Nullable RuntimeException failure) {
        boolean isMissing() {
            return failure instanceof CommandFailed || failure instanceof ApiException refused && refused.code() == 404;
        }
    }

    /** Some at a time; what came of each is told in the order of the targets. */
    private List<Outcome> deleteAll(ApiClient api, List<Target> targets) {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            targets.forEach(target -> outcomes.add(threads.submit(() -> outcome(api, target))));
            List<Outcome> all = new ArrayList<>();
            for (Future<Outcome> outcome : outcomes) {
                all.add(outcome.get());
            }
            return all;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(
                    ExitCode.NOT_CONVERGED, "interrupted; some are being deleted, the others were left");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private Outcome outcome(ApiClient api, Target target) {
        try {
            return new Outcome(target, delete(api, target), null);
        } catch (CommandFailed | ApiException e) {
            return new Outcome(target, String.valueOf(e.getMessage()), e);
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

    private String delete(ApiClient api, Target target) {
        String path = Names.path(target.kind(), target.name());
        JsonNode resource = Names.found(api, target.kind(), target.name(), () -> api.get(path));
        if (destroy
                && Shapes.of(target.kind().specType()).field("deletionPolicy").isPresent()) {
            ObjectNode patch = JsonMapper.shared().createObjectNode();
            patch.putObject("spec").put("deletionPolicy", "Delete");
            resource = api.mergePatch(path, patch);
        }
        api.delete(path);
        boolean destroys =
                resource.path("spec").path("deletionPolicy").asString("").equals("Delete");
        return target.key() + " is being deleted"
                + (target.kind().scope() == Kind.Scope.CONTROLLER
                        ? ""
                        : destroys ? ", its object on the host destroyed" : ", its object on the host left as it is");
    }

    private boolean awaitGone(ApiClient api, Map<String, Target> going, Instant start) {
        while (!going.isEmpty()) {
            removeGone(api, going);
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

    /** Many of one kind are asked for at once. */
    private void removeGone(ApiClient api, Map<String, Target> going) {
        Map<Kind<?, ?>, List<Target>> byKind = new LinkedHashMap<>();
        going.values()
                .forEach(target -> byKind.computeIfAbsent(target.kind(), any -> new ArrayList<>())
                        .add(target));
        byKind.forEach((kind, targets) -> {
            if (targets.size() <= FEW) {
                targets.stream().filter(target -> isGone(api, target)).forEach(target -> tellGone(going, target));
                return;
            }
            Set<String> present = new HashSet<>();
            for (JsonNode item : api.get(Names.path(kind)).path("items")) {
                present.add(item.path("metadata").path("name").asString(""));
            }
            targets.stream()
                    .filter(target -> !present.contains(target.name()))
                    .forEach(target -> tellGone(going, target));
        });
    }

    private void tellGone(Map<String, Target> going, Target target) {
        terminal().out().println(terminal().green("✓ ") + target.key() + " is gone");
        going.remove(target.key());
    }

    private static boolean isGone(ApiClient api, Target target) {
        try {
            api.get(Names.path(target.kind(), target.name()));
            return false;
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            return true;
        }
    }
}
