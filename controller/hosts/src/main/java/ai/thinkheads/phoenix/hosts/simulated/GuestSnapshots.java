package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Snapshots of guests. */
final class GuestSnapshots<C extends GuestConfig, D> {

    private final GuestAccess<C, D> access;
    private final Operations operations;
    private final GuestForm<C, D> form;

    GuestSnapshots(GuestAccess<C, D> access) {
        this.access = access;
        this.operations = access.operations();
        this.form = access.form();
    }

    void snapshot(int vmid, String name, String description) {
        operations.run(access.request("snapshot", "snapshot", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            if (!name.matches("[A-Za-z][A-Za-z0-9_-]{1,39}")) {
                throw Transaction.refused("snapname: invalid format - '" + name + "' is not a snapshot name");
            }
            if (guest.snapshots().stream().anyMatch(each -> each.name().equals(name))) {
                throw Transaction.refused("snapshot name '" + name + "' already used");
            }
            if (guest.template()) {
                throw Transaction.refused("you can't take a snapshot of a template");
            }
            Map<String, Long> contents = new HashMap<>();
            for (GuestForm.Slot slot : form.slots(form.type().cast(guest.effective()))) {
                String volume = slot.volume();
                if (volume == null || !Volumes.canSnapshot(transaction, volume)) {
                    throw Transaction.refused("snapshot feature is not available: '" + slot.name() + "' of "
                            + form.word() + " " + vmid
                            + (volume == null ? " is a directory of the host" : " is on a storage without snapshots"));
                }
                contents.put(volume, Volumes.existing(transaction, volume).contents());
            }
            contents.keySet().forEach(volume -> Volumes.snapshot(transaction, volume, name));
            List<Row.Guest.Snapshot> all = new ArrayList<>(guest.snapshots());
            all.add(new Row.Guest.Snapshot(
                    name, description, transaction.now(), guest.effective(), Map.copyOf(contents)));
            transaction.guest(vmid, guest.withSnapshots(all));
            transaction.born("snapshot", vmid + "@" + name);
        });
    }

    void deleteSnapshot(int vmid, String name) {
        operations.run(access.request("delete-snapshot", "delsnapshot", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            Row.Guest.Snapshot gone = access.snapshot(guest, vmid, name);
            gone.contents().keySet().forEach(volume -> Volumes.dropSnapshot(transaction, volume, name));
            transaction.guest(
                    vmid,
                    guest.withSnapshots(guest.snapshots().stream()
                            .filter(each -> each != gone)
                            .toList()));
            transaction.gone("snapshot", vmid + "@" + name);
        });
    }

    void rollback(int vmid, String name) {
        operations.run(access.request("rollback", "rollback", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            Row.Guest.Snapshot to = access.snapshot(guest, vmid, name);
            to.contents().keySet().forEach(volume -> Volumes.requireNewest(transaction, volume, name));
            to.contents()
                    .forEach((volume, number) -> transaction.put(
                            Table.VOLUME,
                            volume,
                            Volumes.existing(transaction, volume).withContents(number)));
            List<String> unused = new ArrayList<>(guest.unused());
            form.slots(form.type().cast(guest.config())).stream()
                    .map(GuestForm.Slot::volume)
                    .filter(volume -> volume != null && !to.contents().containsKey(volume))
                    .forEach(unused::add);
            unused.removeAll(to.contents().keySet());
            C config = form.type().cast(to.config());
            for (GuestForm.Slot slot : form.slots(config)) {
                String volume = slot.volume();
                if (volume != null) {
                    config = form.withSlot(
                            config,
                            slot.name(),
                            volume,
                            Volumes.existing(transaction, volume).size());
                }
            }
            transaction.guest(
                    vmid, guest.withConfigs(config, config).withUnused(unused).stopped());
            Contents.change(transaction, vmid, ai.thinkheads.phoenix.hosts.simulated.guest.Inside::halted);
        });
    }
}
