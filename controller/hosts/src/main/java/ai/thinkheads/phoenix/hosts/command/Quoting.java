package ai.thinkheads.phoenix.hosts.command;

import java.util.List;
import java.util.stream.Collectors;

/** Writes words so that a POSIX shell reads exactly them: the one place where ssh makes that necessary. */
public final class Quoting {

    private Quoting() {}

    /** One word in single quotes, whatever is in it: spaces, quotes, {@code $()}, newlines. It cannot hold a NUL. */
    public static String word(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an argument cannot hold a NUL character");
        }
        return "'" + text.replace("'", "'\\''") + "'";
    }

    public static String words(List<String> argv) {
        return argv.stream().map(Quoting::word).collect(Collectors.joining(" "));
    }
}
