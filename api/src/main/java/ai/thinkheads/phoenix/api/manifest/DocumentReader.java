package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.api.shape.Shape;
import ai.thinkheads.phoenix.api.shape.Shapes;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the documents of one text: what every manifest has, then the spec of its kind. */
final class DocumentReader {

    private static final List<String> FIELDS = List.of("apiVersion", "kind", "metadata", "spec", "status");

    private final ProblemList problems;
    private final boolean strict;
    private final List<Named> read = new ArrayList<>();

    /**
     * A resource that was read, whole or not.
     *
     * @param manifest null when something was wrong with it
     * @param name where its name is
     */
    record Named(
            String kind,
            String resource,
            Location name,
            String field,
            @Nullable Manifest manifest) {}

    DocumentReader(ProblemList problems, boolean strict) {
        this.problems = problems;
        this.strict = strict;
    }

    List<Named> read() {
        return read;
    }

    /** Reads one document, or each item of a list. */
    void add(Tree tree) {
        add(tree, Path.TOP);
    }

    private void add(Tree tree, Path at) {
        if (!(tree instanceof Tree.Fields fields)) {
            problems.add(
                    tree.place(),
                    at,
                    "a manifest is a mapping with apiVersion, kind, metadata and spec, not " + tree.word());
            return;
        }
        if (fields.get("kind") instanceof Tree.Value kind && kind.text().endsWith("List") && at == Path.TOP) {
            addItems(fields);
            return;
        }
        int before = problems.size();
        checkVersion(fields, at);
        Optional<Kind<?, ?>> kind = kind(fields, at);
        boolean discreet = kind.isEmpty() || kind.get() == Kinds.SECRET;
        if (strict) {
            refuseUnknown(fields, at);
        }
        ObjectMeta metadata = new MetadataRules(problems, discreet).read(fields.get("metadata"), fields, at);
        if (kind.isPresent()) {
            Resource<?, ?> resource = resource(kind.get(), metadata, fields, at, discreet);
            Manifest manifest = resource == null || problems.size() > before
                    ? null
                    : new Manifest(resource, fields.place().in(problems.source()));
            if (metadata.getName() != null) {
                Location name = Locator.locate(fields, "metadata.name").in(problems.source());
                String field = MetadataRules.nameOf(at).toString();
                read.add(new Named(kind.get().name(), metadata.getName(), name, field, manifest));
            }
        }
    }

    private void addItems(Tree.Fields list) {
        Tree items = list.get("items");
        Path path = Path.TOP.field("items");
        if (items instanceof Tree.Items each) {
            for (int i = 0; i < each.items().size(); i++) {
                add(each.items().get(i), path.item(i));
            }
        } else if (items == null || !items.isNull()) {
            problems.add(
                    items == null ? list.place() : items.place(),
                    path,
                    items == null ? "is required: the manifests of the list" : "must be a list, not " + items.word());
        }
    }

    private void checkVersion(Tree.Fields fields, Path at) {
        Tree given = fields.get("apiVersion");
        Path path = at.field("apiVersion");
        if (given == null || given.isNull()) {
            problems.add(fields.place(), path, "is required: write " + Kinds.API_VERSION);
        } else if (!(given instanceof Tree.Value value) || !value.text().equals(Kinds.API_VERSION)) {
            String not = given instanceof Tree.Value value ? Words.quoted(value.text()) : given.word();
            problems.add(given.place(), path, "must be " + Kinds.API_VERSION + ", not " + not);
        }
    }

    private Optional<Kind<?, ?>> kind(Tree.Fields fields, Path at) {
        Tree given = fields.get("kind");
        Path path = at.field("kind");
        if (given == null || given.isNull()) {
            problems.add(fields.place(), path, "is required: for example LxcContainer; see 'phoenixctl api-resources'");
            return Optional.empty();
        }
        if (!(given instanceof Tree.Value value)) {
            problems.add(given.place(), path, "must be text, not " + given.word());
            return Optional.empty();
        }
        Optional<Kind<?, ?>> kind = Kinds.named(value.text());
        if (kind.isEmpty()) {
            problems.add(given.place(), path, Constraints.unknownKind(value.text()));
        }
        return kind;
    }

    private void refuseUnknown(Tree.Fields fields, Path at) {
        fields.entries().forEach((key, entry) -> {
            if (!FIELDS.contains(key)) {
                String hint = Nearest.to(key, FIELDS)
                        .map(near -> "did you mean '" + near + "'?")
                        .orElse("a manifest has apiVersion, kind, metadata and spec");
                problems.add(entry.place(), at.field(key), "unknown field; " + hint);
            }
        });
    }

    private <S extends Spec, F extends Facts> @Nullable Resource<S, F> resource(
            Kind<S, F> kind, ObjectMeta metadata, Tree.Fields fields, Path at, boolean discreet) {
        Tree given = fields.get("spec");
        Path path = at.field("spec");
        if (given == null || given.isNull()) {
            problems.add(given == null ? fields.place() : given.place(), path, "is required: the state that you want");
            return null;
        }
        Shape.ObjectOf shape = Shapes.of(kind.specType());
        boolean partial = kind.name().equals(Kinds.GUEST_CLASS.name());
        Binder binder = new Binder(problems, shape, strict, discreet);
        S spec = kind.specType().cast(binder.bind(shape, given, path, partial));
        if (spec == null) {
            return null;
        }
        new Constraints(problems, discreet).check(spec, fields, at, binder.doubtful());
        return new Resource<>(kind, metadata, spec, Status.unknown());
    }
}
