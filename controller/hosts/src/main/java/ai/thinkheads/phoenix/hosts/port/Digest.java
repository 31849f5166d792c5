package ai.thinkheads.phoenix.hosts.port;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a guest's configuration is told from a changed one by. It is asked for only where something is to be changed, so one that has
 * to be worked out is worked out then. Equal to another of the same text.
 */
public final class Digest {

    private final Supplier<String> source;
    private volatile @Nullable String text;

    private Digest(Supplier<String> source, @Nullable String text) {
        this.source = source;
        this.text = text;
    }

    /** One that is known. */
    public static Digest of(String text) {
        return new Digest(() -> text, text);
    }

    /**
     * One that is worked out at the first use.
     *
     * @param source gives the same text each time, and may be asked by any thread
     */
    public static Digest of(Supplier<String> source) {
        return new Digest(source, null);
    }

    /** The digest, in whatever form the host has; empty where it gave none. */
    public String text() {
        String known = text;
        if (known == null) {
            known = source.get();
            text = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest that && text().equals(that.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
