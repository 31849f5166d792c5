package ai.thinkheads.phoenix.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A secret word that would be known again wherever it turns up.
 *
 * @param word of no other use
 */
public record Canary(String word) {

    /** In a container's spec: the feature that is given the word. */
    public static final String PROVISION =
            "provision: {features: [{name: app, parameters: {token: {secretRef: {name: token, key: value}}}}]}";

    /** A Secret that holds the word, and a feature that uses it and says it aloud. */
    public String manifests() {
        return """
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Secret
            metadata: {name: token}
            spec: {stringData: {value: "%s"}}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Feature
            metadata: {name: app}
            spec:
              scope: Container
              version: "1"
              parameters: {type: object, properties: {token: {type: string}}}
              check: test -f /opt/app
              install: test "${#TOKEN}" -gt 5 && echo "got $TOKEN" && touch /opt/app
            """.formatted(word);
    }

    /** The files at or below a folder that have the word in them, whatever else they are. */
    public List<Path> filesWith(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(each, StandardCharsets.ISO_8859_1).contains(word)) {
                    found.add(each);
                }
            }
        }
        return found;
    }
}
