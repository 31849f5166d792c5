package ai.thinkheads.phoenix.api;

import ai.thinkheads.phoenix.api.shape.Field;
import ai.thinkheads.phoenix.api.shape.Shape;
import ai.thinkheads.phoenix.api.shape.Shapes;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.type.MacAddress;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes resources of any kind out of chance, by the shapes of their types; few of them make sense, all of them are values. */
public final class Specimens {

    private static final String[] TEXTS = {
        "web",
        "a b",
        "yes",
        "no",
        "on",
        "true",
        "null",
        "~",
        "0640",
        "1e3",
        "0x1F",
        "0o17",
        ".5",
        "1_000",
        "-",
        "?",
        "|",
        ">",
        "a: b",
        "a:",
        ": a",
        "#x",
        "x #y",
        "- x",
        "*x",
        "&x",
        "!x",
        "%x",
        "@x",
        "`x",
        "{a}",
        "[a]",
        "'",
        "\"",
        "\\",
        "\\n",
        "<<",
        " lead",
        "trail ",
        "one\ntwo\n",
        "one\ntwo",
        "\n",
        "\n\n x\n",
        "a\tb",
        "\ttab",
        "ünïcödé ☃",
        "😀",
        "2026-01-01",
        "12:30:45",
        "$(rm -rf /)",
        "; reboot",
        "../../etc/passwd",
        "---",
        "...",
        "\u0007",
        "a\rb",
        "=",
        "NaN",
        "Infinity",
        "-.inf",
        "\u2028",
        "x,y"
    };
    private static final String[] KEYS = {"a", "b.c", "d/e", "yes", "1", "null", "with space", "x:y", "#k", "UPPER", "ü"
    };

    private final Random random;
    private final boolean complete;
    private final boolean empties;

    /**
     * A maker.
     *
     * @param complete whether required fields are given always
     * @param empties whether texts may be empty
     */
    public Specimens(Random random, boolean complete, boolean empties) {
        this.random = random;
        this.complete = complete;
        this.empties = empties;
    }

    /** A resource of any kind with metadata, spec and, mostly, a status. */
    public Resource<?, ?> resource() {
        Kind<?, ?> kind = Kinds.ALL.get(random.nextInt(Kinds.ALL.size()));
        return resource(kind);
    }

    /** A spec of that type. */
    public <S> S spec(Class<S> type) {
        return type.cast(object(Shapes.of(type)));
    }

    private <S extends Spec, F extends Facts> Resource<S, F> resource(Kind<S, F> kind) {
        return new Resource<>(kind, metadata(), spec(kind.specType()), status(kind));
    }

    private ObjectMeta metadata() {
        ObjectMetaBuilder metadata = new ObjectMetaBuilder().withName("web-" + random.nextInt(100));
        if (random.nextBoolean()) {
            metadata.withGeneration((long) random.nextInt(100)).withResourceVersion("" + random.nextInt(1000));
        }
        if (random.nextBoolean()) {
            metadata.withLabels(Map.of("app", "web")).withAnnotations(Map.of("note", text()));
        }
        return metadata.withUid("u-" + random.nextInt())
                .withFinalizers(Annotations.FINALIZER)
                .build();
    }

    private <F extends Facts> Status<F> status(Kind<?, F> kind) {
        if (random.nextInt(4) == 0) {
            return Status.unknown();
        }
        F facts = random.nextInt(4) == 0
                ? null
                : kind.factsType().cast(new Specimens(random, true, false).object(Shapes.of(kind.factsType())));
        var condition = new ConditionBuilder()
                .withType(Conditions.READY)
                .withStatus("False")
                .withReason("Waiting")
                .withMessage(text())
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .build();
        PlannedStep step =
                new PlannedStep("spec.memory", text(), Effect.RESTART, random.nextBoolean() ? null : "replace/web");
        return new Status<>(
                random.nextInt(10),
                random.nextBoolean() ? List.of() : List.of(condition),
                random.nextBoolean() ? List.of() : List.of(step),
                facts);
    }

    private Object object(Shape.ObjectOf shape) {
        @Nullable Object[] values = new @Nullable Object[shape.fields().size()];
        for (int i = 0; i < values.length; i++) {
            Field field = shape.fields().get(i);
            boolean primitive = shape.type().getRecordComponents()[i].getType().isPrimitive();
            if (primitive || (complete && field.required()) || random.nextInt(3) != 0) {
                values[i] = value(field.shape(), 2);
            }
        }
        return shape.constructor().apply(values);
    }

    private Object value(Shape shape, int depth) {
        return switch (shape) {
            case Shape.Text text -> text();
            case Shape.Flag flag -> random.nextBoolean();
            case Shape.Whole whole when whole.wide() -> random.nextLong();
            case Shape.Whole whole -> random.nextInt(2000);
            case Shape.Real real -> random.nextInt(1000) / 8.0;
            case Shape.Anything any -> json(depth);
            case Shape.Parsed parsed -> parsed(parsed.type());
            case Shape.Choice choice -> {
                List<Object> all = new ArrayList<>(choice.words().values());
                yield all.get(random.nextInt(all.size()));
            }
            case Shape.ListOf list -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    items.add(value(list.element(), depth));
                }
                yield items;
            }
            case Shape.MapOf map -> {
                Map<String, Object> entries = new LinkedHashMap<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    entries.put(KEYS[random.nextInt(KEYS.length)], value(map.value(), depth));
                }
                yield entries;
            }
            case Shape.ObjectOf object -> object(object);
        };
    }

    private Object json(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextLong(1L << 40, 1L << 50);
            case 2 -> random.nextInt() / 16.0;
            case 3 -> random.nextBoolean();
            case 4 -> text();
            case 5 -> Arrays.asList(json(depth - 1), null, json(depth - 1));
            default -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                map.put(KEYS[random.nextInt(KEYS.length)], json(depth - 1));
                map.put("nothing", null);
                map.put("empty", List.of());
                yield map;
            }
        };
    }

    private Object parsed(Class<?> type) {
        if (type == ByteSize.class) {
            return new ByteSize(random.nextLong(1L << 30) << (10 * random.nextInt(4)));
        }
        if (type == Cidr.class) {
            return new Cidr(IpAddress.parse("10.0.0." + random.nextInt(256)), random.nextInt(33));
        }
        if (type == IpAddress.class) {
            return IpAddress.parse(
                    random.nextBoolean() ? "fd00::" + random.nextInt(10000) : "10.1.2." + random.nextInt(256));
        }
        if (type == MacAddress.class) {
            return MacAddress.parse("12:34:56:78:9A:%02x".formatted(random.nextInt(256)));
        }
        if (type == Interval.class) {
            return new Interval(Duration.ofMillis(random.nextInt(100_000_000)));
        }
        return Instant.ofEpochMilli(random.nextLong(1L << 41));
    }

    private String text() {
        return empties && random.nextInt(20) == 0 ? "" : TEXTS[random.nextInt(TEXTS.length)];
    }
}
