package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What happens when the machine goes down and comes up. */
final class Boot {

    private Boot() {}

    /** Stops everything that runs. */
    static void down(Transaction transaction) {
        List<Integer> running = new ArrayList<>();
        transaction.guests((vmid, guest) -> {
            if (guest.running()) {
                running.add(vmid);
            }
        });
        for (int vmid : running) {
            transaction.guest(vmid).ifPresent(guest -> SimulatedGuests.stop(transaction, vmid, guest));
        }
        transaction.reload(null);
    }

    /** Boots: the installed driver is loaded, services run, and the guests that start with the machine are started in order. */
    static void up(Transaction transaction, Machine machine) {
        Row.Node row = transaction.node();
        transaction.node(SimulatedNode.Edit.of(row)
                .booted(Identities.boot(row.boots() + 1, transaction.now()))
                .done());
        transaction.gpu(SimulatedGpus.booted(transaction.gpu()));
        Inside host = transaction.contents(transaction.node().inside());
        SimulatedNode.keep(transaction, host.booted());
        for (int vmid : order(transaction)) {
            startLeniently(transaction, vmid, machine);
        }
    }

    private static List<Integer> order(Transaction transaction) {
        record Place(int order, int vmid) {}
        List<Place> places = new ArrayList<>();
        transaction.guests((vmid, guest) -> {
            if (guest.config().onBoot() && !guest.template()) {
                Integer order = guest.config().startup().order();
                places.add(new Place(order == null ? Integer.MAX_VALUE : order, vmid));
            }
        });
        places.sort(Comparator.comparingInt(Place::order).thenComparingInt(Place::vmid));
        return places.stream().map(Place::vmid).toList();
    }

    private static void startLeniently(Transaction transaction, int vmid, Machine machine) {
        boolean container = transaction
                .guest(vmid)
                .map(guest -> guest.kind() == GuestKind.CONTAINER)
                .orElse(false);
        Tasks.Running task = machine.tasks()
                .begin(
                        transaction.node().hostname(),
                        container ? "vzstart" : "qmstart",
                        String.valueOf(vmid),
                        transaction.now());
        try {
            if (container) {
                SimulatedGuests.start(transaction, vmid, GuestForms.CONTAINER);
            } else {
                SimulatedGuests.start(transaction, vmid, GuestForms.MACHINE);
            }
            task.done(transaction.now(), null);
        } catch (HostException e) {
            // As on a real machine: a guest that cannot start does not keep the others from it.
            task.done(transaction.now(), e.getMessage());
        }
    }
}
