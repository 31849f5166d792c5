package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The notes of guests and bridges, of which the last line may be a mark: an HTML comment with JSON. The model keeps marks apart
 * from notes, so that what was marked through the API is marked for everybody.
 *
 * @param extra what the comment says beside the owner and the facts, by object and name: {@code cards}
 */
public record Notes(String text, @Nullable Mark mark, Map<String, Map<String, String>> extra) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BEGIN = "<!-- phoenix ";
    private static final String END = " -->";

    public static Notes parse(String notes) {
        String trimmed = notes.stripTrailing();
        int begin = trimmed.lastIndexOf(BEGIN);
        if (begin < 0 || !trimmed.endsWith(END)) {
            return new Notes(notes, null, Map.of());
        }
        try {
            JsonNode read = JSON.readTree(trimmed.substring(begin + BEGIN.length(), trimmed.length() - END.length()));
            String owner = read.path("owner").asString("");
            if (owner.isEmpty()) {
                return new Notes(notes, null, Map.of());
            }
            Map<String, String> cards = strings(read.path("cards"));
            return new Notes(
                    trimmed.substring(0, begin),
                    new Mark(owner, strings(read.path("facts"))),
                    cards.isEmpty() ? Map.of() : Map.of("cards", cards));
        } catch (JacksonException e) {
            return new Notes(notes, null, Map.of());
        }
    }

    private static Map<String, String> strings(JsonNode node) {
        Map<String, String> all = new TreeMap<>();
        node.properties().forEach(each -> all.put(each.getKey(), each.getValue().asString("")));
        return all;
    }

    /** The notes with the mark in them. */
    public String whole() {
        Mark known = mark;
        if (known == null) {
            return text;
        }
        ObjectNode json = JSON.createObjectNode().put("owner", known.owner());
        if (!known.facts().isEmpty()) {
            ObjectNode facts = json.putObject("facts");
            known.facts().forEach(facts::put);
        }
        extra.forEach((name, values) -> {
            ObjectNode object = json.putObject(name);
            new TreeMap<>(values).forEach(object::put);
        });
        String line = JSON.writeValueAsString(json).replace(">", "\\u003e").replace("%", "\\u0025");
        return (text.isEmpty() || text.endsWith("\n") ? text : text + "\n") + BEGIN + line + END;
    }
}
