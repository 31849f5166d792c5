package ai.thinkheads.phoenix.api.manifest;

import static ai.thinkheads.phoenix.api.manifest.Texts.problemsOf;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One line of a container's spec, and what is said of it; the line is the eighth of the text. */
@Tag("promise-8")
@DisplayNameGeneration(ReplaceUnderscores.class)
class WrongValuesTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', textBlock = """
            memroy: 2Gi => 3: spec.memroy: unknown field; did you mean 'memory'?
            Cores: 2 => 3: spec.Cores: unknown field; did you mean 'cores'?
            nesting: true => 3: spec.nesting: unknown field here; there is spec.features.nesting
            gateway: 10.0.0.1 => 3: spec.gateway: unknown field here; there is spec.network.interfaces[].gateway
            frobnicate: 1 => 3: spec.frobnicate: unknown field; see 'phoenixctl explain' for the fields of spec
            <<: {} => 3: spec["<<"]: YAML 1.2 has no merge keys; repeat the fields, or put them in a GuestClass
            cores: four => 10: spec.cores: must be a whole number, not 'four'
            cores: "4" => 10: spec.cores: must be a whole number without quotes
            cores: 1.5 => 10: spec.cores: must be a whole number, not 1.5
            cores: [1] => 10: spec.cores: must be a whole number, not a list
            cores: 99999999999 => 10: spec.cores: 99999999999 is too large
            cores: 0 => 10: spec.cores: must be at least 1, not 0
            cores: 9000 => 10: spec.cores: must be at most 8192, not 9000
            cpuLimit: lots => 13: spec.cpuLimit: must be a number, not 'lots'
            cpuLimit: 0.01 => 13: spec.cpuLimit: must be at least 0.1, not 0.01
            isTemplate: yes => 15: spec.isTemplate: must be true or false, not 'yes'
            isTemplate: "true" => 15: spec.isTemplate: must be true or false without quotes
            hostname: 42 => 13: spec.hostname: must be text, not the number 42; put it in quotes: "42"
            hostname: true => 13: spec.hostname: must be text, not the boolean true; put it in quotes: "true"
            hostname: {a: b} => 13: spec.hostname: must be text, not a mapping
            hostname: Web_1 => 13: spec.hostname: must be letters, digits and hyphens between dots, such as web or web.example.com, not 'Web_1'
            memory: 2 GB => 11: spec.memory: '2 GB' is not a size; write a number and a unit such as 512Mi, 2Gi or 1Ti
            memory: -1Gi => 11: spec.memory: '-1Gi' is not a size; write a number and a unit such as 512Mi, 2Gi or 1Ti
            memory: 0.3 => 11: spec.memory: '0.3' is not a whole number of bytes below 8Ei
            memory: 9999Ei => 11: spec.memory: '9999Ei' is not a whole number of bytes below 8Ei
            memory: [2Gi] => 11: spec.memory: must be a Quantity, not a list
            runPolicy: running => 14: spec.runPolicy: must be Running, Stopped, Frozen or Manual, not 'running'; did you mean Running?
            runPolicy: sometimes => 14: spec.runPolicy: must be Running, Stopped, Frozen or Manual, not 'sometimes'
            mounts: /data => 11: spec.mounts: must be a list, not text; start each entry with '- '
            mounts: {name: data} => 11: spec.mounts: must be a list, not a mapping; start each entry with '- '
            mounts: [null] => 12: spec.mounts[0]: is empty; give it a value or remove it
            mounts: [data] => 12: spec.mounts[0]: must be a mapping with fields such as name, path and source, not text
            tags: [Web] => 10: spec.tags[0]: must be lower-case letters, digits and _ . + -, not 'Web'
            startup: {onBoot: true, ordr: 1} => 27: spec.startup.ordr: unknown field; did you mean 'order'?
            snapshots: [{nam: clean}] => 16: spec.snapshots[0].nam: unknown field; did you mean 'name'?
            network: {interfaces: [{bridge: lan, mac: 00:11}]} => 45: spec.network.interfaces[0].mac: '00:11' is not a MAC address; write six pairs such as BC:24:11:00:00:01
            network: {interfaces: [{bridge: lan, mac: "01:00:5E:00:00:01"}]} => 45: spec.network.interfaces[0].mac: '01:00:5E:00:00:01' is a multicast address; the first byte has to be even
            network: {interfaces: [{bridge: lan, gateway: router}]} => 49: spec.network.interfaces[0].gateway: 'router' is not an IP address; write for example 10.0.0.13 or fd00::13
            network: {interfaces: [{bridge: lan, address: 10.0.0.5}]} => 49: spec.network.interfaces[0].address: must be dhcp or an address with a prefix length such as 10.0.0.20/24, not '10.0.0.5'
            network: {interfaces: [{bridge: lan, address: 10.0.0.5/33}]} => 49: spec.network.interfaces[0].address: the prefix length /33 is not within 0 to 32
            dependsOn: [{kind: ZfsPol, name: x}] => 22: spec.dependsOn[0].kind: there is no kind 'ZfsPol'; did you mean ZfsPool?
            """)
    void a_wrong_line_is_explained(String line, String message) {
        assertThat(problemsOf("LxcContainer", "template: debian\nrootDisk: {storage: fast}\n" + line))
                .contains("web.yaml:8:" + message);
    }

    @Test
    void a_missing_field_is_named_with_its_meaning_at_the_place_where_it_belongs() {
        assertThat(problemsOf("LxcTemplate", "source: {url: http://x/y, sha256: %s}".formatted("a".repeat(64))))
                .containsExactly("web.yaml:6:3: spec.storage: is required: StoragePool resource with content vztmpl");
        assertThat(problemsOf("ZfsPool", "vdevs:\n- devices: [/dev/sda]"))
                .containsExactly("web.yaml:7:5: spec.vdevs[0].type: is required: how the disks are used");
        assertThat(problemsOf("ZfsPool", "vdevs: []"))
                .containsExactly("web.yaml:6:3: spec.vdevs: needs at least one entry");
    }

    @Test
    void a_field_left_empty_counts_as_not_given() {
        assertThat(problemsOf(
                        "LxcContainer", "template: debian\nrootDisk: {storage: fast}\ncores:\nmounts:\nmemory: ~"))
                .isEmpty();
    }

    @Test
    void defaults_in_a_class_need_not_be_complete_but_have_to_be_valid() {
        assertThat(problemsOf("GuestClass", "container: {rootDisk: {size: 8Gi}}"))
                .isEmpty();
        assertThat(problemsOf("GuestClass", "container: {cores: 0}"))
                .containsExactly("web.yaml:6:22: spec.container.cores: must be at least 1, not 0");
    }

    @Test
    void numbers_may_be_quantities() {
        assertThat(problemsOf("LxcContainer", "template: debian\nrootDisk: {storage: fast}\nmemory: 1073741824"))
                .isEmpty();
    }
}
