package ai.thinkheads.phoenix.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user asks for: the {@code spec} of a resource. Implementations are immutable records. */
public interface Spec {

    /** The name of the {@code Hypervisor} that this lives on; null for the only one, and for kinds that live on none. */
    default @Nullable String hypervisor() {
        return null;
    }

    /** What happens to the object on the host when the resource is deleted; null means {@link DeletionPolicy#RETAIN}. */
    default @Nullable DeletionPolicy deletionPolicy() {
        return null;
    }

    /** Orderings that the user asked for beyond the references of the spec. */
    default List<DependsOn> dependsOn() {
        return List.of();
    }

    /**
     * Every resource that this spec names in a field, in the order of the fields, without {@link #hypervisor()} and
     * {@link #dependsOn()}, which the engine adds for every kind.
     */
    default List<Reference> references() {
        return List.of();
    }

    /** Reports every violation of the rules between fields of this spec. Fields are paths below {@code spec}. */
    default void check(Problems problems) {}

    /** Collects violations of rules between fields. */
    @FunctionalInterface
    interface Problems {
        /**
         * Adds one violation.
         *
         * @param field the path of the field to blame, from {@code spec.} on
         * @param message the cause and what to do, as a lower-case sentence without a full stop
         */
        void add(String field, String message);
    }
}
