package ai.thinkheads.phoenix.kinds.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HypervisorTest {

    @TempDir
    Path root;

    private TestBed bed;

    @BeforeEach
    void open() {
        bed = new TestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static final String KEY = "Hypervisor/lab";
    private static final String FEATURE = """
            kind: Feature
            metadata: {name: motd}
            spec:
              scope: Host
              version: "1.0"
              parameters:
                type: object
                properties: {greeting: {type: string, default: hello}}
              check: grep -q "$GREETING" /etc/motd
              install: echo "$GREETING" > /etc/motd
              remove: rm -f /etc/motd
            """;

    private static String with(String rest) {
        return TestBed.HYPERVISOR + rest.indent(2);
    }

    @Test
    @Tag("promise-1")
    void a_host_is_set_up_once() {
        bed.apply(with("""
                hostname: phoenix
                timezone: Europe/Berlin
                domain: internal.example.com
                dns: [10.0.0.1]
                packages: [curl, htop]
                zfs: {arcMax: 4Gi}
                """));

        assertThat(bed.converge(KEY))
                .startsWith(
                        "take over host lab",
                        "change host name from lab to phoenix",
                        "change time zone from Etc/UTC to Europe/Berlin",
                        "change upper bound of the ARC from 8Gi to 4Gi",
                        "change servers from 9.9.9.9 to 10.0.0.1 and domain from none to internal.example.com of the host's"
                                + " name resolution");
        long changes = bed.counters().changes();
        bed.lookAgain();
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.counters().changes()).isEqualTo(changes);
        assertThat(bed.assess(KEY).facts().toString())
                .contains("hostname=phoenix")
                .contains("cpus=8");
    }

    @Test
    @Tag("ask-18")
    @Tag("promise-1")
    void a_feature_of_the_host_is_checked_installed_and_noted() {
        bed.apply(FEATURE, with("features: [{name: motd, parameters: {greeting: welcome}}]"));

        assertThat(bed.converge(KEY)).containsExactly("take over host lab", "install feature motd 1.0");
        long reads = bed.counters().reads();
        bed.lookAgain();
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.counters().reads()).isEqualTo(reads + 1);

        bed.apply(with("features: [{name: motd, parameters: {greeting: hi}}]"));
        assertThat(bed.converge(KEY)).containsExactly("install feature motd 1.0 with its other parameters or scripts");

        bed.apply(TestBed.HYPERVISOR);
        assertThat(bed.converge(KEY)).containsExactly("remove feature motd");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    void features_are_checked_again_once_when_asked() {
        bed.apply(FEATURE, with("features: [{name: motd}]")).converge(KEY);
        bed.annotate(KEY, Annotations.RECONCILE_AT, "2026-01-01T00:00:00Z");

        assertThat(bed.converge(KEY)).first().isEqualTo("check feature motd 1.0 again");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    void a_feature_for_guests_is_refused_on_a_host() {
        bed.apply(FEATURE.replace("scope: Host", "scope: Container"), with("features: [{name: motd}]"));

        assertThatThrownBy(() -> bed.plan(KEY)).hasMessageContaining("Feature/motd is for containers, not for hosts");
    }

    @Test
    @Tag("promise-3")
    void a_diff_leaves_the_host_alone() {
        assertThat(bed.plan(KEY)).containsExactly("take over host lab");
        assertThat(bed.counters().changes()).isZero();
    }

    @Test
    void two_resources_for_one_machine_are_refused() {
        bed.converge(KEY);
        bed.host().node().setMark(new Mark("Hypervisor/second", Map.of()));
        bed.apply(TestBed.HYPERVISOR.replace("{name: lab}", "{name: second}")).lookAgain();

        assertThatThrownBy(() -> bed.plan(KEY)).hasMessageContaining("the machine belongs to Hypervisor/second");

        bed.drop("Hypervisor/second");
        assertThat(bed.converge(KEY)).containsExactly("take over host lab");
    }
}
