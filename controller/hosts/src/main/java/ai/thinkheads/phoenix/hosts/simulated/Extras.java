package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of the machine and is kept on it, by name: options of guests that the model has no terms for, users and their
 * rights, backups. It outlives the process as the machine does. Nothing of it is counted, delayed, or suffers faults.
 */
public final class Extras {

    private final Machine machine;

    Extras(Machine machine) {
        this.machine = machine;
    }

    /** The texts whose names begin so, by the rest of their names. */
    public Map<String, String> below(String prefix) {
        return machine.look(transaction -> {
            Map<String, String> all = new TreeMap<>();
            transaction.extras((name, row) -> {
                if (name.startsWith(prefix)) {
                    all.put(name.substring(prefix.length()), row.text());
                }
            });
            return all;
        });
    }

    /** A text; empty when there is none of that name. */
    public Optional<String> text(String name) {
        return machine.look(transaction -> transaction.extra(name).map(Row.Extra::text));
    }

    /** Keeps a text, in place of another one of that name. */
    public void keep(String name, String text) {
        write(name, new Row.Extra(text, 0));
    }

    /** Keeps a text, and with it what is on the disk that a guest boots from. */
    public void keep(String name, String text, int vmid) {
        machine.change("keep", transaction -> {
            Row.Guest guest =
                    transaction.guest(vmid).orElseThrow(() -> Transaction.missing("there is no guest " + vmid));
            transaction.put(
                    Table.EXTRA, name, new Row.Extra(text, transaction.keep(Contents.system(transaction, guest))));
            return Boolean.TRUE;
        });
    }

    /** Puts what was kept with a text on the disk that a guest boots from. */
    public void pour(String name, int vmid) {
        machine.change("pour", transaction -> {
            Row.Extra extra = transaction
                    .extra(name)
                    .orElseThrow(() -> new HostException(HostException.Cause.NOT_FOUND, "nothing is kept as " + name));
            Contents.change(transaction, vmid, before -> transaction.contents(extra.contents()));
            return Boolean.TRUE;
        });
    }

    /** Forgets a text; one that is not there is forgotten already. */
    public void remove(String name) {
        write(name, null);
    }

    private void write(String name, Row.@Nullable Extra row) {
        machine.change("keep", transaction -> {
            if (row == null) {
                if (transaction.extra(name).isPresent()) {
                    transaction.remove(Table.EXTRA, name);
                }
            } else {
                transaction.put(Table.EXTRA, name, row);
            }
            return Boolean.TRUE;
        });
    }
}
