package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.shape.Field;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.api.shape.Shape;
import ai.thinkheads.phoenix.api.shape.Shapes;
import ai.thinkheads.phoenix.api.v1alpha1.GuestClassSpec;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path.Node;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a spec's types declare and those between its fields. A rule is kept to itself where its field is the subject of
 * another problem already, since a value that could not be read would break rules that nobody broke.
 */
final class Constraints {

    /** Made at first use, which takes a moment; thread-safe. */
    private static final class Lazy {
        static final Validator VALIDATOR = Validation.byProvider(HibernateValidator.class)
                .configure()
                .ignoreXmlConfiguration()
                .messageInterpolator(new ParameterMessageInterpolator())
                .buildValidatorFactory()
                .getValidator();
    }

    private static final Set<Class<? extends Annotation>> PRESENCE =
            Set.of(NotNull.class, NotBlank.class, NotEmpty.class);

    private final ProblemList problems;
    private final boolean discreet;

    Constraints(ProblemList problems, boolean discreet) {
        this.problems = problems;
        this.discreet = discreet;
    }

    /**
     * Adds every violation.
     *
     * @param manifest the mapping that holds {@code spec}
     * @param at the path of that mapping
     * @param doubtful whether a value may be outside the rules that the types declare; the validator, whose start takes as long as
     *     reading a thousand manifests, is asked only then
     */
    void check(Spec spec, Tree.Fields manifest, Path at, boolean doubtful) {
        List<Problem> found = new ArrayList<>();
        Path path = at.field("spec");
        if (doubtful) {
            validate(spec, manifest, path, false, found);
            if (spec instanceof GuestClassSpec guestClass) {
                validateDefaults(guestClass.container(), "container", manifest, path, found);
                validateDefaults(guestClass.virtualMachine(), "virtualMachine", manifest, path, found);
            }
        }
        checkKinds(spec, manifest, path, found);
        String prefix = at.toString();
        spec.check((field, message) -> {
            String full = prefix.isEmpty() ? field : prefix + "." + field;
            found.add(new Problem(Locator.locate(manifest, field).in(problems.source()), full, message));
        });
        found.stream().filter(each -> !problems.concerns(each.field())).toList().forEach(problems.all()::add);
    }

    private void validateDefaults(
            @Nullable Spec defaults, String field, Tree.Fields manifest, Path path, List<Problem> found) {
        if (defaults != null
                && manifest.get("spec") instanceof Tree.Fields spec
                && spec.get(field) instanceof Tree.Fields) {
            validate(defaults, manifest, path.field(field), true, found);
        }
    }

    private void validate(Spec spec, Tree.Fields manifest, Path path, boolean partial, List<Problem> found) {
        for (ConstraintViolation<Spec> violation : Lazy.VALIDATOR.validate(spec)) {
            Annotation constraint = violation.getConstraintDescriptor().getAnnotation();
            if (partial && PRESENCE.contains(constraint.annotationType())) {
                continue;
            }
            Path field = path;
            Shape shape = Shapes.of(spec.getClass());
            for (Node node : violation.getPropertyPath()) {
                if (node.isInIterable()) {
                    Integer index = node.getIndex();
                    field = index != null ? field.item(index) : field.field(String.valueOf(node.getKey()));
                    shape = within(shape);
                }
                if (node.getKind() == ElementKind.PROPERTY && shape instanceof Shape.ObjectOf object) {
                    Field named = named(object, node.getName());
                    field = field.field(named.name());
                    shape = named.shape();
                }
            }
            found.add(new Problem(
                    Locator.locate(manifest, field).in(problems.source()),
                    field.toString(),
                    message(violation, constraint)));
        }
    }

    private static Shape within(Shape shape) {
        return switch (shape) {
            case Shape.ListOf list -> list.element();
            case Shape.MapOf map -> map.value();
            default -> shape;
        };
    }

    private static Field named(Shape.ObjectOf object, String component) {
        return object.fields().stream()
                .filter(each -> each.component().equals(component))
                .findFirst()
                .orElseThrow();
    }

    private String message(ConstraintViolation<?> violation, Annotation constraint) {
        Object value = violation.getInvalidValue();
        String not = discreet || value == null
                ? ""
                : ", not " + (value instanceof Number ? value.toString() : Words.quoted(Objects.toString(value)));
        return switch (constraint) {
            case Min least -> "must be at least " + least.value() + not;
            case Max most -> "must be at most " + most.value() + not;
            case DecimalMin least -> "must be at least " + least.value() + not;
            case NotBlank blank -> "must not be blank";
            case NotEmpty empty -> "needs at least one entry";
            case NotNull missing -> "is required";
            case Pattern form -> violation.getMessage() + not;
            default -> violation.getMessage();
        };
    }

    private void checkKinds(Spec spec, Tree.Fields manifest, Path path, List<Problem> found) {
        for (int i = 0; i < spec.dependsOn().size(); i++) {
            DependsOn each = spec.dependsOn().get(i);
            if (each != null && each.kind() != null && Kinds.named(each.kind()).isEmpty()) {
                Path field = path.field("dependsOn").item(i).field("kind");
                found.add(new Problem(
                        Locator.locate(manifest, field).in(problems.source()),
                        field.toString(),
                        unknownKind(each.kind())));
            }
        }
    }

    static String unknownKind(String word) {
        List<String> names = Kinds.ALL.stream().<String>map(Kind::name).toList();
        return "there is no kind " + Words.quoted(word)
                + Kinds.find(word)
                        .<String>map(Kind::name)
                        .or(() -> Nearest.to(word, names))
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("; the kinds are " + Words.and(names));
    }
}
