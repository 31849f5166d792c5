package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Defaults for the guests that name this class. A field that a guest sets itself wins; lists are taken whole. */
public record GuestClassSpec(
        @JsonPropertyDescription("Defaults for containers.") @Nullable
        LxcContainerSpec container,

        @JsonPropertyDescription("Defaults for virtual machines.") @Nullable
        VirtualMachineSpec virtualMachine)
        implements Spec {

    @Override
    public List<Reference> references() {
        List<Reference> references = new ArrayList<>();
        if (container != null) {
            addAll("spec.container", container, references);
        }
        if (virtualMachine != null) {
            addAll("spec.virtualMachine", virtualMachine, references);
        }
        return references;
    }

    private static void addAll(String prefix, Spec defaults, List<Reference> into) {
        for (Reference each : defaults.references()) {
            into.add(new Reference(prefix + each.field().substring("spec".length()), each.target(), each.condition()));
        }
    }

    @Override
    public void check(Problems problems) {
        if (container == null && virtualMachine == null) {
            problems.add("spec", "a class needs defaults for containers or for virtual machines");
        }
        if (container != null && container.vmid() != null) {
            problems.add("spec.container.vmid", "guests cannot share a vmid");
        }
        if (virtualMachine != null && virtualMachine.vmid() != null) {
            problems.add("spec.virtualMachine.vmid", "guests cannot share a vmid");
        }
        if (container != null && container.guestClass() != null) {
            problems.add("spec.container.class", "a class cannot be based on another one");
        }
        if (virtualMachine != null && virtualMachine.guestClass() != null) {
            problems.add("spec.virtualMachine.class", "a class cannot be based on another one");
        }
    }
}
