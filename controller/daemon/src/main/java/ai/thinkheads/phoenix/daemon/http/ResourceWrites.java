package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.daemon.apply.Races;
import ai.thinkheads.phoenix.daemon.apply.RefusedException;
import ai.thinkheads.phoenix.daemon.apply.Writes;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Create, replace, patch and delete. */
final class ResourceWrites {

    private static final int MOST_CONFLICTS = 10;

    private final Store store;
    private final Writes writes;

    ResourceWrites(Store store, Writes writes) {
        this.store = store;
        this.writes = writes;
    }

    void create(Exchange exchange, Kind<?, ?> kind) {
        Resource<?, ?> given = Bodies.read(exchange, kind, exchange.json());
        try {
            answer(exchange, 201, writes.create(given, isDryRun(exchange)));
        } catch (StoreException.AlreadyExists e) {
            throw ApiError.alreadyExists(kind, given.name());
        } catch (RefusedException e) {
            throw Bodies.refusal(kind, given.name(), e);
        }
    }

    void replace(Exchange exchange, Kind<?, ?> kind, String name) {
        JsonNode body = exchange.json();
        if (body.path("metadata").path("resourceVersion").asString("").isEmpty()) {
            throw ApiError.invalid(
                    kind.name(),
                    name,
                    List.of(new ApiError.Cause(
                            "FieldValueInvalid",
                            "Invalid value: 0: must be specified for an update",
                            "metadata.resourceVersion")));
        }
        Resource<?, ?> stored = stored(kind, name);
        try {
            answer(exchange, 200, replace(exchange, kind, name, stored, body));
        } catch (StoreException.Conflict e) {
            throw changed(kind, name);
        }
    }

    void patch(Exchange exchange, Kind<?, ?> kind, String name) {
        String type = exchange.contentType();
        boolean merge = type.equals("application/merge-patch+json");
        if (!merge && !type.equals("application/json-patch+json")) {
            throw ApiError.unsupportedMediaType(
                    switch (type) {
                        case "application/apply-patch+yaml" ->
                            "server-side apply is not supported; use a client-side apply, or phoenixctl apply";
                        case "application/strategic-merge-patch+json" ->
                            "strategic merge patch is not defined for " + kind.name()
                                    + "; use a merge patch (--type=merge)";
                        default ->
                            "the patch type '" + type
                                    + "' is not supported; use application/merge-patch+json or application/json-patch+json";
                    });
        }
        JsonNode patch = exchange.json();
        for (int conflicts = 0; ; conflicts++) {
            long revision = store.revision();
            Resource<?, ?> stored = stored(kind, name);
            ObjectNode before = ResourceCodec.tree(stored);
            JsonNode after = patched(kind, name, before, patch, merge);
            boolean named = !after.path("metadata")
                    .path("resourceVersion")
                    .equals(before.path("metadata").path("resourceVersion"));
            try {
                answer(exchange, 200, replace(exchange, kind, name, stored, after));
                return;
            } catch (StoreException.Conflict e) {
                if (named || conflicts >= MOST_CONFLICTS) {
                    throw changed(kind, name);
                }
                Races.awaitChange(store, stored.key(), revision);
            }
        }
    }

    private static JsonNode patched(Kind<?, ?> kind, String name, ObjectNode before, JsonNode patch, boolean merge) {
        if (merge) {
            if (!patch.isObject()) {
                throw ApiError.badRequest("a merge patch is a JSON object");
            }
            return MergePatch.apply(before.deepCopy(), patch);
        }
        try {
            return JsonPatch.apply(before, patch);
        } catch (JsonPatch.Rejected e) {
            throw new ApiError(
                    422,
                    "Invalid",
                    "the server rejected our request due to an error in our request: " + e.getMessage(),
                    new ApiError.Details(name, kind.name(), List.of(), 0));
        }
    }

    private Writes.Written replace(
            Exchange exchange, Kind<?, ?> kind, String name, Resource<?, ?> stored, JsonNode body) {
        String named = body.path("metadata").path("name").asString("");
        if (!named.equals(name)) {
            throw ApiError.badRequest(
                    "the name of the object (" + named + ") does not match the name on the URL (" + name + ")");
        }
        String uid = body.path("metadata").path("uid").asString("");
        if (!uid.isEmpty() && !uid.equals(stored.metadata().getUid())) {
            throw ApiError.conflict(
                    kind,
                    name,
                    "the object was deleted and made again since it was read: its uid is another; read it anew");
        }
        Resource<?, ?> given = Bodies.read(exchange, kind, body);
        requireNoNewFinalizers(kind, given, stored);
        // What only the store writes stays as stored; finalizers can be taken off by whoever put them on.
        Resource<?, ?> kept = given.withMetadata(new ObjectMetaBuilder(stored.metadata())
                .withLabels(given.metadata().getLabels())
                .withAnnotations(given.metadata().getAnnotations())
                .withFinalizers(given.metadata().getFinalizers())
                .withResourceVersion(given.metadata().getResourceVersion())
                .build());
        try {
            return writes.replace(kept, isDryRun(exchange));
        } catch (RefusedException e) {
            throw Bodies.refusal(kind, name, e);
        } catch (StoreException.NotFound e) {
            throw ApiError.notFound(kind, name);
        }
    }

    private static void requireNoNewFinalizers(Kind<?, ?> kind, Resource<?, ?> given, Resource<?, ?> stored) {
        Set<String> added = new HashSet<>(given.metadata().getFinalizers());
        added.removeAll(new HashSet<>(stored.metadata().getFinalizers()));
        if (stored.isDeleting() && !added.isEmpty()) {
            throw ApiError.invalid(
                    kind.name(),
                    stored.name(),
                    List.of(new ApiError.Cause(
                            "FieldValueForbidden",
                            "no new finalizers can be added if the object is being deleted",
                            "metadata.finalizers")));
        }
    }

    void delete(Exchange exchange, Kind<?, ?> kind, String name) {
        JsonNode options = exchange.json();
        Resource<?, ?> stored = stored(kind, name);
        JsonNode preconditions = options.path("preconditions");
        String uid = preconditions.path("uid").asString("");
        String revision = preconditions.path("resourceVersion").asString("");
        if (!uid.isEmpty() && !uid.equals(stored.metadata().getUid())) {
            throw ApiError.conflict(
                    kind,
                    name,
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + stored.metadata().getUid());
        }
        if (!revision.isEmpty() && !revision.equals(stored.metadata().getResourceVersion())) {
            throw ApiError.conflict(
                    kind,
                    name,
                    "Precondition failed: ResourceVersion in precondition: " + revision
                            + ", ResourceVersion in object meta: "
                            + stored.metadata().getResourceVersion());
        }
        boolean dryRun = isDryRun(exchange) || isDryRun(options);
        Resource<?, ?> deleted = delete(kind, name, revision.isEmpty() ? 0 : stored.resourceVersion(), dryRun);
        if (dryRun || store.get(deleted.key()).isEmpty()) {
            exchange.send(200, success(deleted));
        } else {
            exchange.send(200, "application/json", ResourceCodec.write(deleted));
        }
    }

    void deleteAll(Exchange exchange, Kind<?, ?> kind) {
        Selection selection = Selection.of(kind, exchange);
        boolean dryRun = isDryRun(exchange) || isDryRun(exchange.json());
        List<Resource<?, ?>> deleted = new ArrayList<>();
        Store.Listing listing = store.list(kind);
        for (Resource<?, ?> item : listing.items()) {
            if (selection.matches(item)) {
                deleted.add(delete(kind, item.name(), 0, dryRun));
            }
        }
        ObjectNode list = ResourceCodec.json().createObjectNode();
        list.put("kind", kind.name() + "List").put("apiVersion", Kinds.API_VERSION);
        list.putObject("metadata").put("resourceVersion", Long.toString(store.revision()));
        var items = list.putArray("items");
        deleted.forEach(item -> items.add(ResourceCodec.tree(item)));
        exchange.send(200, list);
    }

    private Resource<?, ?> delete(Kind<?, ?> kind, String name, long revision, boolean dryRun) {
        try {
            return writes.delete(new ResourceKey(kind.name(), name), revision, dryRun);
        } catch (StoreException.NotFound e) {
            throw ApiError.notFound(kind, name);
        } catch (StoreException.Conflict e) {
            throw changed(kind, name);
        } catch (RefusedException e) {
            throw ApiError.conflict(kind, name, e.getMessage());
        }
    }

    private Resource<?, ?> stored(Kind<?, ?> kind, String name) {
        return store.get(new ResourceKey(kind.name(), name)).orElseThrow(() -> ApiError.notFound(kind, name));
    }

    private static ApiError changed(Kind<?, ?> kind, String name) {
        return ApiError.conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    private static ObjectNode success(Resource<?, ?> deleted) {
        ObjectNode status = ResourceCodec.json().createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        status.putObject("details")
                .put("name", deleted.name())
                .put("group", Kinds.GROUP)
                .put("kind", deleted.kind().plural())
                .put("uid", deleted.metadata().getUid());
        return status;
    }

    private static void answer(Exchange exchange, int code, Writes.Written written) {
        written.warnings()
                .forEach(warning -> exchange.addHeader("Warning", "299 - \"" + warning.replace('"', '\'') + "\""));
        exchange.send(code, "application/json", ResourceCodec.write(written.resource()));
    }

    private static boolean isDryRun(Exchange exchange) {
        String wish = exchange.query("dryRun").orElse("");
        if (!wish.isEmpty() && !wish.equals("All")) {
            throw ApiError.badRequest("dryRun has to be All, not '" + wish + "'");
        }
        return !wish.isEmpty();
    }

    private static boolean isDryRun(JsonNode deleteOptions) {
        return deleteOptions
                .path("dryRun")
                .valueStream()
                .anyMatch(each -> each.asString("").equals("All"));
    }
}
