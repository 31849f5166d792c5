package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.feature;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HealthTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static final String CHECK =
            "healthChecks: [{name: up, exec: {command: [test, -f, /opt/docker]}, interval: 30s, failureThreshold: 2%s}]";

    private void declare(String more) {
        bed.apply(
                feature("docker", "27"),
                fromTemplate("web", "provision: {features: [{name: docker}]}", CHECK.formatted(more)));
        bed.converge("LxcContainer/web");
    }

    private void lose() {
        bed.person().inside(100, inside -> ai.thinkheads.phoenix.hosts.simulated.guest.Inside.EMPTY);
    }

    /** Lets time pass and looks, as often as it takes until the checks have failed often enough. */
    private List<String> pass(int times) {
        List<String> done = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            bed.clock.sleep(Duration.ofSeconds(31));
            done.addAll(bed.converge("LxcContainer/web"));
        }
        return done;
    }

    @Test
    @Tag("promise-1")
    void a_healthy_guest_is_probed_once_an_interval() {
        declare("");
        assertThat(bed.findings("LxcContainer/web")).containsExactly("ProbesPass");
        bed.driver.commands.clear();

        bed.converge("LxcContainer/web");
        assertThat(bed.driver.commands).isEmpty();
        assertThat(bed.assess("LxcContainer/web").recheckAfter()).isLessThanOrEqualTo(Duration.ofSeconds(30));

        bed.clock.sleep(Duration.ofSeconds(31));
        bed.converge("LxcContainer/web");
        assertThat(bed.driver.commands).hasSize(1);
    }

    @Test
    void a_guest_is_unhealthy_when_its_check_has_failed_often_enough() {
        declare("");
        lose();

        pass(1);
        assertThat(bed.findings("LxcContainer/web")).containsExactly("ProbesPass");
        assertThat(bed.factsOf("LxcContainer/web").health().get("up").failures())
                .isEqualTo(1);
        pass(1);
        assertThat(bed.assess("LxcContainer/web").findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo("Healthy");
            assertThat(finding.status()).isFalse();
            assertThat(finding.blocksReady()).isTrue();
        });
    }

    @Test
    void a_guest_that_has_just_started_is_given_time() {
        bed.apply(fromTemplate("web", CHECK.formatted("")));
        bed.converge("LxcContainer/web");

        assertThat(bed.findings("LxcContainer/web")).containsExactly("Starting");
        assertThat(bed.assess("LxcContainer/web").recheckAfter()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        pass(2);
        assertThat(bed.findings("LxcContainer/web")).containsExactly("ProbeFailed");
    }

    @Test
    void an_unhealthy_guest_is_repaired_and_well_again() {
        declare(", onFailure: Repair");
        lose();

        assertThat(pass(2))
                .containsExactly("check the features of container web and install again what is not in place");
        assertThat(bed.findings("LxcContainer/web")).containsExactly("ProbesPass");
        assertThat(pass(3)).isEmpty();
    }

    @Test
    void an_unhealthy_guest_is_restarted_once_for_each_time_that_it_fails_again() {
        declare(", onFailure: Restart");
        lose();

        assertThat(pass(2)).containsExactly("restart container web");
        assertThat(bed.findings("LxcContainer/web")).containsExactly("Starting");
        assertThat(pass(2)).containsExactly("restart container web");
    }

    @Test
    void the_check_of_a_feature_goes_with_it() {
        bed.apply(
                feature("docker", "27", "healthCheck: {exec: {command: [test, -f, /opt/docker]}}"),
                fromTemplate("web", "provision: {features: [{name: docker}]}"));
        bed.converge("LxcContainer/web");

        assertThat(bed.factsOf("LxcContainer/web").health()).containsOnlyKeys("feature-docker");
    }

    @Test
    void a_guest_that_waits_for_consent_is_probed_all_the_same() {
        declare("");
        bed.apply(fromTemplate(
                "web", "unprivileged: false", "provision: {features: [{name: docker}]}", CHECK.formatted("")));

        assertThat(bed.plan("LxcContainer/web")).hasSize(1);
        assertThat(bed.findings("LxcContainer/web")).containsExactly("ProbesPass");
    }
}
