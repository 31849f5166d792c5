package ai.thinkheads.phoenix.api.manifest;

import java.util.ArrayList;
import java.util.List;

/**
 * The part of a text from one document marker to the next. Documents are parsed apart, so that a broken one hides no problem of
 * the others; YAML forbids the marker at the start of a line anywhere within a document.
 *
 * @param line the line of the text that the part starts on, counted from 1
 */
record Chunk(String source, String text, int line, boolean json) {

    /** The parts of a text in their order, without those that hold comments and directives only. */
    static List<Chunk> of(ManifestText manifest) {
        String text = manifest.text().startsWith("\uFEFF") ? manifest.text().substring(1) : manifest.text();
        List<Chunk> chunks = new ArrayList<>();
        if (manifest.name().endsWith(".json")) {
            chunks.add(new Chunk(manifest.name(), text, 1, true));
            return chunks;
        }
        int start = 0;
        int startLine = 1;
        int line = 1;
        for (int at = 0; at >= 0 && at < text.length(); line++) {
            if (at > start && isMarker(text, at)) {
                add(manifest.name(), text.substring(start, at), startLine, chunks);
                start = at;
                startLine = line;
            }
            int end = text.indexOf('\n', at);
            at = end < 0 ? -1 : end + 1;
        }
        add(manifest.name(), text.substring(start), startLine, chunks);
        return chunks;
    }

    private static boolean isMarker(String text, int at) {
        return text.startsWith("---", at) && (at + 3 == text.length() || Character.isWhitespace(text.charAt(at + 3)));
    }

    private static void add(String source, String text, int line, List<Chunk> chunks) {
        boolean content = text.lines()
                .map(String::strip)
                .anyMatch(each -> !each.isEmpty()
                        && !each.startsWith("#")
                        && !each.startsWith("%")
                        && !each.equals("---")
                        && !each.equals("..."));
        if (content) {
            chunks.add(new Chunk(source, text, line, text.stripLeading().startsWith("{")));
        }
    }
}
