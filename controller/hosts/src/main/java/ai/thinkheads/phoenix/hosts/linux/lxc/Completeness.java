package ai.thinkheads.phoenix.hosts.linux.lxc;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether records that were read from a text which others can edit have all that their types promise. */
final class Completeness {

    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            for (RecordComponent each : components) {
                each.getAccessor().setAccessible(true);
            }
            return components;
        }
    };

    private Completeness() {}

    /** The path of the first component, at any depth, that is null and is not said to be; null when there is none. */
    static @Nullable String missing(Record record) {
        for (RecordComponent each : COMPONENTS.get(record.getClass())) {
            Object value;
            try {
                value = each.getAccessor().invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            String missing = value == null
                    ? each.getAnnotatedType().isAnnotationPresent(Nullable.class) ? null : ""
                    : within(value);
            if (missing != null) {
                return missing.isEmpty() ? each.getName() : each.getName() + "." + missing;
            }
        }
        return null;
    }

    private static @Nullable String within(Object value) {
        return switch (value) {
            case Record record when record.getClass().getName().startsWith("ai.thinkheads.") -> missing(record);
            case Collection<?> all -> first(all);
            case Map<?, ?> all -> first(all.values());
            default -> null;
        };
    }

    private static @Nullable String first(Collection<?> all) {
        for (Object each : all) {
            String missing = each == null ? "" : within(each);
            if (missing != null) {
                return missing.isEmpty() ? "an element" : missing;
            }
        }
        return null;
    }
}
