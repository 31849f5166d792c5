package ai.thinkheads.phoenix.api.manifest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the place of a field, or of the nearest thing around it that exists. */
final class Locator {

    private Locator() {}

    /** The place of a field by the path that rules use, counted from the manifest: {@code spec.mounts[0].path}. */
    static Tree.Place locate(Tree.Fields manifest, String path) {
        Tree node = manifest;
        Tree.Place place = manifest.place();
        String rest = path;
        while (!rest.isEmpty()) {
            rest = rest.startsWith(".") ? rest.substring(1) : rest;
            if (node instanceof Tree.Fields fields) {
                String key = longestKey(fields, rest);
                if (key == null) {
                    return place;
                }
                place = place(fields.entries().get(key));
                node = value(fields, key);
                rest = rest.substring(key.length());
            } else if (node instanceof Tree.Items items && rest.matches("\\[\\d{1,9}].*")) {
                int end = rest.indexOf(']');
                int index = Integer.parseInt(rest.substring(1, end));
                if (index >= items.items().size()) {
                    return place;
                }
                node = items.items().get(index);
                place = node.place();
                rest = rest.substring(end + 1);
            } else {
                return place;
            }
        }
        return place;
    }

    /** The place of a field by its path; keys may hold anything. What lies above the manifest is passed over. */
    static Tree.Place locate(Tree.Fields manifest, Path path) {
        Deque<Path> steps = new ArrayDeque<>();
        for (Path step = path; step != null && step.parent() != null; step = step.parent()) {
            steps.push(step);
            if ("spec".equals(step.key())
                    && (step.parent() == Path.TOP || step.parent().index() >= 0)) {
                break;
            }
        }
        Tree node = manifest;
        Tree.Place place = manifest.place();
        for (Path step : steps) {
            String key = step.key();
            if (key != null
                    && node instanceof Tree.Fields fields
                    && fields.entries().containsKey(key)) {
                place = place(fields.entries().get(key));
                node = value(fields, key);
            } else if (key == null
                    && node instanceof Tree.Items items
                    && step.index() < items.items().size()) {
                node = items.items().get(step.index());
                place = node.place();
            } else {
                return place;
            }
        }
        return place;
    }

    /** A single value is blamed itself; a list or a mapping at its key, which is what people look for. */
    private static Tree.Place place(Tree.@Nullable Entry entry) {
        if (entry == null) {
            return Tree.Place.NONE;
        }
        return entry.value() instanceof Tree.Value value && !value.isNull() ? value.place() : entry.place();
    }

    private static Tree value(Tree.Fields fields, String key) {
        Tree value = fields.get(key);
        return value == null ? fields : value;
    }

    private static @Nullable String longestKey(Tree.Fields fields, String rest) {
        String longest = null;
        for (Map.Entry<String, Tree.Entry> each : fields.entries().entrySet()) {
            String key = each.getKey();
            boolean matches = rest.startsWith(key)
                    && (rest.length() == key.length()
                            || rest.charAt(key.length()) == '.'
                            || rest.charAt(key.length()) == '[');
            if (matches && (longest == null || key.length() > longest.length())) {
                longest = key;
            }
        }
        return longest;
    }
}
