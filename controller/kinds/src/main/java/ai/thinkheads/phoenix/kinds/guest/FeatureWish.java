package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.v1alpha1.FeatureSpec;
import ai.thinkheads.phoenix.api.v1alpha1.SecretRef;
import java.util.Map;
import java.util.TreeMap;

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

    /** The version in a stamp. */
    public static String versionOf(String stamp) {
        int at = stamp.lastIndexOf('@');
        return at < 0 ? stamp : stamp.substring(0, at);
    }
}
