package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is attached to guests: mount points and disks. */
final class GuestDisks<C extends GuestConfig, D> {

    private final GuestAccess<C, D> access;
    private final Operations operations;
    private final GuestForm<C, D> form;

    GuestDisks(GuestAccess<C, D> access) {
        this.access = access;
        this.operations = access.operations();
        this.form = access.form();
    }

    void attach(int vmid, D disk, @Nullable String digest) {
        String into =
                form.attachment(disk).volume() == null ? form.attachment(disk).storage() : null;
        Operations.Request request =
                access.request("attach", "config", vmid).allocating(into == null ? List.of() : List.of(into));
        operations.run(request, transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            access.requireDigest(transaction, vmid, guest, digest);
            C before = form.type().cast(guest.config());
            GuestForm.Attachment wanted = form.attachment(disk);
            String asked = wanted.slot();
            C inForce = form.type().cast(guest.effective());
            String slot = asked == null ? form.freeSlot(before, inForce) : asked;
            if (form.slots(before).stream().anyMatch(each -> each.name().equals(slot))) {
                throw Transaction.refused(slot + " is in use already");
            }
            String volume = wanted.volume();
            ByteSize size = wanted.size();
            String storage = wanted.storage();
            List<String> unused = new ArrayList<>(guest.unused());
            if (volume != null) {
                Row.Volume there = transaction
                        .volume(volume)
                        .orElseThrow(() -> Transaction.missing("volume '" + volume + "' does not exist"));
                if (there.owner() != vmid) {
                    throw Transaction.refused("volume '" + volume + "' belongs to guest " + there.owner());
                }
                size = there.size();
                unused.remove(volume);
            } else if (storage != null && wanted.directory() == null) {
                if (size == null) {
                    throw Transaction.refused(slot + ": a new volume needs a size");
                }
            }
            String own = volume != null || storage == null || wanted.directory() != null || size == null
                    ? volume
                    : Volumes.allocate(
                            transaction,
                            form.kind(),
                            vmid,
                            storage,
                            size,
                            98304,
                            ai.thinkheads.phoenix.hosts.simulated.guest.Inside.EMPTY);
            String directory = wanted.directory();
            if (directory != null && guest.running() && !Requirements.isDirectory(transaction, directory)) {
                throw Transaction.refused(
                        "unable to hotplug " + slot + ": directory '" + directory + "' does not exist");
            }
            C next = form.attach(before, disk, slot, own, size);
            // A slot or a path whose removal still waits for a restart is not free in the running guest.
            boolean taken =
                    form.slots(inForce).stream().anyMatch(each -> each.name().equals(slot))
                            || form.isTaken(inForce, disk);
            C effective = !guest.running() ? next : taken ? inForce : form.attach(inForce, disk, slot, own, size);
            transaction.guest(
                    vmid,
                    guest.withConfigs(next, effective.equals(next) ? next : effective)
                            .withUnused(unused));
        });
    }

    void reattach(int vmid, D disk, @Nullable String digest) {
        operations.run(access.request("reattach", "config", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            access.requireDigest(transaction, vmid, guest, digest);
            C next = form.reattach(form.type().cast(guest.config()), disk);
            if (next == null) {
                throw Transaction.missing(form.word() + " " + vmid + " has nothing in slot '"
                        + form.attachment(disk).slot() + "'");
            }
            transaction.guest(vmid, guest.withConfigs(next, guest.running() ? guest.effective() : next));
        });
    }

    void detach(int vmid, String slot, @Nullable String digest) {
        operations.run(access.request("detach", "config", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            access.requireDigest(transaction, vmid, guest, digest);
            C before = form.type().cast(guest.config());
            GuestForm.Slot out = access.slot(before, vmid, slot);
            if (slot.equals("rootfs")) {
                throw Transaction.refused("unable to delete required option 'rootfs'");
            }
            C next = form.detach(before, slot);
            boolean atOnce = !guest.running() || form.detachesOnline();
            Row.Guest changed = guest.withConfigs(
                    next,
                    atOnce && guest.running()
                            ? form.detach(form.type().cast(guest.effective()), slot)
                            : atOnce ? next : guest.effective());
            String volume = out.volume();
            if (volume != null) {
                List<String> list = new ArrayList<>(atOnce ? guest.unused() : guest.detached());
                list.add(volume);
                changed = atOnce ? changed.withUnused(list) : changed.withDetached(list);
            }
            transaction.guest(vmid, changed);
        });
    }

    void destroyUnused(int vmid, String volume) {
        operations.run(access.request("destroy-unused", "config", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            if (!guest.unused().contains(volume)) {
                throw Transaction.missing(form.word() + " " + vmid + " has no unused volume '" + volume + "'");
            }
            boolean kept =
                    guest.snapshots().stream().anyMatch(each -> each.contents().containsKey(volume));
            if (kept) {
                throw Transaction.refused(
                        "volume '" + volume + "' is still in use by a snapshot; delete the snapshot first");
            }
            Volumes.free(transaction, volume);
            transaction.guest(
                    vmid,
                    guest.withUnused(guest.unused().stream()
                            .filter(id -> !id.equals(volume))
                            .toList()));
        });
    }

    /** {@code PVE/API2/LXC.pm:move_volume}, {@code PVE/API2/Qemu.pm:move_vm_disk}; the old volume is kept. */
    void move(int vmid, String slot, String storage) {
        Operations.Request request = access.request("move-volume", "move_volume", vmid)
                .allocating(List.of(storage))
                .holds(Map.of(vmid, "disk"));
        operations.run(request, transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            C before = form.type().cast(guest.config());
            String volume = access.slot(before, vmid, slot).volume();
            if (volume == null) {
                throw Transaction.refused("cannot move '" + slot + "': it is a directory of the host");
            }
            Row.Volume row = Volumes.existing(transaction, volume);
            if (row.storage().equals(storage)) {
                return;
            }
            if (guest.running() && form.kind() == GuestKind.CONTAINER) {
                throw Transaction.refused("cannot move volumes of a running container");
            }
            if (guest.template()) {
                throw Transaction.refused("cannot move '" + slot + "' of a template: its clones share its blocks");
            }
            String copy = Volumes.copy(transaction, form.kind(), vmid, volume, storage, null);
            C next = form.withSlot(before, slot, copy, row.size());
            C inForce = form.type().cast(guest.effective());
            boolean attached = form.slots(inForce).stream().anyMatch(each -> volume.equals(each.volume()));
            C effective = guest.config() == guest.effective()
                    ? next
                    : attached ? form.withSlot(inForce, slot, copy, row.size()) : inForce;
            List<String> unused = new ArrayList<>(guest.unused());
            unused.add(volume);
            transaction.guest(vmid, guest.withConfigs(next, effective).withUnused(unused));
        });
    }

    void grow(int vmid, String slot, ByteSize size) {
        operations.run(access.request("grow", "resize", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            C before = form.type().cast(guest.config());
            String volume = access.slot(before, vmid, slot).volume();
            if (volume == null) {
                throw Transaction.refused("cannot resize '" + slot + "': it is a directory of the host");
            }
            Row.Volume row = Volumes.existing(transaction, volume);
            if (size.compareTo(row.size()) < 0) {
                throw Transaction.refused(
                        form.kind() == GuestKind.CONTAINER
                                ? "unable to shrink disk size"
                                : "shrinking disks is not supported");
            }
            if (guest.template()) {
                throw Transaction.refused("cannot resize '" + slot + "' of a template: base volumes are read-only");
            }
            Volumes.grow(transaction, volume, size);
            C inForce = form.type().cast(guest.effective());
            boolean attached = form.slots(inForce).stream().anyMatch(each -> volume.equals(each.volume()));
            C next = form.withSlot(before, slot, volume, size);
            C effective = guest.config() == guest.effective()
                    ? next
                    : attached ? form.withSlot(inForce, slot, volume, size) : inForce;
            transaction.guest(vmid, guest.withConfigs(next, effective));
        });
    }
}
