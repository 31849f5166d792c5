package ai.thinkheads.phoenix.kinds.gpudriver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.kinds.TestBed;
import ai.thinkheads.phoenix.kinds.host.Place;
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
class GpuDriverTest {

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

    private static final String KEY = "GpuDriver/nvidia";

    private static String driver(String rest) {
        return "kind: GpuDriver\nmetadata: {name: nvidia}\nspec:\n  vendor: nvidia\n" + rest.indent(2);
    }

    @Test
    @Tag("promise-1")
    @Tag("ask-31")
    void a_driver_is_installed_once() {
        bed.apply(driver("version: 580.76.05"));

        assertThat(bed.converge(KEY)).containsExactly("install NVIDIA driver 580.76.05");
        bed.lookAgain();
        assertThat(bed.converge(KEY)).isEmpty();
        assertThat(bed.assess(KEY).facts().toString()).contains("RTX 5060 Ti").contains("580.76.05");
    }

    @Test
    @Tag("ask-32")
    void another_version_is_exchanged_and_said() {
        bed.apply(driver("version: 580.76.05")).converge(KEY);
        bed.apply(driver("version: 590.10.01"));

        assertThat(bed.converge(KEY)).containsExactly("exchange NVIDIA driver 580.76.05 for 590.10.01");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    void the_kernel_module_the_mode_and_persistence_are_changed_in_place() {
        bed.apply(driver("version: 580.76.05")).converge(KEY);
        bed.apply(driver("version: 580.76.05\npersistence: false"));

        assertThat(bed.converge(KEY)).containsExactly("turn persistence of the graphics cards off");

        bed.apply(driver("version: 580.76.05\npersistence: false\nkernelModule: Proprietary"));
        assertThat(bed.converge(KEY))
                .containsExactly("install NVIDIA driver 580.76.05 again with the proprietary kernel module");

        bed.apply(driver("version: 580.76.05\npersistence: false\nkernelModule: Proprietary\nmode: Vfio"));
        assertThat(bed.converge(KEY)).singleElement().asString().contains("vfio-pci for virtual machines");
        assertThat(bed.plan(KEY)).isEmpty();
    }

    @Test
    @Tag("promise-6")
    void a_guest_with_another_version_is_named() {
        bed.apply(driver("version: 580.76.05")).converge(KEY);
        var resource = bed.resource(KEY).as(Kinds.GPU_DRIVER).orElseThrow();
        var assessment = GpuDriverPlanner.assess(
                new Place("lab", 8, false),
                resource,
                Map.of("web", "570.1.1", "llm", "580.76.05"),
                bed.host().read());

        assertThat(assessment.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.type()).isEqualTo(Conditions.DEGRADED);
            assertThat(finding.reason()).isEqualTo("VersionSkew");
            assertThat(finding.message()).contains("web has 570.1.1").doesNotContain("llm");
        });
    }

    @Test
    void a_second_driver_of_the_same_host_is_refused() {
        bed.apply(
                driver("version: 580.76.05"), driver("version: 590.10.01").replace("{name: nvidia}", "{name: other}"));

        assertThatThrownBy(() -> bed.plan("GpuDriver/other"))
                .hasMessageContaining("GpuDriver/nvidia manages the driver of that host already");
    }

    @Test
    @Tag("promise-2")
    void deletion_leaves_the_driver_unless_it_is_to_go() {
        bed.apply(driver("version: 580.76.05")).converge(KEY);
        assertThat(bed.delete(KEY)).isEmpty();

        bed.apply(driver("version: 580.76.05\ndeletionPolicy: Delete"));
        assertThat(bed.delete(KEY)).containsExactly("remove NVIDIA driver 580.76.05");
    }
}
