package ai.thinkheads.phoenix.daemon.apply;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.plan.PlannedChange;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import jakarta.inject.Inject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Applies sets of manifests: all of a set is checked before any of it is stored. A set is first prepared, which changes nothing
 * and is all that a dry run does, and then stored.
 */
public final class Applier {

    private static final int MOST_CONFLICTS = 5;

    private final Store store;
    private final SecretSealing sealing;
    private final Judgement judgement;
    private final Writes writes;

    @Inject
    public Applier(Store store, SecretSealing sealing, Judgement judgement, Writes writes) {
        this.store = store;
        this.sealing = sealing;
        this.judgement = judgement;
        this.writes = writes;
    }

    /**
     * A set that may be stored.
     *
     * @param entries in the order of the manifests
     * @param pruned what goes away
     * @param revision of the store before it was looked at
     */
    public record Prepared(List<Entry> entries, Set<ResourceKey> pruned, List<String> warnings, long revision) {
        public Prepared {
            entries = List.copyOf(entries);
            pruned = Set.copyOf(pruned);
            warnings = List.copyOf(warnings);
        }

        /** The resources as they would be stored. */
        public List<Resource<?, ?>> overlay() {
            List<Resource<?, ?>> overlay = new ArrayList<>();
            entries.forEach(entry -> overlay.add(entry.sealed().resource()));
            return overlay;
        }

        /** How much would be done, in a person's words. */
        public String summary() {
            List<String> parts = new ArrayList<>();
            part(parts, "create", PlannedChange.Action.CREATED);
            part(parts, "configure", PlannedChange.Action.CONFIGURED);
            if (!pruned.isEmpty()) {
                parts.add("prune " + pruned.size());
            }
            return String.join(", ", parts);
        }

        private void part(List<String> parts, String word, PlannedChange.Action action) {
            long count =
                    entries.stream().filter(entry -> entry.action() == action).count();
            if (count > 0) {
                parts.add(word + " " + count);
            }
        }

        /** Whether storing it would change nothing. */
        public boolean isUnchanged() {
            return pruned.isEmpty()
                    && entries.stream().allMatch(entry -> entry.action() == PlannedChange.Action.UNCHANGED);
        }
    }

    /**
     * One manifest, merged with what is stored.
     *
     * @param fields what is going to say something else; empty for a new resource
     */
    public record Entry(
            ManifestSet.Item item, SecretSealing.Sealed sealed, PlannedChange.Action action, List<FieldChange> fields) {
        public Entry {
            fields = List.copyOf(fields);
        }

        public ResourceKey key() {
            return item.resource().key();
        }
    }

    /**
     * What became of one resource of a set.
     *
     * @param failure why it could not be stored; null when it was
     */
    public record Stored(
            ResourceKey key,
            PlannedChange.Action action,
            @Nullable String failure) {}

    /**
     * Merges a set with what is stored and checks it.
     *
     * @throws RefusedException with everything that is wrong with it
     */
    public Prepared prepare(ManifestSet set) {
        long revision = store.revision();
        List<ManifestSet.Item> items = set.hostOnly() ? hostItems(set.items()) : set.items();
        List<Refusal> refusals = new ArrayList<>();
        Map<ResourceKey, String> locations = new HashMap<>();
        List<Entry> entries = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (ManifestSet.Item item : items) {
            ResourceKey key = item.resource().key();
            String before = locations.putIfAbsent(key, item.location());
            if (before != null) {
                refusals.add(new Refusal(
                        item.location(),
                        key.toString(),
                        "metadata.name",
                        "is declared twice; the first is at " + before));
            } else {
                entries.add(entry(item, set, refusals, warnings));
            }
        }
        Set<ResourceKey> pruned = set.prune() ? pruned(set, locations.keySet()) : Set.of();
        Prepared prepared = new Prepared(entries, pruned, warnings, revision);
        Judgement.Verdict verdict = judgement.of(prepared.overlay(), pruned);
        for (Refusal refusal : verdict.refusals()) {
            refusals.add(located(refusal, locations));
        }
        if (!refusals.isEmpty()) {
            throw new RefusedException(refusals);
        }
        warnings.addAll(verdict.warnings());
        return new Prepared(entries, pruned, warnings, revision);
    }

    private static Refusal located(Refusal refusal, Map<ResourceKey, String> locations) {
        int slash = refusal.resource().indexOf('/');
        if (slash < 0 || !refusal.location().isEmpty()) {
            return refusal;
        }
        ResourceKey key = new ResourceKey(
                refusal.resource().substring(0, slash), refusal.resource().substring(slash + 1));
        return new Refusal(locations.getOrDefault(key, ""), refusal.resource(), refusal.field(), refusal.message());
    }

    private Entry entry(ManifestSet.Item item, ManifestSet set, List<Refusal> refusals, List<String> warnings) {
        Resource<?, ?> manifest = item.resource();
        Resource<?, ?> stored = store.get(manifest.key()).orElse(null);
        if (stored != null && stored.isDeleting()) {
            refusals.add(new Refusal(
                    item.location(), manifest.key().toString(), "", "is being deleted; apply again once it is gone"));
        }
        String owner = stored == null
                ? null
                : stored.annotation(Annotations.GIT_REPOSITORY).orElse(null);
        if (owner != null
                && !owner.equals(set.gitRepository())
                && store.get(Kinds.GIT_REPOSITORY, owner).isPresent()) {
            if (set.gitRepository() != null) {
                refusals.add(new Refusal(
                        item.location(),
                        manifest.key().toString(),
                        "",
                        "comes from GitRepository/" + owner + " already; remove it from one of the two"));
            } else {
                warnings.add(manifest.key() + " comes from GitRepository/" + owner
                        + ", which will set it back; change it there");
            }
        }
        Resource<?, ?> merged = judgement.prepare(Ownership.merge(manifest, stored, marks(set, stored)));
        SecretSealing.Sealed sealed = sealing.seal(
                merged,
                stored,
                refusal -> refusals.add(
                        new Refusal(item.location(), refusal.resource(), refusal.field(), refusal.message())));
        PlannedChange.Action action = action(sealed.resource(), stored);
        return new Entry(
                item,
                sealed,
                action,
                stored != null && action == PlannedChange.Action.CONFIGURED
                        ? FieldChange.between(stored, sealed.resource())
                        : List.of());
    }

    private static PlannedChange.Action action(Resource<?, ?> merged, @Nullable Resource<?, ?> stored) {
        if (stored == null) {
            return PlannedChange.Action.CREATED;
        }
        return Ownership.isSame(merged, stored) ? PlannedChange.Action.UNCHANGED : PlannedChange.Action.CONFIGURED;
    }

    private static Map<String, String> marks(ManifestSet set, @Nullable Resource<?, ?> stored) {
        Map<String, String> marks = new HashMap<>();
        if (set.applySet() != null) {
            marks.put(Annotations.APPLY_SET, set.applySet());
        }
        if (set.gitRepository() != null) {
            marks.put(Annotations.GIT_REPOSITORY, set.gitRepository());
            if (stored != null && stored.annotation(Annotations.GIT_REPOSITORY).isEmpty()) {
                marks.put(Ownership.ADOPTED, "true");
            }
        }
        return marks;
    }

    /** What belongs to the set and is no longer in it. */
    private Set<ResourceKey> pruned(ManifestSet set, Set<ResourceKey> kept) {
        Set<ResourceKey> pruned = new TreeSet<>();
        for (Resource<?, ?> stored : store.list(null).items()) {
            boolean belongs = set.gitRepository() != null
                    ? stored.annotation(Annotations.GIT_REPOSITORY).equals(Optional.of(set.gitRepository()))
                            && stored.annotation(Ownership.ADOPTED).isEmpty()
                            && !stored.key().equals(new ResourceKey(Kinds.GIT_REPOSITORY.name(), set.gitRepository()))
                    : set.applySet() != null
                            && stored.annotation(Annotations.APPLY_SET).equals(Optional.of(set.applySet()));
            boolean inScope = !set.hostOnly() || stored.kind().scope() == Kind.Scope.HOST;
            if (belongs && inScope && !kept.contains(stored.key()) && !stored.isDeleting()) {
                pruned.add(stored.key());
            }
        }
        return pruned;
    }

    /** What is part of the host itself, and the controller's own resources that it refers to. */
    private static List<ManifestSet.Item> hostItems(List<ManifestSet.Item> items) {
        Map<ResourceKey, ManifestSet.Item> all = new LinkedHashMap<>();
        items.forEach(item -> all.putIfAbsent(item.resource().key(), item));
        Set<ResourceKey> wanted = new HashSet<>();
        Deque<ResourceKey> open = new ArrayDeque<>();
        all.forEach((key, item) -> {
            if (item.resource().kind().scope() == Kind.Scope.HOST) {
                open.add(key);
            }
        });
        while (!open.isEmpty()) {
            ResourceKey key = open.remove();
            ManifestSet.Item item = all.get(key);
            if (item == null || !wanted.add(key)) {
                continue;
            }
            for (Reference reference : item.resource().spec().references()) {
                ManifestSet.Item target = all.get(reference.target());
                if (target != null && target.resource().kind().scope() != Kind.Scope.GUEST) {
                    open.add(reference.target());
                }
            }
        }
        return items.stream()
                .filter(item -> wanted.contains(item.resource().key()))
                .toList();
    }

    /**
     * Stores a prepared set. What cannot be stored is said, and does not keep the rest from being stored. All is written side by
     * side, so that many writes share one wait for the disk.
     */
    public List<Stored> store(Prepared prepared, ManifestSet set) {
        List<Callable<Stored>> writing = new ArrayList<>();
        for (Entry entry : prepared.entries()) {
            writing.add(() -> {
                boolean write = entry.action() != PlannedChange.Action.UNCHANGED || needsRecord(entry);
                String failure = write ? attempt(() -> store(entry, set, prepared.revision())) : null;
                return new Stored(entry.key(), entry.action(), failure);
            });
        }
        for (ResourceKey key : new TreeSet<>(prepared.pruned())) {
            writing.add(() -> new Stored(key, PlannedChange.Action.PRUNED, attempt(() -> prune(key))));
        }
        List<Stored> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Stored> written : threads.invokeAll(writing)) {
                results.add(written.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException.Unavailable("the controller stops before everything was stored; apply again", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Whether only the record of what the manifest names is other than the stored one. */
    private boolean needsRecord(Entry entry) {
        Resource<?, ?> merged = entry.sealed().resource();
        return store.get(entry.key())
                .map(stored ->
                        !stored.annotation(Ownership.LAST_APPLIED).equals(merged.annotation(Ownership.LAST_APPLIED)))
                .orElse(true);
    }

    private static @Nullable String attempt(Runnable write) {
        try {
            write.run();
            return null;
        } catch (StoreException.Unavailable e) {
            throw e;
        } catch (StoreException | RefusedException e) {
            return e.getMessage();
        }
    }

    private void store(Entry entry, ManifestSet set, long revision) {
        entry.sealed().keep().run();
        long seen = revision;
        Resource<?, ?> merged = entry.sealed().resource();
        for (int conflicts = 0; ; conflicts++) {
            try {
                if (merged.resourceVersion() == 0) {
                    store.create(merged);
                } else {
                    store.replace(merged);
                }
                return;
            } catch (StoreException.Conflict | StoreException.AlreadyExists | StoreException.NotFound e) {
                if (conflicts >= MOST_CONFLICTS) {
                    throw e;
                }
                Races.awaitChange(store, entry.key(), seen);
                seen = store.revision();
                Resource<?, ?> now = store.get(entry.key()).orElse(null);
                merged = judgement.prepare(Ownership.merge(sealedManifest(entry), now, marks(set, now)));
            }
        }
    }

    /** The manifest with the fingerprints of its values in their place. */
    private static Resource<?, ?> sealedManifest(Entry entry) {
        return entry.sealed().resource().withMetadata(entry.item().resource().metadata());
    }

    private void prune(ResourceKey key) {
        try {
            writes.delete(key, 0, false);
        } catch (StoreException.NotFound e) {
            // Somebody else was quicker.
        }
    }
}
