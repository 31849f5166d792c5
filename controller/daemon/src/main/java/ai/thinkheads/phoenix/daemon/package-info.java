/** The controller as a service: its configuration, its start and its end. What it is made of is listed in {@code wiring}. */
@NullMarked
package ai.thinkheads.phoenix.daemon;

import org.jspecify.annotations.NullMarked;
