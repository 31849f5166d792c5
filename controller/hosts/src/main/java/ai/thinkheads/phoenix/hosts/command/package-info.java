/**
 * Running programs on a host: as this machine's own processes or over ssh. Drivers say what to run as argument vectors; nothing
 * here or there builds a shell line from fields.
 */
@NullMarked
package ai.thinkheads.phoenix.hosts.command;

import org.jspecify.annotations.NullMarked;
