package ai.thinkheads.phoenix.api.manifest;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads manifests strictly: YAML 1.2 of any number of documents, or JSON. Everything that is wrong with all of them is reported
 * at once, each problem with its place, its field, its cause and the nearest valid name. A text cannot cost more than a bounded
 * amount of time and memory, and no message repeats a value of a Secret.
 */
public final class ManifestReader {

    private static final int WORTH_SHARING = 64;
    private static final String KUBECTL_COPY = "kubectl.kubernetes.io/last-applied-configuration";

    private static final Comparator<Problem> IN_READING_ORDER = Comparator.comparingInt(
                    (Problem problem) -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    private ManifestReader() {}

    /**
     * The manifests of all texts, in their order.
     *
     * @throws ManifestException with every problem of every document, when there is any
     */
    public static List<Manifest> read(List<ManifestText> texts) {
        List<Problem> problems = new ArrayList<>();
        List<Chunk> chunks = new ArrayList<>();
        for (ManifestText text : texts) {
            if (text.text().length() > Limits.TEXT) {
                String message = "the text has " + text.text().length() + " characters; at most " + Limits.TEXT
                        + " are read; split it into several files";
                problems.add(new Problem(new Location(text.name(), 1, 1), "", message));
            } else {
                chunks.addAll(Chunk.of(text));
            }
        }
        if (chunks.size() > Limits.DOCUMENTS) {
            Chunk first = chunks.get(Limits.DOCUMENTS);
            String message =
                    "there are " + chunks.size() + " documents; at most " + Limits.DOCUMENTS + " are read at once";
            throw new ManifestException(
                    List.of(new Problem(new Location(first.source(), first.line(), 1), "", message)));
        }
        Stream<Chunk> parts = chunks.size() < WORTH_SHARING ? chunks.stream() : chunks.parallelStream();
        List<DocumentReader.Named> read = new ArrayList<>();
        for (Outcome outcome : parts.map(ManifestReader::read).toList()) {
            problems.addAll(outcome.problems());
            read.addAll(outcome.read());
        }
        refuseDuplicates(read, problems);
        if (!problems.isEmpty()) {
            throw new ManifestException(bounded(problems));
        }
        return read.stream().map(DocumentReader.Named::manifest).toList();
    }

    /**
     * Reads the body of a request: a whole resource with what the server wrote in its metadata and status.
     *
     * @param strict whether a field that does not exist is a problem; it is passed over otherwise
     * @throws ManifestException with every problem
     */
    public static Resource<?, ?> readTree(JsonNode body, boolean strict) {
        ProblemList problems = new ProblemList("request");
        return readTree(problems, strict, () -> JsonText.parse(body, problems));
    }

    /**
     * Reads the body of a request, as {@link #readTree(JsonNode, boolean)} does, and refuses a key that is given twice.
     *
     * @throws ManifestException with every problem
     */
    public static Resource<?, ?> readTree(String body, boolean strict) {
        ProblemList problems = new ProblemList("request");
        return readTree(problems, strict, () -> {
            if (body.length() > Limits.TEXT) {
                throw new TextException(Tree.Place.NONE, "the body has more than " + Limits.TEXT + " characters");
            }
            List<Tree> trees = JsonText.parse(body, problems);
            if (trees.size() != 1) {
                throw new TextException(Tree.Place.NONE, "the body must be one JSON object, not " + trees.size());
            }
            return trees.getFirst();
        });
    }

    private record Outcome(List<DocumentReader.Named> read, List<Problem> problems) {}

    private static Outcome read(Chunk chunk) {
        ProblemList problems = new ProblemList(chunk.source());
        DocumentReader reader = new DocumentReader(problems, true);
        try {
            trees(chunk, problems).forEach(reader::add);
        } catch (TextException e) {
            problems.add(e.place(), "", e.problem());
        }
        problems.all().sort(IN_READING_ORDER);
        return new Outcome(reader.read(), problems.all());
    }

    private static List<Tree> trees(Chunk chunk, ProblemList problems) {
        if (!chunk.json()) {
            Tree plain = PlainYaml.parse(chunk.text(), chunk.line());
            return plain != null ? List.of(plain) : YamlText.parse(chunk.text(), chunk.line(), problems);
        }
        if (chunk.source().endsWith(".json")) {
            return JsonText.parse(chunk.text(), problems);
        }
        try {
            ProblemList tried = new ProblemList(chunk.source());
            List<Tree> trees = JsonText.parse("\n".repeat(chunk.line() - 1) + chunk.text(), tried);
            tried.all().forEach(problems.all()::add);
            return trees;
        } catch (TextException e) {
            return YamlText.parse(chunk.text(), chunk.line(), problems);
        }
    }

    private interface Source {
        Tree tree();
    }

    private static Resource<?, ?> readTree(ProblemList problems, boolean strict, Source source) {
        try {
            Tree tree = source.tree();
            DocumentReader reader = new DocumentReader(problems, strict);
            reader.add(tree);
            if (problems.size() == 0 && reader.read().size() != 1) {
                problems.add(tree.place(), "", "the body must be one resource, not a list");
            }
            if (problems.size() == 0 && tree.json() instanceof ObjectNode json) {
                return ResourceCodec.read(withoutKubectlCopy(json));
            }
        } catch (TextException e) {
            problems.add(e.place(), "", e.problem());
        } catch (JacksonException e) {
            problems.add(Tree.Place.NONE, "", "metadata or status do not have the form that the server gives them");
        }
        throw new ManifestException(bounded(problems.all()));
    }

    /** What kubectl keeps of a manifest that it applied holds the values of a Secret in the clear. */
    private static ObjectNode withoutKubectlCopy(ObjectNode json) {
        if (Kinds.SECRET.name().equals(json.path("kind").asString(""))
                && json.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(KUBECTL_COPY);
        }
        return json;
    }

    private static void refuseDuplicates(List<DocumentReader.Named> read, List<Problem> problems) {
        Map<ResourceKey, Location> seen = new HashMap<>();
        for (DocumentReader.Named each : read) {
            ResourceKey key = new ResourceKey(each.kind(), each.resource());
            Location before = seen.putIfAbsent(key, each.name());
            if (before != null) {
                problems.add(new Problem(
                        each.name(),
                        each.field(),
                        key + " is declared twice; the first is at " + before + "; keep one"));
            }
        }
    }

    private static List<Problem> bounded(List<Problem> problems) {
        if (problems.size() <= Limits.PROBLEMS) {
            return problems;
        }
        List<Problem> listed = new ArrayList<>(problems.subList(0, Limits.PROBLEMS));
        listed.add(new Problem(
                problems.get(Limits.PROBLEMS).location(),
                "",
                (problems.size() - Limits.PROBLEMS) + " more problems are not listed"));
        return listed;
    }
}
