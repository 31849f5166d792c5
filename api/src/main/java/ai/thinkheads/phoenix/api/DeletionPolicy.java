package ai.thinkheads.phoenix.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What deleting a resource does to its object on the host. */
public enum DeletionPolicy {
    /** The object stays as it is, without Phoenix's mark. The default for every kind. */
    @JsonProperty("Retain")
    RETAIN,
    /** The object is destroyed with its data. */
    @JsonProperty("Delete")
    DELETE
}
