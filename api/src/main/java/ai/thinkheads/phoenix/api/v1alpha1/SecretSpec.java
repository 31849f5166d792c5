package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Spec;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values that nobody should see. The API seals them on arrival: what is stored, shown and compared afterwards is a keyed hash of
 * each, never the value.
 */
public record SecretSpec(
        @JsonPropertyDescription("Values by key, given literally. Better not in Git.")
        Map<String, @NotNull String> stringData,

        @JsonPropertyDescription("Values by key, read or made by the controller.")
        Map<String, @NotNull @Valid Source> valueFrom)
        implements Spec {

    public SecretSpec {
        stringData = Lists.copy(stringData);
        valueFrom = Lists.copy(valueFrom);
    }

    /** Exactly one place that a value comes from. */
    public record Source(
            @JsonPropertyDescription("File on the controller's machine.")
            @Pattern(regexp = Names.ABSOLUTE_PATH, message = Names.ABSOLUTE_PATH_MESSAGE)
            @Nullable
            String file,

            @JsonPropertyDescription("Environment variable of the controller.")
            @Pattern(regexp = "[A-Za-z_][A-Za-z0-9_]*", message = "must be the name of an environment variable")
            @Nullable
            String environment,

            @JsonPropertyDescription("A random value, made once.") @Valid @Nullable
            Generate generate) {}

    /** How a random value is made. */
    public record Generate(
            @JsonPropertyDescription("Number of characters. Default: 32.") @Min(8) @Max(1024) @Nullable
            Integer length,

            @JsonPropertyDescription("Alphabet. Default: Alphanumeric.") @Nullable
            Alphabet alphabet) {

        /** Characters of a random value. */
        public enum Alphabet {
            @JsonProperty("Alphanumeric")
            ALPHANUMERIC,
            @JsonProperty("Hex")
            HEX
        }
    }

    /** Keeps values out of logs and error texts. */
    @Override
    public String toString() {
        return "SecretSpec[keys=" + stringData.keySet() + "+" + valueFrom.keySet() + "]";
    }

    @Override
    public void check(Problems problems) {
        valueFrom.forEach((key, source) -> {
            if (source == null) {
                return;
            }
            int places = (source.file() == null ? 0 : 1)
                    + (source.environment() == null ? 0 : 1)
                    + (source.generate() == null ? 0 : 1);
            if (places != 1) {
                problems.add(
                        "spec.valueFrom." + key, "give exactly one of file, environment and generate, not " + places);
            }
            if (stringData.containsKey(key)) {
                problems.add("spec.valueFrom." + key, "the key is in stringData too");
            }
        });
        if (stringData.isEmpty() && valueFrom.isEmpty()) {
            problems.add("spec", "a Secret needs at least one key in stringData or valueFrom");
        }
    }
}
