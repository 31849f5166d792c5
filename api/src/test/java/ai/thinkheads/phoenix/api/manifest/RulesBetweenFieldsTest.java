package ai.thinkheads.phoenix.api.manifest;

import static ai.thinkheads.phoenix.api.manifest.Texts.problemsOf;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("promise-8")
@DisplayNameGeneration(ReplaceUnderscores.class)
class RulesBetweenFieldsTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', textBlock = """
            LxcContainer => template: a, cloneFrom: {name: b}, rootDisk: {storage: s} => spec.cloneFrom: a container has a template or cloneFrom, not both
            LxcContainer => cores: 1 => spec: a container needs template or cloneFrom; without either only one that exists is adopted, by its vmid
            LxcContainer => template: a => spec.rootDisk: a container made from a template needs a root disk with its storage
            LxcContainer => cloneFrom: {name: b}, isTemplate: true, runPolicy: Running => spec.runPolicy: a template never runs; remove the field
            VirtualMachine => image: i, disks: [{name: root, storage: fast, size: 8Gi}], runPolicy: Frozen => spec.runPolicy: only containers are frozen; say Stopped
            LxcContainer => cloneFrom: {name: b}, isTemplate: true, snapshots: [{name: ab}] => spec.snapshots: a template cannot have snapshots
            LxcContainer => cloneFrom: {name: b}, network: {interfaces: [{bridge: l, address: 10.0.0.5/24, gateway: 10.0.1.1}]} => spec.network.interfaces[0].gateway: 10.0.1.1 is not within the subnet of 10.0.0.5/24
            LxcContainer => cloneFrom: {name: b}, network: {interfaces: [{bridge: l, address: dhcp, gateway: 10.0.1.1}]} => spec.network.interfaces[0].gateway: a gateway needs a static address; with dhcp the server names it
            LxcContainer => cloneFrom: {name: b}, apparmor: Unconfined, features: {nesting: true} => spec.apparmor: LXC refuses to start a container with a profile of its own beside features that generate one; remove features.nesting and features.mount, or use apparmor: Default
            LxcContainer => cloneFrom: {name: b}, unprivileged: false, features: {keyctl: true} => spec.features.keyctl: keyctl is for unprivileged containers; a privileged one has it already
            LxcContainer => cloneFrom: {name: b}, mounts: [{name: d, path: /d}] => spec.mounts[0]: give exactly one of source, dataset and storage, not 0
            LxcContainer => cloneFrom: {name: b}, mounts: [{name: d, path: /d, storage: s}] => spec.mounts[0].size: a volume needs a size
            LxcContainer => cloneFrom: {name: b}, mounts: [{name: d, path: /a/../b, source: /x}] => spec.mounts[0].path: must be below / without '.' and '..'
            LxcContainer => cloneFrom: {name: b}, mounts: [{name: d, path: /a, source: /x}, {name: d, path: /b, source: /x}] => spec.mounts[1].name: another mount is called d
            LxcContainer => cloneFrom: {name: b}, healthChecks: [{name: x}] => spec.healthChecks[0]: give exactly one of exec, http and tcp, not 0
            VirtualMachine => image: a, cloneFrom: {name: b}, disks: [{name: r, storage: s}] => spec.cloneFrom: a virtual machine has an image or cloneFrom, not both
            VirtualMachine => image: a => spec.disks: a machine made from an image needs a disk to put it on
            ZfsPool => vdevs: [{type: mirror, devices: [/dev/sda]}] => spec.vdevs[0].devices: a mirror needs at least 2 devices, not 1
            ZfsPool => vdevs: [{type: cache, devices: [/dev/sda]}] => spec.vdevs: a pool needs a stripe, a mirror or a raidz; spares, logs and caches hold no data
            ZfsPool => vdevs: [{type: mirror, devices: [/dev/sda, /dev/sda]}] => spec.vdevs[0].devices[1]: /dev/sda is already used in spec.vdevs[0].devices[0]
            ZfsDataset => pool: p, quota: 1Gi, reservation: 2Gi => spec.reservation: 2Gi is more than the quota of 1Gi
            ZfsDataset => pool: p, properties: {quota: 1G} => spec.properties.quota: use spec.quota instead
            NetworkBridge => address: 10.0.0.1/24, gateway: 10.1.0.1 => spec.gateway: 10.1.0.1 is not within the subnet of 10.0.0.1/24
            NetworkBridge => gateway: 10.1.0.1 => spec.gateway: a gateway needs spec.address
            NetworkBridge => nat: {} => spec.nat: address translation needs spec.address
            LxcTemplate => storage: s, source: {url: "http://x/y"} => spec.source.sha256: a download needs a checksum; run sha256sum on a copy that you trust
            LxcTemplate => storage: s, source: {} => spec.source: give exactly one of url, file and bootstrap, not 0
            Hypervisor => driver: proxmox => spec.endpoint: the proxmox driver needs the URL of the API, for example https://10.0.0.13:8006
            Hypervisor => driver: linux, simulated: {} => spec.simulated: only the simulated driver models a machine; remove the field
            GuestClass => container: {vmid: 104} => spec.container.vmid: guests cannot share a vmid
            GitRepository => url: "https://x/y", path: ../other => spec.path: the path must stay within the repository
            Secret => valueFrom: {k: {}} => spec.valueFrom.k: give exactly one of file, environment and generate, not 0
            """)
    void a_contradiction_is_explained(String kind, String spec, String message) {
        assertThat(problemsOf(kind, "{" + spec + "}"))
                .anySatisfy(problem ->
                        assertThat(problem).matches("web\\.yaml:\\d+:\\d+: .*").endsWith(": " + message));
    }

    @Test
    void a_rule_is_broken_where_the_field_is_or_where_it_belongs() {
        assertThat(problemsOf("LxcContainer", """
                cloneFrom:
                  name: base
                mounts:
                - name: data
                  path: /data
                  storage: fast
                """))
                .containsExactly("web.yaml:9:5: spec.mounts[0].size: a volume needs a size");
    }

    @Test
    void a_value_that_could_not_be_read_breaks_no_rule_that_nobody_broke() {
        assertThat(problemsOf("LxcContainer", "templat: debian"))
                .containsExactly("web.yaml:6:3: spec.templat: unknown field; did you mean 'template'?");
        assertThat(problemsOf("ZfsPool", "vdevs:\n- type: mirorr\n  devices: [/dev/sda, /dev/sdb]"))
                .containsExactly("web.yaml:7:11: spec.vdevs[0].type: must be stripe, mirror, raidz1, raidz2, raidz3, "
                        + "spare, log or cache, not 'mirorr'; did you mean mirror?");
    }
}
