package ai.thinkheads.phoenix.engine.store;

import static ai.thinkheads.phoenix.engine.Samples.annotated;
import static ai.thinkheads.phoenix.engine.Samples.atRevision;
import static ai.thinkheads.phoenix.engine.Samples.dataset;
import static ai.thinkheads.phoenix.engine.Samples.held;
import static ai.thinkheads.phoenix.engine.Samples.labelled;
import static ai.thinkheads.phoenix.engine.Samples.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetFacts;
import ai.thinkheads.phoenix.engine.store.Store.Change;
import ai.thinkheads.phoenix.engine.store.Store.Change.Type;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import ai.thinkheads.phoenix.engine.time.VirtualThreadScheduler;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Store} has to do, sentence by sentence. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
public abstract class StoreContractTest {

    /** How many changes the store under test keeps for watches that begin in the past. */
    protected static final int HISTORY = 300;

    protected static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    protected final Scheduler scheduler = new VirtualThreadScheduler();
    protected Store store;

    protected abstract Store open(Scheduler scheduler);

    @BeforeEach
    void openTheStore() {
        store = open(scheduler);
    }

    @AfterEach
    void closeTheStore() {
        store.close();
        scheduler.close();
    }

    protected static Status<ZfsDatasetFacts> ready(long generation, String name) {
        return new Status<>(
                generation,
                List.of(new ConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .build()),
                List.of(),
                new ZfsDatasetFacts(name, null, null, null, Map.of()));
    }

    protected static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    // ---- reading

    @Test
    void what_was_never_stored_is_not_there() {
        assertThat(store.get(Kinds.ZFS_POOL, "tank")).isEmpty();
        assertThat(store.list(null).items()).isEmpty();
    }

    @Test
    void a_resource_is_there_once_its_creation_has_returned() {
        var stored = store.create(pool("tank"));

        assertThat(store.get(stored.key())).contains(stored);
        assertThat(store.get(Kinds.ZFS_POOL, "tank")).contains(stored);
        assertThat(store.get(Kinds.ZFS_DATASET, "tank")).isEmpty();
    }

    @Test
    void a_list_is_sorted_by_key_and_says_at_which_revision_it_was_so() {
        store.create(pool("tank"));
        store.create(dataset("b", "tank", Map.of()));
        store.create(dataset("a", "tank", Map.of()));

        var all = store.list(null);
        assertThat(all.items())
                .extracting(each -> each.key().toString())
                .containsExactly("ZfsDataset/a", "ZfsDataset/b", "ZfsPool/tank");
        assertThat(all.revision()).isEqualTo(store.revision());
        assertThat(store.list(Kinds.ZFS_DATASET).items())
                .extracting(Resource::name)
                .containsExactly("a", "b");
        assertThat(store.list(Kinds.HYPERVISOR).items()).isEmpty();
    }

    // ---- create

    @Test
    void a_creation_gives_uid_timestamp_generation_and_revision_and_keeps_the_status() {
        var given = dataset("a", "tank", Map.of()).withStatus(ready(1, "tank/a"));

        var stored = store.create(given);

        assertThat(stored.metadata().getUid()).matches("[0-9a-f-]{36}");
        assertThat(stored.metadata().getCreationTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(stored.generation()).isEqualTo(1);
        assertThat(stored.resourceVersion()).isEqualTo(store.revision()).isPositive();
        assertThat(stored.status()).isEqualTo(given.status());
        assertThat(given.metadata().getUid()).as("the argument is left alone").isNull();
    }

    @Test
    void a_name_that_is_taken_is_refused() {
        store.create(pool("tank"));

        assertThatThrownBy(() -> store.create(pool("tank")))
                .isInstanceOf(StoreException.AlreadyExists.class)
                .hasMessage("ZfsPool/tank already exists");
    }

    @Test
    void two_resources_of_one_name_and_different_times_have_different_uids() {
        var first = store.create(pool("tank"));
        store.delete(first.key(), 0);
        var second = store.create(pool("tank"));

        assertThat(second.metadata().getUid()).isNotEqualTo(first.metadata().getUid());
        assertThat(second.resourceVersion()).isGreaterThan(first.resourceVersion());
    }

    // ---- replace

    @Test
    void every_write_has_a_revision_above_all_earlier_ones() {
        var a = store.create(pool("a"));
        var b = store.create(pool("b"));
        var c = store.replace(labelled(a, "x", "1"));

        assertThat(List.of(a.resourceVersion(), b.resourceVersion(), c.resourceVersion(), store.revision()))
                .isSorted()
                .doesNotContainNull();
        assertThat(c.resourceVersion()).isGreaterThan(b.resourceVersion());
    }

    @Test
    void a_write_against_an_outdated_revision_is_refused_and_changes_nothing() {
        var old = store.create(pool("tank"));
        var now = store.replace(labelled(old, "x", "1"));

        assertThatThrownBy(() -> store.replace(labelled(old, "x", "2"))).isInstanceOf(StoreException.Conflict.class);
        assertThatThrownBy(() -> store.delete(old.key(), old.resourceVersion()))
                .isInstanceOf(StoreException.Conflict.class);
        assertThat(store.get(old.key())).contains(now);
    }

    @Test
    void revision_zero_means_whatever_is_stored() {
        store.create(pool("tank"));

        var now = store.replace(labelled(pool("tank"), "x", "1"));

        assertThat(now.metadata().getLabels()).containsEntry("x", "1");
    }

    @Test
    void replacing_keeps_status_uid_and_creation_timestamp() {
        var stored = store.create(dataset("a", "tank", Map.of()).withStatus(ready(1, "tank/a")));
        var other = dataset("a", "tank", Map.of("atime", "off"));

        var now = store.replace(atRevision(other, stored.resourceVersion()));

        assertThat(now.status()).isEqualTo(stored.status());
        assertThat(now.metadata().getUid()).isEqualTo(stored.metadata().getUid());
        assertThat(now.metadata().getCreationTimestamp())
                .isEqualTo(stored.metadata().getCreationTimestamp());
    }

    @Test
    void the_generation_goes_up_if_and_only_if_the_spec_differs() {
        var one = store.create(dataset("a", "tank", Map.of()));
        var labelled = store.replace(labelled(one, "x", "1"));
        var changed = store.replace(
                labelled.withSpec(dataset("a", "tank", Map.of("atime", "off")).spec()));
        var seen = store.replaceStatus(changed.withStatus(ready(2, "tank/a")));

        assertThat(labelled.generation()).isEqualTo(1);
        assertThat(changed.generation()).isEqualTo(2);
        assertThat(seen.generation()).isEqualTo(2);
    }

    @Test
    void replacing_something_by_the_same_changes_nothing_not_even_the_revision() {
        var stored = store.create(dataset("a", "tank", Map.of()).withStatus(ready(1, "x")));
        long revision = store.revision();

        assertThat(store.replace(stored)).isEqualTo(stored);
        assertThat(store.replaceStatus(stored)).isEqualTo(stored);
        assertThat(store.replace(dataset("a", "tank", Map.of()))).isEqualTo(stored);
        assertThat(store.revision()).isEqualTo(revision);
    }

    @Test
    void what_is_not_there_cannot_be_replaced_or_deleted() {
        assertThatThrownBy(() -> store.replace(pool("tank")))
                .isInstanceOf(StoreException.NotFound.class)
                .hasMessage("ZfsPool/tank was not found");
        assertThatThrownBy(() -> store.replaceStatus(pool("tank"))).isInstanceOf(StoreException.NotFound.class);
        assertThatThrownBy(() -> store.delete(pool("tank").key(), 0)).isInstanceOf(StoreException.NotFound.class);
    }

    @Test
    void replacing_the_status_replaces_nothing_else() {
        var stored = store.create(dataset("a", "tank", Map.of()));
        var other =
                labelled(dataset("a", "tank", Map.of("atime", "off")), "x", "1").withStatus(ready(1, "tank/a"));

        var now = store.replaceStatus(atRevision(other, stored.resourceVersion()));

        assertThat(now.spec()).isEqualTo(stored.spec());
        assertThat(now.metadata().getLabels()).isNullOrEmpty();
        assertThat(now.status()).isEqualTo(ready(1, "tank/a"));
        assertThatThrownBy(() -> store.replaceStatus(stored.withStatus(ready(1, "y"))))
                .isInstanceOf(StoreException.Conflict.class);
    }

    // ---- delete

    @Test
    void what_has_no_finalizer_goes_away_at_once() {
        var stored = store.create(pool("tank"));

        var last = store.delete(stored.key(), stored.resourceVersion());

        assertThat(store.get(stored.key())).isEmpty();
        assertThat(last.spec()).isEqualTo(stored.spec());
        assertThat(store.revision()).isGreaterThan(stored.resourceVersion());
    }

    @Test
    void what_has_a_finalizer_is_marked_and_goes_away_with_its_last_one() {
        var stored = store.create(held(pool("tank")));

        var marked = store.delete(stored.key(), 0);

        assertThat(marked.isDeleting()).isTrue();
        assertThat(marked.generation()).isEqualTo(2);
        assertThat(store.delete(stored.key(), 0)).as("once is enough").isEqualTo(marked);
        store.replace(pool("tank"));
        assertThat(store.get(stored.key())).isEmpty();
        assertThat(stored.metadata().getFinalizers()).containsExactly(Annotations.FINALIZER);
    }

    @Test
    void a_deletion_cannot_be_taken_back_by_replacing() {
        var stored = store.create(held(pool("tank")));
        store.delete(stored.key(), 0);

        var now = store.replace(labelled(held(pool("tank")), "x", "1"));

        assertThat(now.isDeleting()).isTrue();
    }

    @Test
    void losing_the_finalizers_deletes_nothing_that_is_not_being_deleted() {
        store.create(held(pool("tank")));
        store.replace(pool("tank"));

        assertThat(store.get(Kinds.ZFS_POOL, "tank")).isPresent();
    }

    // ---- watch

    @Test
    void a_watch_sees_every_change_with_what_was_before() {
        List<Change> seen = new CopyOnWriteArrayList<>();
        store.watch(store.revision(), key -> true, seen::add);

        var one = store.create(held(pool("tank")));
        var two = store.replace(labelled(one, "x", "1"));
        var three = store.delete(one.key(), 0);
        store.replace(pool("tank"));

        await(() -> seen.size() == 4);
        assertThat(seen)
                .extracting(Change::type)
                .containsExactly(Type.ADDED, Type.MODIFIED, Type.MODIFIED, Type.DELETED);
        assertThat(seen.get(0).previous()).isNull();
        assertThat(seen.get(1).previous()).isEqualTo(one);
        assertThat(seen.get(1).resource()).isEqualTo(two);
        assertThat(seen.get(3).previous()).isEqualTo(three);
        assertThat(seen.get(3).resource().resourceVersion())
                .isEqualTo(seen.get(3).revision());
        assertThat(seen.get(3).revision()).isEqualTo(store.revision());
    }

    @Test
    void a_watch_begins_after_its_revision_and_sees_what_happened_since() {
        store.create(pool("a"));
        long after = store.revision();
        store.create(pool("b"));
        List<String> seen = new CopyOnWriteArrayList<>();

        store.watch(after, key -> true, change -> seen.add(change.resource().name()));
        store.create(pool("c"));

        await(() -> seen.size() == 2);
        assertThat(seen).containsExactly("b", "c");
    }

    @Test
    void a_watch_sees_only_what_it_is_interested_in() {
        List<ResourceKey> seen = new CopyOnWriteArrayList<>();
        store.watch(
                0,
                key -> key.kind().equals("ZfsPool"),
                change -> seen.add(change.resource().key()));

        store.create(dataset("a", "tank", Map.of()));
        store.create(pool("tank"));

        await(() -> !seen.isEmpty());
        assertThat(seen).containsExactly(pool("tank").key());
    }

    @Test
    void a_closed_watch_sees_nothing_more() {
        AtomicInteger seen = new AtomicInteger();
        var subscription = store.watch(0, key -> true, change -> seen.incrementAndGet());
        store.create(pool("a"));
        await(() -> seen.get() == 1);

        subscription.close();
        List<Change> other = new CopyOnWriteArrayList<>();
        store.watch(store.revision(), key -> true, other::add);
        store.create(pool("b"));

        await(() -> other.size() == 1);
        assertThat(seen).hasValue(1);
    }

    @Test
    void a_slow_listener_delays_neither_writers_nor_other_watchers() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        List<Long> slow = new CopyOnWriteArrayList<>();
        List<Long> quick = new CopyOnWriteArrayList<>();
        store.watch(0, key -> true, change -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            slow.add(change.revision());
        });
        store.watch(0, key -> true, change -> quick.add(change.revision()));

        for (int i = 0; i < 50; i++) {
            store.create(pool("p" + i));
        }
        await(() -> quick.size() == 50);

        assertThat(slow).isEmpty();
        gate.countDown();
        await(() -> slow.size() == 50);
        assertThat(slow).isEqualTo(quick);
    }

    @Test
    void a_listener_that_fails_on_one_change_still_sees_the_next() {
        List<String> seen = new CopyOnWriteArrayList<>();
        store.watch(0, key -> true, change -> {
            seen.add(change.resource().name());
            if (seen.size() == 1) {
                throw new IllegalStateException("not this one");
            }
        });

        store.create(pool("a"));
        store.create(pool("b"));

        await(() -> seen.size() == 2);
    }

    @Test
    void a_list_and_a_watch_from_its_revision_miss_nothing_while_many_write() throws Exception {
        int writers = 4;
        int each = 100;
        Map<ResourceKey, Resource<?, ?>> copy = new HashMap<>();
        List<List<Long>> orders = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            CountDownLatch half = new CountDownLatch(writers);
            for (int w = 0; w < writers; w++) {
                int writer = w;
                all.add(threads.submit(() -> write(writer, each, half)));
            }
            half.await();
            for (int watcher = 0; watcher < 3; watcher++) {
                var listing = store.list(null);
                List<Long> order = new CopyOnWriteArrayList<>(List.of(listing.revision()));
                orders.add(order);
                boolean first = watcher == 0;
                if (first) {
                    listing.items().forEach(item -> copy.put(item.key(), item));
                }
                store.watch(listing.revision(), key -> true, change -> {
                    if (first) {
                        assertThat(copy.get(change.resource().key())).isEqualTo(change.previous());
                        if (change.type() == Type.DELETED) {
                            copy.remove(change.resource().key());
                        } else {
                            copy.put(change.resource().key(), change.resource());
                        }
                    }
                    order.add(change.revision());
                });
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        long last = store.revision();
        for (List<Long> order : orders) {
            await(() -> order.getLast() == last);
            for (int i = 1; i < order.size(); i++) {
                assertThat(order.get(i)).as("each once and in order").isEqualTo(order.get(i - 1) + 1);
            }
        }
        assertThat(copy.values())
                .containsExactlyInAnyOrderElementsOf(store.list(null).items());
    }

    private void write(int writer, int times, CountDownLatch half) {
        Random random = new Random(writer);
        for (int i = 0; i < times; i++) {
            if (i == times / 2) {
                half.countDown();
            }
            // All writers fight for the same few names.
            String name = "n" + random.nextInt(6);
            try {
                switch (random.nextInt(4)) {
                    case 0 -> store.create(dataset(name, "tank", Map.of("by", "" + writer)));
                    case 1 -> store.replace(dataset(name, "tank", Map.of("by", writer + "-" + i)));
                    case 2 ->
                        store.replaceStatus(dataset(name, "tank", Map.of()).withStatus(ready(1, writer + "-" + i)));
                    default -> store.delete(new ResourceKey("ZfsDataset", name), 0);
                }
            } catch (StoreException.NotFound | StoreException.AlreadyExists e) {
                continue;
            }
        }
    }

    @Test
    void of_many_who_write_on_top_of_the_same_revision_one_succeeds() throws Exception {
        var read = store.create(pool("tank"));
        AtomicInteger won = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                String value = "v" + i;
                threads.submit(() -> {
                    try {
                        store.replace(labelled(read, "winner", value));
                        won.incrementAndGet();
                    } catch (StoreException.Conflict e) {
                        lost.incrementAndGet();
                    }
                });
            }
        }
        assertThat(won).hasValue(1);
        assertThat(lost).hasValue(15);
    }

    @Test
    void a_watch_from_before_what_is_kept_is_refused() {
        for (int i = 0; i <= HISTORY; i++) {
            touch(i);
        }

        assertThatThrownBy(() -> store.watch(0, key -> true, change -> {}))
                .isInstanceOf(StoreException.Expired.class)
                .hasMessageContaining("no longer kept");
    }

    @Test
    void a_watch_from_a_revision_of_another_store_is_refused() {
        assertThatThrownBy(() -> store.watch(store.revision() + 100, key -> true, change -> {}))
                .isInstanceOf(StoreException.Expired.class);
    }

    @Test
    void a_watcher_that_falls_too_far_behind_is_told_and_hears_no_more() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        List<Long> seen = new CopyOnWriteArrayList<>();
        store.watch(store.revision(), key -> true, new Store.Listener() {
            @Override
            public void changed(Change change) {
                seen.add(change.revision());
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void expired() {
                told.countDown();
            }
        });
        for (int i = 0; i <= 2 * HISTORY + 10; i++) {
            touch(i);
        }
        gate.countDown();

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).as("no gap before the end").hasSize(1);
        store.create(pool("later"));
        assertThat(seen).hasSize(1);
    }

    private void touch(int number) {
        if (number == 0) {
            store.create(pool("touched"));
        } else {
            store.replace(annotated(pool("touched"), "n", "" + number));
        }
    }
}
