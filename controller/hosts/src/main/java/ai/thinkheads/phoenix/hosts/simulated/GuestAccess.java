package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.HostException;
import org.jspecify.annotations.Nullable;

/** Ways to guests that all operations on them share: their requests, locks and digests. */
record GuestAccess<C extends GuestConfig, D>(Operations operations, GuestForm<C, D> form, GuestView<C> view) {

    Operations.Request request(String verb, String task, int vmid) {
        return Operations.Request.of(verb + "-" + form.noun(), form.task() + task, String.valueOf(vmid))
                .files(Locks.guest(vmid));
    }

    void requireDigest(Transaction transaction, int vmid, Row.Guest guest, @Nullable String digest) {
        if (digest != null && !digest.equals(view.digest(transaction, vmid, guest))) {
            throw new HostException(
                    HostException.Cause.CONFLICT,
                    form.word() + " " + vmid
                            + ": detected modified configuration - file changed by other user? Try again.");
        }
    }

    GuestForm.Slot slot(C config, int vmid, String slot) {
        return form.slots(config).stream()
                .filter(each -> each.name().equals(slot))
                .findFirst()
                .orElseThrow(
                        () -> Transaction.missing(form.word() + " " + vmid + " has nothing in slot '" + slot + "'"));
    }

    Row.Guest.Snapshot snapshot(Row.Guest guest, int vmid, String name) {
        return guest.snapshots().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Transaction.missing(
                        "snapshot '" + name + "' of " + form.word() + " " + vmid + " does not exist"));
    }

    Row.Guest existing(Transaction transaction, int vmid) {
        return existing(transaction, vmid, form);
    }

    static Row.Guest existing(Transaction transaction, int vmid, GuestForm<?, ?> form) {
        return transaction
                .guest(vmid)
                .filter(guest -> guest.kind() == form.kind())
                .orElseThrow(() -> Transaction.missing(
                        "Configuration file 'nodes/" + transaction.node().hostname() + "/"
                                + (form.kind() == GuestKind.CONTAINER ? "lxc" : "qemu-server") + "/" + vmid
                                + ".conf' does not exist"));
    }

    void requireUnlocked(Transaction transaction, int vmid, Row.Guest guest) {
        requireUnlocked(transaction, vmid, guest, form);
    }

    static void requireUnlocked(Transaction transaction, int vmid, Row.Guest guest, GuestForm<?, ?> form) {
        String busy = transaction.machine().locks().busy(vmid);
        String lock = guest.lock() != null ? guest.lock() : busy;
        if (lock != null) {
            throw new HostException(
                    HostException.Cause.LOCKED,
                    form.word() + " is locked (" + lock + "): " + vmid + "; wait for the task that holds it");
        }
    }
}
