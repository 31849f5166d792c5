package ai.thinkheads.phoenix.engine.secret;

import java.util.Map;
import java.util.Optional;

/** The sealed store of secret values. Values are durable when a call returns, and readable only by the controller's user. */
public interface Vault {

    /** The value of a key of a Secret. */
    Optional<String> get(String secret, String key);

    /** All values of a Secret; empty when there is none. */
    Map<String, String> all(String secret);

    /** Replaces all values of a Secret. */
    void put(String secret, Map<String, String> values);

    void remove(String secret);

    /** A keyed hash of a value, the same for the same value, which may be stored and shown: {@code sealed:…}. */
    String fingerprint(String value);
}
