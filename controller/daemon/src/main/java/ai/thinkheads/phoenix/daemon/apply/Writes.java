package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import ai.thinkheads.phoenix.engine.time.Clock;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import jakarta.inject.Inject;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Writes of single resources: each is sealed, admitted beside what is stored, and stored. */
public final class Writes {

    private final Store store;
    private final SecretSealing sealing;
    private final Judgement judgement;
    private final Clock clock;

    @Inject
    public Writes(Store store, SecretSealing sealing, Judgement judgement, Clock clock) {
        this.store = store;
        this.sealing = sealing;
        this.judgement = judgement;
        this.clock = clock;
    }

    /**
     * What a write came to.
     *
     * @param resource as stored, or as it would be after a dry run
     * @param warnings what is allowed and probably not meant
     */
    public record Written(Resource<?, ?> resource, List<String> warnings) {
        public Written {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Stores a new resource.
     *
     * @throws RefusedException when it may not be stored
     * @throws StoreException.AlreadyExists when there is one of that name
     */
    public Written create(Resource<?, ?> given, boolean dryRun) {
        if (store.get(given.key()).isPresent()) {
            throw new StoreException.AlreadyExists(given.key());
        }
        List<Refusal> refusals = new ArrayList<>();
        SecretSealing.Sealed sealed = sealing.seal(judgement.prepare(fresh(given)), null, refusals::add);
        List<String> warnings = judge(sealed.resource(), refusals);
        if (dryRun) {
            return new Written(pretendCreated(sealed.resource()), warnings);
        }
        sealed.keep().run();
        return new Written(store.create(sealed.resource()), warnings);
    }

    /**
     * Replaces metadata and spec of a stored resource.
     *
     * @param given with the resourceVersion that it was read at, or none for whatever is stored
     * @throws RefusedException when it may not be stored
     * @throws StoreException.NotFound when there is none
     * @throws StoreException.Conflict when somebody else has written since
     */
    public Written replace(Resource<?, ?> given, boolean dryRun) {
        Resource<?, ?> stored = store.get(given.key()).orElseThrow(() -> new StoreException.NotFound(given.key()));
        if (given.resourceVersion() != 0 && given.resourceVersion() != stored.resourceVersion()) {
            throw new StoreException.Conflict(given.key(), given.resourceVersion(), stored.resourceVersion());
        }
        List<Refusal> refusals = new ArrayList<>();
        SecretSealing.Sealed sealed = sealing.seal(judgement.prepare(given), stored, refusals::add);
        // What touches nothing that is judged, such as an annotation or what becomes of the object on the host one
        // day, needs no judgement: it has been judged when it was stored.
        boolean judged = !stored.isDeleting() && !asksTheSame(sealed.resource().spec(), stored.spec());
        List<String> warnings = judged ? judge(sealed.resource(), refusals) : List.of();
        if (!refusals.isEmpty()) {
            throw new RefusedException(refusals);
        }
        if (dryRun) {
            return new Written(pretendReplaced(sealed.resource(), stored), warnings);
        }
        sealed.keep().run();
        return new Written(store.replace(sealed.resource()), warnings);
    }

    /**
     * Deletes a resource, or begins to.
     *
     * @param resourceVersion the revision that has to be the stored one; 0 for whatever is stored
     * @return the resource as it is now, or as it was when it went away
     */
    public Resource<?, ?> delete(ResourceKey key, long resourceVersion, boolean dryRun) {
        Resource<?, ?> stored = store.get(key).orElseThrow(() -> new StoreException.NotFound(key));
        if (resourceVersion != 0 && resourceVersion != stored.resourceVersion()) {
            throw new StoreException.Conflict(key, resourceVersion, stored.resourceVersion());
        }
        if (dryRun) {
            return stored;
        }
        Resource<?, ?> deleted = store.delete(key, resourceVersion);
        if (store.get(key).isEmpty()) {
            sealing.forget(deleted);
        }
        return deleted;
    }

    private static boolean asksTheSame(Spec one, Spec other) {
        if (one.equals(other)) {
            return true;
        }
        if (one.deletionPolicy() == other.deletionPolicy()) {
            return false;
        }
        ObjectNode without = ResourceCodec.json().valueToTree(one);
        ObjectNode others = ResourceCodec.json().valueToTree(other);
        without.remove("deletionPolicy");
        others.remove("deletionPolicy");
        return without.equals(others);
    }

    private List<String> judge(Resource<?, ?> resource, List<Refusal> refusals) {
        Judgement.Verdict verdict = judgement.of(List.of(resource), Set.of());
        refusals.addAll(verdict.refusals());
        if (!refusals.isEmpty()) {
            throw new RefusedException(refusals);
        }
        return verdict.warnings();
    }

    /** What only the store gives is taken off. */
    private static <S extends Spec, F extends Facts> Resource<S, F> fresh(Resource<S, F> given) {
        return given.withStatus(Status.unknown())
                .withMetadata(new ObjectMetaBuilder(given.metadata())
                        .withUid(null)
                        .withResourceVersion(null)
                        .withGeneration(null)
                        .withCreationTimestamp(null)
                        .withDeletionTimestamp(null)
                        .build());
    }

    private <S extends Spec, F extends Facts> Resource<S, F> pretendCreated(Resource<S, F> resource) {
        return resource.withMetadata(new ObjectMetaBuilder(resource.metadata())
                .withGeneration(1L)
                .withCreationTimestamp(
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .build());
    }

    private static <S extends Spec, F extends Facts> Resource<S, F> pretendReplaced(
            Resource<S, F> resource, Resource<?, ?> stored) {
        boolean same = resource.spec().equals(stored.spec());
        return resource.withMetadata(new ObjectMetaBuilder(resource.metadata())
                .withUid(stored.metadata().getUid())
                .withCreationTimestamp(stored.metadata().getCreationTimestamp())
                .withResourceVersion(stored.metadata().getResourceVersion())
                .withGeneration(stored.generation() + (same ? 0 : 1))
                .build());
    }
}
