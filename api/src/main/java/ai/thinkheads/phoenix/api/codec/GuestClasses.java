package ai.thinkheads.phoenix.api.codec;

import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges a guest with the defaults of its {@code GuestClass}. A field that the guest gives wins; objects are merged field by
 * field; a list that the guest gives replaces the class's list whole, and an empty list counts as not given. Where a guest says
 * what it is made from, the class's other way (a template beside {@code cloneFrom}) is dropped.
 */
public final class GuestClasses {

    private GuestClasses() {}

    /** The container with the class's defaults filled in. */
    public static LxcContainerSpec effective(LxcContainerSpec guest, LxcContainerSpec defaults) {
        return merged(guest, defaults, LxcContainerSpec.class, "template");
    }

    /** The machine with the class's defaults filled in. */
    public static VirtualMachineSpec effective(VirtualMachineSpec guest, VirtualMachineSpec defaults) {
        return merged(guest, defaults, VirtualMachineSpec.class, "image");
    }

    private static <S> S merged(S guest, S defaults, Class<S> type, String origin) {
        ObjectNode own = ResourceCodec.json().valueToTree(guest);
        ObjectNode base = ResourceCodec.json().valueToTree(defaults);
        if (own.has(origin) || own.has("cloneFrom")) {
            base.remove(origin);
            if (!own.has("cloneFrom")) {
                base.remove("cloneFrom");
            }
        }
        merge(base, own);
        return ResourceCodec.json().treeToValue(base, type);
    }

    private static void merge(ObjectNode base, ObjectNode own) {
        for (var field : own.properties()) {
            JsonNode before = base.get(field.getKey());
            if (before instanceof ObjectNode below && field.getValue() instanceof ObjectNode over) {
                merge(below, over);
            } else {
                base.set(field.getKey(), field.getValue());
            }
        }
    }
}
