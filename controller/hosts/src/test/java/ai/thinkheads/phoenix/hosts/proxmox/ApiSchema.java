package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.simulated.pve.api.ApiRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Proxmox's own description of its API, to check requests against: path, method, parameters, which are needed, types, ranges,
 * enumerations, patterns, lengths, and the keys of property strings. The description is no part of the project; where it is absent
 * nothing is checked.
 */
public final class ApiSchema {

    private static final Map<Path, ApiSchema> KNOWN = new ConcurrentHashMap<>();

    private final Map<String, JsonNode> calls = new TreeMap<>();

    private ApiSchema(JsonNode tree) {
        tree.forEach(this::collect);
    }

    private void collect(JsonNode node) {
        node.path("info")
                .properties()
                .forEach(each ->
                        calls.put(each.getKey() + " " + node.path("path").asString(""), each.getValue()));
        node.path("children").forEach(this::collect);
    }

    /** The descriptions that are at hand, one for each version. */
    public static List<ApiSchema> all() {
        Path folder = folder();
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("apidata-.*\\.json"))
                    .sorted()
                    .map(file -> KNOWN.computeIfAbsent(file, ApiSchema::read))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Beside the checkout, or beside the project that a further working copy belongs to. */
    static @Nullable Path folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared/pve");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        return null;
    }

    private static ApiSchema read(Path file) {
        return new ApiSchema(JsonMapper.builder().build().readTree(file.toFile()));
    }

    /** Checks every request that was sent against every description. */
    static void checkAll(List<ApiRequest> requests) {
        for (ApiSchema schema : all()) {
            for (ApiRequest request : requests) {
                Map<String, List<String>> params = new TreeMap<>();
                // What came several times is a list, whose parts a zero keeps apart.
                request.params().forEach((name, value) -> params.put(name, List.of(value.split("\0", -1))));
                assertThat(schema.problems(request.method(), request.path(), params))
                        .as(request.method() + " " + request.path() + " "
                                + request.params().keySet())
                        .isEmpty();
            }
        }
    }

    /** The options of a call, by name, with {@code [n]} in those that are numbered. */
    public Map<String, JsonNode> options(String call) {
        Map<String, JsonNode> options = new TreeMap<>();
        JsonNode info = calls.get(call);
        if (info != null) {
            info.path("parameters")
                    .path("properties")
                    .properties()
                    .forEach(each -> options.put(each.getKey(), each.getValue()));
        }
        return options;
    }

    /** What is wrong with a request. */
    List<String> problems(String method, String path, Map<String, List<String>> params) {
        List<String> problems = new ArrayList<>();
        String call = calls.keySet().stream()
                .filter(each -> each.startsWith(method + " ") && matches(each.substring(method.length() + 1), path))
                .min(java.util.Comparator.comparingLong(
                        each -> each.chars().filter(c -> c == '{').count()))
                .orElse(null);
        if (call == null) {
            return List.of("there is no such call");
        }
        Map<String, JsonNode> options = options(call);
        params.forEach((name, values) -> {
            JsonNode option = options.get(name);
            option = option == null ? options.get(name.replaceFirst("\\d+$", "[n]")) : option;
            if (option == null) {
                problems.add(name + ": property is not defined in schema");
            } else {
                JsonNode found = option;
                boolean list = "array".equals(found.path("type").asString(""));
                if (!list && values.size() > 1) {
                    problems.add(name + ": given several times");
                }
                values.forEach(value -> check(name, list ? found.path("items") : found, value, problems));
            }
        });
        options.forEach((name, option) -> {
            boolean needed = option.path("optional").asInt(0) == 0;
            boolean inPath = call.contains("{" + name + "}");
            if (needed && !inPath && !params.containsKey(name)) {
                problems.add(name + ": property is missing and it is not optional");
            }
        });
        return problems;
    }

    private static boolean matches(String template, String path) {
        StringBuilder pattern = new StringBuilder();
        Matcher braces = Pattern.compile("\\{[^}]+}").matcher(template);
        int at = 0;
        while (braces.find()) {
            pattern.append(Pattern.quote(template.substring(at, braces.start())));
            // Volume ids hold a slash, which is encoded on the wire.
            pattern.append(braces.group().equals("{volume}") ? ".+" : "[^/]+");
            at = braces.end();
        }
        return path.matches(
                pattern.append(Pattern.quote(template.substring(at))).toString());
    }

    private static void check(String name, JsonNode option, String value, List<String> problems) {
        String type = option.path("type").asString("string");
        boolean typed = switch (type) {
            case "integer" -> value.matches("-?\\d+");
            case "number" -> value.matches("-?\\d+(\\.\\d+)?");
            case "boolean" -> value.matches("0|1|on|off|yes|no|true|false");
            default -> true;
        };
        if (!typed) {
            problems.add(name + ": type check ('" + type + "') failed - got '" + value + "'");
            return;
        }
        if (type.matches("integer|number")) {
            double number = Double.parseDouble(value);
            if (option.has("minimum") && number < option.path("minimum").asDouble(0)
                    || option.has("maximum") && number > option.path("maximum").asDouble(0)) {
                problems.add(name + ": out of range - got '" + value + "'");
            }
        }
        if (option.path("maxLength").asInt(Integer.MAX_VALUE) < value.length()) {
            problems.add(name + ": longer than " + option.path("maxLength"));
        }
        if (option.has("enum") && option.path("enum").isArray()) {
            List<String> words = new ArrayList<>();
            option.path("enum").forEach(each -> words.add(each.asString("")));
            if (!words.contains(value)) {
                problems.add(name + ": value '" + value + "' does not have a value in the enumeration " + words);
            }
        }
        String pattern = option.path("pattern").asString("");
        if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(value).matches()) {
            problems.add(name + ": value '" + value + "' does not match the pattern " + pattern);
        }
        if (option.path("format").isObject()) {
            parts(name, option.path("format"), value, problems);
        }
    }

    /** Property strings. */
    private static void parts(String name, JsonNode format, String value, List<String> problems) {
        Map<String, JsonNode> keys = new TreeMap<>();
        String[] defaultKey = {null};
        format.properties().forEach(each -> {
            keys.put(each.getKey(), each.getValue());
            if (each.getValue().path("default_key").asInt(0) == 1) {
                defaultKey[0] = each.getKey();
            }
        });
        PropertyString.parse(value, defaultKey[0]).forEach((key, part) -> {
            JsonNode option = keys.get(key);
            if (option == null) {
                problems.add(name + "." + key + ": property is not defined in schema");
                return;
            }
            String alias = option.path("alias").asString("");
            JsonNode meant = alias.isEmpty() ? option : keys.getOrDefault(alias, option);
            if (!part.isEmpty() && alias.isEmpty()) {
                check(name + "." + key, meant, part, problems);
            }
        });
    }
}
