package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.container;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.feature;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IdentityTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    @Tag("promise-4")
    @Tag("ask-24")
    void a_guest_is_known_again_when_everything_that_was_known_is_lost() {
        bed.apply(
                feature("docker", "27"),
                fromTemplate("base", "isTemplate: true", "provision: {features: [{name: docker}]}"),
                container(
                        "web",
                        "cloneFrom: {name: base}",
                        "mounts: [{name: data, path: /data, storage: fast, size: 1Gi}]"),
                fromTemplate("free", "vmid: 500"));
        bed.converge("LxcContainer/base", "LxcContainer/web", "LxcContainer/free");
        bed.loseState();
        bed.driver.changes.clear();

        assertThat(bed.converge("LxcContainer/free", "LxcContainer/web", "LxcContainer/base"))
                .isEmpty();

        assertThat(bed.driver.changes).isEmpty();
        assertThat(bed.factsOf("LxcContainer/web").vmid()).isEqualTo(101);
        assertThat(bed.factsOf("LxcContainer/web").features())
                .containsExactly(new InstalledFeature("docker", "27", "LxcContainer/base"));
    }

    @Test
    @Tag("ask-10")
    void a_guest_that_was_there_before_is_adopted_and_brought_in_line() {
        bed.apply(fromTemplate("web", "vmid: 300", "memory: 1Gi"));
        bed.converge("LxcContainer/web");
        bed.delete("LxcContainer/web");
        bed.apply(fromTemplate("web", "vmid: 300", "memory: 2Gi"));

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("adopt the existing container web", "grow memory from 1Gi to 2Gi");
        assertThat(bed.guests()).isEqualTo(1);
    }

    @Test
    void a_number_that_something_else_has_is_refused_with_its_name() {
        bed.apply(fromTemplate("db", "vmid: 300"), fromTemplate("web", "vmid: 300"));
        bed.converge("LxcContainer/db");

        assertThatThrownBy(() -> bed.plan("LxcContainer/web"))
                .isInstanceOf(ReconcileException.class)
                .hasMessageContaining("spec.vmid: number 300 is taken by container db of LxcContainer/db");

        bed.delete("LxcContainer/db");
        assertThatThrownBy(() -> bed.plan("LxcContainer/web"))
                .hasMessageContaining("which is not Phoenix's")
                .hasMessageContaining("set spec.hostname to db");
    }

    @Test
    void a_number_cannot_change() {
        bed.apply(fromTemplate("web", "vmid: 300"));
        bed.converge("LxcContainer/web");
        bed.apply(fromTemplate("web", "vmid: 301"));

        assertThatThrownBy(() -> bed.plan("LxcContainer/web"))
                .hasMessageContaining("has number 300, which cannot change to 301");
    }

    @Test
    void a_guest_that_somebody_gave_another_number_is_followed() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.person().stop(100);
        bed.person().renumber(100, 700);
        bed.lookAgain();

        assertThat(bed.converge("LxcContainer/web")).containsExactly("start container web");
        assertThat(bed.factsOf("LxcContainer/web").vmid()).isEqualTo(700);
    }

    @Test
    @Tag("ask-26")
    void a_number_that_was_given_and_taken_by_somebody_is_given_up_for_another() {
        bed.apply(fromTemplate("other"), fromTemplate("web"));
        bed.driver.crashAt(0, false);
        assertThatThrownBy(() -> bed.converge("LxcContainer/web")).isInstanceOf(CutOffHost.Crash.class);
        assertThat(bed.factsOf("LxcContainer/web").vmid()).isEqualTo(100);
        bed.apply(fromTemplate("other", "vmid: 100"));
        bed.restart().converge("LxcContainer/other");

        bed.converge("LxcContainer/web");

        assertThat(bed.factsOf("LxcContainer/web").vmid()).isEqualTo(101);
        assertThat(bed.guests()).isEqualTo(2);
    }

    @Test
    void a_guest_that_somebody_destroyed_is_made_again() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.person().destroy(100);
        bed.lookAgain();

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("create container web (100) from debian with 8Gi on guests", "start container web");
    }

    @Test
    @Tag("ask-25")
    void what_a_crash_left_half_made_is_cleaned_up_as_soon_as_it_can_be() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.person().stop(100);
        bed.person().lock(100, "create");
        bed.lookAgain();

        assertThat(bed.plan("LxcContainer/web"))
                .startsWith(
                        "clean up the half-made container web",
                        "create container web (100) from debian with 8Gi on guests");
        assertThatThrownBy(() -> bed.converge("LxcContainer/web"))
                .isInstanceOfSatisfying(
                        ReconcileException.class,
                        e -> assertThat(e.isWorthRetrying()).isTrue());
    }

    @Test
    void two_guests_with_one_mark_are_refused() {
        bed.apply(fromTemplate("web"));
        bed.converge("LxcContainer/web");
        bed.views()
                .view(bed.resource("LxcContainer/web"), bed.resources())
                .host()
                .containers()
                .create(
                        900,
                        TestConfigs.marked(bed.container("web").config(), new Mark("LxcContainer/web", Map.of())),
                        "library:vztmpl/debian.tar.zst");
        bed.loseState();

        assertThatThrownBy(() -> bed.plan("LxcContainer/web")).hasMessageContaining("100 and 900");
    }

    @Test
    @Tag("ask-10")
    void without_a_number_an_unmarked_guest_of_that_name_is_adopted_and_two_are_refused() {
        bed.apply(fromTemplate("web", "vmid: 300"));
        bed.converge("LxcContainer/web");
        bed.delete("LxcContainer/web");
        bed.apply(fromTemplate("web"));

        assertThat(bed.plan("LxcContainer/web")).containsExactly("adopt the existing container web");

        bed.views()
                .view(bed.resource("LxcContainer/web"), bed.resources())
                .host()
                .containers()
                .create(400, TestConfigs.marked(bed.container(300).config(), null), "library:vztmpl/debian.tar.zst");
        bed.lookAgain();
        assertThatThrownBy(() -> bed.plan("LxcContainer/web"))
                .hasMessageContaining("container 300, container 400")
                .hasMessageContaining("spec.vmid");
    }

    @ParameterizedTest
    @EnumSource(Fault.Type.class)
    @Tag("promise-5")
    @Tag("ask-24")
    void a_creation_that_goes_wrong_in_any_way_is_looked_at_and_made_once(Fault.Type fault) {
        bed.apply(fromTemplate("web"));
        bed.faults().failNext("create-container", fault);
        int before = bed.guests();

        assertThatThrownBy(() -> bed.converge("LxcContainer/web")).isInstanceOf(RuntimeException.class);
        bed.lookAgain().converge("LxcContainer/web");

        assertThat(bed.guests()).isEqualTo(before + 1);
        assertThat(bed.container("web").running()).isTrue();
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
    }
}
