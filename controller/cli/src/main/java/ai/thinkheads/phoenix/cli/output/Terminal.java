package ai.thinkheads.phoenix.cli.output;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where answers go: what kind of place standard output is, and how to write to it.
 *
 * @param live whether it is a terminal, which is redrawn in place; otherwise plain lines are written
 * @param colour whether colours are welcome: a terminal, and the user has not set {@code NO_COLOR}
 */
public record Terminal(PrintStream out, PrintStream err, boolean live, boolean colour) {

    /** The process's own. The launcher tells whether standard output is a terminal, since asking from here is slow. */
    public static Terminal system(Map<String, String> environment, boolean noColour) {
        boolean live = Boolean.getBoolean("phoenix.terminal") && !"dumb".equals(environment.get("TERM"));
        boolean colour =
                live && !noColour && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(System.out, System.err, live, colour);
    }

    public String green(String text) {
        return paint("32", text);
    }

    public String yellow(String text) {
        return paint("33", text);
    }

    public String red(String text) {
        return paint("31", text);
    }

    public String bold(String text) {
        return paint("1", text);
    }

    public String dim(String text) {
        return paint("2", text);
    }

    private String paint(String code, String text) {
        return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** The width in columns; 100 where it cannot be found out. */
    public int width() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .trim()
                    .split(" ");
            return size.length == 2 ? Math.max(40, Integer.parseInt(size[1])) : 100;
        } catch (IOException | NumberFormatException e) {
            return 100;
        }
    }
}
