package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.simulated.guest.Systems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The containers, or the virtual machines, of the machine. */
final class SimulatedGuests<C extends GuestConfig, D> implements Guests<C, D> {

    private final Operations operations;
    private final GuestForm<C, D> form;
    private final GuestView<C> view;

    SimulatedGuests(Operations operations, GuestForm<C, D> form, GuestView<C> view) {
        this.operations = operations;
        this.form = form;
        this.view = view;
    }

    @Override
    public GuestKind kind() {
        return form.kind();
    }

    @Override
    public Optional<Observed<C>> read(int vmid) {
        return operations.read(
                "read-one",
                transaction -> transaction
                        .guest(vmid)
                        .filter(guest -> guest.kind() == form.kind())
                        .map(guest -> view.observe(transaction, vmid, guest)));
    }

    private Operations.Request request(String verb, String task, int vmid) {
        return Operations.Request.of(verb + "-" + form.noun(), form.task() + task, String.valueOf(vmid))
                .files(Locks.guest(vmid));
    }

    @Override
    public void create(int vmid, C config, String from) {
        List<Nic> cards = cards(config.nics(), List.of());
        operations.run(request("create", "create", vmid).holds(Map.of(vmid, "create")), transaction -> {
            requireNumber(transaction, vmid);
            Templates.Type type = kind() == GuestKind.CONTAINER ? Templates.Type.ROOTFS : Templates.Type.DISK_IMAGE;
            Row.File file = transaction
                    .file(from)
                    .orElseThrow(() ->
                            Transaction.missing("volume '" + from + "' does not exist; download the template first"));
            if (file.type() != type) {
                throw Transaction.refused("'" + from + "' is not a template for a " + kind().word());
            }
            C normal = form.normal(config, cards);
            form.check(transaction, vmid, normal);
            C made = form.created(
                    transaction,
                    vmid,
                    normal,
                    from,
                    () -> Systems.fresh(file.distribution(), kind() == GuestKind.VIRTUAL_MACHINE));
            transaction.guest(
                    vmid,
                    new Row.Guest(
                            kind(), made, made, false, false, null, false, List.of(), List.of(), List.of(), null,
                            null));
            transaction.born("guest", String.valueOf(vmid));
        });
    }

    private void requireNumber(Transaction transaction, int vmid) {
        if (vmid < 100 || vmid > 999_999_999) {
            throw Transaction.refused("vmid: invalid format - value does not look like a valid VM ID");
        }
        Row.Guest other = transaction.guest(vmid).orElse(null);
        if (other != null || transaction.machine().locks().busy(vmid) != null) {
            String word = other == null || other.kind() == GuestKind.CONTAINER ? "CT" : "VM";
            throw Transaction.refused(word + " " + vmid + " already exists on node '"
                    + transaction.node().hostname() + "'");
        }
    }

    private List<Nic> cards(List<Nic> nics, List<Nic> before) {
        List<Nic> all = new ArrayList<>(nics.size());
        for (Nic nic : nics) {
            String mac = nic.mac();
            if (mac == null) {
                mac = before.stream()
                        .filter(each -> each.name().equals(nic.name()))
                        .map(Nic::mac)
                        .findFirst()
                        .orElse(null);
            }
            all.add(withMac(nic, mac == null ? operations.machine().guarded(this::newMac) : mac));
        }
        return all;
    }

    private String newMac() {
        return Identities.mac(operations.machine().random());
    }

    private static Nic withMac(Nic nic, String mac) {
        return new Nic(
                nic.name(),
                nic.bridge(),
                nic.address(),
                nic.gateway(),
                mac.toUpperCase(java.util.Locale.ROOT),
                nic.vlan(),
                nic.mtu(),
                nic.firewall());
    }

    @Override
    public void clone(
            int source,
            int vmid,
            String hostname,
            Mark mark,
            boolean full,
            @Nullable String storage,
            @Nullable String snapshot) {
        Map<Integer, String> holds = new HashMap<>(Map.of(vmid, "create"));
        if (kind() == GuestKind.CONTAINER) {
            holds.put(source, "disk");
        }
        Operations.Request request = request("clone", "clone", vmid)
                .latency(full ? "clone-full" : "clone-linked")
                .holds(holds);
        Map<String, String> macs = new HashMap<>();
        operations.run(request, transaction -> {
            Row.Guest from = existing(transaction, source);
            requireUnlocked(transaction, source, from);
            requireNumber(transaction, vmid);
            Row.Guest.Snapshot at = snapshot == null ? null : snapshot(from, source, snapshot);
            if (from.running() && at == null && kind() == GuestKind.CONTAINER) {
                throw Transaction.refused("Full clone of a running container is only possible from a snapshot");
            }
            if (!full && storage != null) {
                throw Transaction.refused("parameter 'storage' not allowed for linked clones");
            }
            C config = form.type().cast(at == null ? from.config() : at.config());
            C made = form.clone(
                    config, hostname, mark, nic -> withMac(nic, macs.computeIfAbsent(nic.name(), name -> newMac())));
            for (GuestForm.Slot slot : form.slots(config)) {
                String volume = slot.volume();
                if (volume == null) {
                    throw Transaction.refused("unable to clone mountpoint '" + slot.name() + "' (type bind)");
                }
                String fresh = full
                        ? Volumes.copy(
                                transaction,
                                kind(),
                                vmid,
                                volume,
                                storage,
                                at == null ? null : at.contents().get(volume))
                        : Volumes.link(transaction, kind(), vmid, volume);
                made = form.withSlot(
                        made,
                        slot.name(),
                        fresh,
                        Volumes.existing(transaction, fresh).size());
            }
            transaction.guest(
                    vmid,
                    new Row.Guest(
                            kind(),
                            made,
                            made,
                            false,
                            false,
                            null,
                            false,
                            List.of(),
                            List.of(),
                            List.of(),
                            full ? null : source,
                            null));
            transaction.born("guest", String.valueOf(vmid));
        });
    }

    @Override
    public void update(int vmid, C config, Set<GuestField> fields, @Nullable String digest) {
        operations.run(request("update", "config", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            requireDigest(transaction, vmid, guest, digest);
            if (fields.isEmpty()) {
                throw Transaction.refused("no options specified");
            }
            C before = form.type().cast(guest.config());
            C wanted = form.merge(before, config, fields);
            C next = form.normal(wanted, cards(wanted.nics(), before.nics()));
            form.check(transaction, vmid, next);
            if (fields.contains(GuestField.NICS) && guest.running()) {
                Requirements.bridges(transaction, next, form.word() + " " + vmid);
            }
            C inForce = next;
            if (guest.running()) {
                Set<GuestField> online = new java.util.HashSet<>(fields);
                online.retainAll(form.online());
                inForce = form.merge(form.type().cast(guest.effective()), next, online);
            }
            transaction.guest(vmid, guest.withConfigs(next, inForce.equals(next) ? next : inForce));
        });
    }

    private void requireDigest(Transaction transaction, int vmid, Row.Guest guest, @Nullable String digest) {
        if (digest != null && !digest.equals(view.digest(transaction, vmid, guest))) {
            throw new HostException(
                    HostException.Cause.CONFLICT,
                    form.word() + " " + vmid
                            + ": detected modified configuration - file changed by other user? Try again.");
        }
    }

    @Override
    public void attach(int vmid, D disk, @Nullable String digest) {
        operations.run(request("attach", "config", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            requireDigest(transaction, vmid, guest, digest);
            C before = form.type().cast(guest.config());
            GuestForm.Attachment wanted = form.attachment(disk);
            String slot = form.freeSlot(before);
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
                            kind(),
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
            C inForce = form.type().cast(guest.effective());
            // A slot whose removal still waits for a restart is not free in the running guest.
            boolean taken =
                    form.slots(inForce).stream().anyMatch(each -> each.name().equals(slot));
            C effective = !guest.running() ? next : taken ? inForce : form.attach(inForce, disk, slot, own, size);
            transaction.guest(
                    vmid,
                    guest.withConfigs(next, effective.equals(next) ? next : effective)
                            .withUnused(unused));
        });
    }

    @Override
    public void reattach(int vmid, D disk, @Nullable String digest) {
        operations.run(request("reattach", "config", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            requireDigest(transaction, vmid, guest, digest);
            C next = form.reattach(form.type().cast(guest.config()), disk);
            if (next == null) {
                throw Transaction.missing(form.word() + " " + vmid + " has nothing in slot '"
                        + form.attachment(disk).slot() + "'");
            }
            transaction.guest(vmid, guest.withConfigs(next, guest.running() ? guest.effective() : next));
        });
    }

    @Override
    public void detach(int vmid, String slot, @Nullable String digest) {
        operations.run(request("detach", "config", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            requireDigest(transaction, vmid, guest, digest);
            C before = form.type().cast(guest.config());
            GuestForm.Slot out = slot(before, vmid, slot);
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

    private GuestForm.Slot slot(C config, int vmid, String slot) {
        return form.slots(config).stream()
                .filter(each -> each.name().equals(slot))
                .findFirst()
                .orElseThrow(
                        () -> Transaction.missing(form.word() + " " + vmid + " has nothing in slot '" + slot + "'"));
    }

    @Override
    public void destroyUnused(int vmid, String volume) {
        operations.run(request("destroy-unused", "config", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
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

    @Override
    public void grow(int vmid, String slot, ByteSize size) {
        operations.run(request("grow", "resize", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            C before = form.type().cast(guest.config());
            String volume = slot(before, vmid, slot).volume();
            if (volume == null) {
                throw Transaction.refused("cannot resize '" + slot + "': it is a directory of the host");
            }
            Row.Volume row = Volumes.existing(transaction, volume);
            if (size.compareTo(row.size()) < 0) {
                throw Transaction.refused(
                        kind() == GuestKind.CONTAINER
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

    @Override
    public void start(int vmid) {
        operations.run(request("start", "start", vmid).holds(Map.of()), transaction -> start(transaction, vmid, form));
    }

    /** Starts a guest that does not run. */
    static <C extends GuestConfig, D> void start(Transaction transaction, int vmid, GuestForm<C, D> form) {
        Row.Guest guest = existing(transaction, vmid, form);
        if (guest.running()) {
            return;
        }
        requireUnlocked(transaction, vmid, guest, form);
        if (guest.template()) {
            throw Transaction.refused("you can't start a " + form.word() + " if it's a template");
        }
        C config = form.type().cast(guest.config());
        form.checkStart(transaction, vmid, config);
        form.slots(config).forEach(slot -> {
            String volume = slot.volume();
            if (volume != null) {
                Row.Volume row = Volumes.existing(transaction, volume);
                boolean online = transaction
                        .storage(row.storage())
                        .map(storage -> SimulatedStorages.isActive(transaction, storage))
                        .orElse(false);
                if (!online) {
                    throw new HostException(
                            HostException.Cause.FAILED,
                            form.word() + " " + vmid + " cannot start: storage '" + row.storage() + "' of " + volume
                                    + " is not online");
                }
            }
        });
        transaction.guest(vmid, guest.started(transaction.now()));
        Contents.change(transaction, vmid, ai.thinkheads.phoenix.hosts.simulated.guest.Inside::booted);
    }

    @Override
    public void shutdown(int vmid, Duration timeout) {
        operations.run(request("shutdown", "shutdown", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            if (guest.running()) {
                requireUnlocked(transaction, vmid, guest);
                stop(transaction, vmid, guest);
            }
        });
    }

    /** Stops a guest; what waited for that comes into force. */
    static void stop(Transaction transaction, int vmid, Row.Guest guest) {
        transaction.guest(vmid, guest.stopped());
        Contents.change(transaction, vmid, ai.thinkheads.phoenix.hosts.simulated.guest.Inside::halted);
    }

    @Override
    public void makeTemplate(int vmid) {
        operations.run(request("template", "template", vmid).holds(Map.of(vmid, "disk")), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            String what = form.word() + " " + vmid;
            if (guest.template()) {
                throw Transaction.refused("you can't convert a template to a template: " + what + " is one already");
            }
            if (guest.running()) {
                throw Transaction.refused(
                        "you can't convert a " + form.word() + " to template if the " + form.word() + " is running");
            }
            if (!guest.snapshots().isEmpty()) {
                throw Transaction.refused("unable to create template, because " + what + " contains snapshots");
            }
            C config = form.type().cast(guest.config());
            for (GuestForm.Slot slot : form.slots(config)) {
                String volume = slot.volume();
                if (volume != null) {
                    String base = Volumes.makeBase(transaction, volume);
                    config = form.withSlot(
                            config,
                            slot.name(),
                            base,
                            Volumes.existing(transaction, base).size());
                }
            }
            transaction.guest(vmid, guest.asTemplate(config));
        });
    }

    @Override
    public void snapshot(int vmid, String name, String description) {
        operations.run(request("snapshot", "snapshot", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
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

    private Row.Guest.Snapshot snapshot(Row.Guest guest, int vmid, String name) {
        return guest.snapshots().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Transaction.missing(
                        "snapshot '" + name + "' of " + form.word() + " " + vmid + " does not exist"));
    }

    @Override
    public void deleteSnapshot(int vmid, String name) {
        operations.run(request("delete-snapshot", "delsnapshot", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            Row.Guest.Snapshot gone = snapshot(guest, vmid, name);
            gone.contents().keySet().forEach(volume -> Volumes.dropSnapshot(transaction, volume, name));
            transaction.guest(
                    vmid,
                    guest.withSnapshots(guest.snapshots().stream()
                            .filter(each -> each != gone)
                            .toList()));
            transaction.gone("snapshot", vmid + "@" + name);
        });
    }

    @Override
    public void rollback(int vmid, String name) {
        operations.run(request("rollback", "rollback", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            Row.Guest.Snapshot to = snapshot(guest, vmid, name);
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

    @Override
    public void release(int vmid) {
        operations.run(request("release", "config", vmid), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            C next = form.withMark(form.type().cast(guest.config()), null);
            C inForce = guest.config() == guest.effective()
                    ? next
                    : form.withMark(form.type().cast(guest.effective()), null);
            transaction.guest(vmid, guest.withConfigs(next, inForce));
        });
    }

    @Override
    public void destroy(int vmid) {
        operations.run(request("destroy", "destroy", vmid).holds(Map.of(vmid, "destroyed")), transaction -> {
            Row.Guest guest = existing(transaction, vmid);
            requireUnlocked(transaction, vmid, guest);
            destroy(transaction, vmid, guest, form.word());
        });
    }

    static void destroy(Transaction transaction, int vmid, Row.Guest guest, String word) {
        if (guest.running()) {
            throw Transaction.refused("unable to destroy " + word + " " + vmid + " - "
                    + guest.kind().word() + " is running");
        }
        if (guest.protection()) {
            throw Transaction.refused("can't remove " + word + " " + vmid + " - protection mode enabled");
        }
        List<String> volumes = GuestForms.volumes(guest);
        guest.snapshots().forEach(each -> transaction.gone("snapshot", vmid + "@" + each.name()));
        volumes.forEach(volume -> Volumes.free(transaction, volume));
        transaction.remove(Table.GUEST, String.valueOf(vmid));
        transaction.gone("guest", String.valueOf(vmid));
    }

    private Row.Guest existing(Transaction transaction, int vmid) {
        return existing(transaction, vmid, form);
    }

    private static Row.Guest existing(Transaction transaction, int vmid, GuestForm<?, ?> form) {
        return transaction
                .guest(vmid)
                .filter(guest -> guest.kind() == form.kind())
                .orElseThrow(() -> Transaction.missing(
                        "Configuration file 'nodes/" + transaction.node().hostname() + "/"
                                + (form.kind() == GuestKind.CONTAINER ? "lxc" : "qemu-server") + "/" + vmid
                                + ".conf' does not exist"));
    }

    private void requireUnlocked(Transaction transaction, int vmid, Row.Guest guest) {
        requireUnlocked(transaction, vmid, guest, form);
    }

    private static void requireUnlocked(Transaction transaction, int vmid, Row.Guest guest, GuestForm<?, ?> form) {
        String busy = transaction.machine().locks().busy(vmid);
        String lock = guest.lock() != null ? guest.lock() : busy;
        if (lock != null) {
            throw new HostException(
                    HostException.Cause.LOCKED,
                    form.word() + " is locked (" + lock + "): " + vmid + "; wait for the task that holds it");
        }
    }
}
