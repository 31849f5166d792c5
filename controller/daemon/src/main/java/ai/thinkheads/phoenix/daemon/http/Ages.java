package ai.thinkheads.phoenix.daemon.http;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** How long ago something was, in as few characters as {@code kubectl} uses. */
final class Ages {

    private Ages() {}

    /**
     * @param since RFC 3339; null or unreadable gives {@code <unknown>}
     */
    static String text(@Nullable String since, Instant now) {
        if (since == null) {
            return "<unknown>";
        }
        try {
            return text(Duration.between(Instant.parse(since), now));
        } catch (DateTimeParseException e) {
            return "<unknown>";
        }
    }

    static String text(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (minutes < 2) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (hours < 3) {
            return minutes + "m";
        }
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 730) {
            return days + "d";
        }
        return days < 2920 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }
}
