/** One class per verb. */
@NullMarked
package ai.thinkheads.phoenix.cli.command;

import org.jspecify.annotations.NullMarked;
