package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.JsonNode;

/** Composes trees from JSON texts and from trees of Jackson, within the {@link Limits}. */
final class JsonText {

    private final ProblemList problems;
    private final JsonParser json;

    private JsonText(JsonParser json, ProblemList problems) {
        this.json = json;
        this.problems = problems;
    }

    /**
     * Every value of the text; usually one.
     *
     * @throws TextException when the text breaks the rules of JSON or the limits
     */
    static List<Tree> parse(String text, ProblemList problems) {
        try (JsonParser parser = ResourceCodec.json().createParser(text)) {
            JsonText reader = new JsonText(parser, problems);
            List<Tree> trees = new ArrayList<>();
            try {
                while (parser.nextToken() != null) {
                    trees.add(reader.compose(Path.TOP, 0));
                }
            } catch (UnexpectedEndOfInputException e) {
                throw new TextException(place(e.getLocation()), "the JSON text ends before it is complete");
            } catch (JacksonException e) {
                throw new TextException(place(e.getLocation()), "the JSON syntax is broken here");
            }
            return trees;
        }
    }

    /** The tree of a request's body, whose values have no places. */
    static Tree parse(JsonNode node, ProblemList problems) {
        return compose(node, Path.TOP, 0, problems);
    }

    private Tree compose(Path path, int depth) {
        Tree.Place place = place();
        bound(place, depth);
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Mapping mapping = new Mapping(place, path, problems);
            for (String key = json.nextName(); key != null; key = json.nextName()) {
                Tree.Place at = place();
                json.nextToken();
                mapping.add(at, key, compose(mapping.below(key), depth + 1));
            }
            return mapping.tree();
        }
        if (token == JsonToken.START_ARRAY) {
            List<Tree> items = new ArrayList<>();
            int values = 1;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Tree item = compose(path.item(items.size()), depth + 1);
                items.add(item);
                values = Mapping.sum(values, item);
            }
            return new Tree.Items(place, items, values);
        }
        return value(place, json.getString(), token != JsonToken.VALUE_STRING);
    }

    private static Tree compose(JsonNode node, Path path, int depth, ProblemList problems) {
        bound(Tree.Place.NONE, depth);
        if (node.isObject()) {
            Mapping mapping = new Mapping(Tree.Place.NONE, path, problems);
            for (Map.Entry<String, JsonNode> each : node.properties()) {
                Path below = mapping.below(each.getKey());
                mapping.add(Tree.Place.NONE, each.getKey(), compose(each.getValue(), below, depth + 1, problems));
            }
            return mapping.tree();
        }
        if (node.isArray()) {
            List<Tree> items = new ArrayList<>();
            int values = 1;
            for (JsonNode each : node) {
                Tree item = compose(each, path.item(items.size()), depth + 1, problems);
                items.add(item);
                values = Mapping.sum(values, item);
            }
            return new Tree.Items(Tree.Place.NONE, items, values);
        }
        return value(Tree.Place.NONE, node.isNull() ? "null" : node.asString(), !node.isString());
    }

    private static Tree value(Tree.Place place, String text, boolean plain) {
        if (text.length() > Limits.VALUE) {
            throw new TextException(
                    place, "a value has " + text.length() + " characters; at most " + Limits.VALUE + " are read");
        }
        return new Tree.Value(place, text, plain);
    }

    private static void bound(Tree.Place place, int depth) {
        if (depth > Limits.DEPTH) {
            throw new TextException(place, "lists and mappings are nested more than " + Limits.DEPTH + " levels deep");
        }
    }

    private Tree.Place place() {
        return place(json.currentTokenLocation());
    }

    private static Tree.Place place(TokenStreamLocation location) {
        return new Tree.Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
}
