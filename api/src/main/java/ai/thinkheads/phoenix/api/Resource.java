package ai.thinkheads.phoenix.api;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One declared object: what a user asks for and what became of it. Immutable by convention: {@link ObjectMeta} is a mutable
 * bean, and nobody changes one after a resource was built from it; take {@code toBuilder()} of it instead.
 *
 * @param kind the entry of {@link Kinds} that this is one of
 * @param metadata name, labels, annotations and what the store adds: uid, resourceVersion, generation, timestamps, finalizers
 * @param spec what is asked for
 * @param status what became of it; {@link Status#unknown()} before the first pass
 */
public record Resource<S extends Spec, F extends Facts>(
        Kind<S, F> kind, ObjectMeta metadata, S spec, Status<F> status) {

    public ResourceKey key() {
        return new ResourceKey(kind.name(), name());
    }

    public String name() {
        return metadata.getName();
    }

    /** The store's revision of this object; 0 for one that was never stored. */
    public long resourceVersion() {
        String version = metadata.getResourceVersion();
        return version == null || version.isEmpty() ? 0 : Long.parseLong(version);
    }

    /** Counts the changes of the spec, from 1; 0 for a resource that was never stored. */
    public long generation() {
        Long generation = metadata.getGeneration();
        return generation == null ? 0 : generation;
    }

    /** Whether somebody has asked for the deletion of this resource. */
    public boolean isDeleting() {
        return metadata.getDeletionTimestamp() != null;
    }

    public Optional<String> annotation(String name) {
        Map<String, String> annotations = metadata.getAnnotations();
        return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(name));
    }

    /** Whether the pass that wrote the status saw the present spec and found the condition true. */
    public boolean has(String condition) {
        return status.observedGeneration() == generation() && status.has(condition);
    }

    public @Nullable F facts() {
        return status.facts();
    }

    public Resource<S, F> withMetadata(ObjectMeta other) {
        return new Resource<>(kind, other, spec, status);
    }

    public Resource<S, F> withSpec(S other) {
        return new Resource<>(kind, metadata, other, status);
    }

    public Resource<S, F> withStatus(Status<F> other) {
        return new Resource<>(kind, metadata, spec, other);
    }

    /** This resource as one of {@code wanted}; empty when it is of another kind. */
    @SuppressWarnings("unchecked") // the kind is the witness of both type parameters
    public <S2 extends Spec, F2 extends Facts> Optional<Resource<S2, F2>> as(Kind<S2, F2> wanted) {
        return kind.name().equals(wanted.name()) ? Optional.of((Resource<S2, F2>) this) : Optional.empty();
    }
}
