package ai.thinkheads.phoenix.api.shape;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that somebody probably meant. */
public final class Nearest {

    private static final int LONGEST = 64;

    private Nearest() {}

    /** The candidate that differs by capitals, by a few typing errors, or by a part left out; empty when none is near. */
    public static Optional<String> to(String word, Collection<String> candidates) {
        if (word.isEmpty() || word.length() > LONGEST) {
            return Optional.empty();
        }
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.length() > 2) {
            for (String candidate : candidates) {
                if (candidate.toLowerCase(Locale.ROOT).startsWith(lower)) {
                    return Optional.of(candidate);
                }
            }
        }
        String best = null;
        int least = Math.max(1, Math.min(3, lower.length() / 3)) + 1;
        for (String candidate : candidates) {
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best != null ? Optional.of(best) : contained(word, candidates);
    }

    /** A part of a name that starts with a capital, or the name with such a part too much. */
    private static Optional<String> contained(String word, Collection<String> candidates) {
        return word.length() < 4
                ? Optional.empty()
                : candidates.stream()
                        .filter(each -> holdsPart(each, word) || (each.length() >= 4 && holdsPart(word, each)))
                        .findFirst();
    }

    private static boolean holdsPart(String whole, String part) {
        return whole.startsWith(part) || whole.contains(Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }

    /** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
