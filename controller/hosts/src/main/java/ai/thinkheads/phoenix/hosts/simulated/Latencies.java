package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Latency;
import java.time.Duration;
import java.util.Map;

/** How long the operations of a machine take. Those of {@code Realistic} are of the order measured on Proxmox hosts with NVMe disks. */
public final class Latencies {

    /** Nothing takes any time. */
    public static final Latencies NONE = new Latencies(Map.of(), Duration.ZERO);

    /** As on a real machine. */
    public static final Latencies REALISTIC = new Latencies(
            Map.ofEntries(
                    entry("read", 300),
                    entry("read-one", 50),
                    entry("create-container", 8_000),
                    entry("create-virtual-machine", 12_000),
                    entry("clone-linked", 1_500),
                    entry("clone-full", 20_000),
                    entry("start-container", 2_000),
                    entry("start-virtual-machine", 15_000),
                    entry("shutdown-container", 3_000),
                    entry("shutdown-virtual-machine", 8_000),
                    entry("template-container", 1_000),
                    entry("template-virtual-machine", 1_000),
                    entry("destroy-container", 1_500),
                    entry("destroy-virtual-machine", 1_500),
                    entry("create-pool", 3_000),
                    entry("import-pool", 3_000),
                    entry("destroy-pool", 2_000),
                    entry("download-template", 20_000),
                    entry("bootstrap-template", 45_000),
                    entry("copy-template", 5_000),
                    entry("install-gpu-driver", 90_000),
                    entry("remove-gpu-driver", 10_000),
                    entry("install-packages", 10_000),
                    entry("apply-network", 4_000),
                    entry("reboot", 90_000),
                    entry("apt-get", 10_000),
                    entry("download", 3_000),
                    entry("pip", 60_000),
                    entry("exec", 100)),
            Duration.ofMillis(400));

    private final Map<String, Duration> durations;
    private final Duration other;

    private Latencies(Map<String, Duration> durations, Duration other) {
        this.durations = durations;
        this.other = other;
    }

    static Latencies of(Latency latency) {
        return latency == Latency.REALISTIC ? REALISTIC : NONE;
    }

    /** How long that operation takes; operations without an entry of their own are short. */
    public Duration of(String operation) {
        return durations.getOrDefault(operation, other);
    }

    private static Map.Entry<String, Duration> entry(String operation, long millis) {
        return Map.entry(operation, Duration.ofMillis(millis));
    }
}
