package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.output.Terminal;
import ai.thinkheads.phoenix.cli.output.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** {@code phoenixctl status}. */
public final class StatusCommand extends Verb {

    StatusCommand(Phoenixctl root) {
        super(
                root,
                "status",
                "One screen: hosts, pools, guests, and what is not well and why. Exits with 1 when something is not"
                        + " well.");
    }

    @Override
    public Integer call() {
        Map<Kind<?, ?>, List<JsonNode>> all = new LinkedHashMap<>();
        try (Session session = open(Session.Purpose.LOOK)) {
            for (Kind<?, ?> kind : Kinds.ALL) {
                List<JsonNode> items = new ArrayList<>();
                session.api().get(Names.path(kind)).path("items").forEach(items::add);
                all.put(kind, items);
            }
        }
        if (all.values().stream().allMatch(List::isEmpty)) {
            terminal().out().println("Nothing is declared yet. Begin with 'phoenixctl apply -f FOLDER'.");
            return ExitCode.DONE;
        }
        hosts(all.getOrDefault(Kinds.HYPERVISOR, List.of()));
        pools(all.getOrDefault(Kinds.ZFS_POOL, List.of()));
        guests(all);
        return trouble(all);
    }

    private void hosts(List<JsonNode> hosts) {
        TextTable table = new TextTable(
                List.of("HOST", "DRIVER", "VERSION", "CPUS", "MEMORY", "GIVEN AT BOOT", "GUESTS", "RUNNING"));
        for (JsonNode host : hosts) {
            JsonNode status = host.path("status");
            JsonNode given = status.path("allocated");
            table.row(List.of(
                    name(host),
                    host.path("spec").path("driver").asString(""),
                    status.path("version").asString("?"),
                    status.path("cpus").asString("?"),
                    size(status.path("memory")),
                    size(given.path("onBootMemory")),
                    given.path("guests").asString("?"),
                    given.path("running").asString("?")));
        }
        print(table);
    }

    private void pools(List<JsonNode> pools) {
        TextTable table = new TextTable(List.of("POOL", "HEALTH", "SIZE", "ALLOCATED", "SCAN"));
        for (JsonNode pool : pools) {
            JsonNode status = pool.path("status");
            table.row(List.of(
                    status.path("pool").asString(name(pool)),
                    status.path("health").asString("?"),
                    size(status.path("size")),
                    size(status.path("allocated")),
                    status.path("scan").asString("")));
        }
        print(table);
    }

    private void guests(Map<Kind<?, ?>, List<JsonNode>> all) {
        TextTable table = new TextTable(List.of("GUEST", "VMID", "STATE", "READY", "ADDRESS", "FEATURES"));
        for (Kind<?, ?> kind : List.of(Kinds.LXC_CONTAINER, Kinds.VIRTUAL_MACHINE)) {
            for (JsonNode guest : all.getOrDefault(kind, List.of())) {
                JsonNode status = guest.path("status");
                List<String> addresses = new ArrayList<>();
                status.path("addresses").forEach(each -> addresses.add(each.asString("")));
                List<String> features = new ArrayList<>();
                status.path("features")
                        .forEach(each -> features.add(each.path("name").asString("")));
                boolean template = guest.path("spec").path("isTemplate").asBoolean(false);
                table.row(List.of(
                        kind.shortNames().getFirst() + "/" + name(guest),
                        status.path("vmid").asString("?"),
                        template && status.has("state")
                                ? "template"
                                : status.path("state").asString("?"),
                        condition(guest, "Ready").path("status").asString("Unknown"),
                        String.join(",", addresses),
                        String.join(",", features)));
            }
        }
        print(table);
    }

    /** Ends the screen with what is not well, what is being done, and what waits, in that order. */
    private int trouble(Map<Kind<?, ?>, List<JsonNode>> all) {
        List<String> bad = new ArrayList<>();
        List<String> busy = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        int total = 0;
        for (Map.Entry<Kind<?, ?>, List<JsonNode>> each : all.entrySet()) {
            for (JsonNode resource : each.getValue()) {
                total++;
                String label = each.getKey().name() + "/" + name(resource) + "  ";
                JsonNode ready = condition(resource, "Ready");
                String message = ready.path("message").asString("no controller has looked at it yet");
                if (!ready.path("status").asString("").equals("True")) {
                    String reason = ready.path("reason").asString("NotSeen");
                    switch (reason) {
                        case "Progressing" -> busy.add(label + message);
                        case "WaitingForDependency" -> waiting.add(label + brief(message));
                        default -> bad.add(label + reason + ": " + message);
                    }
                }
                for (String type : List.of("Degraded", "Drifted", "Stale", "RebootRequired")) {
                    JsonNode condition = condition(resource, type);
                    if (condition.path("status").asString("").equals("True")) {
                        bad.add(label + type + ": " + condition.path("message").asString(""));
                    }
                }
            }
        }
        Terminal terminal = terminal();
        if (bad.isEmpty() && busy.isEmpty() && waiting.isEmpty()) {
            terminal.out().println(terminal.green("All " + total + " resources are ready."));
            return ExitCode.DONE;
        }
        section("Not well:", terminal.red("✗ "), bad);
        section("Under way:", terminal.yellow("▸ "), busy);
        section("Waiting:", terminal.dim("· "), waiting);
        return ExitCode.NOT_CONVERGED;
    }

    private void section(String heading, String bullet, List<String> lines) {
        if (!lines.isEmpty()) {
            terminal().out().println(terminal().bold(heading));
            lines.forEach(line -> terminal().out().println("  " + bullet + line));
        }
    }

    /** What a resource waits for, without the fields and states that {@code describe} tells. */
    private static String brief(String message) {
        return message.replaceAll(" \\([^()]*\\), which is not \\S+ yet", "").replace(", and for ", ", ");
    }

    private void print(TextTable table) {
        if (!table.isEmpty()) {
            table.print(terminal());
            terminal().out().println();
        }
    }

    private static String name(JsonNode resource) {
        return resource.path("metadata").path("name").asString("");
    }

    private static JsonNode condition(JsonNode resource, String type) {
        for (JsonNode each : resource.path("status").path("conditions")) {
            if (each.path("type").asString("").equals(type)) {
                return each;
            }
        }
        return resource.path("status").path("none");
    }

    private static String size(JsonNode quantity) {
        String text = quantity.asString("");
        return text.isEmpty() ? "?" : ByteSize.parse(text).rounded();
    }
}
