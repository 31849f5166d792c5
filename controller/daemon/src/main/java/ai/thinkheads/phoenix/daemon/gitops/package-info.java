/** The kind {@code GitRepository}: manifests are read from the trees of a bare clone, checked as a whole, and applied. */
@NullMarked
package ai.thinkheads.phoenix.daemon.gitops;

import org.jspecify.annotations.NullMarked;
