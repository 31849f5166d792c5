package ai.thinkheads.phoenix.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a guest runs. */
public enum RunPolicy {
    /** Started, and started again when found stopped. The default. */
    @JsonProperty("Running")
    RUNNING,
    /** Shut down, and shut down again when found running. */
    @JsonProperty("Stopped")
    STOPPED,
    /**
     * Started, provisioned, and then held: its processes keep their memory and get no processor time. For containers, on hosts that
     * freeze them (drivers {@code linux} and {@code simulated}).
     */
    @JsonProperty("Frozen")
    FROZEN,
    /** Left as it is found; people start and stop it. */
    @JsonProperty("Manual")
    MANUAL
}
