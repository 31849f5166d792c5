package ai.thinkheads.phoenix.api.type;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A length of time written as Kubernetes and Go write it: {@code 30s}, {@code 5m}, {@code 1h30m}, {@code 250ms}. */
public record Interval(Duration duration) {

    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m(?!s))?(?:(\\d{1,6})s)?(?:(\\d{1,6})ms)?");

    public Interval {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a length of time cannot be negative");
        }
    }

    /**
     * Reads a length of time.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    @JsonCreator
    public static Interval parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (text.isEmpty() || text.length() > 32 || !parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + IpAddress.shorten(text) + "' is not a length of time; write for example 30s, 5m or 1h30m");
        }
        return new Interval(Duration.ofHours(number(parts, 1))
                .plusMinutes(number(parts, 2))
                .plusSeconds(number(parts, 3))
                .plusMillis(number(parts, 4)));
    }

    @JsonValue
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long value, String unit) {
        if (value != 0) {
            text.append(value).append(unit);
        }
    }

    private static long number(Matcher parts, int group) {
        String digits = parts.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
