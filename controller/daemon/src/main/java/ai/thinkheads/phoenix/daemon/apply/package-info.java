/**
 * What a write means, whoever asks for it: secrets are sealed, a resource is admitted or refused with every problem named, and
 * a set of manifests is compared, merged, stored and pruned as a whole.
 */
@NullMarked
package ai.thinkheads.phoenix.daemon.apply;

import org.jspecify.annotations.NullMarked;
