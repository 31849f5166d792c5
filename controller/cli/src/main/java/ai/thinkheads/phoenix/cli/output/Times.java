package ai.thinkheads.phoenix.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Lengths of time for people. */
public final class Times {

    private Times() {}

    /** How long ago an RFC 3339 instant was, as kubectl writes it: {@code 5s}, {@code 3m}, {@code 4h}, {@code 12d}. */
    public static String ago(String instant, Instant now) {
        if (instant.isEmpty()) {
            return "<unknown>";
        }
        try {
            return rough(Duration.between(Instant.parse(instant), now));
        } catch (DateTimeParseException e) {
            return "<unknown>";
        }
    }

    /** One unit is enough. */
    public static String rough(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 7200) {
            return seconds / 60 + "m";
        }
        return seconds < 172800 ? seconds / 3600 + "h" : seconds / 86400 + "d";
    }

    /** With a tenth of a second: {@code 4.2s}, {@code 1m12s}. */
    public static String exact(Duration duration) {
        long millis = duration.toMillis();
        return millis < 60_000
                ? String.format(java.util.Locale.ROOT, "%.1fs", millis / 1000.0)
                : millis / 60_000 + "m" + millis / 1000 % 60 + "s";
    }
}
