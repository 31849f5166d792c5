package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Reference;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A feature that a host or a guest has to have. */
public record FeatureUse(
        @NotNull @JsonPropertyDescription("Name of the Feature.")
        String name,

        @JsonPropertyDescription(
                "Values for the Feature's parameters. A value {secretRef: {name, key}} is taken from a Secret and reaches the script by its environment, never by its arguments.")
        Map<String, Object> parameters) {

    public FeatureUse {
        parameters = Lists.copy(parameters);
    }

    /** The Secrets that the parameters take values from, by parameter. */
    public Map<String, SecretRef> secrets() {
        Map<String, SecretRef> secrets = new TreeMap<>();
        parameters.forEach((name, value) -> {
            if (value instanceof Map<?, ?> map
                    && map.get("secretRef") instanceof Map<?, ?> ref
                    && ref.get("name") instanceof String secret) {
                secrets.put(name, new SecretRef(secret, ref.get("key") instanceof String key ? key : null));
            }
        });
        return secrets;
    }

    static void references(String field, List<FeatureUse> uses, List<Reference> into) {
        for (int i = 0; i < uses.size(); i++) {
            FeatureUse use = uses.get(i);
            if (use == null) {
                continue;
            }
            String at = field + "[" + i + "]";
            into.add(Reference.ready(at + ".name", "Feature", use.name()));
            use.secrets()
                    .forEach(
                            (name, ref) -> into.add(Reference.ready(at + ".parameters." + name, "Secret", ref.name())));
        }
    }
}
