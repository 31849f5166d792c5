/** How answers look: tables, colours, plans and live progress. */
@NullMarked
package ai.thinkheads.phoenix.cli.output;

import org.jspecify.annotations.NullMarked;
