package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Manifests as resources. The same text is read once for all runs. */
final class Parsed {

    private static final ConcurrentHashMap<String, Resource<?, ?>> KNOWN = new ConcurrentHashMap<>();
    private static final String VERSION = "apiVersion: phoenix.thinkheads.ai/v1alpha1\n";

    private Parsed() {}

    static Resource<?, ?> resource(String text) {
        Resource<?, ?> known = KNOWN.get(text);
        if (known == null) {
            known = ManifestReader.read(List.of(new ManifestText("simulation.yaml", whole(text))))
                    .getFirst()
                    .resource();
            KNOWN.put(text, known);
        }
        return known;
    }

    /** The text as a file of a repository would hold it. */
    static String whole(String text) {
        return text.startsWith("apiVersion") ? text : VERSION + text;
    }
}
