package ai.thinkheads.phoenix.api.schema;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.shape.Field;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.api.shape.Shape;
import ai.thinkheads.phoenix.api.shape.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The documentation of every field of every kind, as {@code phoenixctl explain} prints it. */
public final class FieldDocs {

    private FieldDocs() {}

    /** The whole resource: {@code apiVersion}, {@code kind}, {@code metadata}, {@code spec} and {@code status}. */
    public static FieldDoc of(Kind<?, ?> kind) {
        return new FieldDoc(
                "",
                kind.name(),
                "Object",
                true,
                kind.summary(),
                List.of(),
                List.of(),
                List.of(
                        leaf("apiVersion", "string", true, "Always " + Kinds.API_VERSION + "."),
                        leaf("kind", "string", true, "Always " + kind.name() + "."),
                        metadata(),
                        object("spec", "The state that you want.", true, Shapes.of(kind.specType()), List.of()),
                        object(
                                "status",
                                "What became of it; written by the controller.",
                                false,
                                Shapes.of(kind.factsType()),
                                common())));
    }

    /**
     * The field that {@code words} names: a kind in any of its names, then a path, for example {@code ct.spec.network}.
     *
     * @throws IllegalArgumentException with a message for the user when there is no such kind or field
     */
    public static FieldDoc find(String words) {
        int dot = words.indexOf('.');
        String word = dot < 0 ? words : words.substring(0, dot);
        Kind<?, ?> kind = Kinds.find(word).orElseThrow(() -> new IllegalArgumentException(unknownKind(word)));
        return find(kind, dot < 0 ? "" : words.substring(dot + 1));
    }

    /**
     * The field at that path of the kind; the whole resource for an empty path.
     *
     * @param path the names joined by dots; indices such as {@code [0]} and {@code []} are passed over
     * @throws IllegalArgumentException with a message for the user when there is no such field
     */
    public static FieldDoc find(Kind<?, ?> kind, String path) {
        FieldDoc at = of(kind);
        String bare = path.replaceAll("\\[[^]]*]", "");
        if (bare.isEmpty()) {
            return at;
        }
        for (String name : bare.split("\\.", -1)) {
            FieldDoc parent = at;
            at = parent.children().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(unknownField(kind, parent, name)));
        }
        return at;
    }

    private static String unknownKind(String word) {
        List<String> names = Kinds.ALL.stream()
                .flatMap(kind -> Stream.concat(Stream.of(kind.singular()), kind.shortNames().stream()))
                .toList();
        return "there is no kind '" + word + "'"
                + Nearest.to(word, names)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("; see 'phoenixctl api-resources'");
    }

    private static String unknownField(Kind<?, ?> kind, FieldDoc parent, String name) {
        List<String> names = parent.children().stream().map(FieldDoc::name).toList();
        String place = parent.path().isEmpty() ? kind.name() : kind.name() + "." + parent.path();
        if (names.isEmpty()) {
            return place + " has no fields of its own";
        }
        return "there is no field '" + name + "' in " + place
                + Nearest.to(name, names)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("; there are " + String.join(", ", names));
    }

    private static FieldDoc metadata() {
        return new FieldDoc(
                "metadata",
                "metadata",
                "Object",
                true,
                "Name, labels and annotations, as everywhere in Kubernetes.",
                List.of(),
                List.of(),
                List.of(
                        new FieldDoc(
                                "metadata.name",
                                "name",
                                "string",
                                true,
                                "Name of the resource, unique within its kind.",
                                List.of("at most 63 lower-case letters, digits and '-'"),
                                List.of(),
                                List.of()),
                        leaf("metadata.labels", "map[string]string", false, "Words to select resources by."),
                        leaf(
                                "metadata.annotations",
                                "map[string]string",
                                false,
                                "Notes for programs; those that start with phoenix.thinkheads.ai/ mean something to Phoenix.")));
    }

    private static List<FieldDoc> common() {
        return List.of(
                leaf(
                        "status.observedGeneration",
                        "integer",
                        false,
                        "The metadata.generation that the rest of the status speaks of."),
                new FieldDoc(
                        "status.conditions",
                        "conditions",
                        "[]Object",
                        false,
                        "What is the case, at most one condition of each type, in the form of Kubernetes.",
                        List.of(),
                        List.of(),
                        List.of(
                                leaf(
                                        "status.conditions.type",
                                        "string",
                                        true,
                                        "What the condition is about, for example Ready."),
                                leaf("status.conditions.status", "string", true, "True, False or Unknown."),
                                leaf("status.conditions.reason", "string", true, "One word for programs."),
                                leaf("status.conditions.message", "string", true, "A sentence for people."),
                                leaf(
                                        "status.conditions.lastTransitionTime",
                                        "Time",
                                        true,
                                        "When the status last changed."),
                                leaf(
                                        "status.conditions.observedGeneration",
                                        "integer",
                                        false,
                                        "The metadata.generation that it speaks of."))),
                new FieldDoc(
                        "status.plan",
                        "plan",
                        "[]Object",
                        false,
                        "The steps of the last plan that was not empty, done or not.",
                        List.of(),
                        List.of(),
                        children("status.plan", Shapes.of(PlannedStep.class))));
    }

    private static FieldDoc object(
            String path, String description, boolean required, Shape.ObjectOf shape, List<FieldDoc> before) {
        List<FieldDoc> children = new ArrayList<>(before);
        children.addAll(children(path, shape));
        return new FieldDoc(path, path, "Object", required, description, List.of(), List.of(), children);
    }

    private static FieldDoc leaf(String path, String type, boolean required, String description) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        return new FieldDoc(path, name, type, required, description, List.of(), List.of(), List.of());
    }

    private static List<FieldDoc> children(String path, Shape shape) {
        return switch (shape) {
            case Shape.ObjectOf object ->
                object.fields().stream().map(field -> field(path, field)).toList();
            case Shape.ListOf list -> children(path, list.element());
            case Shape.MapOf map -> children(path, map.value());
            default -> List.of();
        };
    }

    private static FieldDoc field(String parent, Field field) {
        String path = parent + "." + field.name();
        return new FieldDoc(
                path,
                field.name(),
                field.shape().word(),
                field.required(),
                field.description(),
                field.constraints(),
                values(field.shape()),
                children(path, field.shape()));
    }

    private static List<String> values(Shape shape) {
        return switch (shape) {
            case Shape.Choice choice -> List.copyOf(choice.words().keySet());
            case Shape.ListOf list -> values(list.element());
            default -> List.of();
        };
    }
}
