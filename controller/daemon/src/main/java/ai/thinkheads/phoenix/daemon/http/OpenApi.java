package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.schema.Crds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema of the API as OpenAPI 3, which {@code kubectl explain} prints and {@code kubectl create} looks into to learn that
 * the server checks fields itself. Made when it is first asked for.
 */
final class OpenApi {

    private static final String GROUP_PATH = "apis/" + Kinds.API_VERSION;

    private byte @Nullable [] document;

    /** {@code /openapi/v3} and {@code /openapi/v3/apis/<group>/<version>}. */
    void handle(Exchange exchange, List<String> path) {
        String rest = String.join("/", path.subList(1, path.size()));
        if (!exchange.method().equals("GET")) {
            throw ApiError.methodNotAllowed("/openapi takes GET");
        }
        switch (rest) {
            case "v3" -> exchange.send(200, index());
            case "v3/" + GROUP_PATH -> exchange.send(200, "application/json", document());
            default -> exchange.text(404, "404 page not found\n");
        }
    }

    private ObjectNode index() {
        ObjectNode index = ResourceCodec.json().createObjectNode();
        index.putObject("paths")
                .putObject(GROUP_PATH)
                .put("serverRelativeURL", "/openapi/v3/" + GROUP_PATH + "?hash=" + hash(document()));
        return index;
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().withUpperCase().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private synchronized byte[] document() {
        byte[] made = document;
        if (made == null) {
            made = make().toString().getBytes(StandardCharsets.UTF_8);
            document = made;
        }
        return made;
    }

    private static ObjectNode make() {
        ObjectNode document = ResourceCodec.json().createObjectNode().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Phoenix").put("version", Kinds.VERSION);
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        schemas.putObject("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
                .put("type", "object")
                .put("description", "Name, labels and annotations, and what the server keeps of a resource.");
        for (Kind<?, ?> kind : Kinds.ALL) {
            String name = "ai.thinkheads.phoenix." + Kinds.VERSION + "." + kind.name();
            schemas.set(name, schema(kind));
            String base = "/" + GROUP_PATH + "/" + kind.plural();
            ObjectNode collection = paths.putObject(base);
            operation(collection, "get", "list", kind, name, false);
            operation(collection, "post", "post", kind, name, true);
            ObjectNode item = paths.putObject(base + "/{name}");
            operation(item, "get", "get", kind, name, false);
            operation(item, "put", "put", kind, name, true);
            operation(item, "patch", "patch", kind, name, true);
            operation(item, "delete", "delete", kind, name, false);
        }
        return document;
    }

    private static ObjectNode schema(Kind<?, ?> kind) {
        JsonNode crd = ResourceCodec.json().valueToTree(Crds.of(kind));
        ObjectNode schema =
                crd.path("spec").path("versions").path(0).path("schema").path("openAPIV3Schema")
                                instanceof ObjectNode given
                        ? given
                        : ResourceCodec.json().createObjectNode();
        schema.put("description", kind.summary());
        ObjectNode properties = schema.withObject("properties");
        properties
                .putObject("apiVersion")
                .put("type", "string")
                .put("description", "Always " + Kinds.API_VERSION + ".");
        properties.putObject("kind").put("type", "string").put("description", "Always " + kind.name() + ".");
        ObjectNode metadata = properties
                .putObject("metadata")
                .put("description", "Name, labels and annotations, and what the server keeps of a resource.");
        metadata.putArray("allOf")
                .addObject()
                .put("$ref", "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
        identify(schema.putArray("x-kubernetes-group-version-kind").addObject(), kind);
        return schema;
    }

    private static void identify(ObjectNode node, Kind<?, ?> kind) {
        node.put("group", Kinds.GROUP).put("version", Kinds.VERSION).put("kind", kind.name());
    }

    private static void operation(
            ObjectNode path, String method, String action, Kind<?, ?> kind, String schema, boolean writes) {
        ObjectNode operation = path.putObject(method).put("operationId", action + kind.name());
        ArrayNode parameters = operation.putArray("parameters");
        if (writes) {
            for (String name : List.of("dryRun", "fieldManager", "fieldValidation")) {
                parameters
                        .addObject()
                        .put("name", name)
                        .put("in", "query")
                        .putObject("schema")
                        .put("type", "string");
            }
        }
        operation
                .putObject("responses")
                .putObject("200")
                .put("description", "OK")
                .putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/" + schema);
        operation.put("x-kubernetes-action", action);
        identify(operation.putObject("x-kubernetes-group-version-kind"), kind);
    }
}
