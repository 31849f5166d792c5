/** {@code phoenixctl}: the command line. It speaks to a controller over its socket, and runs one itself where there is none. */
@NullMarked
package ai.thinkheads.phoenix.cli;

import org.jspecify.annotations.NullMarked;
