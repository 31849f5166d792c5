package ai.thinkheads.phoenix.hosts.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Node;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a machine's answers mean. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LinuxFactsTest {

    private static final String SMI = "0, GPU-1f, NVIDIA RTX A2000 12GB, 12282, 00000000:2B:00.0, Enabled\n"
            + "1, GPU-2f, NVIDIA GeForce RTX 3090, 24576, 00000000:2D:00.0, Disabled\nrc 0";

    private static HostFacts facts(Map<String, String> sections) {
        Map<String, String> all = new java.util.TreeMap<>(Map.of("cpus", "12", "memory", "MemTotal:  1048576 kB"));
        all.putAll(sections);
        String text = all.entrySet().stream()
                .map(each -> "== phoenix " + each.getKey() + "\n" + each.getValue() + "\n")
                .collect(Collectors.joining());
        return HostFacts.parse(text + "== phoenix end\n");
    }

    private static Node.Observed node(HostFacts facts, Map<String, Node.Disk> disks) {
        return LinuxNode.observe(facts, disks, LinuxGpus.observe(facts));
    }

    @Test
    void a_user_who_is_not_root_and_a_machine_that_is_no_plain_linux_are_told_what_to_do() {
        LinuxHostDriver.check("0\nLinux");

        assertThatThrownBy(() -> LinuxHostDriver.check("1000\nLinux"))
                .hasMessageContaining("not root")
                .hasMessageContaining("spec.shell with type ssh and user root");
        assertThatThrownBy(() -> LinuxHostDriver.check("0\nFreeBSD")).hasMessageContaining("runs FreeBSD");
        assertThatThrownBy(() -> LinuxHostDriver.check("0\nLinux\nproxmox"))
                .hasMessageContaining("set spec.driver to proxmox");
        assertThatThrownBy(() -> LinuxHostDriver.check("")).isInstanceOf(HostException.class);
    }

    @Test
    void the_machine_is_read_from_debians_own_files() {
        Node.Observed node = node(
                facts(Map.of(
                        "version", "12.5",
                        "hostname", "lab",
                        "timezone", "/usr/share/zoneinfo/Etc/UTC",
                        "resolv",
                                "# by hand\nsearch lab.example\nnameserver 10.0.0.1\nnameserver fd00::1\noptions edns0",
                        "packages", "bash\ncurl",
                        "cards", "0000:2b:00.0 \"VGA compatible controller\" \"NVIDIA\" \"GA106\" -ra1",
                        "arc", "0\nc_max  4  8589934592")),
                Map.of());

        assertThat(node.timezone()).isEqualTo("UTC");
        assertThat(node.dns()).containsExactly("10.0.0.1", "fd00::1");
        assertThat(node.searchDomain()).isEqualTo("lab.example");
        assertThat(node.memory().bytes()).isEqualTo(1L << 30);
        assertThat(node.arcMax().bytes()).isEqualTo(8L << 30);
        assertThat(node.packages()).containsExactlyInAnyOrder("bash", "curl");
        assertThat(node.pciGpus()).containsEntry("0000:2b:00.0", "NVIDIA GA106");
        assertThat(node.rebootRequired()).isNull();
    }

    @Test
    void a_needed_reboot_names_its_packages() {
        Node.Observed node = node(
                facts(Map.of("reboot", "*** System restart required ***\nlinux-image-amd64\nlinux-image-amd64")),
                Map.of());

        assertThat(node.rebootRequired()).isEqualTo("the host has to be restarted for linux-image-amd64");
    }

    @Test
    @Tag("promise-8")
    void an_answer_that_ends_half_way_or_makes_no_sense_is_said() {
        assertThatThrownBy(() -> HostFacts.parse("== phoenix version\n12.5\n== phoenix kernel\n6.1"))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("ended after 'kernel'");
        assertThatThrownBy(() -> node(facts(Map.of("cpus", "many")), Map.of()))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("cpus");
    }

    @Test
    void cards_are_read_from_nvidia_smi_and_the_kernel() {
        Gpus.Observed gpus = LinuxGpus.observe(facts(Map.of(
                "gpu-smi", SMI,
                "gpu-loaded", "550.54.14",
                "gpu-installed", "550.54.14",
                "gpu-open", "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14",
                "gpu-nodes", "/dev/nvidia0\n/dev/nvidiactl\n/dev/nvidia-uvm")));

        assertThat(gpus.devices()).hasSize(2);
        assertThat(gpus.devices().getFirst().memory().bytes()).isEqualTo(12282L << 20);
        assertThat(gpus.loadedVersion()).isEqualTo("550.54.14");
    }

    @Test
    @Tag("ask-14")
    void a_card_s_device_file_is_the_one_that_the_module_names_for_its_address() {
        Gpus.Observed gpus = LinuxGpus.observe(facts(Map.of(
                "gpu-smi",
                SMI,
                "gpu-minors",
                "/proc/driver/nvidia/gpus/0000:2b:00.0/information:Device Minor: \t 1\n"
                        + "/proc/driver/nvidia/gpus/0000:2d:00.0/information:Device Minor: \t 0")));

        assertThat(gpus.devices()).extracting(Gpus.Device::node).containsExactly("/dev/nvidia1", "/dev/nvidia0");
    }

    @Test
    void a_machine_without_lspci_knows_its_cards_by_the_driver_s_names() {
        // As a virtual machine with an H200 printed it.
        Node.Observed node = node(
                facts(Map.of(
                        "cards",
                        "0000:00:06.0 \"Display controller\" \"0x10de\" \"0x2335\"",
                        "gpu-smi",
                        "0, GPU-a141638d-1a79-4b94-c759-aea6619ed4c0, NVIDIA H200, 143771, 00000000:00:06.0,"
                                + " Enabled\nrc 0")),
                Map.of());

        assertThat(node.pciGpus()).containsEntry("0000:00:06.0", "NVIDIA H200");
    }

    @Test
    void what_nvidia_smi_warns_of_is_no_card() {
        Gpus.Observed gpus = LinuxGpus.observe(facts(Map.of(
                "gpu-smi",
                "0, GPU-1f, NVIDIA RTX A2000 12GB, 12282, 00000000:2B:00.0, Enabled\n"
                        + "WARNING: infoROM is corrupted at gpu 0000:2B:00.0\nrc 0")));

        assertThat(gpus.devices()).hasSize(1);
    }

    @Test
    void nvidia_smi_without_a_driver_lists_nothing_and_one_of_another_form_is_said() {
        assertThat(LinuxGpus.observe(facts(Map.of(
                                "gpu-smi",
                                "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\nrc 9")))
                        .devices())
                .isEmpty();
        assertThatThrownBy(() -> LinuxGpus.observe(facts(Map.of("gpu-smi", "Mon Nov 23\nrc 0"))))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("six columns");
    }

    @Test
    void a_driver_that_is_installed_and_not_loaded_needs_a_boot() {
        HostFacts facts = facts(Map.of(
                "cards", "0000:2b:00.0 \"VGA compatible controller\" \"NVIDIA\" \"GA106\"",
                "gpu-installed", "570.86.15",
                "gpu-loaded", "550.54.14"));

        assertThat(LinuxGpus.rebootRequired(facts, LinuxGpus.observe(facts))).contains("570.86.15", "550.54.14");
    }

    @Test
    @Tag("promise-2")
    void no_path_leads_out_of_the_roots() {
        assertThat(LinuxRoots.confined("/var/lib/lxc", "web/rootfs")).isEqualTo("/var/lib/lxc/web/rootfs");
        for (String bad : new String[] {"", "..", "../x", "a/../../x", "/etc", ".", "a/.."}) {
            assertThatThrownBy(() -> LinuxRoots.confined("/var/lib/lxc", bad))
                    .as(bad)
                    .isInstanceOf(HostException.class);
        }
    }

    @Test
    @Tag("promise-2")
    void a_storage_is_never_a_folder_that_the_system_lives_in() {
        for (String bad : new String[] {"/", "/etc", "/usr/", "relative", "/srv/../etc", "//etc"}) {
            assertThat(LinuxStorages.isPlainFolder(bad)).as(bad).isFalse();
        }
        assertThat(LinuxStorages.isPlainFolder("/srv/library")).isTrue();
    }
}
