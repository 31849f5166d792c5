package ai.thinkheads.phoenix.kinds.guest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.hosts.port.HostState;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class VmidAllocatorTest {

    @Test
    @Tag("ask-26")
    void many_who_ask_at_once_get_different_numbers_and_the_same_one_again(@TempDir Path root) {
        try (GuestBed bed = new GuestBed(root)) {
            IntStream.range(0, 50).forEach(i -> bed.apply(GuestBed.fromTemplate("g" + i)));
            bed.apply(GuestBed.fromTemplate("fixed", "vmid: 110"));
            HostState host = bed.views()
                    .view(bed.resource("Hypervisor/lab"), bed.resources())
                    .state();
            VmidAllocator numbers = new VmidAllocator();
            Set<Integer> given = ConcurrentHashMap.newKeySet();

            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 50; i++) {
                    ResourceKey key = new ResourceKey("LxcContainer", "g" + i);
                    threads.execute(() -> given.add(numbers.allocate("lab", key, host, bed.resources())));
                }
            }

            assertThat(given).hasSize(50).doesNotContain(110).allMatch(vmid -> vmid >= 100 && vmid <= 150);
            ResourceKey again = new ResourceKey("LxcContainer", "g7");
            assertThat(numbers.allocate("lab", again, host, bed.resources()))
                    .isEqualTo(numbers.reservation("lab", again).orElseThrow());
        }
    }
}
