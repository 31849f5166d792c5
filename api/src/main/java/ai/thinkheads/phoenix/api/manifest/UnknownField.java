package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.shape.Field;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.api.shape.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what somebody probably meant by a field that does not exist. */
final class UnknownField {

    private static final int MOST_NAMES = 12;

    private UnknownField() {}

    static String explain(String name, Shape.ObjectOf shape, Path path, Shape.ObjectOf whole) {
        List<String> names = shape.fields().stream().map(Field::name).toList();
        if (name.equals("<<")) {
            return "YAML 1.2 has no merge keys; repeat the fields, or put them in a GuestClass";
        }
        Optional<String> near = Nearest.to(name, names);
        String elsewhere = near.isPresent() ? null : find(name, whole, "spec");
        if (near.isPresent()) {
            return "unknown field; did you mean '" + near.get() + "'?";
        }
        if (elsewhere != null) {
            return "unknown field here; there is " + elsewhere;
        }
        return names.size() <= MOST_NAMES
                ? "unknown field; the fields of " + path + " are " + Words.and(names)
                : "unknown field; see 'phoenixctl explain' for the fields of " + path;
    }

    private static @Nullable String find(String name, Shape shape, String path) {
        return switch (shape) {
            case Shape.ListOf list -> find(name, list.element(), path + "[]");
            case Shape.MapOf map -> find(name, map.value(), path + ".<key>");
            case Shape.ObjectOf object -> {
                if (object.field(name).isPresent()) {
                    yield path + "." + name;
                }
                String found = null;
                for (Field field : object.fields()) {
                    found = found == null ? find(name, field.shape(), path + "." + field.name()) : found;
                }
                yield found;
            }
            default -> null;
        };
    }
}
