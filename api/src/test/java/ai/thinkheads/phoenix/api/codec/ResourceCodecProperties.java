package ai.thinkheads.phoenix.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Specimens;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ResourceCodecProperties {

    @Property(tries = 600)
    void what_was_written_is_read_back_the_same(@ForAll("resources") Resource<?, ?> resource) {
        assertThat(ResourceCodec.read(ResourceCodec.write(resource))).isEqualTo(resource);
    }

    @Property(tries = 200)
    void a_tree_is_read_back_the_same(@ForAll("resources") Resource<?, ?> resource) {
        assertThat(ResourceCodec.read(ResourceCodec.tree(resource))).isEqualTo(resource);
    }

    @Provide
    Arbitrary<Resource<?, ?>> resources() {
        return Arbitraries.randomValue(random -> new Specimens(random, true, true).resource());
    }
}
