package ai.thinkheads.phoenix.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GuestClassesTest {

    private static LxcContainerSpec container(String json) {
        return ResourceCodec.json().readValue(json.replace('\'', '"'), LxcContainerSpec.class);
    }

    @Test
    void what_the_guest_says_wins_field_by_field() {
        LxcContainerSpec effective = GuestClasses.effective(
                container("{'class': 'big', 'cores': 2, 'rootDisk': {'storage': 'fast'}}"),
                container("{'cores': 8, 'memory': '4Gi', 'rootDisk': {'storage': 'slow', 'size': '20Gi'}}"));

        assertThat(effective)
                .isEqualTo(
                        container(
                                "{'class': 'big', 'cores': 2, 'memory': '4Gi', 'rootDisk': {'storage': 'fast', 'size': '20Gi'}}"));
    }

    @Test
    void lists_are_taken_whole() {
        LxcContainerSpec effective = GuestClasses.effective(
                container("{'network': {'interfaces': [{'bridge': 'lan'}]}, 'tags': ['a']}"),
                container(
                        "{'network': {'interfaces': [{'bridge': 'dmz', 'vlan': 5}, {'bridge': 'lan'}]}, 'tags': ['b', 'c'], 'rawConfig': ['lxc.a: b']}"));

        assertThat(effective)
                .isEqualTo(container(
                        "{'network': {'interfaces': [{'bridge': 'lan'}]}, 'tags': ['a'], 'rawConfig': ['lxc.a: b']}"));
    }

    @Test
    void a_guest_that_says_what_it_is_made_from_does_not_take_the_other_way_of_the_class() {
        assertThat(GuestClasses.effective(
                        container("{'cloneFrom': {'name': 'base'}}"), container("{'template': 'debian'}")))
                .isEqualTo(container("{'cloneFrom': {'name': 'base'}}"));
        assertThat(GuestClasses.effective(
                        container("{'template': 'debian'}"), container("{'cloneFrom': {'name': 'base'}}")))
                .isEqualTo(container("{'template': 'debian'}"));
    }

    @Test
    void machines_are_merged_in_the_same_way() {
        VirtualMachineSpec guest = ResourceCodec.json().readValue("{\"image\": \"debian\"}", VirtualMachineSpec.class);
        VirtualMachineSpec defaults =
                ResourceCodec.json().readValue("{\"agent\": true, \"cores\": 2}", VirtualMachineSpec.class);

        assertThat(GuestClasses.effective(guest, defaults))
                .isEqualTo(ResourceCodec.json()
                        .readValue("{\"image\": \"debian\", \"agent\": true, \"cores\": 2}", VirtualMachineSpec.class));
    }
}
