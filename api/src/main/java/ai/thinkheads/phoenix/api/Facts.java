package ai.thinkheads.phoenix.api;

/** What the controller saw on the host: the kind's own part of {@code status}. Implementations are immutable records. */
public interface Facts {}
