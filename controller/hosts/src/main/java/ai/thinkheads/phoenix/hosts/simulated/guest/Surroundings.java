package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a guest cannot change from inside.
 *
 * @param devices paths of the device files that it sees
 * @param cards the machine's graphics cards
 * @param driver version of the kernel module that drives them; null when none is loaded
 * @param container whether it shares the host's kernel
 * @param reach answers on other guests' addresses
 * @param work lets an operation of that name take its time
 */
public record Surroundings(
        String hostname,
        List<String> addresses,
        Set<String> devices,
        List<Card> cards,
        @Nullable String driver,
        boolean container,
        boolean host,
        String kernel,
        int cpus,
        long memory,
        Instant now,
        Reach reach,
        Consumer<String> work,
        Consumer<Duration> sleep) {

    /** A graphics card; {@code node} is its device file. */
    public record Card(String model, String uuid, String pci, long memory, String node) {}

    /** Whether somebody listens on a port of an address. */
    @FunctionalInterface
    public interface Reach {
        boolean answers(String address, int port);
    }

    /** The cards whose device files it sees, with those that all cards need. */
    List<Card> visibleCards() {
        boolean control = devices.contains("/dev/nvidiactl");
        return cards.stream()
                .filter(card -> control && devices.contains(card.node()))
                .toList();
    }
}
