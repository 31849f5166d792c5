package ai.thinkheads.phoenix.kinds.adopt;

import java.util.Collection;
import java.util.Locale;

/** Names for resources and their parts, made of what hosts call things. */
final class ResourceNames {

    private static final int LONGEST = 63;

    private ResourceNames() {}

    /**
     * The nearest DNS label.
     *
     * @param otherwise for text that has no letter and no digit
     */
    static String of(String text, String otherwise) {
        StringBuilder label = new StringBuilder();
        for (char each : text.toLowerCase(Locale.ROOT).toCharArray()) {
            boolean plain = (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9');
            if (plain) {
                label.append(each);
            } else if (!label.isEmpty() && label.charAt(label.length() - 1) != '-') {
                label.append('-');
            }
            if (label.length() == LONGEST) {
                break;
            }
        }
        while (!label.isEmpty() && label.charAt(label.length() - 1) == '-') {
            label.setLength(label.length() - 1);
        }
        return label.isEmpty() ? otherwise : label.toString();
    }

    /** The same, and none of those. */
    static String unique(String text, String otherwise, Collection<String> taken) {
        String label = of(text, otherwise);
        String name = label;
        for (int i = 2; taken.contains(name); i++) {
            name = label.substring(0, Math.min(label.length(), 58)) + "-" + i;
        }
        return name;
    }
}
