package ai.thinkheads.phoenix.proof.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The secrets of a run, which must not be seen anywhere outside the vault and the environment of scripts. */
final class Canaries {

    private static final Pattern FORM = Pattern.compile("canary-\\d{12}");

    private final List<String> values = new ArrayList<>();

    /** A value that nobody else has. */
    static String make(RandomGenerator random) {
        return "canary-%012d".formatted(random.nextLong(1_000_000_000_000L));
    }

    /** A value that the controller made itself. */
    void add(String value) {
        values.add(value);
    }

    /** The secret that a text gives away; null when it gives none away. */
    @Nullable
    String in(String text) {
        if (text.contains("canary-")) {
            Matcher matcher = FORM.matcher(text);
            if (matcher.find()) {
                return matcher.group();
            }
        }
        for (String value : values) {
            if (text.contains(value)) {
                return value;
            }
        }
        return null;
    }
}
