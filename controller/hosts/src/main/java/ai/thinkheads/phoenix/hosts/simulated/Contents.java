package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The inside of guests, by the volumes that it lies on. */
final class Contents {

    private Contents() {}

    /** What a guest boots from. */
    static Inside system(Transaction transaction, Row.Guest guest) {
        return transaction.contents(GuestForms.system(transaction, guest));
    }

    /** Changes what a guest boots from. */
    static void change(Transaction transaction, int vmid, UnaryOperator<Inside> change) {
        Row.Guest guest = transaction.guest(vmid).orElse(null);
        if (guest == null) {
            return;
        }
        GuestForms.slots(guest.config()).stream()
                .map(GuestForm.Slot::volume)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(volume -> changeVolume(transaction, volume, change));
    }

    static void changeVolume(Transaction transaction, String volume, UnaryOperator<Inside> change) {
        Row.Volume row = transaction.volume(volume).orElse(null);
        if (row == null) {
            return;
        }
        Inside before = transaction.contents(row.contents());
        Inside after = change.apply(before);
        if (!after.equals(before)) {
            transaction.put(Table.VOLUME, volume, row.withContents(transaction.keep(after)));
        }
    }
}
