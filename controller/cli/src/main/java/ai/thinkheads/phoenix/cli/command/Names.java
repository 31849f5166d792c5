package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.wire.ApiClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
            String nearest = Kinds.ALL.stream()
                    .flatMap(kind -> java.util.stream.Stream.concat(
                            java.util.stream.Stream.of(kind.singular(), kind.plural()), kind.shortNames().stream()))
                    .min(Comparator.comparingInt(each -> distance(each, word.toLowerCase(Locale.ROOT))))
                    .orElse("");
            return new CommandFailed(
                    ExitCode.INVALID,
                    "there is no kind '" + word + "'; did you mean " + nearest
                            + "? 'phoenixctl api-resources' lists them");
        });
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
            String nearest = others.stream()
                    .min(Comparator.comparingInt(each -> distance(each, word)))
                    .orElse("");
            throw new CommandFailed(
                    ExitCode.NOT_CONVERGED,
                    "there is no guest '" + word + "'" + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?"));
        }
        return found.getFirst();
    }

    /** The number of single-character edits between two words. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int up = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(up, row[j - 1]));
                diagonal = up;
            }
        }
        return row[b.length()];
    }
}
