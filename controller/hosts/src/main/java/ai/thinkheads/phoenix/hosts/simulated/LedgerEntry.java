package ai.thinkheads.phoenix.hosts.simulated;

import java.time.Instant;

/**
 * Something that came to be or went away on the machine. The ledger is the machine's own and is only ever appended to, so that
 * what was lost can be told from what was never there. When the journal is written anew, what came and went more than
 * {@value Machine#LATEST} entries ago is left out.
 *
 * @param what {@code pool}, {@code dataset}, {@code volume}, {@code snapshot} or {@code guest}
 * @param name full name, for example {@code tank/guests}, {@code local:subvol-101-disk-0}, {@code 101@before}
 * @param created true when it came to be, false when it was removed
 * @param operation what did it, for example {@code destroy-container}, or {@code person} for somebody behind Phoenix's back
 */
public record LedgerEntry(Instant at, String what, String name, boolean created, String operation) {}
