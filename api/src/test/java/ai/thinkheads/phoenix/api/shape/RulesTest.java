package ai.thinkheads.phoenix.api.shape;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Kinds;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rules that are read from the types, beside the validator that they stand in for where nothing is wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulesTest {

    private final Validator validator = Validation.byProvider(HibernateValidator.class)
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()
            .getValidator();

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "A",
            "eth0",
            "dhcp",
            "10.0.0.1/24",
            "/srv/data",
            "/",
            "../etc",
            "0",
            "-1",
            "a\nb",
            "a b",
            "x".repeat(300),
            "ä",
            "a.b",
            "a-b",
            "-a",
            "a_b",
            "https://example.org/x",
            "git@example.org:x.git",
            "0755",
            "sha256:" + "0".repeat(64),
            "1.2.3",
            "01:00.0",
            "10de:2204",
            "a=b",
            "$(reboot)",
            "2026-01-31T12:00:00Z",
            "0 4 * * *",
            "name/other",
            "a:b",
            "root");

    @Test
    void the_rules_of_every_field_judge_each_value_as_the_validator_does() {
        Set<Shape.ObjectOf> objects = new LinkedHashSet<>();
        Kinds.ALL.forEach(kind -> gather(Shapes.of(kind.specType()), objects));
        List<String> different = new ArrayList<>();
        Map<Boolean, Integer> judged = new LinkedHashMap<>();

        for (Shape.ObjectOf object : objects) {
            for (Field field : object.fields()) {
                for (Object value : values(field)) {
                    boolean fine = holds(field, value);
                    boolean valid = validator
                            .validateValue(object.type(), field.component(), value)
                            .isEmpty();
                    judged.merge(valid, 1, Integer::sum);
                    if (fine != valid) {
                        different.add(object.type().getSimpleName() + "." + field.name() + " = " + value
                                + ": rules say " + fine + ", the validator " + valid);
                    }
                }
            }
        }

        assertThat(different).isEmpty();
        assertThat(judged.get(true)).as("values within the rules").isGreaterThan(100);
        assertThat(judged.get(false)).as("values outside the rules").isGreaterThan(100);
    }

    @Test
    void no_constraint_of_a_kind_is_left_to_the_validator_alone() {
        Set<Shape.ObjectOf> objects = new LinkedHashSet<>();
        Kinds.ALL.forEach(kind -> gather(Shapes.of(kind.specType()), objects));

        assertThat(objects)
                .flatExtracting(Shape.ObjectOf::fields)
                .flatExtracting(field -> rules(field))
                .isNotEmpty()
                .noneMatch(Rule.Other.class::isInstance);
    }

    private static List<Rule> rules(Field field) {
        List<Rule> rules = new ArrayList<>(field.rules());
        switch (field.shape()) {
            case Shape.ListOf list -> rules.addAll(list.rules());
            case Shape.MapOf map -> rules.addAll(map.rules());
            default -> {}
        }
        return rules;
    }

    private static boolean holds(Field field, Object value) {
        return field.rules().stream().allMatch(rule -> rule.holds(value))
                && switch (field.shape()) {
                    case Shape.ListOf list ->
                        ((List<?>) value)
                                .stream().allMatch(each -> list.rules().stream().allMatch(rule -> rule.holds(each)));
                    case Shape.MapOf map ->
                        ((Map<?, ?>) value)
                                .values().stream()
                                        .allMatch(each -> map.rules().stream().allMatch(rule -> rule.holds(each)));
                    default -> true;
                };
    }

    /** Values on both sides of every rule there is. */
    private static List<Object> values(Field field) {
        return switch (field.shape()) {
            case Shape.ListOf list -> {
                List<Object> lists = new ArrayList<>(List.of(List.of()));
                single(list.element(), list.rules()).forEach(each -> lists.add(List.of(each)));
                yield lists;
            }
            case Shape.MapOf map -> {
                List<Object> maps = new ArrayList<>(List.of(Map.of()));
                single(map.value(), map.rules()).forEach(each -> maps.add(Map.of("key", each)));
                yield maps;
            }
            default -> single(field.shape(), field.rules());
        };
    }

    private static List<Object> single(Shape shape, List<Rule> rules) {
        List<Object> values = new ArrayList<>();
        switch (shape) {
            case Shape.Text text -> values.addAll(TEXTS);
            case Shape.Whole whole -> {
                List<Long> numbers =
                        new ArrayList<>(List.of(0L, 1L, -1L, (long) Integer.MAX_VALUE, (long) Integer.MIN_VALUE));
                for (Rule rule : rules) {
                    if (rule instanceof Rule.Bound bound) {
                        long edge = bound.bound().longValueExact();
                        numbers.addAll(List.of(edge - 1, edge, edge + 1));
                    }
                }
                numbers.forEach(each -> values.add(whole.wide() ? (Object) each : (Object) each.intValue()));
            }
            case Shape.Real real -> {
                values.addAll(List.of(0.0, -0.5, 1e300, -1e300));
                for (Rule rule : rules) {
                    if (rule instanceof Rule.Bound bound) {
                        double edge = bound.bound().doubleValue();
                        values.addAll(List.of(Math.nextDown(edge), edge, Math.nextUp(edge)));
                    }
                }
            }
            default -> {}
        }
        return values;
    }

    private static void gather(Shape shape, Set<Shape.ObjectOf> into) {
        switch (shape) {
            case Shape.ListOf list -> gather(list.element(), into);
            case Shape.MapOf map -> gather(map.value(), into);
            case Shape.ObjectOf object -> {
                if (into.add(object)) {
                    object.fields().forEach(field -> gather(field.shape(), into));
                }
            }
            default -> {}
        }
    }
}
