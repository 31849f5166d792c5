package ai.thinkheads.phoenix.api.manifest;

import org.jspecify.annotations.Nullable;

/**
 * Where a value is within a manifest. Made for every value and written out only for those with a problem.
 *
 * @param parent null at the top
 * @param key the key of the value in its mapping; null in a list
 * @param index the number of the value in its list
 */
record Path(@Nullable Path parent, @Nullable String key, int index) {

    static final Path TOP = new Path(null, null, -1);

    Path field(String name) {
        return new Path(this, name, -1);
    }

    Path item(int number) {
        return new Path(this, null, number);
    }

    /** {@code spec.mounts[0].path}, and {@code spec.properties["a.b"]} where a key is no plain word. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        write(text);
        return text.toString();
    }

    private void write(StringBuilder text) {
        if (parent != null) {
            parent.write(text);
        }
        if (key == null) {
            if (index >= 0) {
                text.append('[').append(index).append(']');
            }
        } else if (!isWord(key)) {
            text.append("[\"")
                    .append(key.length() <= 80 ? key : key.substring(0, 80) + "…")
                    .append("\"]");
        } else {
            text.append(text.isEmpty() ? "" : ".").append(key);
        }
    }

    private static boolean isWord(String key) {
        return !key.isEmpty()
                && key.length() <= 80
                && key.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-'));
    }
}
