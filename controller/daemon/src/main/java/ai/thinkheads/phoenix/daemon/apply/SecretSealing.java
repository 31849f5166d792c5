package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.SecretFacts;
import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec;
import ai.thinkheads.phoenix.engine.secret.Vault;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values out of a Secret before anything else sees it. What goes on is a fingerprint of each; the values go into the
 * vault right before the resource is stored, so that a stored fingerprint always has its value.
 */
public final class SecretSealing {

    private static final String SEALED = "sealed:";

    private final Vault vault;

    @Inject
    public SecretSealing(Vault vault) {
        this.vault = vault;
    }

    /**
     * A resource that may be shown, and what has to be done before it is stored.
     *
     * @param keep puts the values into the vault; does nothing for what is no Secret
     */
    public record Sealed(Resource<?, ?> resource, Runnable keep) {}

    /**
     * Seals a resource; one that is no Secret stays as it is.
     *
     * @param stored the same resource as it is stored; null when there is none
     * @param problems takes the field and the cause of what is wrong
     */
    public Sealed seal(Resource<?, ?> incoming, @Nullable Resource<?, ?> stored, Consumer<Refusal> problems) {
        Optional<Resource<SecretSpec, SecretFacts>> secret = incoming.as(Kinds.SECRET);
        if (secret.isEmpty()) {
            return new Sealed(incoming, () -> {});
        }
        Map<String, String> before = stored == null
                ? Map.of()
                : stored.as(Kinds.SECRET).map(s -> s.spec().stringData()).orElse(Map.of());
        Map<String, String> fingerprints = new TreeMap<>();
        Map<String, String> values = new TreeMap<>();
        SecretSpec spec = secret.get().spec();
        spec.stringData().forEach((key, value) -> {
            if (!value.startsWith(SEALED)) {
                fingerprints.put(key, vault.fingerprint(value));
                values.put(key, value);
            } else if (value.equals(before.get(key))) {
                fingerprints.put(key, value);
            } else {
                problems.accept(new Refusal(
                        "",
                        incoming.key().toString(),
                        "spec.stringData." + key,
                        "a sealed value can only be left as it is; give the value itself to change it"));
            }
        });
        Resource<SecretSpec, SecretFacts> sealed =
                secret.get().withSpec(new SecretSpec(fingerprints, spec.valueFrom()));
        return new Sealed(sealed, () -> keep(sealed, values));
    }

    private void keep(Resource<SecretSpec, SecretFacts> sealed, Map<String, String> given) {
        Map<String, String> present = vault.all(sealed.name());
        Map<String, String> wanted = new TreeMap<>(present);
        wanted.keySet()
                .removeIf(key -> !sealed.spec().stringData().containsKey(key)
                        && !sealed.spec().valueFrom().containsKey(key));
        wanted.putAll(given);
        if (!wanted.equals(present)) {
            vault.put(sealed.name(), wanted);
        }
    }

    /** Forgets the values of a Secret that is gone; does nothing for another kind. */
    public void forget(Resource<?, ?> gone) {
        if (gone.as(Kinds.SECRET).isPresent()) {
            vault.remove(gone.name());
        }
    }
}
