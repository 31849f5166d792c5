/** The API on the wire. */
@NullMarked
package ai.thinkheads.phoenix.daemon.http;

import org.jspecify.annotations.NullMarked;
