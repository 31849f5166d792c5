package ai.thinkheads.phoenix.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ScopeType;

/**
 * What a command takes, declared by calls, each with whom to tell what was given. Not by annotations: picocli reads those by
 * reflection at every start, and the JVM makes a proxy class for each kind of annotation, which took longer than all the rest of
 * listing some resources.
 */
public final class Syntax {

    private final CommandSpec spec;
    private final ScopeType scope;
    private int words;

    /** What a command takes by itself. */
    public Syntax(CommandSpec spec) {
        this(spec, ScopeType.LOCAL);
    }

    /**
     * What a command takes.
     *
     * @param scope whether the commands below it take the same
     */
    Syntax(CommandSpec spec, ScopeType scope) {
        this.spec = spec;
        this.scope = scope;
    }

    /**
     * A switch.
     *
     * @param names such as {@code -w, --watch}
     */
    public Syntax flag(String names, String description, Consumer<Boolean> given) {
        return add(builder(names, description, boolean.class, given));
    }

    /** A switch that is on, and is turned off by {@code --no-} before its name. */
    public Syntax negatable(String names, String description, Consumer<Boolean> given) {
        return add(builder(names, description, boolean.class, given)
                .negatable(true)
                .defaultValue("true")
                .fallbackValue("true"));
    }

    /**
     * An option with a value.
     *
     * @param names such as {@code -o, --output}
     * @param label a word for the value, in capitals
     */
    public Syntax option(String names, String label, String description, Consumer<String> given) {
        return add(builder(names, description, String.class, given).paramLabel(label));
    }

    /** An option that has to be there. */
    public Syntax required(String names, String label, String description, Consumer<String> given) {
        return add(builder(names, description, String.class, given)
                .paramLabel(label)
                .required(true));
    }

    /** An option whose value is a number. */
    public Syntax number(String names, String label, String description, Consumer<Integer> given) {
        return add(builder(names, description, int.class, given).paramLabel(label));
    }

    /** An option whose value is a length of time, such as {@code 30s}. */
    public Syntax time(String names, String description, Consumer<Duration> given) {
        ITypeConverter<Duration> converter = new TimeLimit();
        return add(builder(names, description, Duration.class, given)
                .paramLabel("TIME")
                .converters(converter));
    }

    /** An option whose value is a folder, which shells can complete. */
    public Syntax folder(String names, String label, String description, Consumer<Path> given) {
        ITypeConverter<Path> converter = Path::of;
        return add(
                builder(names, description, Path.class, given).paramLabel(label).converters(converter));
    }

    /** The option {@code -f} for the manifests that a verb is about, which has to be there. */
    public Syntax manifests(Consumer<List<String>> given) {
        return add(files("File, folder (with all below it), or - for standard input.", given)
                .required(true));
    }

    /** The option {@code -f} for manifests of which a verb can do without. */
    public Syntax manifests(String description, Consumer<List<String>> given) {
        return add(files(description, given));
    }

    /** One word, after those that were declared before. */
    public Syntax word(String label, String description, Consumer<String> given) {
        Value<String> value = new Value<>(given);
        return add(PositionalParamSpec.builder()
                .index(String.valueOf(words++))
                .arity("1")
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .required(true)
                .getter(value)
                .setter(value)
                .build());
    }

    /** Words, at least one, after those that were declared before. */
    public Syntax words(String label, String description, Consumer<List<String>> given) {
        return words(label, 1, description, given);
    }

    /** All words, if there are any. */
    public Syntax anyWords(String label, String description, Consumer<List<String>> given) {
        return words(label, 0, description, given);
    }

    /** The options {@code --help} and {@code --version}, which picocli acts on. */
    Syntax help() {
        return add(builder("-h, --help", "Show this help message and exit.", boolean.class, asked -> {})
                        .usageHelp(true))
                .add(builder("-V, --version", "Print version information and exit.", boolean.class, asked -> {})
                        .versionHelp(true));
    }

    private Syntax words(String label, int least, String description, Consumer<List<String>> given) {
        Value<List<String>> value = new Value<>(given);
        return add(PositionalParamSpec.builder()
                .index(words + "..*")
                .arity(least + "..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .required(least > 0)
                .getter(value)
                .setter(value)
                .build());
    }

    private OptionSpec.Builder files(String description, Consumer<List<String>> given) {
        Value<List<String>> value = new Value<>(given);
        return OptionSpec.builder("-f", "--filename")
                .arity("1..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel("FILE")
                .description(description)
                .getter(value)
                .setter(value);
    }

    private static <T> OptionSpec.Builder builder(String names, String description, Class<T> type, Consumer<T> given) {
        Value<T> value = new Value<>(given);
        return OptionSpec.builder(names.split(", "))
                .type(type)
                .description(description)
                .getter(value)
                .setter(value);
    }

    private Syntax add(OptionSpec.Builder option) {
        spec.addOption(option.scopeType(scope).build());
        return this;
    }

    private Syntax add(PositionalParamSpec words) {
        spec.addPositional(words);
        return this;
    }

    /** The value of one option or word, which picocli asks for and sets without knowing its type. */
    @SuppressWarnings("unchecked")
    private static final class Value<T> implements IGetter, ISetter {

        private final Consumer<T> given;
        private @Nullable Object now;

        Value(Consumer<T> given) {
            this.given = given;
        }

        @Override
        public <V> @Nullable V get() {
            return (V) now;
        }

        @Override
        public <V> @Nullable V set(@Nullable V value) {
            V before = (V) now;
            now = value;
            if (value != null) { // which picocli sets before it reads anything
                given.accept((T) value);
            }
            return before;
        }
    }
}
