package ai.thinkheads.phoenix.proof.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Checkout;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long the reference host takes, in virtual time: the same on every machine. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MakespanTest {

    @Test
    @Tag("promise-7")
    void the_reference_host_takes_hardly_longer_than_its_longest_chain_of_needs() throws IOException {
        Makespan makespan = Makespan.of(Checkout.top().resolve("resources"));

        assertThat(makespan.chain())
                .extracting(each -> each.key().toString())
                .startsWith("Feature/host-tuning", "Hypervisor/phoenix", "GpuDriver/nvidia");
        assertThat(makespan.bound()).isGreaterThan(java.time.Duration.ofMinutes(2));
        assertThat(makespan.ratio()).as(makespan.toString()).isBetween(0.9, 1.15);
    }
}
