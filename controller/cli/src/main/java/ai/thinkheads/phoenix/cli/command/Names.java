package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the user's words for kinds and resources mean. */
final class Names {

    private Names() {}

    /** Some resources of one kind; no names means all of it. */
    record Selection(Kind<?, ?> kind, List<String> names) {}

    /** Reads {@code ct}, {@code ct web db}, {@code ct/web vm/builder}, {@code ct,vm} or {@code all}. */
    static List<Selection> parse(List<String> words) {
        List<Selection> selections = new ArrayList<>();
        if (words.stream().anyMatch(word -> word.contains("/"))) {
            for (String word : words) {
                int slash = word.indexOf('/');
                if (slash < 0) {
                    throw new CommandFailed(
                            ExitCode.INVALID,
                            "'" + word + "' has no kind; write kind/name for each, or a kind and then names");
                }
                selections.add(new Selection(kind(word.substring(0, slash)), List.of(word.substring(slash + 1))));
            }
            return selections;
        }
        List<String> names = words.subList(1, words.size());
        if (words.getFirst().equals("all")) {
            for (Kind<?, ?> kind : Kinds.ALL) {
                selections.add(new Selection(kind, names));
            }
            return selections;
        }
        for (String word : words.getFirst().split(",")) {
            selections.add(new Selection(kind(word), names));
        }
        return selections;
    }

    static Kind<?, ?> kind(String word) {
        return Kinds.find(word).orElseThrow(() -> {
            List<String> words = Kinds.ALL.stream()
                    .flatMap(kind ->
                            Stream.concat(Stream.of(kind.singular(), kind.plural()), kind.shortNames().stream()))
                    .toList();
            return new CommandFailed(
                    ExitCode.INVALID,
                    "there is no kind '" + word + "'" + meant(words, word, "'phoenixctl api-resources' lists them"));
        });
    }

    /**
     * What the controller knows of a resource; where it knows of none, the failure names the one that was meant.
     *
     * @throws CommandFailed when there is no resource of that name
     */
    static <T> T found(ApiClient api, Kind<?, ?> kind, String name, Supplier<T> question) {
        try {
            return question.get();
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            List<String> others = new ArrayList<>();
            api.get(path(kind))
                    .path("items")
                    .forEach(item ->
                            others.add(item.path("metadata").path("name").asString("")));
            String first = kind.shortNames().stream().findFirst().orElse(kind.singular());
            throw new CommandFailed(
                    ExitCode.NOT_CONVERGED,
                    "there is no " + kind.name() + " '" + name + "'"
                            + (others.isEmpty()
                                    ? ""
                                    : meant(others, name, "'phoenixctl get " + first + "' lists what there is")));
        }
    }

    private static String meant(List<String> words, String written, String hint) {
        return Nearest.to(written, words)
                .map(word -> "; did you mean " + word + "? " + hint)
                .orElse("; " + hint);
    }

    static String path(Kind<?, ?> kind) {
        return ApiClient.GROUP + "/" + kind.plural();
    }

    static String path(Kind<?, ?> kind, String name) {
        return path(kind) + "/" + encode(name);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * The guest that a name, {@code kind/name} or a vmid means.
     *
     * @throws CommandFailed when there is none, or more than one
     */
    static ResourceKey guest(ApiClient api, String word) {
        if (word.contains("/")) {
            Selection one = parse(List.of(word)).getFirst();
            if (one.kind().scope() != Kind.Scope.GUEST) {
                throw new CommandFailed(
                        ExitCode.INVALID,
                        one.kind().name() + " is not a guest; guests are containers and virtual machines");
            }
            api.get(path(one.kind(), one.names().getFirst()));
            return new ResourceKey(one.kind().name(), one.names().getFirst());
        }
        List<ResourceKey> found = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Kind<?, ?> kind : List.of(Kinds.LXC_CONTAINER, Kinds.VIRTUAL_MACHINE)) {
            for (JsonNode item : api.get(path(kind)).path("items")) {
                String name = item.path("metadata").path("name").asString("");
                String vmid = item.path("status")
                        .path("vmid")
                        .asString(item.path("spec").path("vmid").asString(""));
                others.add(name);
                if (name.equals(word) || vmid.equals(word)) {
                    found.add(new ResourceKey(kind.name(), name));
                }
            }
        }
        if (found.size() > 1) {
            throw new CommandFailed(
                    ExitCode.INVALID,
                    "'" + word + "' could be " + found.get(0) + " or " + found.get(1) + "; write kind/name");
        }
        if (found.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.NOT_CONVERGED,
                    "there is no guest '" + word + "'" + meant(others, word, "'phoenixctl status' lists them"));
        }
        return found.getFirst();
    }
}
