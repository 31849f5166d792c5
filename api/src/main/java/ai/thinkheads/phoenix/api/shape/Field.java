package ai.thinkheads.phoenix.api.shape;

import java.util.List;

/**
 * A field of an object.
 *
 * @param name its name in manifests
 * @param component the name of the record component, which differs where the manifest's name is a Java keyword
 * @param shape what it holds
 * @param required whether it has to be given
 * @param description a sentence or two for people; empty where nobody wrote one
 * @param rules the bounds of its value
 */
public record Field(
        String name, String component, Shape shape, boolean required, String description, List<Rule> rules) {

    public Field {
        rules = List.copyOf(rules);
    }

    /** The bounds of its value in words, for example {@code 1 to 4094}. */
    public List<String> constraints() {
        return Rule.words(rules);
    }
}
