package ai.thinkheads.phoenix.daemon.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.api.v1alpha1.GitRepositoryFacts;
import ai.thinkheads.phoenix.daemon.apply.Applier;
import ai.thinkheads.phoenix.daemon.apply.Judgement;
import ai.thinkheads.phoenix.daemon.apply.ManifestSet;
import ai.thinkheads.phoenix.daemon.apply.SecretSealing;
import ai.thinkheads.phoenix.daemon.apply.Writes;
import ai.thinkheads.phoenix.engine.event.RecordedEvents;
import ai.thinkheads.phoenix.engine.reconcile.Engine;
import ai.thinkheads.phoenix.engine.reconcile.EngineConfig;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.secret.MemoryVault;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.store.MemoryStore;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.engine.time.SimulationScheduler;
import ai.thinkheads.phoenix.kinds.KindsModule;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** A real repository, whatever becomes of it: what is in force is what its last good commit says, and nothing else is touched. */
class GitRepositoryProperties {

    private static final ResourceKey FLEET = new ResourceKey(Kinds.GIT_REPOSITORY.name(), "fleet");
    /** What was there before the repository; {@code mine} is in it at times, {@code foreign} never. */
    private static final Map<String, Integer> BEFORE = Map.of("mine", 50, "foreign", 51);

    /** What somebody does to the repository, to its resource, or to what came of it. */
    sealed interface Deed {

        /** The folder says this, its files one way round or the other; the history before it is kept or not. */
        record Say(Map<String, Integer> cores, boolean turned, boolean rewritten) implements Deed {}

        /** The folder has these changes, and in one of its files something that makes no sense. */
        record Spoil(Map<String, Integer> cores, Nonsense nonsense) implements Deed {}

        /** The folder is there, and has no manifest. */
        record Empty() implements Deed {}

        /** The folder is not there any more. */
        record Gone() implements Deed {}

        /** The resource names that branch and that folder, which say this. */
        record Switch(String branch, String folder, Map<String, Integer> cores) implements Deed {}

        record Suspend(boolean suspended) implements Deed {}

        /** Somebody changes by hand what came from the repository. */
        record ByHand(String name) implements Deed {}
    }

    enum Nonsense {
        SYNTAX("kind: [\n"),
        UNKNOWN_FIELD(manifest("x", 1).replace("cores", "corse")),
        CUT_OFF(
                "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: GuestClass\nmetadata: {name: x}\nspec: {container: {cor"),
        NAME_TWICE(manifest("x", 1) + "---\n" + manifest("x", 2)),
        NO_KIND("apiVersion: phoenix.thinkheads.ai/v1alpha1\nmetadata: {name: x}\nspec: {}\n");

        private final String text;

        Nonsense(String text) {
            this.text = text;
        }
    }

    private static String manifest(String name, int cores) {
        return "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: GuestClass\nmetadata: {name: " + name
                + "}\nspec: {container: {cores: " + cores + "}}\n";
    }

    @Provide
    Arbitrary<List<Deed>> histories() {
        Arbitrary<Map<String, Integer>> cores = Arbitraries.maps(
                        Arbitraries.of("a", "b", "c", "d", "mine"),
                        Arbitraries.integers().between(1, 4))
                .ofMinSize(1)
                .ofMaxSize(4);
        Arbitrary<Boolean> either = Arbitraries.of(true, false);
        Arbitrary<Deed> say = Combinators.combine(cores, either, either).as(Deed.Say::new);
        Arbitrary<Deed> spoil =
                Combinators.combine(cores, Arbitraries.of(Nonsense.class)).as(Deed.Spoil::new);
        Arbitrary<Deed> moved = Combinators.combine(
                        Arbitraries.of("main", "other"), Arbitraries.of("live", "next"), cores)
                .as(Deed.Switch::new);
        Arbitrary<Deed> suspend = either.map(Deed.Suspend::new);
        Arbitrary<Deed> byHand = Arbitraries.of("a", "b", "c", "mine").map(Deed.ByHand::new);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(4, say),
                        net.jqwik.api.Tuple.of(3, spoil),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just(new Deed.Empty())),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just(new Deed.Gone())),
                        net.jqwik.api.Tuple.of(2, moved),
                        net.jqwik.api.Tuple.of(1, suspend),
                        net.jqwik.api.Tuple.of(2, byHand))
                .list()
                .ofMinSize(3)
                .ofMaxSize(9);
    }

    @Property(tries = 25)
    @Tag("promise-1")
    @Tag("promise-2")
    @Tag("promise-4")
    @Tag("ask-36")
    void whatever_becomes_of_a_repository_its_last_good_commit_is_in_force_and_nothing_else_is_touched(
            @ForAll("histories") List<Deed> history, @ForAll boolean prune) throws IOException {
        try (Bed bed = new Bed(prune)) {
            Expected expected = new Expected(prune);
            bed.say("live", Map.of("a", 1, "b", 1), false, false);
            bed.declare();
            bed.sync();
            expected.good(Map.of("a", 1, "b", 1));
            for (Deed deed : history) {
                bed.perform(deed);
                expected.perform(deed);
                bed.sync();

                assertThat(bed.cores()).as("after %s", deed).isEqualTo(expected.stored);
                assertThat(bed.inventory()).as("after %s", deed).isEqualTo(expected.inventory);
                assertThat(bed.revision())
                        .as("after %s", deed)
                        .isEqualTo(expected.suspended ? bed.revision() : bed.good);
                assertThat(bed.resource().has(Conditions.READY))
                        .as("Ready after %s", deed)
                        .isEqualTo(expected.suspended ? bed.resource().has(Conditions.READY) : expected.isGood);
                bed.restsWith(bed.git);
            }
            bed.restsWith(bed.anotherGit());
        }
    }

    /** What has to be, worked out apart from the code that does it. */
    private static final class Expected {
        final Map<String, Integer> stored = new TreeMap<>(BEFORE);
        final Set<String> inventory = new TreeSet<>();
        private final boolean prune;
        private final Set<String> made = new TreeSet<>();
        private Map<String, Integer> inForce = Map.of();
        private Map<String, Integer> newest = Map.of();
        private boolean newestIsGood;
        private boolean goodIsHere;
        private boolean isGood;
        private boolean suspended;

        Expected(boolean prune) {
            this.prune = prune;
        }

        void perform(Deed deed) {
            switch (deed) {
                case Deed.Say say -> good(say.cores());
                case Deed.Spoil spoil -> bad();
                case Deed.Empty empty -> bad();
                case Deed.Gone gone -> bad();
                case Deed.Switch other -> good(other.cores());
                case Deed.Suspend suspend -> {
                    suspended = suspend.suspended();
                    look();
                }
                case Deed.ByHand hand -> {
                    if (stored.containsKey(hand.name())) {
                        stored.put(hand.name(), 99);
                    }
                    look();
                }
            }
        }

        void good(Map<String, Integer> cores) {
            newest = cores;
            newestIsGood = true;
            look();
        }

        private void bad() {
            newestIsGood = false;
            look();
        }

        private void look() {
            if (suspended) {
                return;
            }
            isGood = newestIsGood;
            if (newestIsGood) {
                inForce = newest;
            }
            inForce.keySet().stream().filter(name -> !stored.containsKey(name)).forEach(made::add);
            stored.putAll(inForce);
            inventory.addAll(inForce.keySet());
            if (prune) {
                // Only what came by it goes with it.
                Set<String> left = new TreeSet<>(inventory);
                left.removeAll(inForce.keySet());
                left.retainAll(made);
                left.forEach(stored::remove);
                made.removeAll(left);
                inventory.removeAll(left);
            }
        }
    }

    /** A repository on disk and a controller of production parts that follows it, in time that the test lets pass. */
    private static final class Bed implements AutoCloseable {
        private final Path root;
        private final Repository remote;
        private final SimulationClock time = new SimulationClock();
        private final SimulationScheduler scheduler = new SimulationScheduler(time, 1);
        private final MemoryVault vault = new MemoryVault();
        private final MemoryStore store;
        private final Writes writes;
        private final Applier applier;
        private final Engine engine;
        private final GitRepositoryReconciler git;
        private final Map<String, Map<String, Map<String, String>>> branches = new HashMap<>();
        private final boolean prune;
        private String branch = "main";
        private String folder = "live";
        private boolean suspended;
        private int clones;
        /** The last commit that could be applied. */
        private @Nullable String good;

        Bed(boolean prune) throws IOException {
            this.prune = prune;
            root = Files.createTempDirectory("properties");
            remote = new FileRepository(root.resolve("remote.git").toFile());
            remote.create(true);
            store = new MemoryStore(scheduler, time, new Random(1));
            SecretSealing sealing = new SecretSealing(vault);
            Judgement judgement = new Judgement(store);
            writes = new Writes(store, sealing, judgement, time);
            applier = new Applier(store, sealing, judgement, writes);
            git = anotherGit();
            List<Reconciler<?, ?>> kinds =
                    new ArrayList<>(Guice.createInjector(new KindsModule(), new AbstractModule() {
                                @Override
                                protected void configure() {
                                    bind(Vault.class).toInstance(vault);
                                    bind(Clock.class).toInstance(time);
                                }
                            })
                            .getInstance(Key.get(new TypeLiteral<Set<Reconciler<?, ?>>>() {})));
            kinds.add(git);
            BEFORE.forEach((name, cores) -> apply(manifest(name, cores)));
            engine = new Engine(
                    store, kinds, new RecordedEvents(time), time, scheduler, new Random(2), EngineConfig.DEFAULT);
            engine.onFreshPass(git::freshPass);
            engine.start();
        }

        /** One that has no clone yet and knows of nothing. */
        GitRepositoryReconciler anotherGit() {
            return new GitRepositoryReconciler(
                    new JGitSource(root.resolve("clones" + clones++)), applier, store, vault, time);
        }

        private void apply(String text) {
            ManifestSet set = new ManifestSet(
                    List.of(new ManifestSet.Item(
                            ManifestReader.read(List.of(new ManifestText("test.yaml", text)))
                                    .getFirst()
                                    .resource(),
                            "")),
                    null,
                    null,
                    false,
                    false);
            assertThat(applier.store(applier.prepare(set), set)).allMatch(each -> each.failure() == null);
        }

        void declare() {
            apply(
                    "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: GitRepository\nmetadata: {name: fleet}\nspec: {url: \"file://"
                            + root.resolve("remote.git") + "\", branch: " + branch + ", path: " + folder + ", prune: "
                            + prune
                            + ", suspend: " + suspended + "}\n");
        }

        void perform(Deed deed) throws IOException {
            switch (deed) {
                case Deed.Say say -> say(folder, say.cores(), say.turned(), say.rewritten());
                case Deed.Spoil spoil -> {
                    Map<String, String> files = files(spoil.cores(), false);
                    files.put("z.yaml", spoil.nonsense().text);
                    commit(folder, files, false);
                }
                case Deed.Empty empty -> commit(folder, Map.of("README.md", "nothing here"), false);
                case Deed.Gone gone -> commit(folder, Map.of(), false);
                case Deed.Switch other -> {
                    branch = other.branch();
                    folder = other.folder();
                    say(folder, other.cores(), false, false);
                    // Until its interval has passed the controller goes by the commit that it has fetched, in another
                    // folder, too.
                    sync();
                    declare();
                }
                case Deed.Suspend suspend -> {
                    suspended = suspend.suspended();
                    declare();
                }
                case Deed.ByHand hand -> {
                    if (cores().containsKey(hand.name())) {
                        apply(manifest(hand.name(), 99));
                    }
                }
            }
        }

        void say(String folder, Map<String, Integer> cores, boolean turned, boolean rewritten) throws IOException {
            good = commit(folder, files(cores, turned), rewritten);
        }

        /** Three files with some of the manifests each. */
        private static Map<String, String> files(Map<String, Integer> cores, boolean turned) {
            Map<String, String> files = new TreeMap<>();
            List<String> names = new ArrayList<>(new TreeSet<>(cores.keySet()));
            for (int i = 0; i < names.size(); i++) {
                String text = manifest(names.get(i), cores.getOrDefault(names.get(i), 0));
                int file = turned ? 2 - i % 3 : i % 3;
                files.merge("f" + file + ".yaml", text, (a, b) -> turned ? b + "---\n" + a : a + "---\n" + b);
            }
            return files;
        }

        private String commit(String folder, Map<String, String> files, boolean rewritten) throws IOException {
            Map<String, Map<String, String>> tree = branches.computeIfAbsent(branch, any -> new TreeMap<>());
            tree.put(folder, files);
            try (ObjectInserter inserter = remote.newObjectInserter()) {
                DirCache index = DirCache.newInCore();
                DirCacheBuilder builder = index.builder();
                for (var place : tree.entrySet()) {
                    for (var file : place.getValue().entrySet()) {
                        DirCacheEntry entry = new DirCacheEntry(place.getKey() + "/" + file.getKey());
                        entry.setFileMode(FileMode.REGULAR_FILE);
                        entry.setObjectId(inserter.insert(
                                Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
                        builder.add(entry);
                    }
                }
                builder.finish();
                CommitBuilder commit = new CommitBuilder();
                commit.setTreeId(index.writeTree(inserter));
                ObjectId before = remote.resolve("refs/heads/" + branch);
                if (before != null && !rewritten) {
                    commit.setParentId(before);
                }
                PersonIdent author = new PersonIdent(
                        "a",
                        "a@example.org",
                        Instant.ofEpochSecond(1_700_000_000L + clock++),
                        java.time.ZoneOffset.UTC);
                commit.setAuthor(author);
                commit.setCommitter(author);
                commit.setMessage("change");
                ObjectId id = inserter.insert(commit);
                inserter.flush();
                RefUpdate update = remote.updateRef("refs/heads/" + branch);
                update.setNewObjectId(id);
                update.forceUpdate();
                return id.name();
            }
        }

        private int clock;

        /** Lets the controller look, and once more when what is pruned has gone, so that the inventory says so. */
        void sync() {
            scheduler.advance(Duration.ofSeconds(1));
            engine.reconcileNow(List.of(FLEET), true);
            scheduler.advance(Duration.ofSeconds(10));
            engine.reconcileNow(List.of(FLEET), false);
            scheduler.advance(Duration.ofSeconds(5));
        }

        Resource<?, ?> resource() {
            return store.get(FLEET).orElseThrow();
        }

        private GitRepositoryFacts facts() {
            return (GitRepositoryFacts)
                    java.util.Objects.requireNonNull(resource().facts());
        }

        @Nullable
        String revision() {
            return facts().revision();
        }

        Set<String> inventory() {
            Set<String> names = new TreeSet<>();
            facts().inventory().forEach(each -> names.add(each.substring(each.indexOf('/') + 1)));
            return names;
        }

        Map<String, Integer> cores() {
            Map<String, Integer> all = new TreeMap<>();
            store.list(Kinds.GUEST_CLASS).items().stream()
                    .flatMap(each -> each.as(Kinds.GUEST_CLASS).stream())
                    .forEach(each -> all.put(
                            each.name(),
                            each.spec().container() == null
                                    ? 0
                                    : each.spec().container().cores()));
            return all;
        }

        /** Nothing is left to plan, and nothing grave ever would be without asking. */
        void restsWith(GitRepositoryReconciler reconciler) {
            var plan = reconciler
                    .assess(resource().as(Kinds.GIT_REPOSITORY).orElseThrow(), engine.resources())
                    .plan();
            assertThat(plan.steps())
                    .filteredOn(step -> step.effect().compareTo(Effect.REPLACE) >= 0)
                    .isEmpty();
            assertThat(plan.steps()).isEmpty();
        }

        @Override
        public void close() throws IOException {
            engine.close();
            remote.close();
            for (int i = 0; i < 100 && Files.exists(root); i++) {
                clear();
            }
        }

        /** What tidies up a clone in the background may still be at it, so that files come and go. */
        private void clear() throws IOException {
            try (var files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (UncheckedIOException | NoSuchFileException | DirectoryNotEmptyException e) {
                // Once more.
            }
        }
    }
}
