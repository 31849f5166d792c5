package ai.thinkheads.phoenix.api;

/**
 * One resource's need of another: found in a spec field, and met once the target has the named condition.
 *
 * @param field the field path that refers, for example {@code spec.mounts[0].storage}
 * @param target what is referred to
 * @param condition the condition type of the target that has to be {@code True}; {@code Ready} unless the user said otherwise
 */
public record Reference(String field, ResourceKey target, String condition) {

    /** A reference that is met when the target is Ready. */
    public static Reference ready(String field, String kind, String name) {
        return new Reference(field, new ResourceKey(kind, name), Conditions.READY);
    }
}
