package ai.thinkheads.phoenix.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How much a planned step disturbs what runs. Ordered from harmless to destructive. */
public enum Effect {
    /** Takes effect at once and interrupts nothing. */
    @JsonProperty("Online")
    ONLINE,
    /** Takes effect at the guest's next start. */
    @JsonProperty("Restart")
    RESTART,
    /** Takes effect at the host's next boot. */
    @JsonProperty("Reboot")
    REBOOT,
    /** Makes the object anew in place of the old one. Needs consent. */
    @JsonProperty("Replace")
    REPLACE,
    /** Destroys data. Needs consent. */
    @JsonProperty("DestroysData")
    DESTROYS_DATA
}
