package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.hosts.port.Mark;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The facts that Phoenix keeps in the mark on a guest, so that losing the state directory loses nothing: what the guest was made
 * from, which mount point or disk is which, the features inside, and which requests were already fulfilled.
 */
public final class MarkFacts {

    /** What the guest was made from, as {@code template/debian} or {@code clone/base}. */
    public static final String ORIGIN = "origin";
    /** Digest of what the source consisted of at that time. */
    static final String MADE_FROM = "madeFrom";
    /** On a guest that is to become a template from its creation on. */
    static final String TEMPLATE = "template";
    /** {@code slot|content} or {@code slot|directory|uid:gid} of a mount point or a disk, by name. */
    public static final String MOUNT = "mount/";
    /** The request for a restart that was fulfilled last. */
    static final String RESTARTED = "restarted";
    /** When the features were checked again last. */
    static final String VERIFIED = "verified";

    private MarkFacts() {}

    /** The facts whose names begin so, without that beginning. */
    public static Map<String, String> starting(@Nullable Mark mark, String prefix) {
        Map<String, String> found = new TreeMap<>();
        if (mark != null) {
            mark.facts().forEach((name, value) -> {
                if (name.startsWith(prefix)) {
                    found.put(name.substring(prefix.length()), value);
                }
            });
        }
        return found;
    }

    /** An instant among the facts; empty when it is missing or is none. */
    static Optional<Instant> instant(@Nullable Mark mark, String fact) {
        return mark == null ? Optional.empty() : mark.fact(fact).flatMap(MarkFacts::instant);
    }

    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Whether a fact about a mount names that slot and content, whoever the owner. */
    static boolean names(String fact, Attached<?> attached) {
        return fact.equals(attached.reference()) || fact.startsWith(attached.reference() + "|");
    }

    /** The volume or directory in a fact about a mount. */
    public static String content(String fact) {
        String[] parts = fact.split("\\|", -1);
        return parts.length > 1 ? parts[1] : "";
    }

    /** The slot in a fact about a mount. */
    public static String slot(String fact) {
        int end = fact.indexOf('|');
        return end < 0 ? fact : fact.substring(0, end);
    }

    /**
     * What the mark should hold about that: with its owner once that is set, which for a directory is when it is attached, and
     * for a volume when the guest runs.
     */
    static String mount(Attachment<?> wish, Attached<?> seen, boolean owned) {
        return seen.reference() + (wish.owner() == null || !owned ? "" : "|" + wish.owner());
    }

    /** A fact about a mount whose volume has another name now; the owner of what is on it stays. */
    static String renamed(String fact, Attached<?> now) {
        String[] parts = fact.split("\\|", -1);
        return now.reference() + (parts.length > 2 ? "|" + parts[2] : "");
    }

    /** Whether a fact about a mount says that the owner is as wished for. */
    static boolean isOwned(Attachment<?> wish, @Nullable String fact) {
        return wish.owner() == null || (fact != null && fact.endsWith("|" + wish.owner()));
    }
}
