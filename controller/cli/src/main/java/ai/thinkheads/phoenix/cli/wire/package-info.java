/** The HTTP client: as much of HTTP/1.1 as the controller speaks, over a unix socket or loopback TCP, and quick to start. */
@NullMarked
package ai.thinkheads.phoenix.cli.wire;

import org.jspecify.annotations.NullMarked;
