package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.type.ByteSize;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container or a virtual machine as the host sees it.
 *
 * @param vmid its number; set before the host is asked to create it, so that a crash in between leaves no doubt
 * @param state {@code running} or {@code stopped}
 * @param agent whether the guest agent answers; null for containers
 * @param madeFrom digest of the template or the source of the clone at the time it was made
 * @param pending the fields whose new value waits for a restart
 * @param lastRestart when Phoenix last restarted it on request
 * @param health the results of its health checks, by name
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GuestFacts(
        @JsonPropertyDescription("Number on the host.") @Nullable
        Integer vmid,

        @JsonPropertyDescription("running or stopped.") @Nullable
        String state,

        @JsonPropertyDescription("Cores that it has, whether the manifest, its class or its template says so.")
        @Nullable
        Integer cores,

        @JsonPropertyDescription("Memory that it has, whether the manifest, its class or its template says so.")
        @Nullable
        ByteSize memory,

        @JsonPropertyDescription("Whether the guest agent answers; absent for containers.") @Nullable
        Boolean agent,

        @JsonPropertyDescription("Addresses of the network cards, as seen in the guest.")
        List<String> addresses,

        @JsonPropertyDescription("Whether a change waits for the next start.")
        Boolean restartRequired,

        @JsonPropertyDescription("Fields whose new value waits for the next start.")
        List<String> pending,

        @JsonPropertyDescription("Features that are in place, those that came with the clone too.")
        List<InstalledFeature> features,

        @JsonPropertyDescription("Snapshots that exist.") List<String> snapshots,

        @JsonPropertyDescription("Digest of the template or the source when the guest was made from it.") @Nullable
        String madeFrom,

        @JsonPropertyDescription("When it was last restarted on request.") @Nullable
        Instant lastRestart,

        @JsonPropertyDescription("Last results of the health checks, by name.")
        Map<String, Probe> health)
        implements Facts {

    public GuestFacts {
        addresses = Lists.copy(addresses);
        pending = Lists.copy(pending);
        features = Lists.copy(features);
        snapshots = Lists.copy(snapshots);
        health = Lists.copy(health);
        restartRequired = restartRequired != null && restartRequired;
    }

    /** A guest of which only the number is known, because it is about to be created. */
    public static GuestFacts intended(int vmid) {
        return new GuestFacts(
                vmid, null, null, null, null, List.of(), false, List.of(), List.of(), List.of(), null, null, Map.of());
    }

    /**
     * The last result of a health check.
     *
     * @param failures how many in a row failed; 0 when the last one passed
     * @param message what the last failure said
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Probe(
            @JsonPropertyDescription("Whether the last probe passed.")
            boolean healthy,

            @JsonPropertyDescription("How many probes in a row failed.")
            int failures,

            @JsonPropertyDescription("When the last probe ran.")
            Instant at,

            @JsonPropertyDescription("What the last failure said.") @Nullable
            String message) {}
}
