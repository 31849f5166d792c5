package ai.thinkheads.phoenix.engine.secret;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A vault that lasts as long as the process. */
public final class MemoryVault implements Vault {

    private final Map<String, Map<String, String>> secrets = new ConcurrentHashMap<>();
    private final Fingerprints fingerprints =
            new Fingerprints("memory".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    @Override
    public Optional<String> get(String secret, String key) {
        return Optional.ofNullable(all(secret).get(key));
    }

    @Override
    public Map<String, String> all(String secret) {
        return secrets.getOrDefault(secret, Map.of());
    }

    @Override
    public void put(String secret, Map<String, String> values) {
        secrets.put(secret, java.util.Collections.unmodifiableMap(new TreeMap<>(values)));
    }

    @Override
    public void remove(String secret) {
        secrets.remove(secret);
    }

    @Override
    public String fingerprint(String value) {
        return fingerprints.of(value);
    }
}
