/**
 * The whole of Phoenix on real hosts: manifests applied by {@code phoenixctl}, and pools, bridges and files that are there afterwards.
 * Run by {@code make test-host} as root, inside namespaces of its own, and skipped elsewhere.
 */
@NullMarked
package ai.thinkheads.phoenix.proof.host;

import org.jspecify.annotations.NullMarked;
