package ai.thinkheads.phoenix.api.manifest;

/**
 * A place in a text.
 *
 * @param source the name of the text
 * @param line counted from 1; 0 where there is no text, as in an API request
 * @param column counted from 1; 0 where there is no text
 */
public record Location(String source, int line, int column) {

    /** {@code file:line:column}, which terminals and editors make a link of. */
    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line + ":" + column;
    }
}
