package ai.thinkheads.phoenix.engine.reconcile;

import static ai.thinkheads.phoenix.engine.Samples.after;
import static ai.thinkheads.phoenix.engine.Samples.annotated;
import static ai.thinkheads.phoenix.engine.Samples.dataset;
import static ai.thinkheads.phoenix.engine.Samples.hypervisor;
import static ai.thinkheads.phoenix.engine.Samples.labelled;
import static ai.thinkheads.phoenix.engine.Samples.pool;
import static ai.thinkheads.phoenix.engine.reconcile.World.key;
import static ai.thinkheads.phoenix.engine.reconcile.World.props;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.engine.plan.PlannedChange;
import ai.thinkheads.phoenix.engine.progress.Activity;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
class EngineTest {

    private final World world = new World(1);

    // ---- order

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @Tag("promise-7")
    void things_are_made_after_what_they_stand_on_in_whatever_order_they_are_declared(long seed) {
        World any = new World(seed);
        any.apply(
                dataset("third", "tank", Map.of(), List.of(after("second")), null),
                dataset("second", "tank", Map.of(), List.of(after("first")), null),
                dataset("first", "tank", Map.of()),
                pool("tank"),
                hypervisor("alpha"));

        any.run();

        assertThat(any.host.changes)
                .containsExactly(
                        "create-object Hypervisor/alpha",
                        "create-object ZfsPool/tank",
                        "create-object ZfsDataset/first",
                        "create-object ZfsDataset/second",
                        "create-object ZfsDataset/third");
        assertThat(any.store.list(null).items()).allMatch(each -> each.has(Conditions.READY));
    }

    @Test
    @Tag("promise-7")
    void what_waits_says_for_what_and_which_field_asks_for_it() {
        var data = dataset("data", "tank", Map.of());
        world.apply(hypervisor("alpha"), data);
        world.run();

        assertThat(world.reason(data)).isEqualTo("WaitingForDependency");
        assertThat(world.condition(data, "Ready").getMessage())
                .isEqualTo("waits for ZfsPool/tank (spec.pool), which does not exist");
        var activity = world.engine.progress().of(data.key()).orElseThrow();
        assertThat(activity.state()).isEqualTo(Activity.State.WAITING);
        assertThat(activity.waitsFor()).containsExactly(pool("tank").key());

        world.apply(pool("tank"));
        world.run();
        assertThat(world.isReady(data)).isTrue();
    }

    @Test
    @Tag("promise-7")
    void a_wait_for_another_condition_than_Ready_ends_when_that_one_comes_true() {
        world.withTank();
        var first = dataset("first", "tank", Map.of());
        var second = dataset(
                "second", "tank", Map.of(), List.of(new DependsOn("ZfsDataset", "first", Conditions.HEALTHY)), null);
        world.apply(first, second);
        world.run();
        assertThat(world.isReady(second)).isFalse();

        world.datasets.findings = List.of(new Finding(Conditions.HEALTHY, true, "Passes", "", false));
        world.engine.reconcileNow(List.of(first.key()), false);
        world.run();

        assertThat(world.isReady(second)).isTrue();
    }

    @Test
    @Tag("promise-7")
    void what_is_settled_is_left_alone_while_what_it_stands_on_is_being_changed() {
        world.withTank();
        var first = dataset("first", "tank", Map.of());
        var second = dataset("second", "tank", Map.of(), List.of(after("first")), null);
        world.apply(first, second);
        world.run();
        long revision = world.get(second).resourceVersion();

        world.apply(dataset("first", "tank", props("atime", "off")));
        world.run();

        assertThat(world.get(second).resourceVersion()).isEqualTo(revision);
        assertThat(world.isReady(first)).isTrue();
    }

    // ---- nothing to do

    @Test
    @Tag("promise-1")
    void a_second_pass_writes_nothing_changes_nothing_and_says_nothing() {
        world.withTank();
        world.apply(dataset("a", "tank", props("atime", "off")), dataset("b", "tank", Map.of()));
        world.run();
        long revision = world.store.revision();
        List<String> changes = List.copyOf(world.host.changes);
        var events = world.events.list(null);

        world.engine.reconcileNow(
                world.store.list(null).items().stream().map(Resource::key).toList(), true);
        world.run();
        world.scheduler.advance(Duration.ofMinutes(30));

        assertThat(world.store.revision()).isEqualTo(revision);
        assertThat(world.host.changes).isEqualTo(changes);
        assertThat(world.events.list(null)).isEqualTo(events);
    }

    // ---- consent

    @Test
    @Tag("promise-2")
    void a_destructive_step_is_not_done_without_consent_and_the_rest_is() {
        world.withTank();
        var data = dataset("data", "tank", props("atime", "off", "destroys", "1"));
        world.apply(data);
        world.run();

        assertThat(world.host.objects.get(data.key())).containsOnlyKeys("atime");
        assertThat(world.reason(data)).isEqualTo("ConsentRequired");
        assertThat(world.condition(data, "Ready").getMessage())
                .isEqualTo("set destroys to 1 - not done without your consent; to give it: "
                        + "phoenixctl annotate ZfsDataset/data phoenix.thinkheads.ai/consent=destroys/data");
        assertThat(world.events(data)).contains("ConsentRequired");
    }

    @Test
    @Tag("promise-2")
    void with_exactly_that_consent_it_is_done() {
        world.withTank();
        var data = dataset("data", "tank", props("destroys", "1"));
        world.apply(annotated(data, Annotations.CONSENT, "destroys/other"));
        world.run();
        assertThat(world.isReady(data)).isFalse();

        world.apply(annotated(data, Annotations.CONSENT, "other, destroys/data"));
        world.run();

        assertThat(world.isReady(data)).isTrue();
        assertThat(world.host.objects.get(data.key())).containsEntry("destroys", "1");
    }

    @Test
    @Tag("promise-2")
    void nothing_is_changed_on_what_is_to_be_replaced_until_that_is_agreed_to() {
        world.withTank();
        world.apply(dataset("data", "tank", Map.of()));
        world.run();
        var data = dataset("data", "tank", props("replaces", "1", "zz", "1"));
        world.apply(data);
        world.run();

        assertThat(world.host.objects.get(data.key())).isEmpty();
        assertThat(world.reason(data)).isEqualTo("ConsentRequired");
    }

    // ---- plan

    @Test
    @Tag("promise-3")
    @Tag("ask-21")
    void what_a_diff_plans_is_what_is_done() {
        world.withTank();
        world.apply(dataset("old", "tank", props("atime", "on")));
        world.run();
        var changed = dataset("old", "tank", props("atime", "off", "destroys", "1"));
        var fresh = dataset("new", "tank", props("a", "1", "b", "2"));
        var same = pool("tank");
        List<Resource<?, ?>> overlay = List.of(
                world.get(changed).as(changed.kind()).orElseThrow().withSpec(changed.spec()), fresh, world.get(same));
        List<String> before = List.copyOf(world.host.changes);
        long revision = world.store.revision();

        List<PlannedChange> plan = world.engine.plan(overlay, Set.of());

        assertThat(world.host.changes).as("a diff changes nothing").isEqualTo(before);
        assertThat(world.store.revision()).isEqualTo(revision);
        assertThat(plan)
                .extracting(PlannedChange::action)
                .containsExactly(
                        PlannedChange.Action.CONFIGURED, PlannedChange.Action.CREATED, PlannedChange.Action.UNCHANGED);
        assertThat(plan.get(0).blocked()).contains("consent=destroys/old");
        world.apply(changed, fresh);
        world.run();
        List<PlannedStep> doneToNew = world.get(fresh).status().plan();
        assertThat(doneToNew).isEqualTo(plan.get(1).steps());
        assertThat(world.get(changed).status().plan()).isEqualTo(plan.get(0).steps());
        assertThat(world.host.changes.subList(before.size(), world.host.changes.size()))
                .containsExactlyInAnyOrder(
                        "set-property ZfsDataset/old atime",
                        "create-object ZfsDataset/new",
                        "set-property ZfsDataset/new a",
                        "set-property ZfsDataset/new b");
    }

    @Test
    @Tag("promise-3")
    void a_diff_of_something_on_hold_plans_nothing_and_says_so() {
        world.withTank();
        var paused = annotated(dataset("data", "tank", Map.of()), Annotations.PAUSED, "true");

        var change = world.engine.plan(List.of(paused), Set.of()).getFirst();

        assertThat(change.steps()).isEmpty();
        assertThat(change.blocked()).contains("on hold");
    }

    @Test
    @Tag("promise-3")
    void a_diff_shows_what_pruning_destroys() {
        world.withTank();
        var data = dataset("data", "tank", Map.of(), List.of(), DeletionPolicy.DELETE);
        world.apply(data);
        world.run();

        var change = world.engine.plan(List.of(), Set.of(data.key())).getFirst();

        assertThat(change.action()).isEqualTo(PlannedChange.Action.PRUNED);
        assertThat(change.steps()).extracting(PlannedStep::action).containsExactly("destroy object");
    }

    // ---- ready

    @Test
    @Tag("promise-6")
    void a_host_that_takes_a_value_and_shows_another_does_not_match() {
        world.withTank();
        world.host.normalise = value -> value.toUpperCase(java.util.Locale.ROOT);
        var data = dataset("data", "tank", props("atime", "off"));
        world.apply(data);
        world.run();

        assertThat(world.reason(data)).isEqualTo("HostDoesNotMatch");
        assertThat(world.condition(data, "Ready").getMessage())
                .isEqualTo("the host took the change and shows another value: spec.properties.atime: set atime to off");
    }

    @Test
    @Tag("promise-6")
    void it_is_Ready_only_after_it_was_read_back() {
        world.withTank();
        var data = dataset("data", "tank", props("atime", "off"));
        List<Boolean> meanwhile = new ArrayList<>();
        world.host.afterChange = change ->
                meanwhile.add(world.store.get(data.key()).orElseThrow().has(Conditions.READY));
        world.apply(data);
        world.run();

        assertThat(world.isReady(data)).isTrue();
        assertThat(meanwhile).containsExactly(false, false);
        assertThat(world.host.assessments(data.key())).isGreaterThanOrEqualTo(2);
        assertThat(world.get(data).facts().toString()).contains("atime=off");
    }

    @Test
    @Tag("promise-6")
    void a_change_made_while_on_hold_is_not_Ready() {
        world.withTank();
        var data = dataset("data", "tank", Map.of());
        world.apply(data);
        world.run();

        world.apply(annotated(dataset("data", "tank", props("atime", "off")), Annotations.PAUSED, "true"));
        world.run();

        assertThat(world.isReady(data)).isFalse();
        assertThat(world.get(data).status().has(Conditions.PAUSED)).isTrue();
        assertThat(world.host.objects.get(data.key())).isEmpty();
        world.apply(dataset("data", "tank", props("atime", "off")));
        world.run();
        assertThat(world.isReady(data)).isTrue();
    }

    // ---- cost

    @Test
    @Tag("promise-10")
    void a_change_costs_the_same_however_many_others_there_are() {
        List<Integer> costs = new ArrayList<>();
        for (int others : List.of(10, 100, 300)) {
            World any = new World(others).withTank();
            for (int i = 0; i < others; i++) {
                any.apply(dataset("d" + i, "tank", Map.of()));
            }
            any.run();
            int before = any.host.assessments.values().stream()
                    .mapToInt(each -> each)
                    .sum();
            any.apply(dataset("d5", "tank", props("atime", "off")));
            any.run();
            costs.add(any.host.assessments.values().stream()
                            .mapToInt(each -> each)
                            .sum()
                    - before);
        }
        assertThat(costs).containsOnly(costs.getFirst());
        assertThat(costs.getFirst()).isLessThanOrEqualTo(3);
    }

    // ---- deletion

    @Test
    void a_set_is_deleted_in_reverse_order() {
        world.withTank();
        var first = dataset("first", "tank", Map.of(), List.of(), DeletionPolicy.DELETE);
        var second = dataset("second", "tank", Map.of(), List.of(after("first")), DeletionPolicy.DELETE);
        world.apply(
                annotated(first, Annotations.CONSENT, "destroy/first"),
                annotated(second, Annotations.CONSENT, "destroy/second"));
        world.run();

        world.store.delete(pool("tank").key(), 0);
        world.store.delete(first.key(), 0);
        world.run();
        assertThat(world.reason(first)).isEqualTo("InUse");
        assertThat(world.condition(first, "Ready").getMessage())
                .isEqualTo("is in use by ZfsDataset/second; it goes once they are gone");

        world.store.delete(second.key(), 0);
        world.run();
        assertThat(world.store.list(null).items()).extracting(Resource::name).containsExactly("alpha");
        assertThat(world.host.changes).endsWith("destroy-object ZfsDataset/second", "destroy-object ZfsDataset/first");
        assertThat(world.host.objects)
                .as("a pool is retained by default")
                .containsKey(pool("tank").key());
    }

    @Test
    void what_waits_to_be_deleted_goes_when_its_last_user_refers_to_something_else() {
        world.withTank();
        var first = dataset("first", "tank", Map.of());
        world.apply(first, dataset("second", "tank", Map.of(), List.of(after("first")), null));
        world.run();
        world.store.delete(first.key(), 0);
        world.run();
        assertThat(world.reason(first)).isEqualTo("InUse");

        world.apply(dataset("second", "tank", Map.of()));
        world.run();

        assertThat(world.store.get(first.key())).isEmpty();
    }

    @Test
    @Tag("promise-2")
    void a_deletion_that_destroys_waits_for_consent() {
        world.withTank();
        var data = dataset("data", "tank", Map.of(), List.of(), DeletionPolicy.DELETE);
        world.apply(data);
        world.run();

        world.store.delete(data.key(), 0);
        world.run();
        assertThat(world.reason(data)).isEqualTo("ConsentRequired");
        assertThat(world.host.objects).containsKey(data.key());

        world.apply(annotated(data, Annotations.CONSENT, "destroy/data"));
        world.run();
        assertThat(world.store.get(data.key())).isEmpty();
        assertThat(world.host.objects).doesNotContainKey(data.key());
        assertThat(world.engine.progress().of(data.key()).orElseThrow().state()).isEqualTo(Activity.State.GONE);
    }

    // ---- drift and time

    @Test
    void a_drift_is_found_at_the_next_resync_said_and_repaired() {
        world.withTank();
        var data = dataset("data", "tank", props("atime", "off"));
        world.apply(data);
        world.run();
        world.host.objects.get(data.key()).put("atime", "on");

        world.scheduler.advance(Duration.ofMinutes(5).plusSeconds(1));

        assertThat(world.host.objects.get(data.key())).containsEntry("atime", "off");
        assertThat(world.isReady(data)).isTrue();
        assertThat(world.events(data)).contains("DriftDetected", "SetProperty");
        assertThat(world.events(data).getLast()).isEqualTo("Ready");
    }

    @Test
    void what_asks_to_be_compared_again_is_and_a_jump_of_the_wall_clock_moves_nothing() {
        world.withTank();
        world.datasets.recheckAfter = Duration.ofSeconds(10);
        var data = dataset("data", "tank", Map.of());
        world.apply(data);
        world.run();
        int before = world.host.assessments(data.key());

        world.clock.jump(Duration.ofDays(3));
        world.run();
        assertThat(world.host.assessments(data.key())).isEqualTo(before);
        world.clock.jump(Duration.ofDays(-6));
        world.scheduler.advance(Duration.ofSeconds(35));

        assertThat(world.host.assessments(data.key())).isEqualTo(before + 3);
    }

    // ---- failure

    @Test
    void a_failure_that_may_pass_is_retried_with_growing_pauses_until_it_succeeds() {
        world.withTank();
        List<Duration> attempts = new ArrayList<>();
        world.host.beforeChange = change -> {
            attempts.add(world.clock.elapsed());
            if (attempts.size() <= 4) {
                throw new ReconcileException("HostUnreachable", "host alpha does not answer", true, null);
            }
        };
        var data = dataset("data", "tank", Map.of());
        world.apply(data);
        world.run();
        assertThat(world.reason(data)).isEqualTo("HostUnreachable");
        assertThat(world.engine.progress().of(data.key()).orElseThrow().state()).isEqualTo(Activity.State.RETRYING);
        assertThat(world.host.distrusted).contains(data.key());

        world.scheduler.advance(Duration.ofSeconds(20));

        assertThat(world.isReady(data)).isTrue();
        assertThat(attempts).hasSize(5);
        for (int i = 1; i < 5; i++) {
            assertThat(attempts.get(i).minus(attempts.get(i - 1)))
                    .isBetween(Duration.ofMillis(250L << (i - 1)), Duration.ofMillis(500L << (i - 1)));
        }
    }

    @Test
    void a_failure_that_cannot_pass_is_not_retried_before_something_changes() {
        world.withTank();
        AtomicInteger attempts = new AtomicInteger();
        world.host.beforeChange = change -> {
            attempts.incrementAndGet();
            throw new ReconcileException("Refused", "spec.properties.x: the host does not know it", false, null);
        };
        var data = dataset("data", "tank", Map.of());
        world.apply(data);
        world.run();
        world.scheduler.advance(Duration.ofMinutes(2));
        assertThat(attempts).hasValue(1);
        assertThat(world.reason(data)).isEqualTo("Refused");
        assertThat(world.events(data)).contains("Refused");

        world.host.beforeChange = change -> {};
        world.apply(dataset("data", "tank", props("y", "1")));
        world.run();
        assertThat(world.isReady(data)).isTrue();
    }

    @Test
    void a_defect_is_reported_as_one_and_retried_with_pauses() {
        world.withTank();
        AtomicInteger attempts = new AtomicInteger();
        world.host.onAssess = key -> {
            if (key.name().equals("data") && attempts.incrementAndGet() <= 2) {
                if (attempts.get() == 1) {
                    throw new IllegalStateException("oops");
                }
                throw new StackOverflowError();
            }
        };
        var data = dataset("data", "tank", Map.of());
        world.apply(data);
        world.run();

        assertThat(world.reason(data)).isEqualTo("InternalError");
        assertThat(world.condition(data, "Ready").getMessage()).contains("please report it");
        assertThat(attempts).as("no pass follows another without a pause").hasValue(1);
        world.scheduler.advance(Duration.ofSeconds(5));
        assertThat(world.isReady(data)).isTrue();
    }

    @Test
    void a_spec_that_changes_in_the_middle_of_a_pass_ends_it_and_begins_the_next() {
        world.withTank();
        world.host.afterChange = change -> {
            if (change.equals("create-object ZfsDataset/data")) {
                world.apply(dataset("data", "tank", props("b", "2")));
            }
        };
        var data = dataset("data", "tank", props("a", "1"));
        world.apply(data);
        world.run();

        assertThat(world.host.changes).doesNotContain("set-property ZfsDataset/data a");
        assertThat(world.host.objects.get(data.key())).isEqualTo(props("b", "2"));
        assertThat(world.get(data).generation()).isEqualTo(2);
        assertThat(world.isReady(data)).isTrue();
    }

    @Test
    void a_label_that_changes_in_the_middle_of_a_failing_pass_does_not_hide_the_failure() {
        world.withTank();
        var data = dataset("data", "tank", Map.of());
        AtomicInteger attempts = new AtomicInteger();
        world.host.beforeChange = change -> {
            if (attempts.incrementAndGet() == 1) {
                world.apply(labelled(data, "x", "1"));
            }
            throw new ReconcileException("Refused", "no", false, null);
        };
        world.apply(data);
        world.run();

        assertThat(world.reason(data)).isEqualTo("Refused");
    }

    // ---- progress

    @Test
    void whoever_asks_for_a_pass_is_told_a_number_that_is_reached() {
        world.withTank();
        var data = dataset("data", "tank", Map.of());
        world.apply(data);
        world.run();

        long awaited = world.engine.reconcileNow(List.of(data.key()), false).get(data.key());
        assertThat(world.engine.progress().of(data.key()).orElseThrow().passes())
                .isLessThan(awaited);
        world.run();

        assertThat(world.engine.progress().of(data.key()).orElseThrow().passes())
                .isEqualTo(awaited);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quiet", "superseded", "contended"})
    void a_number_that_was_given_while_a_pass_ran_is_reached_however_that_one_ends(String end) {
        world.withTank();
        var data = dataset("data", "tank", props("a", "1"));
        List<Long> awaited = new ArrayList<>();
        world.host.locks = key -> List.of(ai.thinkheads.phoenix.engine.plan.Step.Lock.exclusive("disk"));
        world.host.duration = key -> Duration.ofSeconds(key.name().equals("other") ? 10 : 1);
        world.host.onAssess = key -> {
            if (key.name().equals("data") && awaited.isEmpty()) {
                awaited.add(
                        world.engine.reconcileNow(List.of(data.key()), false).get(data.key()));
                if (end.equals("superseded")) {
                    world.apply(dataset("data", "tank", props("b", "1")));
                }
            }
        };
        if (end.equals("contended")) {
            world.apply(dataset("other", "tank", Map.of()));
            world.scheduler.runUntilIdle();
        }
        world.apply(data);
        world.run();

        assertThat(world.engine.progress().of(data.key()).orElseThrow().passes())
                .isGreaterThanOrEqualTo(awaited.getFirst());
        assertThat(world.isReady(data)).isTrue();
    }

    @Test
    void a_number_is_reached_for_what_is_not_there_too() {
        long awaited = world.engine.reconcileNow(List.of(key("nobody")), false).get(key("nobody"));
        world.run();

        assertThat(world.engine.progress().of(key("nobody")).orElseThrow().passes())
                .isGreaterThanOrEqualTo(awaited);
    }

    @Test
    void a_pass_is_asked_for_with_one_fresh_read_of_the_hosts() {
        world.withTank();
        AtomicInteger fresh = new AtomicInteger();
        world.engine.onFreshPass(fresh::incrementAndGet);

        world.engine.reconcileNow(
                List.of(pool("tank").key(), hypervisor("alpha").key()), true);
        world.run();

        assertThat(fresh).hasValue(1);
    }

    // ---- who is woken

    @Test
    void a_change_wakes_those_who_refer_to_it_and_nobody_else() {
        world.withTank();
        world.apply(pool("fast"), dataset("a", "tank", Map.of()), dataset("b", "fast", Map.of()));
        world.run();
        int a = world.host.assessments(key("a"));
        int b = world.host.assessments(key("b"));

        var tank = pool("tank");
        world.apply(tank.withSpec(new ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec(
                null,
                null,
                tank.spec().vdevs(),
                null,
                null,
                props("compression", "lz4"),
                null,
                null,
                List.of(),
                null)));
        world.run();

        assertThat(world.host.objects.get(tank.key())).containsEntry("compression", "lz4");
        assertThat(world.host.assessments(key("a"))).isGreaterThan(a);
        assertThat(world.host.assessments(key("b"))).isEqualTo(b);
    }

    @Test
    void a_thousand_resources_converge() {
        world.apply(hypervisor("alpha", 64), pool("tank"));
        for (int i = 0; i < 1000; i++) {
            world.apply(dataset(
                    "d" + i,
                    "tank",
                    props("n", "" + i),
                    i % 10 == 0 ? List.of() : List.of(after("d" + (i - 1))),
                    null));
        }
        world.run();

        assertThat(world.store.list(null).items()).hasSize(1002).allMatch(each -> each.has(Conditions.READY));
        assertThat(world.engine.stats().steps()).isEqualTo(2002);
        assertThat(world.engine.stats().failures()).isZero();
        assertThat(world.engine.stats().running()).isZero();
    }

    @Test
    void a_closed_engine_begins_nothing() {
        world.withTank();
        world.engine.close();
        world.apply(dataset("data", "tank", Map.of()));
        world.run();
        world.scheduler.advance(Duration.ofHours(1));

        assertThat(world.host.objects).doesNotContainKey(key("data"));
    }
}
