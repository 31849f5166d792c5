package ai.thinkheads.phoenix.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which tests prove which promise and which ask, read from the tags in the sources; and the page that says so. It needs nothing
 * but a JDK: {@code java Claims.java TOP} writes the page's last column anew.
 */
final class Claims {

    static final Path PAGE = Path.of("docs/claims.md");

    private static final Pattern TAG = Pattern.compile("@Tag\\(\"((?:promise|ask)-\\d+)\"\\)");
    private static final Pattern TEST = Pattern.compile("^ {4,}(?:public )?void ([a-z]\\w*)\\(");
    private static final Pattern CLASS = Pattern.compile("^(?:public )?(?:final |abstract )*class (\\w+)");
    private static final Pattern ROW = Pattern.compile("^\\| ((?:promise|ask)-\\d+) \\|.*");

    private Claims() {}

    /** Writes the page anew. */
    public static void main(String[] args) throws IOException {
        Path page = Path.of(args[0]).resolve(PAGE);
        Files.writeString(page, page(Files.readString(page), tests(Path.of(args[0]))));
    }

    /** The tests by tag, {@code Class.method}; a class alone where all of it has the tag. */
    static Map<String, List<String>> tests(Path top) throws IOException {
        Map<String, List<String>> tests = new TreeMap<>();
        for (String room : List.of("api", "controller")) {
            try (Stream<Path> files = Files.walk(top.resolve(room))) {
                for (Path file : files.filter(path -> path.toString().contains("src/test/java")
                                && path.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    read(Files.readAllLines(file), tests);
                }
            }
        }
        tests.values().forEach(each -> each.sort(null));
        return tests;
    }

    private static void read(List<String> lines, Map<String, List<String>> tests) {
        List<String> tags = new ArrayList<>();
        String type = "";
        for (String line : lines) {
            Matcher tag = TAG.matcher(line);
            Matcher test = TEST.matcher(line);
            Matcher declared = CLASS.matcher(line);
            String name = null;
            if (tag.find()) {
                tags.add(tag.group(1));
            } else if (declared.find()) {
                type = declared.group(1);
                name = type;
            } else if (test.find()) {
                name = type + "." + test.group(1);
            }
            if (name != null) {
                for (String each : tags) {
                    tests.computeIfAbsent(each, any -> new ArrayList<>()).add(name);
                }
                tags.clear();
            }
        }
    }

    /** The page with its last column as the tests have it. */
    static String page(String page, Map<String, List<String>> tests) {
        return page.lines()
                        .map(line -> {
                            Matcher row = ROW.matcher(line);
                            if (!row.matches()) {
                                return line;
                            }
                            String before = line.substring(0, line.lastIndexOf('|', line.length() - 2));
                            return before + "| "
                                    + tests.getOrDefault(row.group(1), List.of()).stream()
                                            .map(each -> "`" + each + "`")
                                            .collect(Collectors.joining(", "))
                                    + " |";
                        })
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    /** The rows of the page by tag. */
    static Map<String, String> rows(String page) {
        Map<String, String> rows = new TreeMap<>();
        page.lines().forEach(line -> {
            Matcher row = ROW.matcher(line);
            if (row.matches() && rows.put(row.group(1), line) != null) {
                throw new IllegalArgumentException(row.group(1) + " has two rows");
            }
        });
        return rows;
    }
}
