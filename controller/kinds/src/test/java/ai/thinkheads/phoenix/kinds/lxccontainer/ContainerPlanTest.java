package ai.thinkheads.phoenix.kinds.lxccontainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.PlannedStep;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.CloneFrom;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Capabilities;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.Digest;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.kinds.guest.GuestPlanner;
import ai.thinkheads.phoenix.kinds.guest.GuestWish;
import ai.thinkheads.phoenix.kinds.guest.Origin;
import ai.thinkheads.phoenix.kinds.guest.Sight;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Plans as tables: what is wished for and what is there, and what is to be done. No host takes part. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ContainerPlanTest {

    private static final Mark OURS = new Mark("LxcContainer/web", Map.of("origin", "template/debian"));
    private static final GuestPlanner<ContainerConfig, MountPoint> PLANNER = new GuestPlanner<>(new ContainerShape());

    record Case(
            String reason,
            GuestWish<ContainerConfig, MountPoint> wish,
            Guests.Observed<ContainerConfig> seen,
            List<String> plan) {
        @Override
        public String toString() {
            return reason;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("nothing to do", wish(512, RunPolicy.RUNNING), seen(512, true, OURS), List.of()),
            new Case(
                    "not there",
                    wish(512, RunPolicy.RUNNING),
                    null,
                    List.of("create container web from debian with 8Gi on fast", "start container web")),
            new Case(
                    "not there and not to run",
                    wish(512, RunPolicy.STOPPED),
                    null,
                    List.of("create container web from debian with 8Gi on fast")),
            new Case(
                    "there and not marked",
                    wish(512, RunPolicy.RUNNING),
                    seen(512, true, null),
                    List.of("adopt the existing container web")),
            new Case(
                    "another memory",
                    wish(1024, RunPolicy.RUNNING),
                    seen(512, true, OURS),
                    List.of("grow memory from 512Mi to 1Gi")),
            new Case("stopped", wish(512, RunPolicy.RUNNING), seen(512, false, OURS), List.of("start container web")),
            new Case(
                    "running and not to run",
                    wish(512, RunPolicy.STOPPED),
                    seen(512, true, OURS),
                    List.of("shut down container web")),
            new Case("left to people", wish(512, RunPolicy.MANUAL), seen(512, true, OURS), List.of()),
            new Case("left to people, stopped", wish(512, RunPolicy.MANUAL), seen(512, false, OURS), List.of()),
            new Case(
                    "made from something else",
                    wish(512, RunPolicy.RUNNING),
                    seen(512, true, OURS.with("origin", "template/ubuntu")),
                    List.of(
                            "replace container web, since it was made from template/ubuntu, not from template/debian; destroys its root disk")));

    @ParameterizedTest
    @FieldSource("CASES")
    void a_plan_is_what_has_to_be_done_and_no_more(Case each) {
        List<PlannedStep> plan =
                PLANNER.plan(each.wish(), sight(each.seen())).plan().planned();

        assertThat(plan).extracting(PlannedStep::action).containsExactlyElementsOf(each.plan());
        assertThat(plan)
                .filteredOn(step -> step.effect().compareTo(Effect.REPLACE) >= 0)
                .extracting(PlannedStep::consent)
                .doesNotContainNull();
    }

    record CloneCase(
            String reason, String storage, CloneFrom.Mode mode, boolean template, String wanted, String outcome) {
        @Override
        public String toString() {
            return reason;
        }
    }

    static final List<CloneCase> CLONES = List.of(
            new CloneCase("a template on zfs", "fast", null, true, null, "linked"),
            new CloneCase("asked for in full", "fast", CloneFrom.Mode.FULL, true, null, "full"),
            new CloneCase("a storage that cannot", "files", null, true, null, "full"),
            new CloneCase(
                    "a storage that cannot, asked for",
                    "files",
                    CloneFrom.Mode.LINKED,
                    true,
                    null,
                    "cannot share blocks"),
            new CloneCase("no template", "fast", null, false, null, "full"),
            new CloneCase("no template, asked for", "fast", CloneFrom.Mode.LINKED, false, null, "it is no template"),
            new CloneCase("another storage", "fast", null, true, "files", "full on files"),
            new CloneCase(
                    "another storage, asked for",
                    "fast",
                    CloneFrom.Mode.LINKED,
                    true,
                    "files",
                    "it lies on storage fast, not files"));

    @ParameterizedTest
    @FieldSource("CLONES")
    void a_clone_is_linked_where_it_can_be(CloneCase each) {
        Guests.Observed<ContainerConfig> source = observed(
                config("base", 512, each.storage(), new Mark("LxcContainer/base", Map.of())), false, each.template());
        GuestWish<ContainerConfig, MountPoint> wish = wish(
                512,
                RunPolicy.STOPPED,
                new Origin.FromGuest<>("spec.cloneFrom", "base", each.mode(), null, source, "d", Map.of()),
                each.wanted());

        if (!each.outcome().startsWith("linked") && !each.outcome().startsWith("full")) {
            assertThatThrownBy(() -> PLANNER.plan(wish, sight(null)))
                    .isInstanceOf(ReconcileException.class)
                    .hasMessageContaining(each.outcome())
                    .hasMessageContaining("spec.cloneFrom.mode");
            return;
        }
        Step step = PLANNER.plan(wish, sight(null)).plan().steps().getFirst();
        assertThat(step.action()).contains(each.outcome().startsWith("linked") ? "by linking its blocks" : "in full");
        assertThat(step.locks()).contains(Step.Lock.exclusive("lab/guest/300"));
        assertThat(step.locks())
                .contains(Step.Lock.exclusive(
                        "lab/storage/" + (each.outcome().endsWith("on files") ? "files" : each.storage())));
    }

    @Test
    void fields_that_change_together_are_one_group() {
        List<Step> steps = PLANNER.plan(
                        wish(1024, RunPolicy.RUNNING), sight(observed(config("old", 512, "fast", OURS), true, false)))
                .plan()
                .steps();

        assertThat(steps).extracting(Step::field).containsExactly("spec.hostname", "spec.memory");
    }

    private static Sight<ContainerConfig> sight(Guests.Observed<ContainerConfig> guest) {
        Set<GuestField> online = EnumSet.of(GuestField.MEMORY, GuestField.CORES, GuestField.MARK);
        return new Sight<>(
                guest == null ? null : guest.vmid(),
                guest,
                new Capabilities(true, true, true, true, Set.of("zfspool"), true, true, online, online),
                Map.of("fast", "zfspool", "files", "dir"),
                List.of(),
                null);
    }

    private static GuestWish<ContainerConfig, MountPoint> wish(int memory, RunPolicy policy) {
        return wish(
                memory, policy, new Origin.FromVolume<>("spec.template", "debian", "files:vztmpl/debian", "d"), "fast");
    }

    private static GuestWish<ContainerConfig, MountPoint> wish(
            int memory, RunPolicy policy, Origin<ContainerConfig> origin, String storage) {
        return new GuestWish<>(
                new ResourceKey("LxcContainer", "web"),
                "lab",
                null,
                config("web", memory, storage == null ? "" : storage, null),
                EnumSet.complementOf(EnumSet.of(GuestField.MARK)),
                List.of(),
                storage,
                null,
                null,
                origin,
                false,
                policy,
                List.of(),
                List.of(),
                Map.of(),
                Duration.ofSeconds(60),
                null,
                null,
                Set.of());
    }

    private static Guests.Observed<ContainerConfig> seen(int memory, boolean running, Mark mark) {
        return observed(config("web", memory, "fast", mark), running, false);
    }

    private static Guests.Observed<ContainerConfig> observed(
            ContainerConfig config, boolean running, boolean template) {
        return new Guests.Observed<>(
                300,
                config,
                config,
                Set.of(),
                running,
                false,
                template,
                null,
                Digest.of("digest"),
                List.of(),
                List.of(),
                null,
                List.of(),
                null,
                null,
                null);
    }

    private static ContainerConfig config(String hostname, int memory, String storage, Mark mark) {
        return new ContainerConfig(
                hostname,
                1,
                null,
                ByteSize.ofMi(memory),
                new ByteSize(0),
                new ContainerConfig.RootDisk(storage, ByteSize.ofGi(8), null),
                List.of(),
                List.of(),
                null,
                true,
                List.of(),
                Set.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                StartupConfig.UNSET,
                Set.of(),
                "",
                mark);
    }
}
