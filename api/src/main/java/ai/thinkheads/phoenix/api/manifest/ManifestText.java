package ai.thinkheads.phoenix.api.manifest;

/**
 * A text that holds manifests.
 *
 * @param name what messages call it: a path, or {@code stdin}
 * @param text YAML of any number of documents, or JSON
 */
public record ManifestText(String name, String text) {}
