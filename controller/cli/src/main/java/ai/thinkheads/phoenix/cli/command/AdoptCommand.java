package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phoenixctl adopt}. */
public final class AdoptCommand extends Verb {

    private static final JsonMapper JSON = new JsonMapper();

    /** Kinds by the file that they are written to; the numbers order them as they refer to each other. */
    private static final Map<String, String> FILES = Map.of(
            "Hypervisor", "00-hypervisor",
            "NetworkBridge", "10-network",
            "ZfsPool", "20-pools",
            "ZfsDataset", "21-datasets",
            "StoragePool", "30-storage",
            "GpuDriver", "40-gpu",
            "LxcTemplate", "50-templates",
            "CloudImage", "51-images",
            "LxcContainer", "80-containers",
            "VirtualMachine", "81-virtual-machines");

    private List<String> words = List.of();
    private boolean all;
    private @Nullable String file;
    private @Nullable String hypervisor;
    private @Nullable Path folder;

    AdoptCommand(Phoenixctl root) {
        super(
                root,
                "adopt",
                "Write manifests for what is on a host and nobody manages yet. Nothing is changed: applying them marks"
                        + " the objects as Phoenix's, and does nothing else. Without a selection, list what there is.");
        takes().anyWords(
                        "KIND NAME",
                        "What to adopt, with all that it refers to: a kind and then names or numbers on the host, "
                                + "or kind/name. A kind alone means all of it.",
                        given -> words = given)
                .flag("--all", "Adopt everything.", given -> all = given)
                .option(
                        "-f, --filename",
                        "FILE",
                        "Manifest of the Hypervisor to read, which need not be applied yet; - for standard input.",
                        given -> file = given)
                .option(
                        "--hypervisor",
                        "NAME",
                        "Hypervisor to read, among those that were applied. Default: the only one.",
                        given -> hypervisor = given)
                .folder(
                        "-o, --output",
                        "FOLDER",
                        "Folder to write the manifests to, one file for each kind. Default: standard output.",
                        given -> folder = given);
    }

    @Override
    public Integer call() {
        if (all && !words.isEmpty()) {
            throw new CommandFailed(ExitCode.INVALID, "--all is everything already; leave it away to adopt some");
        }
        if (file != null && hypervisor != null) {
            throw new CommandFailed(ExitCode.INVALID, "give -f or --hypervisor, not both");
        }
        List<Names.Selection> selections = words.isEmpty() ? List.of() : Names.parse(words);
        ObjectNode question = question();
        try (Session session = open(Session.Purpose.LOOK)) {
            JsonNode answer = session.api().post("/phoenix/v1/adopt", question);
            if (!all && words.isEmpty()) {
                list(answer);
                return ExitCode.DONE;
            }
            List<JsonNode> chosen = all ? items(answer) : chosen(answer, selections);
            write(chosen);
            return report(answer, chosen, selections);
        }
    }

    private ObjectNode question() {
        ObjectNode body = JSON.createObjectNode();
        if (hypervisor != null) {
            body.put("name", hypervisor);
        }
        if (file != null) {
            List<Manifest> manifests = Applying.read(root(), List.of(file)).stream()
                    .filter(each -> each.resource().kind().name().equals(Kinds.HYPERVISOR.name()))
                    .toList();
            if (manifests.size() != 1) {
                throw new CommandFailed(
                        ExitCode.INVALID, file + " has " + manifests.size() + " Hypervisors; give the manifest of one");
            }
            body.set("hypervisor", ResourceCodec.tree(manifests.getFirst().resource()));
        }
        return body;
    }

    private static List<JsonNode> items(JsonNode answer) {
        return answer.path("items").valueStream().toList();
    }

    private static String key(JsonNode item) {
        return text(item, "kind") + "/" + text(item, "name");
    }

    private static String text(JsonNode item, String field) {
        return item.path(field).asString("");
    }

    private void list(JsonNode answer) {
        TextTable table = new TextTable(List.of("ON THE HOST", "MANIFEST", "REMARK"));
        items(answer).forEach(item -> table.row(List.of(text(item, "object"), key(item), "")));
        answer.path("managed")
                .forEach(each -> table.row(List.of(text(each, "object"), text(each, "resource"), "managed already")));
        answer.path("leftOut")
                .forEach(each -> table.row(List.of(text(each, "object"), "-", "left out: " + text(each, "reason"))));
        table.print(terminal());
        terminal().err().println("Nothing is written yet: name what to adopt, or give --all.");
    }

    /** What was asked for, with everything that it refers to. */
    private static List<JsonNode> chosen(JsonNode answer, List<Names.Selection> selections) {
        Map<String, JsonNode> byKey = new LinkedHashMap<>();
        items(answer).forEach(item -> byKey.put(key(item), item));
        Deque<String> open = new ArrayDeque<>();
        for (Names.Selection selection : selections) {
            List<String> names = selection.names();
            if (names.isEmpty()) {
                byKey.forEach((key, item) -> {
                    if (text(item, "kind").equals(selection.kind().name())) {
                        open.add(key);
                    }
                });
            }
            for (String name : names) {
                open.add(find(answer, selection.kind(), name));
            }
        }
        Set<String> wanted = new HashSet<>();
        while (!open.isEmpty()) {
            String key = open.remove();
            JsonNode item = byKey.get(key);
            if (item != null && wanted.add(key)) {
                item.path("needs").forEach(need -> open.add(need.asString("")));
            }
        }
        if (wanted.stream().anyMatch(key -> !key.startsWith("Hypervisor/"))) {
            byKey.keySet().stream().filter(key -> key.startsWith("Hypervisor/")).forEach(wanted::add);
        }
        return byKey.values().stream()
                .filter(item -> wanted.contains(key(item)))
                .toList();
    }

    /** The manifest of that name, or of the object of that name or number. */
    private static String find(JsonNode answer, Kind<?, ?> kind, String name) {
        List<String> found = new ArrayList<>();
        for (JsonNode item : items(answer)) {
            JsonNode spec = item.path("manifest").path("spec");
            boolean meant = text(item, "name").equals(name)
                    || text(item, "object").endsWith(" " + name)
                    || spec.path("vmid").asString("").equals(name)
                    || spec.path("hostname").asString("").equals(name);
            if (text(item, "kind").equals(kind.name()) && meant) {
                found.add(key(item));
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.size() > 1) {
            throw new CommandFailed(
                    ExitCode.INVALID, "'" + name + "' could be " + String.join(" or ", found) + "; name one of them");
        }
        for (JsonNode each : answer.path("leftOut")) {
            String object = text(each, "object");
            if (text(each, "kind").equals(kind.name()) && (object + " ").contains(" " + name + " ")) {
                throw new CommandFailed(ExitCode.NOT_CONVERGED, object + " cannot be adopted: " + text(each, "reason"));
            }
        }
        for (JsonNode each : answer.path("managed")) {
            if ((text(each, "object") + " ").contains(" " + name + " ")) {
                throw new CommandFailed(
                        ExitCode.NOT_CONVERGED,
                        text(each, "object") + " is managed already, as " + text(each, "resource"));
            }
        }
        throw new CommandFailed(
                ExitCode.NOT_CONVERGED,
                "there is no " + kind.name() + " '" + name
                        + "' to adopt on the host; 'phoenixctl adopt' lists what there is");
    }

    private void write(List<JsonNode> chosen) {
        Map<String, StringBuilder> files = new LinkedHashMap<>();
        for (JsonNode item : chosen) {
            StringBuilder text = files.computeIfAbsent(
                    FILES.getOrDefault(text(item, "kind"), "90-other"), name -> new StringBuilder());
            if (!text.isEmpty()) {
                text.append("---\n");
            }
            text.append("# ").append(text(item, "object")).append('\n');
            item.path("notes")
                    .forEach(note ->
                            text.append("# Note: ").append(note.asString("")).append('\n'));
            text.append(ResourceCodec.yaml(item.path("manifest")));
        }
        Path into = folder;
        if (into == null) {
            terminal().out().print(String.join("---\n", files.values()));
            return;
        }
        List<String> there = files.keySet().stream()
                .map(name -> into.resolve(name + ".yaml"))
                .filter(Files::exists)
                .map(Path::toString)
                .toList();
        if (!there.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.INVALID,
                    "files are not overwritten: " + String.join(", ", there) + "; name another folder, or move them");
        }
        try {
            Files.createDirectories(into);
            for (Map.Entry<String, StringBuilder> each : files.entrySet()) {
                Files.writeString(into.resolve(each.getKey() + ".yaml"), each.getValue());
            }
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.NO_ACCESS, into + " cannot be written: " + e.getMessage());
        }
    }

    /** Says what was left out, and what applying the rest will do. */
    private int report(JsonNode answer, List<JsonNode> chosen, List<Names.Selection> selections) {
        for (JsonNode each : answer.path("leftOut")) {
            boolean asked = all
                    || selections.stream()
                            .anyMatch(selection -> selection.names().isEmpty()
                                    && selection.kind().name().equals(text(each, "kind")));
            if (asked) {
                terminal()
                        .err()
                        .println(terminal().yellow("left out: ") + text(each, "object") + ": " + text(each, "reason"));
            }
        }
        int marks = 0;
        for (JsonNode item : chosen) {
            for (JsonNode mark : item.path("marks")) {
                terminal().err().println("  " + key(item) + ": " + mark.asString(""));
                marks++;
            }
        }
        String where = folder == null ? "them" : "them with 'phoenixctl apply -f " + folder + "'";
        terminal()
                .err()
                .println(chosen.size() + (chosen.size() == 1 ? " manifest" : " manifests") + ". Applying " + where
                        + (marks == 0
                                ? " changes nothing on the host."
                                : " leaves the marks above on the host, and changes nothing else."));
        return ExitCode.DONE;
    }
}
