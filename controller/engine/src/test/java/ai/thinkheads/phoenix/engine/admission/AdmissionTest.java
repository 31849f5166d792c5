package ai.thinkheads.phoenix.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.engine.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(20)
@Tag("promise-8")
class AdmissionTest {

    /** A host with a bridge, a pool, two storages, a card and a template. */
    private static final List<Resource<?, ?>> GROUND = read("""
            Hypervisor lab: {driver: simulated, simulated: {cpus: 8, memory: 32Gi, disks: [{path: /dev/disk/by-id/a, size: 1Ti}, {path: /dev/disk/by-id/b, size: 1Ti}]}}
            NetworkBridge vmbr0: {ports: [enp5s0], address: 10.0.0.2/24, gateway: 10.0.0.1}
            ZfsPool tank: {vdevs: [{type: mirror, devices: [/dev/disk/by-id/a, /dev/disk/by-id/b]}]}
            ZfsDataset guests: {pool: tank}
            ZfsDataset library: {pool: tank}
            StoragePool guests: {type: zfspool, target: {dataset: guests}, content: [rootdir, images]}
            StoragePool library: {type: dir, target: {dataset: library}, content: [vztmpl, import]}
            LxcTemplate debian: {storage: library, source: {bootstrap: {distribution: debian, suite: trixie}}}
            CloudImage cloud: {storage: library, url: "https://example.org/i.qcow2", sha256: 1f2e3d4c5b6a79880716253443526170a1b2c3d4e5f60718293a4b5c6d7e8f90}
            GpuDriver nvidia: {vendor: nvidia, version: 580.76.05}
            GpuDriver passthrough: {vendor: nvidia, version: 580.76.05, mode: Vfio}
            """);

    @Test
    void what_fits_together_is_let_through_without_a_word() {
        Verdict verdict = Admission.check(GROUND, List.of());

        assertThat(verdict.errors()).isEmpty();
        assertThat(verdict.warnings()).isEmpty();
    }

    @Test
    void a_resource_gets_the_finalizer_that_keeps_it_until_the_host_is_done_with_it() {
        Resource<?, ?> pool = Admission.prepare(Samples.pool("tank"));

        assertThat(pool.metadata().getFinalizers()).containsExactly(Annotations.FINALIZER);
        assertThat(Admission.prepare(pool)).isSameAs(pool);
    }

    @Test
    void nothing_is_said_of_what_is_stored_already() {
        List<Resource<?, ?>> broken = read("ZfsDataset lost: {pool: gone}");

        assertThat(Admission.check(read("ZfsDataset fine: {pool: tank}"), with(GROUND, broken))
                        .errors())
                .isEmpty();
    }

    @Nested
    @DisplayNameGeneration(ReplaceUnderscores.class)
    class References_ {

        @Test
        void what_does_not_exist_is_named_with_the_nearest_that_does() {
            assertThat(errors("ZfsDataset data: {pool: tnak}"))
                    .containsExactly("ZfsDataset/data: spec.pool: ZfsPool/tnak does not exist; did you mean tank?");
        }

        @Test
        void what_comes_in_the_same_set_exists() {
            assertThat(errors("""
                    ZfsDataset data: {pool: fast}
                    ZfsPool fast: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/c]}]}
                    """)).isEmpty();
        }

        @Test
        void an_ordering_after_something_of_a_kind_that_there_is_not_names_the_nearest_kind() {
            var data = Samples.dataset("data", "tank", Map.of(), List.of(new DependsOn("ZfsPol", "tank", null)), null);

            assertThat(texts(Admission.check(List.of(data), GROUND).errors()))
                    .containsExactly(
                            "ZfsDataset/data: spec.dependsOn[0].kind: there is no kind 'ZfsPol'; did you mean ZfsPool?");
        }

        @Test
        void a_container_cannot_use_a_driver_that_gives_cards_to_machines() {
            assertThat(
                            errors(
                                    "LxcContainer web: {template: debian, rootDisk: {storage: guests}, gpu: {driver: passthrough}}"))
                    .singleElement()
                    .asString()
                    .startsWith("LxcContainer/web: spec.gpu.driver: GpuDriver/passthrough is in mode Vfio");
        }

        @Test
        void a_driver_does_not_take_its_cards_from_guests_that_stay_as_they_are() {
            String web = "LxcContainer web: {template: debian, rootDisk: {storage: guests}%s}";
            List<Resource<?, ?>> using = with(GROUND, read(web.formatted(", gpu: {driver: nvidia}")));
            String other = "GpuDriver nvidia: {vendor: nvidia, version: 580.76.05, mode: Vfio}\n";

            assertThat(texts(Admission.check(read(other), using).errors()))
                    .containsExactly("GpuDriver/nvidia: spec.mode: Vfio takes the cards from LxcContainer/web;"
                            + " take spec.gpu out there first, or keep the mode");
            assertThat(Admission.check(read(other + web.formatted("")), using).errors())
                    .as("the container gives its card back in the same set")
                    .isEmpty();
        }

        @Test
        void a_machine_cannot_use_a_driver_that_shares_cards_among_containers() {
            assertThat(errors(machine("vm", "gpu: {driver: nvidia, devices: ['0000:01:00.0']}")))
                    .singleElement()
                    .asString()
                    .startsWith("VirtualMachine/vm: spec.gpu.driver: GpuDriver/nvidia is in mode Container");
        }

        @Test
        void a_card_that_the_host_does_not_have_is_worth_a_warning_once_its_cards_are_known() {
            var facts = new GpuDriverFacts(
                    "580.76.05",
                    List.of(new GpuDriverFacts.Device(0, "GPU-1d2c", "RTX", ByteSize.parse("16Gi"), "0000:01:00.0")),
                    Map.of());
            List<Resource<?, ?>> known = with(GROUND, List.of(seen(Kinds.GPU_DRIVER, "nvidia", facts)));
            String wants =
                    "LxcContainer %s: {template: debian, rootDisk: {storage: guests}, gpu: {driver: nvidia, devices: [%s]}}";

            assertThat(Admission.check(read(wants.formatted("a", "'0'")), known).warnings())
                    .isEmpty();
            assertThat(Admission.check(read(wants.formatted("a", "GPU-1d2c")), known)
                            .warnings())
                    .isEmpty();
            assertThat(texts(Admission.check(read(wants.formatted("a", "'3'")), known)
                            .warnings()))
                    .containsExactly("LxcContainer/a: spec.gpu.devices[0]: the host has no card 3; it has 0 (RTX)");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "LxcContainer x: {template: debian, rootDisk: {storage: library}} | spec.rootDisk.storage | rootdir",
                    "LxcContainer x: {template: debian, rootDisk: {storage: guests}, mounts: [{name: d, path: /d, storage: library, size: 1Gi}]} | spec.mounts[0].storage | rootdir",
                    "LxcTemplate x: {storage: guests, source: {bootstrap: {distribution: debian}}} | spec.storage | vztmpl",
                    "VirtualMachine x: {image: cloud, disks: [{name: root, storage: library, size: 8Gi}]} | spec.disks[0].storage | images",
                })
        void a_storage_has_to_hold_what_is_put_on_it(String line, String field, String content) {
            assertThat(errors(line))
                    .singleElement()
                    .asString()
                    .contains("/x: " + field + ": StoragePool/")
                    .contains("does not hold " + content + "; add it to its spec.content");
        }

        @Test
        void only_the_blocks_of_a_template_can_be_shared() {
            String base = "LxcContainer base: {template: debian, rootDisk: {storage: guests}%s}\n";
            String clone = "LxcContainer web: {cloneFrom: {name: base, mode: %s}}";

            assertThat(errors(base.formatted("") + clone.formatted("Linked")))
                    .containsExactly(
                            "LxcContainer/web: spec.cloneFrom.mode: base is no template, and only a template's blocks can be shared; set isTemplate there, or mode: Full");
            assertThat(errors(base.formatted("") + clone.formatted("Full"))).isEmpty();
            assertThat(errors(base.formatted(", isTemplate: true") + clone.formatted("Linked")))
                    .isEmpty();
        }

        @Test
        void an_address_outside_the_subnet_of_the_bridge_is_worth_a_warning() {
            assertThat(warnings(addressed("web", "192.168.7.9/24")))
                    .containsExactly(
                            "LxcContainer/web: spec.network.interfaces[0].address: 192.168.7.9/24 is outside 10.0.0.2/24, the subnet of NetworkBridge/vmbr0");
            assertThat(warnings(addressed("web", "10.0.0.9/24"))).isEmpty();
        }

        @Test
        void a_vlan_needs_a_bridge_that_knows_of_vlans() {
            assertThat(errors(guest("web", "network: {interfaces: [{bridge: vmbr0, vlan: 7}]}")))
                    .containsExactly(
                            "LxcContainer/web: spec.network.interfaces[0].vlan: NetworkBridge/vmbr0 is not vlanAware");
        }

        @Test
        void a_feature_has_to_fit_where_it_is_installed() {
            assertThat(errors("""
                    Feature tuned: {scope: Host, version: "1", check: "true", install: "true"}
                    """ + guest("web", "provision: {features: [{name: tuned}]}")))
                    .containsExactly(
                            "LxcContainer/web: spec.provision.features[0].name: Feature/tuned has the scope Host and does not fit a LxcContainer");
        }

        @Test
        void with_several_hypervisors_one_has_to_be_named() {
            String second = "Hypervisor attic: {driver: simulated}\n";

            assertThat(errors(second + "ZfsPool fast: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/c]}]}"))
                    .containsExactly(
                            "ZfsPool/fast: spec.hypervisor: there are several hypervisors; name one of attic, lab");
            assertThat(
                            errors(
                                    second
                                            + "ZfsPool fast: {hypervisor: attic, vdevs: [{type: stripe, devices: [/dev/disk/by-id/c]}]}"))
                    .isEmpty();
        }

        @Test
        void without_any_hypervisor_nothing_can_live() {
            assertThat(texts(Admission.check(
                                    read("ZfsPool fast: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/c]}]}"),
                                    List.of())
                            .errors()))
                    .containsExactly(
                            "ZfsPool/fast: spec.hypervisor: there is no Hypervisor that this could live on; declare one");
        }

        @Test
        void what_a_resource_refers_to_has_to_be_on_its_host() {
            assertThat(errors("""
                    Hypervisor attic: {driver: simulated}
                    ZfsPool near: {hypervisor: lab, vdevs: [{type: stripe, devices: [/dev/disk/by-id/c]}]}
                    ZfsDataset data: {hypervisor: attic, pool: near}
                    """))
                    .containsExactly("ZfsDataset/data: spec.pool: ZfsPool/near is on lab, and this is on attic");
        }
    }

    @Nested
    @DisplayNameGeneration(ReplaceUnderscores.class)
    class Cycles {

        @Test
        void a_cycle_is_shown_from_one_to_the_next() {
            assertThat(errors("""
                    ZfsDataset a: {pool: tank, dependsOn: [{kind: ZfsDataset, name: b}]}
                    ZfsDataset b: {pool: tank, dependsOn: [{kind: ZfsDataset, name: a}]}
                    """))
                    .containsExactly(
                            "ZfsDataset/a: spec: these wait for each other for ever: ZfsDataset/a → ZfsDataset/b → ZfsDataset/a; take one of the references out");
        }

        @Test
        void a_cycle_that_one_closes_with_what_is_stored_is_blamed_on_it() {
            List<Resource<?, ?>> stored =
                    with(GROUND, read("ZfsDataset a: {pool: tank, dependsOn: [{kind: ZfsDataset, name: b}]}"));

            assertThat(texts(Admission.check(
                                    read("ZfsDataset b: {pool: tank, dependsOn: [{kind: ZfsDataset, name: a}]}"),
                                    stored)
                            .errors()))
                    .singleElement()
                    .asString()
                    .startsWith("ZfsDataset/b: spec: these wait for each other for ever");
        }

        @Test
        void clones_of_each_other_are_a_cycle() {
            assertThat(errors("""
                    LxcContainer a: {cloneFrom: {name: b}}
                    LxcContainer b: {cloneFrom: {name: a}}
                    """))
                    .singleElement()
                    .asString()
                    .contains("LxcContainer/a → LxcContainer/b → LxcContainer/a");
        }

        @Test
        void a_chain_of_thousands_is_none() {
            String chain = String.join(
                    "\n",
                    IntStream.range(1, 4000)
                            .mapToObj(i -> "ZfsDataset d" + i + ": {pool: tank, dependsOn: [{kind: ZfsDataset, name: d"
                                    + (i + 1) + "}]}")
                            .toList());

            assertThat(errors(chain + "\nZfsDataset d4000: {pool: tank}")).isEmpty();
        }
    }

    @Nested
    @DisplayNameGeneration(ReplaceUnderscores.class)
    class Only_one_can_have {

        @Test
        void a_vmid_whether_container_or_machine() {
            assertThat(errors(guest("a", "vmid: 101") + machine("b", "vmid: 101")))
                    .containsExactly(
                            "VirtualMachine/b: spec.vmid: the vmid 101 is taken by LxcContainer/a (spec.vmid)");
        }

        @Test
        void a_vmid_that_was_found_free_for_another() {
            Resource<?, ?> stored = read(guest("old", "cores: 1")).getFirst();
            Resource<?, ?> numbered = seen(stored.as(Kinds.LXC_CONTAINER).orElseThrow(), GuestFacts.intended(100));

            assertThat(texts(Admission.check(read(guest("new", "vmid: 100")), with(GROUND, List.of(numbered)))
                            .errors()))
                    .containsExactly(
                            "LxcContainer/new: spec.vmid: the vmid 100 is taken by LxcContainer/old (spec.vmid)");
        }

        @Test
        void an_address() {
            assertThat(errors(addressed("a", "10.0.0.9/24") + addressed("b", "10.0.0.9/24")))
                    .containsExactly(
                            "LxcContainer/b: spec.network.interfaces[0].address: the address 10.0.0.9 is taken by LxcContainer/a (spec.network.interfaces[0].address)");
        }

        @Test
        void the_address_of_the_bridge_itself() {
            assertThat(errors(addressed("a", "10.0.0.2/24")))
                    .singleElement()
                    .asString()
                    .contains("the address 10.0.0.2 is taken by NetworkBridge/vmbr0 (spec.address)");
        }

        @Test
        void an_address_however_it_is_written() {
            assertThat(errors("NetworkBridge six: {ports: [enp6s0], address: 'fd00::1/64'}\n"
                            + guest("a", "network: {interfaces: [{bridge: six, address: 'fd00::00a9/64'}]}")
                            + guest("b", "network: {interfaces: [{bridge: six, address: 'FD00:0::a9/64'}]}")))
                    .singleElement()
                    .asString()
                    .startsWith("LxcContainer/b: spec.network.interfaces[0].address");
        }

        @Test
        void a_MAC_address_however_it_is_written() {
            assertThat(errors(guest("a", "network: {interfaces: [{bridge: vmbr0, mac: 'BC:24:11:00:00:01'}]}")
                            + guest("b", "network: {interfaces: [{bridge: vmbr0, mac: 'bc:24:11:00:00:01'}]}")))
                    .singleElement()
                    .asString()
                    .startsWith("LxcContainer/b: spec.network.interfaces[0].mac: the MAC address");
        }

        @Test
        void the_name_of_a_pool() {
            assertThat(errors("ZfsPool other: {poolName: tank, vdevs: [{type: stripe, devices: [/dev/disk/by-id/c]}]}"))
                    .containsExactly(
                            "ZfsPool/other: spec.poolName: the pool tank is taken by ZfsPool/tank (spec.poolName)");
        }

        @Test
        void a_device() {
            assertThat(errors("ZfsPool other: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/b]}]}"))
                    .containsExactly(
                            "ZfsPool/other: spec.vdevs[0].devices[0]: the device /dev/disk/by-id/b is taken by ZfsPool/tank (spec.vdevs[0].devices[1])");
        }

        @Test
        void the_path_of_a_dataset() {
            assertThat(errors("ZfsDataset other: {pool: tank, path: guests}"))
                    .containsExactly(
                            "ZfsDataset/other: spec.path: the dataset tank/guests is taken by ZfsDataset/guests (spec.path)");
        }

        @Test
        void the_id_of_a_storage() {
            assertThat(
                            errors(
                                    "StoragePool other: {storageId: guests, type: zfspool, target: {dataset: library}, content: [images]}"))
                    .containsExactly(
                            "StoragePool/other: spec.storageId: the storage guests is taken by StoragePool/guests (spec.storageId)");
        }

        @Test
        void a_port() {
            assertThat(errors("NetworkBridge vmbr1: {ports: [enp5s0]}"))
                    .containsExactly(
                            "NetworkBridge/vmbr1: spec.ports[0]: the port enp5s0 is taken by NetworkBridge/vmbr0 (spec.ports[0])");
        }

        @Test
        void a_card_that_is_owned() {
            String gpu = "gpu: {driver: passthrough, devices: ['0000:01:00.0']}";

            assertThat(errors(machine("a", gpu) + machine("b", gpu)))
                    .containsExactly(
                            "VirtualMachine/b: spec.gpu.devices[0]: the card 0000:01:00.0 is owned by VirtualMachine/a, and one machine can own a card");
        }

        @Test
        void of_it_on_one_host_and_another_on_the_next() {
            assertThat(Admission.check(read("""
                                            Hypervisor attic: {driver: simulated}
                                            Hypervisor cellar: {driver: simulated}
                                            ZfsPool a: {hypervisor: attic, poolName: tank, vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]}
                                            ZfsPool b: {hypervisor: cellar, poolName: tank, vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]}
                                            """), List.of()).errors()).isEmpty();
        }

        @Test
        void what_it_had_already() {
            List<Resource<?, ?>> stored = with(GROUND, read(guest("a", "vmid: 101")));

            assertThat(Admission.check(read(guest("a", "vmid: 101, cores: 2")), stored)
                            .errors())
                    .isEmpty();
        }
    }

    @Nested
    @DisplayNameGeneration(ReplaceUnderscores.class)
    class Capacities {

        @Test
        void a_guest_larger_than_its_host_is_refused() {
            assertThat(errors(guest("huge", "memory: 48Gi")))
                    .containsExactly("LxcContainer/huge: spec.memory: 48Gi is more than the 32Gi of Hypervisor/lab");
        }

        @Test
        void guests_that_start_with_the_host_and_are_given_more_memory_than_it_has_are_named() {
            String boots = "memory: 20Gi, startup: {onBoot: true}";

            assertThat(warnings(guest("a", boots) + guest("b", boots) + guest("c", "memory: 20Gi")))
                    .containsExactly(
                            "LxcContainer/a: spec.startup.onBoot: the guests that start with Hypervisor/lab are given 40Gi of its 32Gi: LxcContainer/a, LxcContainer/b");
        }

        @Test
        void more_cores_than_the_host_has_are_worth_a_warning() {
            assertThat(warnings(guest("a", "cores: 9")))
                    .containsExactly("LxcContainer/a: spec.cores: 9 cores on Hypervisor/lab, which has 8");
        }

        @Test
        void quotas_that_come_to_more_than_the_pool_are_worth_a_warning() {
            assertThat(warnings("""
                    ZfsDataset a: {pool: tank, quota: 600Gi}
                    ZfsDataset b: {pool: tank, quota: 600Gi}
                    """))
                    .containsExactly(
                            "ZfsDataset/a: spec.quota: the quotas on ZfsPool/tank come to 1200Gi of its 1024Gi: ZfsDataset/a, ZfsDataset/b");
        }

        @Test
        void a_card_that_many_containers_share_from_the_start_is_worth_a_warning_that_names_them() {
            String shares = "startup: {onBoot: true}, gpu: {driver: nvidia, devices: ['0']}";

            assertThat(warnings(guest("a", shares) + guest("b", shares))).isEmpty();
            assertThat(warnings(guest("a", shares) + guest("b", shares) + guest("c", shares)))
                    .containsExactly(
                            "LxcContainer/a: spec.gpu.devices: card 0 is shared by 3 containers that start with the host: LxcContainer/a, LxcContainer/b, LxcContainer/c");
        }

        @Test
        void who_names_no_card_shares_them_all() {
            String all = "startup: {onBoot: true}, gpu: {driver: nvidia}";
            String first = "startup: {onBoot: true}, gpu: {driver: nvidia, devices: ['0']}";

            assertThat(warnings(guest("a", all) + guest("b", all) + guest("c", first)))
                    .containsExactly(
                            "LxcContainer/a: spec.gpu.devices: card 0 is shared by 3 containers that start with the host: LxcContainer/a, LxcContainer/b, LxcContainer/c");
            assertThat(warnings(guest("a", all) + guest("b", all) + guest("c", all)))
                    .singleElement()
                    .asString()
                    .contains("each card is shared by 3 containers");
        }

        @Test
        void a_card_is_the_same_by_index_and_by_identifier() {
            var facts = new GpuDriverFacts(
                    "580.76.05",
                    List.of(new GpuDriverFacts.Device(0, "GPU-1d2c", "RTX", ByteSize.parse("16Gi"), "0000:01:00.0")),
                    Map.of());
            List<Resource<?, ?>> known = with(GROUND, List.of(seen(Kinds.GPU_DRIVER, "nvidia", facts)));
            String by = "startup: {onBoot: true}, gpu: {driver: nvidia, devices: ['%s']}";

            assertThat(texts(Admission.check(
                                    read(guest("a", by.formatted("0"))
                                            + guest("b", by.formatted("GPU-1d2c"))
                                            + guest("c", by.formatted("0"))),
                                    known)
                            .warnings()))
                    .singleElement()
                    .asString()
                    .contains("card 0 is shared by 3 containers");
        }

        @Test
        void templates_never_run_and_take_nothing() {
            assertThat(errors(guest("a", "memory: 48Gi, isTemplate: true"))).isEmpty();
        }
    }

    @Nested
    @DisplayNameGeneration(ReplaceUnderscores.class)
    class Classes {

        @Test
        void what_a_guest_has_from_its_class_is_judged_as_its_own() {
            assertThat(errors("""
                    GuestClass big: {container: {memory: 48Gi, template: debian, rootDisk: {storage: guests}}}
                    LxcContainer a: {class: big}
                    LxcContainer b: {class: big, memory: 1Gi}
                    """))
                    .containsExactly("LxcContainer/a: spec.memory: 48Gi is more than the 32Gi of Hypervisor/lab");
        }

        @Test
        void neither_guest_nor_class_says_what_it_is_made_of() {
            assertThat(errors("""
                    GuestClass small: {container: {memory: 1Gi}}
                    LxcContainer a: {class: small}
                    """))
                    .containsExactly(
                            "LxcContainer/a: spec.template: neither the guest nor its class says what it is made from; give spec.template or spec.cloneFrom");
        }
    }

    @Test
    @Tag("promise-10")
    void judging_five_thousand_takes_about_five_times_as_long_as_a_thousand() {
        List<Resource<?, ?>> all = new ArrayList<>(GROUND);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            lines.append(guest(
                    "g" + i,
                    "vmid: " + (1000 + i) + ", network: {interfaces: [{bridge: vmbr0, address: 10.0.0." + i % 250
                            + "/24, vlan: " + (1 + i / 250) + "}]}"));
        }
        all.addAll(read(lines.toString()));
        List<Resource<?, ?>> few = all.subList(0, 1000 + GROUND.size());
        Admission.check(few, List.of());

        long small = best(() -> Admission.check(few, List.of()));
        long large = best(() -> Admission.check(all, List.of()));

        assertThat((double) large / small).isLessThan(20);
    }

    private static long best(Runnable work) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long begin = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - begin);
        }
        return best;
    }

    private static String guest(String name, String fields) {
        return "LxcContainer " + name + ": {template: debian, rootDisk: {storage: guests}, " + fields + "}\n";
    }

    private static String machine(String name, String fields) {
        return "VirtualMachine " + name + ": {image: cloud, disks: [{name: root, storage: guests, size: 8Gi}], "
                + fields + "}\n";
    }

    private static String addressed(String name, String address) {
        return guest(name, "network: {interfaces: [{bridge: vmbr0, address: " + address + "}]}");
    }

    private static List<String> errors(String lines) {
        return texts(Admission.check(read(lines), GROUND).errors());
    }

    private static List<String> warnings(String lines) {
        Verdict verdict = Admission.check(read(lines), GROUND);
        assertThat(verdict.errors()).isEmpty();
        return texts(verdict.warnings());
    }

    private static List<String> texts(Collection<Verdict.Finding> findings) {
        return findings.stream().map(Verdict.Finding::toString).toList();
    }

    private static List<Resource<?, ?>> with(List<Resource<?, ?>> ground, List<Resource<?, ?>> more) {
        List<Resource<?, ?>> all = new ArrayList<>(ground);
        all.removeIf(each -> more.stream().anyMatch(other -> other.key().equals(each.key())));
        all.addAll(more);
        return all;
    }

    private static <S extends Spec, F extends Facts> Resource<S, F> seen(Kind<S, F> kind, String name, F facts) {
        return seen(
                GROUND.stream()
                        .flatMap(each -> each.as(kind).stream())
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow(),
                facts);
    }

    private static <S extends Spec, F extends Facts> Resource<S, F> seen(Resource<S, F> resource, F facts) {
        return resource.withStatus(new Status<>(1, List.of(), List.of(), facts));
    }

    /** Resources of lines {@code Kind name: spec}. */
    private static List<Resource<?, ?>> read(String lines) {
        List<ManifestText> texts = Arrays.stream(lines.split("\n"))
                .filter(line -> !line.isBlank())
                .map(line -> {
                    String[] parts = line.strip().split("[ :]+", 3);
                    return new ManifestText(
                            parts[1],
                            "{apiVersion: phoenix.thinkheads.ai/v1alpha1, kind: " + parts[0] + ", metadata: {name: "
                                    + parts[1] + "}, spec: " + parts[2] + "}");
                })
                .toList();
        return ManifestReader.read(texts).stream()
                .<Resource<?, ?>>map(Manifest::resource)
                .toList();
    }
}
