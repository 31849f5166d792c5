/** The files that {@code -f} names, read as text. */
@NullMarked
package ai.thinkheads.phoenix.cli.manifest;

import org.jspecify.annotations.NullMarked;
