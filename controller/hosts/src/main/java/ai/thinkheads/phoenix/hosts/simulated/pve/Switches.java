package ai.thinkheads.phoenix.hosts.simulated.pve;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arguments of a program as getopt reads them: single letters, alone or together, letters with values, and words.
 *
 * @param flags letters and long names that were given without a value
 * @param values values by letter or long name, in their order
 */
record Switches(Set<String> flags, Map<String, List<String>> values, List<String> words) {

    /**
     * Reads arguments.
     *
     * @param valued letters and long names that take a value
     */
    static Switches parse(List<String> args, Set<String> valued) {
        Set<String> flags = new java.util.TreeSet<>();
        Map<String, List<String>> values = new HashMap<>();
        List<String> words = new ArrayList<>();
        boolean ended = false;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (ended || !arg.startsWith("-") || arg.equals("-")) {
                words.add(arg);
            } else if (arg.equals("--")) {
                ended = true;
            } else if (arg.startsWith("--")) {
                int equals = arg.indexOf('=');
                String name = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
                if (equals >= 0) {
                    add(values, name, arg.substring(equals + 1));
                } else if (valued.contains(name) && i + 1 < args.size()) {
                    add(values, name, args.get(++i));
                } else {
                    flags.add(name);
                }
            } else {
                i += letters(arg, i + 1 < args.size() ? args.get(i + 1) : null, valued, flags, values);
            }
        }
        return new Switches(flags, values, words);
    }

    /** Reads one cluster of letters; gives how many further arguments it took. */
    private static int letters(
            String arg,
            @org.jspecify.annotations.Nullable String next,
            Set<String> valued,
            Set<String> flags,
            Map<String, List<String>> values) {
        for (int at = 1; at < arg.length(); at++) {
            String letter = arg.substring(at, at + 1);
            if (!valued.contains(letter)) {
                flags.add(letter);
                continue;
            }
            boolean attached = at + 1 < arg.length();
            add(values, letter, attached ? arg.substring(at + 1) : next == null ? "" : next);
            return attached ? 0 : 1;
        }
        return 0;
    }

    private static void add(Map<String, List<String>> values, String name, String value) {
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    boolean has(String... names) {
        for (String name : names) {
            if (flags.contains(name)) {
                return true;
            }
        }
        return false;
    }

    String value(String fallback, String... names) {
        for (String name : names) {
            List<String> given = values.get(name);
            if (given != null) {
                return given.getLast();
            }
        }
        return fallback;
    }

    /** Assignments, {@code name=value}, that were given with a letter. */
    Map<String, String> assignments(String letter) {
        Map<String, String> all = new HashMap<>();
        values.getOrDefault(letter, List.of()).forEach(each -> {
            int equals = each.indexOf('=');
            if (equals > 0) {
                all.put(each.substring(0, equals), each.substring(equals + 1));
            }
        });
        return all;
    }
}
