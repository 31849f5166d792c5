package ai.thinkheads.phoenix.hosts.port;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bridges of a host. Changes are staged, applied together by one reload, and taken back by the host itself unless they are
 * confirmed in time.
 */
public interface Networks {

    Optional<Observed> read(String name);

    /** Changes that are staged and not applied, by interface: those of other people too. */
    Map<String, String> staged();

    void stage(BridgeConfig config);

    void stageRemoval(String name);

    /** Drops everything staged. */
    void discard();

    /** Applies what is staged by one reload; the host goes back to what was before unless {@link #confirm} comes in time. */
    void apply(Duration revertAfter);

    /** The host is still reachable: keeps what was applied. */
    void confirm();

    /**
     * @param address with prefix length; null for none
     * @param nat the interface that translated packets leave by, {@code auto} for the one with the default route; null for none
     */
    record BridgeConfig(
            String name,
            List<String> ports,
            @Nullable String address,
            @Nullable String gateway,
            boolean vlanAware,
            @Nullable Integer mtu,
            @Nullable String nat,
            @Nullable Mark mark) {

        public BridgeConfig {
            ports = List.copyOf(ports);
        }
    }

    /**
     * @param active whether it is up with this configuration
     * @param guests how many cards of guests are attached
     */
    record Observed(
            BridgeConfig config,
            boolean active,
            int guests,
            @Nullable Instant revertDeadline) {}
}
