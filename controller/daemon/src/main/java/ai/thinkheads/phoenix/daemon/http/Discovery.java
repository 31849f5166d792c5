package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What there is, in the words that Kubernetes clients ask with: versions, groups and resources. */
final class Discovery {

    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> CATEGORIES = List.of("all", "phoenix");

    private Discovery() {}

    /** {@code GET /version}: the Kubernetes version that the shape of this API follows. */
    static ObjectNode version() {
        return object().put("major", "1")
                .put("minor", "32")
                .put("gitVersion", "v1.32.0+phoenix")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none")
                .put("compiler", "javac")
                .put("platform", System.getProperty("os.name") + "/" + System.getProperty("os.arch"));
    }

    /** {@code GET /api}. */
    static ObjectNode coreVersions() {
        ObjectNode versions = object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    /** {@code GET /apis}. */
    static ObjectNode groups() {
        ObjectNode list = object().put("kind", "APIGroupList").put("apiVersion", "v1");
        list.putArray("groups").add(group());
        return list;
    }

    /** {@code GET /apis/<group>}. */
    static ObjectNode group() {
        ObjectNode group =
                object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", Kinds.GROUP);
        group.putArray("versions")
                .addObject()
                .put("groupVersion", Kinds.API_VERSION)
                .put("version", Kinds.VERSION);
        group.putObject("preferredVersion")
                .put("groupVersion", Kinds.API_VERSION)
                .put("version", Kinds.VERSION);
        return group;
    }

    /** {@code GET /apis/<group>/<version>}. */
    static ObjectNode resources() {
        ObjectNode list = resourceList(Kinds.API_VERSION);
        ArrayNode resources = (ArrayNode) list.get("resources");
        for (Kind<?, ?> kind : Kinds.ALL) {
            ObjectNode resource = resource(resources, kind.plural(), kind.singular(), kind.name(), false, VERBS);
            ArrayNode shortNames = resource.putArray("shortNames");
            kind.shortNames().forEach(shortNames::add);
            ArrayNode categories = resource.putArray("categories");
            CATEGORIES.forEach(categories::add);
            resource(resources, kind.plural() + "/status", "", kind.name(), false, List.of("get"));
        }
        return list;
    }

    /** {@code GET /api/v1}. */
    static ObjectNode coreResources() {
        ObjectNode list = resourceList("v1");
        ArrayNode resources = (ArrayNode) list.get("resources");
        resource(resources, "events", "event", "Event", true, List.of("get", "list", "watch"))
                .putArray("shortNames")
                .add("ev");
        resource(resources, "namespaces", "namespace", "Namespace", false, List.of("get", "list"))
                .putArray("shortNames")
                .add("ns");
        return list;
    }

    private static ObjectNode resourceList(String groupVersion) {
        ObjectNode list =
                object().put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", groupVersion);
        list.putArray("resources");
        return list;
    }

    private static ObjectNode resource(
            ArrayNode resources, String name, String singular, String kind, boolean namespaced, List<String> verbs) {
        ObjectNode resource = resources
                .addObject()
                .put("name", name)
                .put("singularName", singular)
                .put("namespaced", namespaced)
                .put("kind", kind);
        ArrayNode all = resource.putArray("verbs");
        verbs.forEach(all::add);
        return resource;
    }

    /** {@code GET /api/v1/namespaces}: the one that clients expect; Phoenix's resources are in none. */
    static ObjectNode namespaces() {
        ObjectNode list = object().put("kind", "NamespaceList").put("apiVersion", "v1");
        list.putObject("metadata").put("resourceVersion", "1");
        list.putArray("items").add(namespace());
        return list;
    }

    static ObjectNode namespace() {
        ObjectNode namespace = object().put("kind", "Namespace").put("apiVersion", "v1");
        namespace
                .putObject("metadata")
                .put("name", "default")
                .put("uid", "00000000-0000-0000-0000-000000000001")
                .put("resourceVersion", "1");
        namespace.putObject("status").put("phase", "Active");
        return namespace;
    }

    /** Whoever can open the socket may do everything; access reviews say so. */
    static ObjectNode accessReview() {
        ObjectNode review =
                object().put("kind", "SelfSubjectAccessReview").put("apiVersion", "authorization.k8s.io/v1");
        review.putObject("metadata");
        review.putObject("spec");
        review.putObject("status").put("allowed", true).put("reason", "the socket's permissions decide");
        return review;
    }

    static ObjectNode rulesReview() {
        ObjectNode review = object().put("kind", "SelfSubjectRulesReview").put("apiVersion", "authorization.k8s.io/v1");
        review.putObject("metadata");
        review.putObject("spec");
        ObjectNode status = review.putObject("status").put("incomplete", false);
        ObjectNode rule = status.putArray("resourceRules").addObject();
        rule.putArray("verbs").add("*");
        rule.putArray("apiGroups").add(Kinds.GROUP);
        rule.putArray("resources").add("*");
        status.putArray("nonResourceRules");
        return review;
    }

    private static ObjectNode object() {
        return ResourceCodec.json().createObjectNode();
    }
}
