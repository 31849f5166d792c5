/** Git repositories in temporary folders that drive a whole controller. */
@NullMarked
package ai.thinkheads.phoenix.daemon.gitops;

import org.jspecify.annotations.NullMarked;
