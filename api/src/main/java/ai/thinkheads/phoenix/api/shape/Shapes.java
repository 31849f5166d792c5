package ai.thinkheads.phoenix.api.shape;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.type.MacAddress;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads shapes from the record types, once each. */
public final class Shapes {

    private static final String ADDRESS = "[0-9a-fA-F:.]+";

    private static final Map<Class<?>, Shape> VALUES = Map.ofEntries(
            Map.entry(String.class, new Shape.Text()),
            Map.entry(Boolean.class, new Shape.Flag()),
            Map.entry(boolean.class, new Shape.Flag()),
            Map.entry(Integer.class, new Shape.Whole(false)),
            Map.entry(int.class, new Shape.Whole(false)),
            Map.entry(Long.class, new Shape.Whole(true)),
            Map.entry(long.class, new Shape.Whole(true)),
            Map.entry(Double.class, new Shape.Real()),
            Map.entry(Object.class, new Shape.Anything()),
            parsed(ByteSize.class, "Quantity", "\\d+(\\.\\d+)?([KMGTPE]i|[kMGTPE])?", ByteSize::parse),
            parsed(Cidr.class, "CIDR", ADDRESS + "/\\d{1,3}", Cidr::parse),
            parsed(IpAddress.class, "IP address", ADDRESS, IpAddress::parse),
            parsed(MacAddress.class, "MAC address", "([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", MacAddress::parse),
            parsed(Interval.class, "Duration", "(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?", Interval::parse),
            parsed(Instant.class, "Time", "\\d{4}-\\d{2}-\\d{2}T[0-9:.]+(Z|[+-]\\d{2}:\\d{2})", Shapes::instant));

    private static final Map<Class<?>, Shape> KNOWN = new ConcurrentHashMap<>();

    private Shapes() {}

    /** The shape of a record type. */
    public static Shape.ObjectOf of(Class<?> type) {
        return (Shape.ObjectOf) byClass(type);
    }

    private static Shape byClass(Class<?> type) {
        Shape value = VALUES.get(type);
        if (value != null) {
            return value;
        }
        Shape known = KNOWN.get(type);
        if (known == null) {
            known = type.isEnum() ? choice(type) : object(type);
            KNOWN.put(type, known);
        }
        return known;
    }

    private static Shape byType(AnnotatedType annotated) {
        if (annotated.getType() instanceof Class<?> plain) {
            return byClass(plain);
        }
        if (annotated instanceof AnnotatedParameterizedType generic) {
            AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
            Type raw = ((ParameterizedType) generic.getType()).getRawType();
            if (raw == List.class) {
                return new Shape.ListOf(byType(arguments[0]), Rule.of(arguments[0]));
            }
            if (raw == Map.class && arguments[0].getType() == String.class) {
                if (!Rule.of(arguments[0]).isEmpty()) {
                    throw new IllegalArgumentException("the keys of a mapping can have no rules");
                }
                return new Shape.MapOf(byType(arguments[1]), Rule.of(arguments[1]));
            }
        }
        throw new IllegalArgumentException(
                "no manifest can hold a " + annotated.getType().getTypeName());
    }

    private static Shape object(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        if (components == null) {
            throw new IllegalArgumentException("no manifest can hold a " + type.getName() + ", which is no record");
        }
        List<Field> fields = new ArrayList<>();
        Class<?>[] parameters = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            fields.add(field(type, components[i]));
            parameters[i] = components[i].getType();
        }
        return new Shape.ObjectOf(type, fields, constructor(type, parameters));
    }

    private static Field field(Class<?> type, RecordComponent component) {
        AnnotatedElement declared;
        try {
            declared = type.getDeclaredField(component.getName());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("a record has a field for each component", e);
        }
        JsonProperty renamed = declared.getAnnotation(JsonProperty.class);
        JsonPropertyDescription described = declared.getAnnotation(JsonPropertyDescription.class);
        return new Field(
                renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value(),
                component.getName(),
                byType(component.getAnnotatedType()),
                declared.isAnnotationPresent(NotNull.class)
                        || declared.isAnnotationPresent(NotBlank.class)
                        || declared.isAnnotationPresent(NotEmpty.class),
                described == null ? "" : described.value(),
                Rule.of(declared));
    }

    private static Function<@Nullable Object[], Object> constructor(Class<?> type, Class<?>[] parameters) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters);
            return values -> {
                try {
                    return canonical.newInstance(values);
                } catch (InvocationTargetException e) {
                    throw e.getCause() instanceof RuntimeException cause
                            ? cause
                            : new IllegalStateException(e.getCause());
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("cannot make a " + type.getName(), e);
                }
            };
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record has a canonical constructor", e);
        }
    }

    private static Shape choice(Class<?> type) {
        Map<String, Object> words = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            try {
                JsonProperty word = type.getField(name).getAnnotation(JsonProperty.class);
                words.put(word == null ? name : word.value(), constant);
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("an enum has a field for each constant", e);
            }
        }
        return new Shape.Choice(type, words);
    }

    private static Object instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time; write for example 2026-01-31T12:00:00Z", e);
        }
    }

    private static Map.Entry<Class<?>, Shape> parsed(
            Class<?> type, String word, String pattern, Function<String, Object> parser) {
        return Map.entry(type, new Shape.Parsed(type, word, pattern, parser));
    }
}
