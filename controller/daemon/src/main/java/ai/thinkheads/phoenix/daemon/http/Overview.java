package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.store.Store;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /phoenix/v1/status}: hosts, pools, guests, and what is not well and why, in one answer. */
final class Overview {

    private static final List<String> TROUBLES = List.of(
            Conditions.DEGRADED,
            Conditions.DRIFTED,
            Conditions.STALE,
            Conditions.RESTART_REQUIRED,
            Conditions.REBOOT_REQUIRED);

    private final Store store;

    Overview(Store store) {
        this.store = store;
    }

    void handle(Exchange exchange) {
        ObjectNode answer = ResourceCodec.json().createObjectNode();
        ArrayNode hosts = answer.putArray("hosts");
        ArrayNode pools = answer.putArray("pools");
        ArrayNode guests = answer.putArray("guests");
        ArrayNode problems = answer.putArray("problems");
        int ready = 0;
        List<Resource<?, ?>> all = store.list(null).items();
        for (Resource<?, ?> resource : all) {
            if (resource.has(Conditions.READY)) {
                ready++;
            }
            problems(problems, resource);
            Kind<?, ?> kind = resource.kind();
            if (kind.scope() == Kind.Scope.GUEST) {
                describe(guests, resource);
            } else if (Set.of(Kinds.ZFS_POOL.name(), Kinds.STORAGE_POOL.name()).contains(kind.name())) {
                describe(pools, resource);
            } else if (kind.name().equals(Kinds.HYPERVISOR.name())) {
                describe(hosts, resource);
            }
        }
        exchange.send(200, answer.put("ready", ready).put("total", all.size()));
    }

    private static void describe(ArrayNode list, Resource<?, ?> resource) {
        ObjectNode entry = list.addObject()
                .put("kind", resource.kind().name())
                .put("name", resource.name())
                .put("ready", resource.has(Conditions.READY));
        if (resource.facts() != null) {
            entry.set("facts", ResourceCodec.json().valueToTree(resource.facts()));
        }
    }

    private static void problems(ArrayNode problems, Resource<?, ?> resource) {
        if (!resource.has(Conditions.READY)) {
            Condition ready = resource.status()
                    .condition(Conditions.READY)
                    .filter(condition -> resource.status().observedGeneration() == resource.generation())
                    .orElse(null);
            problem(
                    problems,
                    resource,
                    ready == null ? "Pending" : ready.getReason(),
                    ready == null ? "has not been looked at since it was changed" : ready.getMessage());
        }
        for (String type : TROUBLES) {
            resource.status()
                    .condition(type)
                    .filter(condition -> "True".equals(condition.getStatus()))
                    .ifPresent(condition -> problem(problems, resource, type, condition.getMessage()));
        }
    }

    private static void problem(ArrayNode problems, Resource<?, ?> resource, String reason, String message) {
        problems.addObject()
                .put("kind", resource.kind().name())
                .put("name", resource.name())
                .put("reason", reason)
                .put("message", message);
    }
}
