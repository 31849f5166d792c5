package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.v1alpha1.FeatureSpec;
import ai.thinkheads.phoenix.api.v1alpha1.SecretRef;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A feature that a guest has to have, with everything that its scripts need but the secrets themselves.
 *
 * @param field the entry of the manifest that asks for it
 * @param digest of scripts and parameters, secrets by fingerprint
 * @param environment parameters as the scripts see them, without secrets
 * @param secrets where the secret parameters are, by environment variable
 */
public record FeatureWish(
        String field,
        String name,
        FeatureSpec spec,
        String digest,
        Map<String, String> environment,
        Map<String, SecretRef> secrets) {

    /** The prefix of the facts in a guest's mark that say which features it has. */
    public static final String FACT = "feature/";
    /** The prefix of the facts in a guest's mark that say which guest a feature came with. */
    public static final String INHERITED = "inherited/";

    /** Separates the fingerprints of secrets from the rest of a digest. */
    static final String SEALED = "+";
    /** Separates the name of the key from the fingerprints that were made with it. */
    static final String UNDER = ".";

    public FeatureWish {
        environment = java.util.Collections.unmodifiableMap(new TreeMap<>(environment));
        secrets = java.util.Collections.unmodifiableMap(new TreeMap<>(secrets));
    }

    public String version() {
        return spec.version();
    }

    /** What the mark holds once it is in place. */
    public String stamp() {
        return version() + "@" + digest;
    }

    /**
     * Whether a stamp says that the feature is in place as it is wished for. Fingerprints of secrets can be compared only where
     * they were made with the same key; after the loss of the vault they were not, and what else the stamp says decides.
     */
    public boolean isInPlace(@Nullable String seen) {
        if (seen == null || seen.equals(stamp())) {
            return seen != null;
        }
        String theirs = key(seen);
        String ours = key(stamp());
        return !theirs.isEmpty()
                && !ours.isEmpty()
                && !theirs.equals(ours)
                && withoutSecrets(seen).equals(withoutSecrets(stamp()));
    }

    private static String withoutSecrets(String stamp) {
        int sealed = stamp.indexOf(SEALED, Math.max(0, stamp.lastIndexOf('@')));
        return sealed < 0 ? stamp : stamp.substring(0, sealed);
    }

    private static String key(String stamp) {
        int sealed = stamp.indexOf(SEALED, Math.max(0, stamp.lastIndexOf('@')));
        int end = stamp.indexOf(UNDER, Math.max(0, sealed));
        return sealed < 0 || end < 0 ? "" : stamp.substring(sealed + 1, end);
    }

    /** The version in a stamp. */
    public static String versionOf(String stamp) {
        int at = stamp.lastIndexOf('@');
        return at < 0 ? stamp : stamp.substring(0, at);
    }
}
