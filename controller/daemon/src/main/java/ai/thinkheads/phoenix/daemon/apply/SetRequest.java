package ai.thinkheads.phoenix.daemon.apply;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of a set of manifests.
 *
 * @param dryRun whether it is only looked at what would happen
 * @param applySet the name of the set that they make up; null when they are no named set
 * @param prune whether what belongs to that set and is no longer in it is deleted
 * @param hostOnly whether only what concerns the host itself is taken
 */
public record SetRequest(boolean dryRun, @Nullable String applySet, boolean prune, boolean hostOnly) {}
