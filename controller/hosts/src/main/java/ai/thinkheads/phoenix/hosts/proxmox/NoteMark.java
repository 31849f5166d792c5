package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Phoenix's mark in the notes that Proxmox keeps with guests, bridges and nodes: the last line is an HTML comment that the web
 * interface does not show, with the mark as JSON. It is where people cannot change it by accident, every API call that makes or
 * clones something can set it at once, and clones, backups and restores carry it along. Guests have the tag {@code phoenix}
 * beside it, for people; the tag decides nothing.
 *
 * @param text the notes without the mark
 * @param mark null when there is none
 * @param cards names of network cards, by the host's key such as {@code net0}, where they differ from the key: Proxmox has no
 *     place for the names of a virtual machine's cards
 */
record NoteMark(String text, @Nullable Mark mark, Map<String, String> cards) {

    /** The tag that people see on guests of Phoenix's. */
    static final String TAG = "phoenix";

    private static final String BEGIN = "<!-- phoenix ";
    private static final String END = " -->";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    NoteMark {
        cards = Map.copyOf(cards);
    }

    NoteMark(String text, @Nullable Mark mark) {
        this(text, mark, Map.of());
    }

    /** Takes notes apart. A line that looks like a mark and cannot be read is a person's text. */
    static NoteMark parse(@Nullable String notes) {
        if (notes == null) {
            return new NoteMark("", null);
        }
        String trimmed = notes.stripTrailing();
        int begin = trimmed.lastIndexOf(BEGIN);
        boolean whole =
                begin >= 0 && trimmed.length() >= begin + BEGIN.length() + END.length() && trimmed.endsWith(END);
        if (!whole || (begin > 0 && trimmed.charAt(begin - 1) != '\n')) {
            return new NoteMark(notes, null);
        }
        String json = trimmed.substring(begin + BEGIN.length(), trimmed.length() - END.length());
        try {
            JsonNode read = JSON.readTree(json);
            String owner = Json.text(read, "owner", "");
            if (owner.isEmpty()) {
                return new NoteMark(notes, null);
            }
            return new NoteMark(
                    trimmed.substring(0, begin),
                    new Mark(owner, Json.texts(read.path("facts"))),
                    Json.texts(read.path("cards")));
        } catch (JacksonException e) {
            return new NoteMark(notes, null);
        }
    }

    /** The notes with the mark as their last line. */
    String notes() {
        if (mark == null) {
            return text;
        }
        ObjectNode json = JSON.createObjectNode().put("owner", mark.owner());
        if (!mark.facts().isEmpty()) {
            ObjectNode facts = json.putObject("facts");
            mark.facts().forEach(facts::put);
        }
        if (!cards.isEmpty()) {
            ObjectNode names = json.putObject("cards");
            new TreeMap<>(cards).forEach(names::put);
        }
        // What would end the comment, or be taken for an escape in the configuration file, is written as JSON escapes.
        String line = JSON.writeValueAsString(json).replace(">", "\\u003e").replace("%", "\\u0025");
        return (text.isEmpty() || text.endsWith("\n") ? text : text + "\n") + BEGIN + line + END;
    }
}
