package ai.thinkheads.phoenix.cli.output;

import tools.jackson.databind.JsonNode;

/** How a plan looks: what would happen to each resource, and step by step to the host. */
public final class PlanView {

    private static final int LONGEST = 60;

    private PlanView() {}

    /** Whether applying would change anything, in the store or on the host, or might: where nobody could look. */
    public static boolean changesAnything(JsonNode changes) {
        for (JsonNode change : changes) {
            if (!isUnchanged(change)) {
                return true;
            }
        }
        return false;
    }

    /** Prints every change and a last line that counts them. */
    public static void print(Terminal terminal, JsonNode changes) {
        int created = 0;
        int configured = 0;
        int unchanged = 0;
        int pruned = 0;
        int unknown = 0;
        int steps = 0;
        int consents = 0;
        for (JsonNode change : changes) {
            switch (change.path("action").asString("")) {
                case "Created" -> created++;
                case "Configured" -> configured++;
                case "Pruned" -> pruned++;
                default -> {
                    unchanged += isCompared(change) ? 1 : 0;
                    unknown += isCompared(change) ? 0 : 1;
                }
            }
            steps += change.path("steps").size();
            for (JsonNode step : change.path("steps")) {
                consents += step.hasNonNull("consent") ? 1 : 0;
            }
            if (!isUnchanged(change)) {
                one(terminal, change);
            }
        }
        terminal.out()
                .println(terminal.bold("Plan: ") + created + " to create, " + configured + " to configure, " + pruned
                        + " to prune, " + unchanged + " unchanged"
                        + (unknown == 0 ? "" : ", " + unknown + " not compared") + "; " + steps
                        + (steps == 1 ? " step" : " steps")
                        + " on the host"
                        + (consents == 0 ? "" : ", " + consents + " of them only with consent") + ".");
    }

    /** A field of the resource that is going to say something else, where the host has not to be asked for anything. */
    private static String asked(JsonNode field) {
        String path = field.path("field").asString("");
        String from = brief(field.path("from"));
        String to = brief(field.path("to"));
        if (from.isEmpty() && to.isEmpty()) {
            return path + ": changed";
        }
        return to.isEmpty()
                ? path + ": no longer set, was " + from
                : path + ": " + (from.isEmpty() ? "set to " + to : "from " + from + " to " + to);
    }

    private static String brief(JsonNode value) {
        String text = value.asString("").replace("\n", " ");
        return text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
    }

    private static boolean isUnchanged(JsonNode change) {
        return change.path("action").asString("").equals("Unchanged")
                && change.path("steps").isEmpty()
                && isCompared(change);
    }

    private static boolean isCompared(JsonNode change) {
        return change.path("compared").asBoolean(true);
    }

    private static void one(Terminal terminal, JsonNode change) {
        String name =
                change.path("kind").asString("") + "/" + change.path("name").asString("");
        terminal.out()
                .println(
                        switch (change.path("action").asString("")) {
                            case "Created" -> terminal.green("+ " + name);
                            case "Pruned" -> terminal.red("- " + name);
                            case "Configured" -> terminal.yellow("~ " + name);
                            default -> terminal.yellow((isCompared(change) ? "~ " : "! ") + name);
                        });
        for (JsonNode step : change.path("steps")) {
            String effect = step.path("effect").asString("");
            String text = "    " + step.path("field").asString("") + ": "
                    + step.path("action").asString("");
            String tail = effect.equals("Online") ? "" : "  [" + effect + "]";
            boolean heavy = effect.equals("Replace") || effect.equals("DestroysData");
            terminal.out().println(heavy ? terminal.red(text + tail) : text + terminal.yellow(tail));
            if (step.hasNonNull("consent")) {
                terminal.out()
                        .println(terminal.red("      needs consent: annotate it with phoenix.thinkheads.ai/consent: "
                                + step.path("consent").asString("")));
            }
        }
        if (change.path("steps").isEmpty()) {
            change.path("fields").forEach(field -> terminal.out().println("    " + asked(field)));
        }
        if (change.hasNonNull("blocked")) {
            terminal.out().println(terminal.dim("    " + change.path("blocked").asString("")));
        }
    }
}
