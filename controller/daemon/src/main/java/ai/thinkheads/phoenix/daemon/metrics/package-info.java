/** What the controller tells Prometheus about itself. */
@NullMarked
package ai.thinkheads.phoenix.daemon.metrics;

import org.jspecify.annotations.NullMarked;
