package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.shape.Field;
import ai.thinkheads.phoenix.api.shape.Nearest;
import ai.thinkheads.phoenix.api.shape.Rule;
import ai.thinkheads.phoenix.api.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes typed values of trees. What cannot be made is a problem and becomes null, in its list too, so that the rest is looked at as
 * well and entries keep their numbers.
 */
final class Binder {

    private final ProblemList problems;
    private final Shape.ObjectOf whole;
    private final boolean strict;
    private final boolean discreet;
    private boolean doubtful;

    /**
     * Binds one manifest.
     *
     * @param whole the shape of the kind's spec, where fields in the wrong place are looked for
     * @param strict whether a field that does not exist is a problem
     * @param discreet whether messages repeat no value
     */
    Binder(ProblemList problems, Shape.ObjectOf whole, boolean strict, boolean discreet) {
        this.problems = problems;
        this.whole = whole;
        this.strict = strict;
        this.discreet = discreet;
    }

    /** Whether a value that was bound may be outside the rules of its field; what is missing or wrong has been a problem already. */
    boolean doubtful() {
        return doubtful;
    }

    private @Nullable Object within(List<Rule> rules, @Nullable Object value) {
        for (int i = 0; value != null && i < rules.size() && !doubtful; i++) {
            doubtful = !rules.get(i).holds(value);
        }
        return value;
    }

    /**
     * The value, or null when it is missing or wrong.
     *
     * @param partial whether required fields may be missing, as in defaults
     */
    @Nullable
    Object bind(Shape shape, Tree tree, Path path, boolean partial) {
        if (tree.isNull()) {
            return shape instanceof Shape.Anything ? null : empty(shape);
        }
        return switch (shape) {
            case Shape.Text text -> text(tree, path);
            case Shape.Flag flag -> flag(tree, path);
            case Shape.Whole number -> whole(number, tree, path);
            case Shape.Real number -> real(tree, path);
            case Shape.Anything any -> plain(tree);
            case Shape.Parsed parsed -> parsed(parsed, tree, path);
            case Shape.Choice choice -> choice(choice, tree, path);
            case Shape.ListOf list -> list(list, tree, path, partial);
            case Shape.MapOf map -> map(map, tree, path, partial);
            case Shape.ObjectOf object -> object(object, tree, path, partial);
        };
    }

    private static @Nullable Object empty(Shape shape) {
        return switch (shape) {
            case Shape.ListOf list -> List.of();
            case Shape.MapOf map -> Map.of();
            default -> null;
        };
    }

    private @Nullable Object text(Tree tree, Path path) {
        if (!(tree instanceof Tree.Value value)) {
            return wrong(tree, path, "must be text, not " + tree.word());
        }
        if (value.isFlag() || value.isNumber()) {
            String word = value.isFlag() ? "boolean" : "number";
            return wrong(
                    tree,
                    path,
                    discreet
                            ? "must be text, not a " + word + "; put it in quotes"
                            : "must be text, not the " + word + " " + value.text() + "; put it in quotes: \""
                                    + value.text() + "\"");
        }
        return value.text();
    }

    private @Nullable Object flag(Tree tree, Path path) {
        if (tree instanceof Tree.Value value && value.isFlag()) {
            return Scalars.flag(value.text());
        }
        boolean quoted = tree instanceof Tree.Value value && Scalars.isFlag(value.text());
        return wrong(tree, path, quoted ? "must be true or false without quotes" : "must be true or false" + not(tree));
    }

    private @Nullable Object whole(Shape.Whole shape, Tree tree, Path path) {
        if (tree instanceof Tree.Value value && value.isWhole()) {
            Number number = Scalars.whole(value.text());
            if (shape.wide() && (number instanceof Long || number instanceof Integer)) {
                return number.longValue();
            }
            return number instanceof Integer ? number : wrong(tree, path, tooLarge(value));
        }
        boolean quoted = tree instanceof Tree.Value value && Scalars.isWhole(value.text());
        return wrong(
                tree, path, quoted ? "must be a whole number without quotes" : "must be a whole number" + not(tree));
    }

    private @Nullable Object real(Tree tree, Path path) {
        if (tree instanceof Tree.Value value && value.isNumber()) {
            double number = Scalars.real(value.text());
            return Double.isFinite(number) ? number : wrong(tree, path, tooLarge(value));
        }
        boolean quoted = tree instanceof Tree.Value value && Scalars.isNumber(value.text());
        return wrong(tree, path, quoted ? "must be a number without quotes" : "must be a number" + not(tree));
    }

    private @Nullable Object parsed(Shape.Parsed shape, Tree tree, Path path) {
        if (!(tree instanceof Tree.Value value)) {
            return wrong(tree, path, "must be " + Words.a(shape.word()) + ", not " + tree.word());
        }
        try {
            return shape.parser().apply(value.text());
        } catch (IllegalArgumentException e) {
            return wrong(tree, path, discreet ? "must be " + Words.a(shape.word()) : String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Object choice(Shape.Choice shape, Tree tree, Path path) {
        if (tree instanceof Tree.Value value) {
            Object constant = shape.words().get(value.text());
            if (constant != null) {
                return constant;
            }
        }
        String words = Words.or(shape.words().keySet());
        Optional<String> near = tree instanceof Tree.Value value
                ? Nearest.to(value.text(), shape.words().keySet())
                : Optional.empty();
        return wrong(
                tree,
                path,
                "must be " + words + not(tree)
                        + near.map(word -> "; did you mean " + word + "?").orElse(""));
    }

    private @Nullable Object list(Shape.ListOf shape, Tree tree, Path path, boolean partial) {
        if (!(tree instanceof Tree.Items list)) {
            wrong(tree, path, "must be a list, not " + tree.word() + "; start each entry with '- '");
            return List.of();
        }
        List<@Nullable Object> bound = new ArrayList<>(list.items().size());
        for (int i = 0; i < list.items().size(); i++) {
            bound.add(
                    within(shape.rules(), element(shape.element(), list.items().get(i), path.item(i), partial)));
        }
        return bound;
    }

    private @Nullable Object map(Shape.MapOf shape, Tree tree, Path path, boolean partial) {
        if (!(tree instanceof Tree.Fields fields)) {
            wrong(tree, path, "must be a mapping of names to values, not " + tree.word());
            return Map.of();
        }
        Map<String, @Nullable Object> bound = new LinkedHashMap<>();
        fields.entries().forEach((key, entry) -> {
            Path at = path.field(key);
            if (shape.value() instanceof Shape.Anything) {
                bound.put(key, plain(entry.value()));
                return;
            }
            Object value = within(shape.rules(), element(shape.value(), entry.value(), at, partial));
            if (value != null) {
                bound.put(key, value);
            }
        });
        return bound;
    }

    private @Nullable Object element(Shape shape, Tree tree, Path path, boolean partial) {
        return tree.isNull()
                ? wrong(tree, path, "is empty; give it a value or remove it")
                : bind(shape, tree, path, partial);
    }

    private @Nullable Object object(Shape.ObjectOf shape, Tree tree, Path path, boolean partial) {
        if (!(tree instanceof Tree.Fields fields)) {
            String names =
                    Words.and(shape.fields().stream().map(Field::name).limit(3).toList());
            return wrong(tree, path, "must be a mapping with fields such as " + names + ", not " + tree.word());
        }
        int known = 0;
        @Nullable Object[] values = new @Nullable Object[shape.fields().size()];
        for (int i = 0; i < values.length; i++) {
            Field field = shape.fields().get(i);
            Tree given = fields.get(field.name());
            known += given == null ? 0 : 1;
            Path at = path.field(field.name());
            if (given != null && !given.isNull()) {
                values[i] = within(field.rules(), bind(field.shape(), given, at, partial));
            } else if (field.required() && !partial) {
                Tree.Place place = given == null ? fields.place() : given.place();
                problems.add(place, at, "is required" + (field.description().isEmpty() ? "" : ": " + first(field)));
            }
        }
        if (strict && known < fields.entries().size()) {
            refuseUnknown(shape, fields, path);
        }
        return shape.constructor().apply(values);
    }

    private void refuseUnknown(Shape.ObjectOf shape, Tree.Fields fields, Path path) {
        fields.entries().forEach((name, entry) -> {
            if (shape.field(name).isEmpty()) {
                problems.add(entry.place(), path.field(name), UnknownField.explain(name, shape, path, whole));
            }
        });
    }

    private static String first(Field field) {
        String description = field.description();
        int end = description.indexOf(". ");
        String sentence = end > 0 ? description.substring(0, end) : description;
        String bare = sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
        boolean word = bare.length() > 1 && Character.isLowerCase(bare.charAt(1));
        boolean kind = bare.chars()
                .limit(bare.indexOf(' ') < 0 ? bare.length() : bare.indexOf(' '))
                .skip(1)
                .anyMatch(Character::isUpperCase);
        return word && !kind ? Character.toLowerCase(bare.charAt(0)) + bare.substring(1) : bare;
    }

    private static @Nullable Object plain(Tree tree) {
        return switch (tree) {
            case Tree.Fields fields -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                fields.entries().forEach((key, entry) -> map.put(key, plain(entry.value())));
                yield map;
            }
            case Tree.Items list -> {
                List<@Nullable Object> items = new ArrayList<>();
                list.items().forEach(item -> items.add(plain(item)));
                yield items;
            }
            case Tree.Value value -> {
                if (value.isNull()) {
                    yield null;
                }
                if (value.isFlag()) {
                    yield Scalars.flag(value.text());
                }
                if (value.isWhole()) {
                    yield Scalars.whole(value.text());
                }
                yield value.isNumber() ? (Object) Scalars.real(value.text()) : value.text();
            }
        };
    }

    private String tooLarge(Tree.Value value) {
        return (discreet ? "the number" : value.text()) + " is too large";
    }

    private String not(Tree tree) {
        if (tree instanceof Tree.Value value && !discreet) {
            return value.isNumber() ? ", not " + value.text() : ", not " + Words.quoted(value.text());
        }
        return ", not " + tree.word();
    }

    private @Nullable Object wrong(Tree tree, Path path, String message) {
        problems.add(tree.place(), path, message);
        return null;
    }
}
