package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.daemon.adopt.Adopter;
import ai.thinkheads.phoenix.daemon.apply.RefusedException;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.kinds.adopt.Adoption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /phoenix/v1/adopt}: what is on a host, as manifests. The body is {@code {"hypervisor": manifest}} for a host that is
 * not managed yet, or {@code {"name": …}}, or empty for the only Hypervisor. The answer lists manifests in the order of their
 * references, each with the marks that applying it leaves, what is left out with the reason, and what is managed already.
 */
final class AdoptRoute {

    private final Adopter adopter;

    AdoptRoute(Adopter adopter) {
        this.adopter = adopter;
    }

    void handle(Exchange exchange) {
        JsonNode body = exchange.json(ApplyRoute.LARGEST_SET);
        String name = body.path("name").asString("");
        try {
            exchange.send(200, answer(adopter.read(hypervisor(body.path("hypervisor")), name.isEmpty() ? null : name)));
        } catch (RefusedException e) {
            throw ApplyRoute.refusal(e);
        } catch (ReconcileException e) {
            throw ApiError.invalidSet(List.of(
                    new ApiError.Cause("HostNotRead", Objects.requireNonNullElse(e.getMessage(), e.reason()), "")));
        }
    }

    private static @Nullable Resource<HypervisorSpec, HypervisorFacts> hypervisor(JsonNode manifest) {
        if (!(manifest instanceof ObjectNode object)) {
            return null;
        }
        object.remove("status");
        try {
            return ManifestReader.readTree(object, true)
                    .as(Kinds.HYPERVISOR)
                    .orElseThrow(() -> ApiError.badRequest("hypervisor has to be the manifest of a Hypervisor"));
        } catch (ManifestException e) {
            throw ApiError.invalidSet(e.problems().stream()
                    .map(problem -> new ApiError.Cause("FieldValueInvalid", problem.message(), problem.field()))
                    .toList());
        }
    }

    private static ObjectNode answer(Adopter.Reading reading) {
        ObjectNode answer = ResourceCodec.json().createObjectNode();
        answer.put("hypervisor", reading.hypervisor().name());
        ArrayNode items = answer.putArray("items");
        for (Adoption.Entry each : reading.adoption().entries()) {
            ObjectNode manifest = ResourceCodec.tree(each.resource());
            manifest.remove("status");
            ObjectNode item = items.addObject()
                    .put("kind", each.key().kind())
                    .put("name", each.key().name())
                    .put("object", each.object());
            item.set("manifest", manifest);
            ArrayNode needs = item.putArray("needs");
            each.resource()
                    .spec()
                    .references()
                    .forEach(reference -> needs.add(reference.target().toString()));
            each.notes().forEach(item.putArray("notes")::add);
            ArrayNode marks = item.putArray("marks");
            for (PlannedStep step : reading.marks().getOrDefault(each.key(), List.of())) {
                marks.add(step.action());
            }
        }
        ArrayNode leftOut = answer.putArray("leftOut");
        reading.adoption()
                .leftOut()
                .forEach(each -> leftOut.addObject()
                        .put("kind", each.kind())
                        .put("object", each.object())
                        .put("reason", each.reason()));
        ArrayNode managed = answer.putArray("managed");
        reading.adoption()
                .managed()
                .forEach(each -> managed.addObject()
                        .put("object", each.object())
                        .put("resource", each.resource().toString()));
        return answer;
    }
}
