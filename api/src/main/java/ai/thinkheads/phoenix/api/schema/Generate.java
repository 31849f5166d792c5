package ai.thinkheads.phoenix.api.schema;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Writes what is generated from the types into {@code docs/}; {@code make docs} runs it. */
public final class Generate {

    private static final int LONGEST_EXAMPLE = 45;

    private Generate() {}

    /** Writes all files below the top of the project, the only argument. */
    public static void main(String[] arguments) throws IOException {
        Path project = Path.of(arguments.length == 0 ? "." : arguments[0]);
        for (Map.Entry<Path, String> file : files(project).entrySet()) {
            Path target = project.resolve(file.getKey());
            Files.createDirectories(target.toAbsolutePath().getParent());
            Files.writeString(target, file.getValue());
        }
    }

    /**
     * Every generated file by its path from the top of the project, as it should be.
     *
     * @param project the top of the project, whose samples the examples are taken from
     */
    public static SortedMap<Path, String> files(Path project) throws IOException {
        List<String> manifests = manifests(project);
        SortedMap<Path, String> files = new TreeMap<>();
        files.put(Path.of("docs/schema/phoenix.json"), text(JsonSchemas.ofAll()));
        files.put(Path.of("docs/kinds/README.md"), KindPage.index());
        for (Kind<?, ?> kind : Kinds.ALL) {
            files.put(Path.of("docs/schema", kind.singular() + ".json"), text(JsonSchemas.of(kind)));
            files.put(Path.of("docs/crds", kind.plural() + ".yaml"), Crds.yaml(kind));
            files.put(Path.of("docs/kinds", KindPage.file(kind)), KindPage.markdown(kind, example(kind, manifests)));
        }
        return files;
    }

    private static String text(JsonNode schema) {
        return ResourceCodec.json().writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    }

    /** The documents of the samples, then those of the reference host. */
    private static List<String> manifests(Path project) throws IOException {
        List<String> documents = new ArrayList<>();
        for (String folder : List.of("samples", "resources")) {
            Path top = project.resolve(folder);
            if (!Files.isDirectory(top)) {
                continue;
            }
            try (Stream<Path> all = Files.walk(top)) {
                for (Path file : all.filter(each -> each.toString().endsWith(".yaml"))
                        .sorted()
                        .toList()) {
                    documents.addAll(Arrays.asList(Files.readString(file).split("(?m)^---[^\n]*\n", -1)));
                }
            }
        }
        return documents;
    }

    /** The richest document of the kind that is still a short read. */
    private static String example(Kind<?, ?> kind, List<String> manifests) {
        Pattern declares = Pattern.compile("(?m)^kind: " + kind.name() + "\\s*$");
        List<String> found = manifests.stream()
                .filter(each -> declares.matcher(each).find())
                .map(String::strip)
                .toList();
        return found.stream()
                .filter(each -> each.lines().count() <= LONGEST_EXAMPLE)
                .max(Comparator.comparingLong(each -> each.lines().count()))
                .or(() -> found.stream().min(Comparator.comparingInt(String::length)))
                .orElse("");
    }
}
