package ai.thinkheads.phoenix.api.schema;

import java.util.List;

/**
 * What there is to know of one field.
 *
 * @param path its full path, for example {@code spec.network.interfaces}
 * @param name its last part; the kind's name for the whole resource
 * @param type the form of its value, for example {@code []Object} or {@code Quantity}
 * @param required whether it has to be given where what holds it is given
 * @param description a sentence or two
 * @param constraints the bounds of its value in words
 * @param values the words that it can have; empty for anything but an enum
 * @param children the fields of the object, of the list's objects or of the map's objects
 */
public record FieldDoc(
        String path,
        String name,
        String type,
        boolean required,
        String description,
        List<String> constraints,
        List<String> values,
        List<FieldDoc> children) {

    public FieldDoc {
        constraints = List.copyOf(constraints);
        values = List.copyOf(values);
        children = List.copyOf(children);
    }
}
