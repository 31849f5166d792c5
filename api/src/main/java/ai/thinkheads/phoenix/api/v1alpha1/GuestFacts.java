package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
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
        @Nullable Integer vmid,
        @Nullable String state,
        @Nullable Boolean agent,
        List<String> addresses,
        Boolean restartRequired,
        List<String> pending,
        List<InstalledFeature> features,
        List<String> snapshots,
        @Nullable String madeFrom,
        @Nullable Instant lastRestart,
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
                vmid, null, null, List.of(), false, List.of(), List.of(), List.of(), null, null, Map.of());
    }

    /**
     * The last result of a health check.
     *
     * @param failures how many in a row failed; 0 when the last one passed
     * @param message what the last failure said
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Probe(
            boolean healthy,
            int failures,
            Instant at,
            @Nullable String message) {}
}
