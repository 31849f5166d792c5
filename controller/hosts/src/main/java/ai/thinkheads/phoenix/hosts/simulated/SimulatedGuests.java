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
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
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
    private final GuestAccess<C, D> access;
    private final GuestDisks<C, D> disks;
    private final GuestSnapshots<C, D> snapshots;

    SimulatedGuests(Operations operations, GuestForm<C, D> form, GuestView<C> view) {
        this.operations = operations;
        this.form = form;
        this.view = view;
        this.access = new GuestAccess<>(operations, form, view);
        this.disks = new GuestDisks<>(access);
        this.snapshots = new GuestSnapshots<>(access);
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

    @Override
    public void create(int vmid, C config, String from) {
        List<Nic> cards = cards(config.nics(), List.of());
        operations.run(
                access.request("create", "create", vmid)
                        .holds(Map.of(vmid, "create"))
                        .allocating(form.storages(config)),
                transaction -> {
                    requireNumber(transaction, vmid);
                    String distribution = from.isEmpty() ? null : template(transaction, from);
                    C normal = form.normal(config, cards);
                    form.check(transaction, vmid, normal);
                    C made = form.created(
                            transaction,
                            vmid,
                            normal,
                            from,
                            () -> distribution == null
                                    ? Inside.EMPTY
                                    : Systems.fresh(distribution, kind() == GuestKind.VIRTUAL_MACHINE));
                    transaction.guest(
                            vmid,
                            new Row.Guest(
                                    kind(), made, made, false, false, false, null, false, List.of(), List.of(),
                                    List.of(), null, null));
                    transaction.born("guest", String.valueOf(vmid));
                    form.warning(made).ifPresent(transaction::warn);
                });
    }

    private String template(Transaction transaction, String from) {
        Templates.Type type = kind() == GuestKind.CONTAINER ? Templates.Type.ROOTFS : Templates.Type.DISK_IMAGE;
        Row.File file = transaction
                .file(from)
                .orElseThrow(
                        () -> Transaction.missing("volume '" + from + "' does not exist; download the template first"));
        if (file.type() != type) {
            throw Transaction.refused("'" + from + "' is not a template for a " + kind().word());
        }
        return file.distribution();
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
        Operations.Request request = access.request("clone", "clone", vmid)
                .latency(full ? "clone-full" : "clone-linked")
                .holds(holds)
                .allocating(storage == null ? java.util.List.of() : java.util.List.of(storage));
        Map<String, String> macs = new HashMap<>();
        operations.run(request, transaction -> {
            Row.Guest from = access.existing(transaction, source);
            access.requireUnlocked(transaction, source, from);
            requireNumber(transaction, vmid);
            Row.Guest.Snapshot at = snapshot == null ? null : access.snapshot(from, source, snapshot);
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
        operations.run(access.request("update", "config", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            access.requireDigest(transaction, vmid, guest, digest);
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

    @Override
    public void attach(int vmid, D disk, @Nullable String digest) {
        disks.attach(vmid, disk, digest);
    }

    @Override
    public void reattach(int vmid, D disk, @Nullable String digest) {
        disks.reattach(vmid, disk, digest);
    }

    @Override
    public void detach(int vmid, String slot, @Nullable String digest) {
        disks.detach(vmid, slot, digest);
    }

    @Override
    public void destroyUnused(int vmid, String volume) {
        disks.destroyUnused(vmid, volume);
    }

    @Override
    public void grow(int vmid, String slot, ByteSize size) {
        disks.grow(vmid, slot, size);
    }

    @Override
    public void move(int vmid, String slot, String storage) {
        disks.move(vmid, slot, storage);
    }

    @Override
    public void snapshot(int vmid, String name, String description) {
        snapshots.snapshot(vmid, name, description);
    }

    @Override
    public void deleteSnapshot(int vmid, String name) {
        snapshots.deleteSnapshot(vmid, name);
    }

    @Override
    public void rollback(int vmid, String name) {
        snapshots.rollback(vmid, name);
    }

    @Override
    public void start(int vmid) {
        operations.run(
                access.request("start", "start", vmid).holds(Map.of()), transaction -> start(transaction, vmid, form));
    }

    /** Starts a guest that does not run. */
    static <C extends GuestConfig, D> void start(Transaction transaction, int vmid, GuestForm<C, D> form) {
        Row.Guest guest = GuestAccess.existing(transaction, vmid, form);
        if (guest.running()) {
            return;
        }
        GuestAccess.requireUnlocked(transaction, vmid, guest, form);
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
        operations.run(access.request("shutdown", "shutdown", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            if (guest.running()) {
                access.requireUnlocked(transaction, vmid, guest);
                stop(transaction, vmid, guest);
            }
        });
    }

    @Override
    public void freeze(int vmid) {
        hold(vmid, "freeze", true);
    }

    @Override
    public void thaw(int vmid) {
        hold(vmid, "thaw", false);
    }

    private void hold(int vmid, String verb, boolean held) {
        operations.run(access.request(verb, verb, vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            if (!guest.running()) {
                throw Transaction.refused(form.word() + " " + vmid + " not running");
            }
            if (guest.frozen() != held) {
                transaction.guest(vmid, guest.withFrozen(held));
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
        operations.run(access.request("template", "template", vmid).holds(Map.of(vmid, "disk")), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
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
    public List<String> warnings(int vmid) {
        return operations.machine().tasks().warnings(String.valueOf(vmid));
    }

    @Override
    public void release(int vmid) {
        operations.run(access.request("release", "config", vmid), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
            C next = form.withMark(form.type().cast(guest.config()), null);
            C inForce = guest.config() == guest.effective()
                    ? next
                    : form.withMark(form.type().cast(guest.effective()), null);
            transaction.guest(vmid, guest.withConfigs(next, inForce));
        });
    }

    @Override
    public void destroy(int vmid) {
        operations.run(access.request("destroy", "destroy", vmid).holds(Map.of(vmid, "destroyed")), transaction -> {
            Row.Guest guest = access.existing(transaction, vmid);
            access.requireUnlocked(transaction, vmid, guest);
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
}
