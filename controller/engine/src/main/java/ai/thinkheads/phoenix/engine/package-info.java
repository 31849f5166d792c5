/**
 * The engine: stores resources, finds out which need attention, and takes each through its reconciler. It knows no kind and no
 * host.
 */
@NullMarked
package ai.thinkheads.phoenix.engine;

import org.jspecify.annotations.NullMarked;
