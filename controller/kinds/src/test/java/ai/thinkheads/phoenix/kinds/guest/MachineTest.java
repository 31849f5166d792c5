package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.feature;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.guest;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MachineTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static String machine(String name, String... fields) {
        List<String> all = new ArrayList<>(List.of("image: noble", "memory: 2Gi"));
        all.addAll(List.of(fields));
        return guest("VirtualMachine", name, all.toArray(String[]::new));
    }

    private static final String DISKS =
            "disks: [{name: root, storage: fast, size: 16Gi}, {name: data, storage: fast, size: 4Gi}]";

    @Test
    @Tag("promise-1")
    void a_machine_is_made_from_its_image_with_all_its_disks_and_then_left_alone() {
        bed.vault.put("login", Map.of("password", "pass"));
        bed.apply(
                machine(
                        "docker",
                        DISKS,
                        "network: {interfaces: [{bridge: lan, address: 10.0.0.30/24}]}",
                        "cloudInit: {user: ops, password: {name: login, key: password}, sshKeys: [ssh-ed25519 AAAA x], dns: {searchDomain: example.org}}"));

        bed.converge("VirtualMachine/docker");

        VmConfig config = bed.machine("docker").config();
        assertThat(config.disks()).extracting(VmConfig.Disk::size).containsExactly(ByteSize.ofGi(16), ByteSize.ofGi(4));
        assertThat(config.cloudInit().passwordHash()).startsWith("$6$").doesNotContain("pass");
        assertThat(bed.lookAgain().plan("VirtualMachine/docker")).isEmpty();
        assertThat(bed.loseState().plan("VirtualMachine/docker")).isEmpty();
    }

    @Test
    @Tag("ask-7")
    void disks_are_added_grown_and_taken_out_in_place() {
        bed.apply(machine("docker", DISKS));
        bed.converge("VirtualMachine/docker");

        bed.apply(
                machine(
                        "docker",
                        "disks: [{name: root, storage: fast, size: 20Gi}, {name: more, storage: fast, size: 2Gi}, {name: data, storage: fast, size: 4Gi}]"));
        assertThat(bed.converge("VirtualMachine/docker"))
                .startsWith("grow root from 16Gi to 20Gi", "attach disk more (2Gi on guests)");
        assertThat(bed.plan("VirtualMachine/docker")).isEmpty();

        bed.apply(machine(
                "docker", "disks: [{name: root, storage: fast, size: 20Gi}, {name: more, storage: fast, size: 2Gi}]"));
        assertThat(bed.converge("VirtualMachine/docker"))
                .singleElement()
                .asString()
                .startsWith("detach data; its volume ");
        assertThat(bed.machine("docker").config().disks()).hasSize(2);
        assertThat(bed.machine("docker").unused()).hasSize(1);
        assertThat(bed.findings("VirtualMachine/docker")).containsExactly("KeptWithoutConsent");
        assertThat(bed.driver.changes).doesNotContain("destroy");
    }

    @Test
    @Tag("ask-3")
    void memory_of_a_running_machine_waits_for_a_restart() {
        bed.apply(machine("docker", DISKS));
        bed.converge("VirtualMachine/docker");
        bed.apply(guest("VirtualMachine", "docker", "image: noble", "memory: 4Gi", DISKS));

        assertThat(bed.assess("VirtualMachine/docker").plan().steps())
                .extracting(Step::effect)
                .containsExactly(Effect.RESTART);
        bed.converge("VirtualMachine/docker");
        assertThat(bed.findings("VirtualMachine/docker")).containsExactly("PendingChanges");
    }

    @Test
    void a_machine_is_provisioned_and_cloned() {
        bed.apply(
                feature("docker", "27"),
                machine(
                        "base",
                        "isTemplate: true",
                        "disks: [{name: root, storage: fast, size: 16Gi}]",
                        "provision: {features: [{name: docker}]}"),
                guest(
                        "VirtualMachine",
                        "web",
                        "cloneFrom: {name: base}",
                        "memory: 3Gi",
                        "disks: [{name: root, storage: fast, size: 24Gi}]"));

        bed.converge("VirtualMachine/base", "VirtualMachine/web");

        assertThat(bed.machine("web").clonedFrom()).isEqualTo(100);
        assertThat(bed.machine("web").config().disks())
                .singleElement()
                .satisfies(disk -> assertThat(disk.size()).isEqualTo(ByteSize.ofGi(24)));
        assertThat(bed.factsOf("VirtualMachine/web").features())
                .containsExactly(new InstalledFeature("docker", "27", "VirtualMachine/base"));
        assertThat(bed.plan("VirtualMachine/web")).isEmpty();
        assertThat(bed.plan("VirtualMachine/base")).isEmpty();
    }

    @Test
    void containers_and_machines_share_one_range_of_numbers() {
        bed.apply(fromTemplate("web"), machine("docker", DISKS), fromTemplate("db", "vmid: 101"));
        bed.converge("LxcContainer/web", "VirtualMachine/docker");

        assertThat(bed.factsOf("VirtualMachine/docker").vmid()).isEqualTo(102);
    }
}
