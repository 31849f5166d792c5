/** Whole controllers in temporary folders, asked over their real sockets. */
@NullMarked
package ai.thinkheads.phoenix.daemon;

import org.jspecify.annotations.NullMarked;
