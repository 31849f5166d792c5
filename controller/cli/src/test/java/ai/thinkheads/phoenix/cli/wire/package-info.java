/** Tests of the client of the API. */
@NullMarked
package ai.thinkheads.phoenix.cli.wire;

import org.jspecify.annotations.NullMarked;
