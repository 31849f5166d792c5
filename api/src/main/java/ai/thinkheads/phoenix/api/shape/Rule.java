package ai.thinkheads.phoenix.api.shape;

import jakarta.validation.Constraint;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A bound that a type sets to a value, read from its constraint annotation. It says in words what may be written, and whether a value
 * is surely within it; a value that is not is for the validator to judge, which knows what every constraint means.
 */
public sealed interface Rule {

    /** Whether the value, which is there, is surely as the rule wants it. */
    boolean holds(Object value);

    /** The rule for people, for example {@code at least 1}; none where it says no more than that there is a value. */
    Optional<String> words();

    /** A number of at least, or at most, so much. */
    record Bound(BigDecimal bound, boolean lower) implements Rule {
        @Override
        public boolean holds(Object value) {
            return switch (value) {
                case Integer whole -> within(BigDecimal.valueOf(whole));
                case Long whole -> within(BigDecimal.valueOf(whole));
                case Double real -> within(BigDecimal.valueOf(real));
                default -> false;
            };
        }

        private boolean within(BigDecimal number) {
            int compared = number.compareTo(bound);
            return lower ? compared >= 0 : compared <= 0;
        }

        @Override
        public Optional<String> words() {
            return Optional.of((lower ? "at least " : "at most ") + bound);
        }
    }

    /**
     * Text of a form.
     *
     * @param message the form in words
     */
    record Form(Pattern pattern, String message) implements Rule {
        @Override
        public boolean holds(Object value) {
            return value instanceof String text && pattern.matcher(text).matches();
        }

        @Override
        public Optional<String> words() {
            return Optional.of(message);
        }
    }

    /** One entry or more. */
    record Filled() implements Rule {
        @Override
        public boolean holds(Object value) {
            return switch (value) {
                case List<?> list -> !list.isEmpty();
                case Map<?, ?> map -> !map.isEmpty();
                case String text -> !text.isEmpty();
                default -> false;
            };
        }

        @Override
        public Optional<String> words() {
            return Optional.of("at least one entry");
        }
    }

    /** Text that is not only blanks. */
    record Written() implements Rule {
        @Override
        public boolean holds(Object value) {
            return value instanceof String text && !text.isBlank();
        }

        @Override
        public Optional<String> words() {
            return Optional.empty();
        }
    }

    /** A constraint that only the validator understands. */
    record Other(Class<? extends Annotation> constraint) implements Rule {
        @Override
        public boolean holds(Object value) {
            return false;
        }

        @Override
        public Optional<String> words() {
            return Optional.empty();
        }
    }

    /** The rules that are declared there; that a value must be there at all is not one of them. */
    static List<Rule> of(AnnotatedElement declared) {
        List<Rule> rules = new ArrayList<>();
        for (Annotation each : declared.getAnnotations()) {
            switch (each) {
                case NotNull present -> {}
                case Min least -> rules.add(new Bound(BigDecimal.valueOf(least.value()), true));
                case Max most -> rules.add(new Bound(BigDecimal.valueOf(most.value()), false));
                case DecimalMin least
                when least.inclusive() -> rules.add(new Bound(new BigDecimal(least.value()), true));
                case jakarta.validation.constraints.Pattern form
                when form.flags().length == 0 -> rules.add(new Form(Pattern.compile(form.regexp()), form.message()));
                case NotEmpty filled -> rules.add(new Filled());
                case NotBlank written -> rules.add(new Written());
                default -> {
                    if (each.annotationType().isAnnotationPresent(Constraint.class)) {
                        rules.add(new Other(each.annotationType()));
                    }
                }
            }
        }
        return rules;
    }

    /** All of them for people, in few words. */
    static List<String> words(List<Rule> rules) {
        List<String> words = new ArrayList<>(
                rules.stream().map(Rule::words).flatMap(Optional::stream).toList());
        List<Bound> bounds = rules.stream()
                .filter(Bound.class::isInstance)
                .map(Bound.class::cast)
                .toList();
        if (bounds.size() == 2 && bounds.get(0).lower() && !bounds.get(1).lower()) {
            words.removeIf(
                    each -> bounds.stream().anyMatch(bound -> bound.words().equals(Optional.of(each))));
            words.addFirst(bounds.get(0).bound() + " to " + bounds.get(1).bound());
        }
        return words;
    }
}
