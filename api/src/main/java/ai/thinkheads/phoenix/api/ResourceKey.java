package ai.thinkheads.phoenix.api;

/**
 * The identity of a resource: its kind and its name. Phoenix resources are cluster-scoped, so there is no namespace.
 *
 * @param kind the singular CamelCase kind, for example {@code LxcContainer}
 * @param name the value of {@code metadata.name}
 */
public record ResourceKey(String kind, String name) implements Comparable<ResourceKey> {

    @Override
    public int compareTo(ResourceKey other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    /** {@code LxcContainer/web}: the form used in messages, logs and references. */
    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
