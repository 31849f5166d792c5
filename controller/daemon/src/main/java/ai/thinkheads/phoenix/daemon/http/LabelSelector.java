package ai.thinkheads.phoenix.daemon.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A label selector in Kubernetes' notation: {@code app=web,tier!=db,env in (a,b),!old}. */
record LabelSelector(List<Predicate<Map<String, String>>> requirements) {

    private static final String KEY = "([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)";
    private static final String VALUE = "((?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?)";
    private static final Pattern EQUALITY = Pattern.compile(KEY + "\\s*(==|=|!=)\\s*" + VALUE);
    private static final Pattern MEMBERSHIP = Pattern.compile(KEY + "\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*" + KEY);

    LabelSelector {
        requirements = List.copyOf(requirements);
    }

    /**
     * Reads a selector.
     *
     * @param text null or empty for one that selects everything
     */
    static LabelSelector parse(@Nullable String text) {
        List<Predicate<Map<String, String>>> requirements = new ArrayList<>();
        if (text != null) {
            for (String part : split(text)) {
                requirements.add(requirement(part.strip()));
            }
        }
        return new LabelSelector(requirements);
    }

    boolean matches(@Nullable Map<String, String> labels) {
        Map<String, String> present = labels == null ? Map.of() : labels;
        return requirements.stream().allMatch(requirement -> requirement.test(present));
    }

    private static Predicate<Map<String, String>> requirement(String text) {
        Matcher equality = EQUALITY.matcher(text);
        if (equality.matches()) {
            String key = equality.group(1);
            String value = equality.group(3);
            return equality.group(2).equals("!=")
                    ? labels -> !value.equals(labels.get(key))
                    : labels -> value.equals(labels.get(key));
        }
        Matcher membership = MEMBERSHIP.matcher(text);
        if (membership.matches()) {
            String key = membership.group(1);
            Set<String> values = Arrays.stream(membership.group(3).split(",", -1))
                    .map(String::strip)
                    .collect(Collectors.toUnmodifiableSet());
            return membership.group(2).equals("in")
                    ? labels -> labels.containsKey(key) && values.contains(labels.get(key))
                    : labels -> !labels.containsKey(key) || !values.contains(labels.get(key));
        }
        Matcher existence = EXISTENCE.matcher(text);
        if (existence.matches()) {
            String key = existence.group(2);
            return existence.group(1).isEmpty()
                    ? labels -> labels.containsKey(key)
                    : labels -> !labels.containsKey(key);
        }
        throw ApiError.badRequest("unable to parse requirement: the label selector '" + text
                + "' is none of key=value, key!=value, key in (a,b), key notin (a,b), key and !key");
    }

    /** Splits at commas that are not within parentheses. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        parts.removeIf(String::isBlank);
        return parts;
    }
}
