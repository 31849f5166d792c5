package ai.thinkheads.phoenix.engine.admission;

import ai.thinkheads.phoenix.api.ResourceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is said of the resources that come; what would be said of stored ones alone is left out. */
final class Findings {

    private final Set<ResourceKey> coming;
    private final Set<Verdict.Finding> errors = new LinkedHashSet<>();
    private final Set<Verdict.Finding> warnings = new LinkedHashSet<>();

    Findings(Set<ResourceKey> coming) {
        this.coming = coming;
    }

    boolean isComing(ResourceKey key) {
        return coming.contains(key);
    }

    /** One of the keys that comes; the first of all when none does. */
    ResourceKey oneOf(Collection<ResourceKey> keys) {
        return keys.stream()
                .filter(coming::contains)
                .findFirst()
                .orElseGet(() -> keys.iterator().next());
    }

    void error(ResourceKey key, String field, String message) {
        if (coming.contains(key)) {
            errors.add(new Verdict.Finding(key, field, message));
        }
    }

    void warning(ResourceKey key, String field, String message) {
        if (coming.contains(key)) {
            warnings.add(new Verdict.Finding(key, field, message));
        }
    }

    Verdict verdict() {
        return new Verdict(new ArrayList<>(errors), new ArrayList<>(List.copyOf(warnings)));
    }
}
