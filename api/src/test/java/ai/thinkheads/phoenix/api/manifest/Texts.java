package ai.thinkheads.phoenix.api.manifest;

import java.util.ArrayList;
import java.util.List;

/** Short ways to read a text and to see what is wrong with it. */
final class Texts {

    private Texts() {}

    /** A manifest of the kind called web, with the spec's lines put in their place; they start on line 6. */
    static String manifest(String kind, String spec) {
        return """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: %s
                metadata:
                  name: web
                spec:
                """.formatted(kind) + spec.indent(2);
    }

    /** What is wrong with the texts, which are called web.yaml, 2.yaml, 3.yaml and so on. */
    static List<String> problems(String... texts) {
        try {
            read(texts);
            return List.of();
        } catch (ManifestException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    /** What is wrong with the spec of a manifest of that kind. */
    static List<String> problemsOf(String kind, String spec) {
        return problems(manifest(kind, spec));
    }

    static List<Manifest> read(String... texts) {
        List<ManifestText> all = new ArrayList<>();
        for (String text : texts) {
            all.add(new ManifestText(all.isEmpty() ? "web.yaml" : all.size() + 1 + ".yaml", text));
        }
        return ManifestReader.read(all);
    }
}
