package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.api.shape.Shape;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of Kubernetes for {@code metadata}: a name that is a DNS label, labels and annotations in their syntax. What only
 * the server writes is passed over, so that the output of {@code get -o yaml} can be applied.
 */
final class MetadataRules {

    private static final List<String> GIVEN = List.of("name", "labels", "annotations");
    private static final Set<String> WRITTEN_BY_THE_SERVER = Set.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "finalizers",
            "managedFields",
            "ownerReferences",
            "selfLink");
    private static final List<String> OURS = List.of(
            Annotations.PAUSED,
            Annotations.CONSENT,
            Annotations.RESTARTED_AT,
            Annotations.RECONCILE_AT,
            Annotations.APPLY_SET,
            Annotations.GIT_REPOSITORY);
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern KEY_PREFIX =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final int LONGEST_PREFIX = 253;
    private static final int ANNOTATIONS = 256 * 1024;
    private static final Path PATH = Path.TOP.field("metadata");

    private final ProblemList problems;
    private final boolean discreet;

    MetadataRules(ProblemList problems, boolean discreet) {
        this.problems = problems;
        this.discreet = discreet;
    }

    /**
     * Name, labels and annotations; without a name when that is missing or wrong.
     *
     * @param owner the mapping that holds the metadata, for its place
     */
    ObjectMeta read(@Nullable Tree tree, Tree owner, Path at) {
        Path path = at.field("metadata");
        if (tree == null || tree.isNull()) {
            problems.add(owner.place(), path, "is required: at least metadata.name");
            return new ObjectMeta();
        }
        if (!(tree instanceof Tree.Fields fields)) {
            problems.add(tree.place(), path, "must be a mapping with name, labels and annotations, not " + tree.word());
            return new ObjectMeta();
        }
        refuseUnknown(fields, path);
        ObjectMetaBuilder metadata = new ObjectMetaBuilder();
        String name = name(fields, path);
        if (name != null) {
            metadata.withName(name);
        }
        Map<String, String> labels = entries(fields, "labels", path);
        if (!labels.isEmpty()) {
            metadata.withLabels(labels);
        }
        Map<String, String> annotations = entries(fields, "annotations", path);
        if (!annotations.isEmpty()) {
            metadata.withAnnotations(annotations);
        }
        return metadata.build();
    }

    private void refuseUnknown(Tree.Fields fields, Path path) {
        fields.entries().forEach((key, entry) -> {
            if (GIVEN.contains(key) || WRITTEN_BY_THE_SERVER.contains(key)) {
                return;
            }
            String message = switch (key) {
                case "namespace" -> "resources of Phoenix have no namespace; remove the field";
                case "generateName" -> "names are not generated; give metadata.name";
                default ->
                    Nearest.to(key, GIVEN)
                            .map(near -> "unknown field; did you mean '" + near + "'?")
                            .orElse("unknown field; the fields of metadata are name, labels and annotations");
            };
            problems.add(entry.place(), path.field(key), message);
        });
    }

    private @Nullable String name(Tree.Fields fields, Path path) {
        Tree given = fields.get("name");
        Path at = path.field("name");
        if (given == null || given.isNull()) {
            problems.add(given == null ? fields.place() : given.place(), at, "is required: the name of the resource");
            return null;
        }
        String name = text(given, at);
        if (name != null && !NAME.matcher(name).matches()) {
            problems.add(
                    given.place(),
                    at,
                    "must be at most 63 lower-case letters, digits and '-', starting and ending with a letter or digit, not "
                            + Words.quoted(name));
            return null;
        }
        return name;
    }

    private Map<String, String> entries(Tree.Fields metadata, String field, Path path) {
        Tree tree = metadata.get(field);
        Map<String, String> read = new LinkedHashMap<>();
        Path at = path.field(field);
        if (tree == null || tree.isNull()) {
            return read;
        }
        if (!(tree instanceof Tree.Fields fields)) {
            problems.add(tree.place(), at, "must be a mapping of names to values, not " + tree.word());
            return read;
        }
        int size = 0;
        for (Map.Entry<String, Tree.Entry> each : fields.entries().entrySet()) {
            Tree.Entry entry = each.getValue();
            Path below = at.field(each.getKey());
            checkKey(each.getKey(), entry, below);
            String value = entry.value().isNull() ? "" : text(entry.value(), below);
            if (value != null) {
                read.put(each.getKey(), value);
                checkValue(field, each.getKey(), value, entry, below);
                size += value.length();
            }
        }
        if (size > ANNOTATIONS) {
            problems.add(
                    tree.place(), at, "hold " + size + " characters together; at most " + ANNOTATIONS + " are kept");
        }
        return read;
    }

    private void checkKey(String key, Tree.Entry entry, Path path) {
        int slash = key.indexOf('/');
        String prefix = slash < 0 ? null : key.substring(0, slash);
        boolean valid = WORD.matcher(key.substring(slash + 1)).matches()
                && (prefix == null
                        || (prefix.length() <= LONGEST_PREFIX
                                && KEY_PREFIX.matcher(prefix).matches()));
        if (!valid) {
            problems.add(
                    entry.place(),
                    path,
                    "the key must be a word of at most 63 letters, digits and - _ . with, if any, a domain and '/' before it");
        }
        if (key.startsWith(Annotations.GROUP + "/") && !OURS.contains(key)) {
            Nearest.to(key, OURS)
                    .ifPresent(near -> problems.add(entry.place(), path, "unknown name; did you mean '" + near + "'?"));
        }
    }

    private void checkValue(String field, String key, String value, Tree.Entry entry, Path path) {
        Tree.Place place = entry.value().place();
        if (field.equals("labels")) {
            if (!value.isEmpty() && !WORD.matcher(value).matches()) {
                problems.add(
                        place,
                        path,
                        "must be at most 63 letters, digits and - _ . starting and ending with a letter or digit, not "
                                + Words.quoted(value));
            }
            return;
        }
        if (key.equals(Annotations.PAUSED) && !value.equals("true") && !value.equals("false")) {
            problems.add(place, path, "must be \"true\" or \"false\", not " + Words.quoted(value));
        }
        if ((key.equals(Annotations.RESTARTED_AT) || key.equals(Annotations.RECONCILE_AT)) && !isTime(value)) {
            problems.add(place, path, "must be a time such as 2026-01-31T12:00:00Z, not " + Words.quoted(value));
        }
    }

    private static boolean isTime(String value) {
        try {
            return Instant.parse(value) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private @Nullable String text(Tree tree, Path path) {
        Shape.ObjectOf nothing = new Shape.ObjectOf(Object.class, List.of(), values -> values);
        return (String) new Binder(problems, nothing, true, discreet).bind(new Shape.Text(), tree, path, false);
    }

    /** The path of the name, for problems with resources as wholes. */
    static Path nameOf(Path at) {
        return at == Path.TOP ? PATH.field("name") : at.field("metadata").field("name");
    }
}
