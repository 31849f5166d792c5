package ai.thinkheads.phoenix.kinds.host;

import java.util.Collection;
import java.util.List;

/** Lists in sentences. */
public final class Words {

    private static final int SHOWN = 5;

    private Words() {}

    /** {@code a, b and c}, or {@code a, b, c, d, e and 3 more}. */
    public static String list(Collection<String> words) {
        List<String> all = List.copyOf(words);
        if (all.size() > SHOWN + 1) {
            return String.join(", ", all.subList(0, SHOWN)) + " and " + (all.size() - SHOWN) + " more";
        }
        if (all.size() < 2) {
            return String.join("", all);
        }
        return String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.getLast();
    }
}
