package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.v1alpha1.SecretRef;
import ai.thinkheads.phoenix.engine.secret.Vault;
import java.util.Map;
import java.util.Optional;

/** Looks up the value that a reference to a Secret means. */
public final class SecretValues {

    private SecretValues() {}

    /** The value of the named key, or the only one of a Secret when none is named. */
    public static Optional<String> find(Vault vault, SecretRef ref) {
        String key = ref.key();
        if (key != null) {
            return vault.get(ref.name(), key);
        }
        Map<String, String> all = vault.all(ref.name());
        return all.size() == 1 ? Optional.of(all.values().iterator().next()) : Optional.empty();
    }
}
