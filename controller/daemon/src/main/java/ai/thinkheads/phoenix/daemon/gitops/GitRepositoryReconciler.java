package ai.thinkheads.phoenix.daemon.gitops;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.api.v1alpha1.GitRepositoryFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GitRepositorySpec;
import ai.thinkheads.phoenix.api.v1alpha1.SecretRef;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.ManifestSet;
import ai.thinkheads.phoenix.daemon.apply.RefusedException;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.time.Clock;
import jakarta.inject.Inject;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Drives the store to what a Git branch says. The commit's manifests are compared with the store at every pass, so that a
 * resource that somebody changed by hand is set back. A commit that is not valid as a whole changes nothing; the last one that
 * was stays in force.
 */
public final class GitRepositoryReconciler implements Reconciler<GitRepositorySpec, GitRepositoryFacts> {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int LONGEST_LIST = 10;

    private final GitSource source;
    private final Applier applier;
    private final Store store;
    private final Vault vault;
    private final Clock clock;
    private final Map<String, Fetched> fetched = new ConcurrentHashMap<>();
    private final Map<String, ReadFolder> understood = new ConcurrentHashMap<>();

    @Inject
    public GitRepositoryReconciler(GitSource source, Applier applier, Store store, Vault vault, Clock clock) {
        this.source = source;
        this.applier = applier;
        this.store = store;
        this.vault = vault;
        this.clock = clock;
    }

    /** What the remote had when it was last asked. */
    private record Fetched(GitSource.Remote remote, String commit, Duration at, Instant time) {}

    /** A folder of a commit. */
    private record Place(String commit, @Nullable String path) {}

    /** The manifests of the folder that was last understood. */
    private record ReadFolder(Place place, SoftReference<List<Manifest>> manifests) {}

    /** Stores what a commit says. */
    record ApplyCommit(String repository, String commit, String summary) implements Step {

        @Override
        public String field() {
            return "spec";
        }

        @Override
        public String action() {
            return "apply commit " + shortened(commit) + ": " + summary;
        }

        @Override
        public Effect effect() {
            return Effect.ONLINE;
        }

        @Override
        public String operation() {
            return "apply-commit";
        }
    }

    /**
     * A commit, read and checked.
     *
     * @param prepared null when it may not be applied
     * @param reason one CamelCase word when it may not
     * @param problem why it may not
     */
    private record Candidate(
            String commit,
            Applier.@Nullable Prepared prepared,
            @Nullable ManifestSet set,
            String reason,
            String problem) {}

    @Override
    public Kind<GitRepositorySpec, GitRepositoryFacts> kind() {
        return Kinds.GIT_REPOSITORY;
    }

    @Override
    public Assessment<GitRepositoryFacts> assess(
            Resource<GitRepositorySpec, GitRepositoryFacts> resource, Resources resources) {
        GitRepositorySpec spec = resource.spec();
        GitRepositoryFacts before = before(resource);
        if (Boolean.TRUE.equals(spec.suspend())) {
            return new Assessment<>(
                    Plan.empty(),
                    new GitRepositoryFacts(
                            before.revision(), before.fetchedRevision(), before.lastSync(), inventory(resource.name())),
                    List.of(new Assessment.Finding(
                            Conditions.PAUSED,
                            true,
                            "Suspended",
                            "spec.suspend is true: the repository is not looked at",
                            false)),
                    null);
        }
        Fetched head;
        try {
            head = head(resource);
        } catch (ReconcileException e) {
            if (before.revision() == null) {
                throw e;
            }
            return withoutRemote(resource, before, before.revision(), e);
        }
        Candidate newest = candidate(resource, head.commit());
        Candidate inForce = newest;
        if (newest.prepared() == null
                && before.revision() != null
                && !before.revision().equals(head.commit())) {
            inForce = candidate(resource, before.revision());
        }
        Plan plan = plan(resource.name(), inForce);
        String revision = newest.prepared() != null && plan.isEmpty() ? head.commit() : before.revision();
        GitRepositoryFacts facts =
                new GitRepositoryFacts(revision, head.commit(), head.time(), inventory(resource.name()));
        return new Assessment<>(plan, facts, List.of(finding(newest, before.revision())), interval(spec));
    }

    /** While the remote cannot be asked, what it last said goes on being kept. */
    private Assessment<GitRepositoryFacts> withoutRemote(
            Resource<GitRepositorySpec, GitRepositoryFacts> resource,
            GitRepositoryFacts before,
            String revision,
            ReconcileException failure) {
        GitRepositoryFacts facts = new GitRepositoryFacts(
                revision, before.fetchedRevision(), before.lastSync(), inventory(resource.name()));
        Assessment.Finding finding = new Assessment.Finding(
                Conditions.SYNCED,
                false,
                failure.reason(),
                failure.getMessage() + "; commit " + shortened(revision) + " stays in force",
                true);
        return new Assessment<>(
                plan(resource.name(), candidate(resource, revision)),
                facts,
                List.of(finding),
                interval(resource.spec()));
    }

    private static Assessment.Finding finding(Candidate newest, @Nullable String revision) {
        if (newest.prepared() != null) {
            return new Assessment.Finding(
                    Conditions.SYNCED, true, "Applied", "commit " + shortened(newest.commit()) + " is in force", false);
        }
        String inForce = revision == null ? "nothing is in force" : "commit " + shortened(revision) + " stays in force";
        return new Assessment.Finding(
                Conditions.SYNCED,
                false,
                newest.reason(),
                "commit " + shortened(newest.commit()) + " is not applied, " + inForce + ": " + newest.problem(),
                true);
    }

    private static GitRepositoryFacts before(Resource<GitRepositorySpec, GitRepositoryFacts> resource) {
        GitRepositoryFacts facts = resource.facts();
        return facts == null ? new GitRepositoryFacts(null, null, null, List.of()) : facts;
    }

    private static Duration interval(GitRepositorySpec spec) {
        return spec.interval() == null ? INTERVAL : spec.interval().duration();
    }

    private Fetched head(Resource<GitRepositorySpec, GitRepositoryFacts> resource) {
        GitSource.Remote remote = remote(resource);
        Fetched last = fetched.get(resource.name());
        if (last != null
                && last.remote().equals(remote)
                && clock.elapsed().minus(last.at()).compareTo(interval(resource.spec())) < 0) {
            return last;
        }
        try {
            String commit = source.fetch(resource.name(), remote);
            Fetched now =
                    new Fetched(remote, commit, clock.elapsed(), clock.instant().truncatedTo(ChronoUnit.SECONDS));
            fetched.put(resource.name(), now);
            return now;
        } catch (GitException e) {
            throw new ReconcileException(e.reason(), resource.key() + ": " + e.getMessage(), true, e);
        }
    }

    private GitSource.Remote remote(Resource<GitRepositorySpec, GitRepositoryFacts> resource) {
        GitRepositorySpec spec = resource.spec();
        Map<String, String> credentials = Map.of();
        SecretRef secret = spec.credentials();
        if (secret != null) {
            credentials = secret.key() == null
                    ? vault.all(secret.name())
                    : vault.get(secret.name(), secret.key())
                            .map(value -> Map.of(String.valueOf(secret.key()), value))
                            .orElse(Map.of());
            if (credentials.isEmpty()) {
                throw new ReconcileException(
                        "CredentialsMissing",
                        resource.key() + ": spec.credentials: Secret/" + secret.name() + " has no value"
                                + (secret.key() == null ? "" : " under the key '" + secret.key() + "'"),
                        true,
                        null);
            }
        }
        return new GitSource.Remote(
                spec.url(),
                spec.branch() == null ? "main" : spec.branch(),
                spec.username() == null ? "git" : spec.username(),
                credentials);
    }

    private Candidate candidate(Resource<GitRepositorySpec, GitRepositoryFacts> resource, String commit) {
        GitRepositorySpec spec = resource.spec();
        String folder = spec.path() == null ? "the top of the repository" : "the folder " + spec.path();
        try {
            GitSource.Folder read = source.read(resource.name(), commit, spec.path());
            if (!read.found()) {
                return refused(commit, "FolderMissing", folder + " does not exist; set spec.path, or restore it");
            }
            List<Manifest> manifests = manifests(resource.name(), new Place(commit, spec.path()), read);
            if (manifests.isEmpty()) {
                return refused(
                        commit,
                        "NoManifests",
                        folder + " has no manifests; delete the resources themselves if that is meant");
            }
            ManifestSet set = new ManifestSet(
                    manifests.stream()
                            .map(manifest -> new ManifestSet.Item(
                                    manifest.resource(),
                                    manifest.location().source() + ":"
                                            + manifest.location().line()))
                            .toList(),
                    null,
                    resource.name(),
                    Boolean.TRUE.equals(spec.prune()),
                    false);
            return new Candidate(commit, applier.prepare(set), set, "", "");
        } catch (ManifestException e) {
            return refused(commit, "InvalidManifests", list(e.problems()));
        } catch (RefusedException e) {
            return refused(commit, "InvalidManifests", list(e.refusals()));
        } catch (GitException e) {
            return refused(commit, e.reason(), e.getMessage());
        }
    }

    /** What a folder of a commit says does not change, so it is not read anew on every pass for as long as memory allows. */
    private List<Manifest> manifests(String name, Place place, GitSource.Folder folder) {
        ReadFolder last = understood.get(name);
        List<Manifest> known = last == null || !last.place().equals(place)
                ? null
                : last.manifests().get();
        if (known != null) {
            return known;
        }
        List<Manifest> fresh = ManifestReader.read(folder.files().stream()
                .map(file -> new ManifestText(file.path(), file.text()))
                .toList());
        understood.put(name, new ReadFolder(place, new SoftReference<>(fresh)));
        return fresh;
    }

    private static Candidate refused(String commit, String reason, String problem) {
        return new Candidate(commit, null, null, reason, problem);
    }

    private static String list(List<?> problems) {
        StringBuilder text = new StringBuilder();
        for (Object problem : problems.subList(0, Math.min(LONGEST_LIST, problems.size()))) {
            text.append(text.isEmpty() ? "" : "; ").append(problem);
        }
        int more = problems.size() - LONGEST_LIST;
        return more > 0 ? text.append("; and ").append(more).append(" more").toString() : text.toString();
    }

    private static Plan plan(String name, Candidate candidate) {
        Applier.Prepared prepared = candidate.prepared();
        if (prepared == null || prepared.isUnchanged()) {
            return Plan.empty();
        }
        return Plan.of(new ApplyCommit(name, candidate.commit(), prepared.summary()));
    }

    private List<String> inventory(String name) {
        return store.list(null).items().stream()
                .filter(each -> each.annotation(Annotations.GIT_REPOSITORY).equals(Optional.of(name)))
                .map(each -> each.key().toString())
                .toList();
    }

    private static String shortened(String commit) {
        return commit.substring(0, Math.min(10, commit.length()));
    }

    /** What came from the repository stays; nothing has to be done. */
    @Override
    public Assessment<GitRepositoryFacts> assessDeletion(
            Resource<GitRepositorySpec, GitRepositoryFacts> resource, Resources resources) {
        return Assessment.of(Plan.empty(), before(resource));
    }

    @Override
    public void execute(Step step, Resource<GitRepositorySpec, GitRepositoryFacts> resource, Resources resources) {
        if (!(step instanceof ApplyCommit apply)) {
            throw new IllegalArgumentException("not a step of GitRepository: " + step);
        }
        Candidate candidate = candidate(resource, apply.commit());
        Applier.Prepared prepared = candidate.prepared();
        ManifestSet set = candidate.set();
        if (prepared == null || set == null) {
            throw new ReconcileException(candidate.reason(), resource.key() + ": " + candidate.problem(), true, null);
        }
        List<String> failures = applier.store(prepared, set).stream()
                .filter(result -> result.failure() != null)
                .map(result -> result.key() + ": " + result.failure())
                .toList();
        if (!failures.isEmpty()) {
            throw new ReconcileException(
                    "ApplyIncomplete",
                    resource.key() + ": commit " + shortened(apply.commit()) + " could not be stored whole: "
                            + list(failures),
                    true,
                    null);
        }
    }

    /** The next pass asks the remote again. */
    @Override
    public void distrust(Resource<GitRepositorySpec, GitRepositoryFacts> resource) {
        fetched.remove(resource.name());
    }

    /** The next pass over any repository asks its remote again. */
    public void freshPass() {
        fetched.clear();
    }
}
