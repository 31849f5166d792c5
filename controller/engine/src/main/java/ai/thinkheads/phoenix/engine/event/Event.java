package ai.thinkheads.phoenix.engine.event;

import ai.thinkheads.phoenix.api.ResourceKey;
import java.time.Instant;

/**
 * Something that happened to a resource, for people. Equal events are one, with a count.
 *
 * @param type {@code Normal} or {@code Warning}
 * @param reason one CamelCase word
 * @param message without a secret in it
 * @param count how often it happened between first and last
 */
public record Event(
        long id,
        ResourceKey about,
        String uid,
        String type,
        String reason,
        String message,
        int count,
        Instant first,
        Instant last) {}
