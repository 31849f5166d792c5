package ai.thinkheads.phoenix.kinds.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RebootTest {

    private static final String GROUND = """
            kind: ZfsPool
            metadata: {name: tank}
            spec: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: StoragePool
            metadata: {name: guests}
            spec: {type: zfspool, target: {pool: tank}, content: [rootdir]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: LxcTemplate
            metadata: {name: base}
            spec: {storage: local, source: {bootstrap: {distribution: debian}}}
            """;

    @TempDir
    Path root;

    private TestBed bed;

    @BeforeEach
    void open() {
        bed = new TestBed(root);
        bed.apply(GROUND, driver("580.76.05"))
                .converge(
                        "Hypervisor/lab", "ZfsPool/tank", "StoragePool/guests", "LxcTemplate/base", "GpuDriver/nvidia");
        ContainerConfig web = new ContainerConfig(
                "web",
                1,
                null,
                ByteSize.ofMi(512),
                ByteSize.ofMi(0),
                new ContainerConfig.RootDisk("guests", ByteSize.ofGi(4), null),
                List.of(),
                List.of(),
                null,
                true,
                List.of(),
                Set.of("nesting"),
                null,
                List.of(),
                List.of(new ContainerConfig.DeviceNode("/dev/nvidia0", null, null, null)),
                List.of(),
                true,
                StartupConfig.UNSET,
                Set.of(),
                "",
                null);
        bed.host().containers().create(101, web, "local:vztmpl/debian-bootstrap.tar.zst");
        bed.host().containers().start(101);
        bed.lookAgain();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static String driver(String version) {
        return "kind: GpuDriver\nmetadata: {name: nvidia}\nspec: {vendor: nvidia, version: " + version + "}\n";
    }

    @Test
    @Tag("ask-3")
    @Tag("ask-32")
    @Tag("promise-6")
    void a_driver_in_use_waits_for_a_reboot_and_is_not_ready_until_then() {
        bed.apply(driver("590.10.01"));

        assertThat(bed.assess("GpuDriver/nvidia").plan().steps())
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.effect()).isEqualTo(Effect.REBOOT);
                    assertThat(step.action()).contains("until then web (101) go on with what is loaded");
                });
        assertThat(bed.converge("GpuDriver/nvidia")).hasSize(1);
        assertThat(bed.assess("GpuDriver/nvidia").findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo(Conditions.REBOOT_REQUIRED);
            assertThat(finding.blocksReady()).isTrue();
        });
        assertThat(bed.assess("Hypervisor/lab").findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("set spec.rebootPolicy to WhenRequired"));
        assertThat(bed.plan("Hypervisor/lab")).isEmpty();
    }

    @Test
    @Tag("ask-2")
    void the_host_reboots_itself_only_when_it_may() {
        bed.apply(driver("590.10.01")).converge("GpuDriver/nvidia");
        bed.apply(TestBed.HYPERVISOR + "  rebootPolicy: WhenRequired\n");

        assertThat(bed.converge("Hypervisor/lab"))
                .satisfiesExactly(
                        step -> assertThat(step).startsWith("reboot the host, with all of its guests: nvidia driver"),
                        step -> assertThat(step).isEqualTo("note that the reboot is done"));
        assertThat(bed.assess("GpuDriver/nvidia").findings()).isEmpty();
        assertThat(bed.plan("GpuDriver/nvidia")).isEmpty();
        assertThat(bed.host().containers().read(101).orElseThrow().running()).isTrue();
    }

    @Test
    @Tag("promise-2")
    void cards_that_containers_share_are_not_taken_from_them() {
        bed.apply(driver("580.76.05")
                .replace("}\n", ", mode: Vfio}\n")
                .replace("{name: nvidia, mode: Vfio}", "{name: nvidia}"));

        assertThatThrownBy(() -> bed.plan("GpuDriver/nvidia"))
                .hasMessageContaining("spec.mode: web (101) share the cards and would lose them to virtual machines");
    }

    @Test
    void what_the_guests_are_given_is_counted() {
        assertThat(bed.assess("Hypervisor/lab").facts().toString())
                .contains("Allocated[memory=512Mi, onBootMemory=512Mi, cpus=1, guests=1, running=1]");
    }
}
