package ai.thinkheads.phoenix.daemon.http;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The small part of JSON path that columns are written in: {@code .status.devices[*].model}.
 *
 * @param steps names of fields, and {@code *} for every element of an array
 */
record FieldPath(List<String> steps) {

    private static final Pattern STEP = Pattern.compile("\\.([A-Za-z0-9_-]+)|(\\[\\*])");

    FieldPath {
        steps = List.copyOf(steps);
    }

    static FieldPath parse(String text) {
        Matcher matcher = STEP.matcher(text);
        return new FieldPath(matcher.results()
                .map(step -> step.group(1) == null ? "*" : step.group(1))
                .toList());
    }

    /** What is there, several values joined by commas; null when there is nothing. */
    @Nullable
    String text(JsonNode object) {
        Stream<JsonNode> found = Stream.of(object);
        for (String step : steps) {
            found = step.equals("*")
                    ? found.flatMap(node -> node.isArray() ? node.valueStream() : Stream.empty())
                    : found.map(node -> node.path(step)).filter(node -> !node.isMissingNode() && !node.isNull());
        }
        List<String> words = found.flatMap(node -> node.isArray() ? node.valueStream() : Stream.of(node))
                .map(node -> node.isValueNode() ? node.asString() : node.toString())
                .toList();
        return words.isEmpty() ? null : String.join(",", words);
    }
}
