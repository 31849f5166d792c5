package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestOptions;
import ai.thinkheads.phoenix.hosts.simulated.pve.Notes;
import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /nodes/{node}/lxc} and {@code /nodes/{node}/qemu}: {@code PVE/API2/LXC.pm}, {@code PVE/API2/Qemu.pm}. */
final class GuestCalls {

    private static final Set<String> REQUIRED = Set.of("rootfs", "memory", "ostype");
    private static final Pattern ARCHIVED = Pattern.compile(":backup/vzdump-(?:qemu|lxc)-(\\d{3,9})-");
    private static final Set<String> READ_ONLY = Set.of("unprivileged", "arch");

    private final Ground ground;
    private final Flavour flavour;
    private final GuestChanges changes;
    private final GuestViews views;
    private final Backups backups;
    private final FirewallCalls firewall;
    private final PowerCalls power;

    GuestCalls(Ground ground, Flavour flavour, Backups backups, FirewallCalls firewall) {
        this.backups = backups;
        this.firewall = firewall;
        this.ground = ground;
        this.flavour = flavour;
        this.changes = new GuestChanges(ground);
        this.views = new GuestViews(ground, flavour);
        this.power = new PowerCalls(ground, flavour);
    }

    List<Route> routes() {
        String all = "/nodes/{node}/" + flavour.name();
        String one = all + "/{vmid}";
        Rules options = flavour.isContainer() ? OptionRules.CONTAINER : OptionRules.MACHINE;
        Rules change = options.and(OptionRules.CHANGE).and(only("skiplock: bool"));
        Rules later = change.and(only("background_delay: int 1..30\nimport-working-storage: storage-id"));
        Rules name =
                Rules.of(flavour.isContainer() ? "hostname: dns-name" : "name: dns-name\nformat: enum raw|qcow2|vmdk");
        Route.Allowed audit = Route.any("/vms/{vmid}", "VM.Audit");
        Route.Allowed disk = Route.any("/vms/{vmid}", "VM.Config.Disk");
        Route.Allowed snapshot = Route.any("/vms/{vmid}", "VM.Snapshot");
        List<Route> routes = new ArrayList<>(List.of(
                Route.of("GET", all, only("full: bool"), Route.ANYBODY, views::list),
                Route.of(
                        "POST",
                        all,
                        flavour.isContainer() ? OptionRules.CONTAINER_CREATE : OptionRules.MACHINE_CREATE,
                        Route.ANYBODY,
                        this::create),
                Route.of("GET", one + "/config", Rules.of("current: bool\nsnapshot: config-id"), audit, views::config),
                Route.of("PUT", one + "/config", change, Route.ANYBODY, this::change),
                Route.of("GET", one + "/pending", Rules.NONE, audit, views::pending),
                Route.of("GET", one + "/status/current", Rules.NONE, audit, views::current),
                Route.of(
                        "PUT",
                        one + "/resize",
                        Rules.of("disk!: str\nsize!: str\ndigest: str").and(only("skiplock: bool")),
                        disk,
                        this::resize),
                Route.of("GET", one + "/snapshot", Rules.NONE, audit, views::snapshots),
                Route.of(
                        "POST",
                        one + "/snapshot",
                        Rules.of("snapname!: config-id\ndescription: str").and(only("vmstate: bool")),
                        snapshot,
                        this::takeSnapshot),
                Route.of(
                        "DELETE",
                        one + "/snapshot/{snapname}",
                        Rules.of("force: bool"),
                        snapshot,
                        this::deleteSnapshot),
                Route.of(
                        "POST",
                        one + "/snapshot/{snapname}/rollback",
                        Rules.of("start: bool"),
                        Route.any("/vms/{vmid}", "VM.Snapshot", "VM.Snapshot.Rollback"),
                        this::rollback),
                Route.of("POST", one + "/clone", name.and(Rules.of("""
                                newid!: vmid
                                bwlimit: num 0..
                                description: str
                                full: bool
                                pool: str
                                snapname: config-id
                                storage: storage-id
                                target: node
                                """)), this::mayClone, this::copy),
                Route.of(
                        "POST",
                        one + "/template",
                        only("disk: str"),
                        Route.any("/vms/{vmid}", "VM.Allocate"),
                        call -> template(call, call.vmid())),
                Route.of(
                        "DELETE",
                        one,
                        Rules.of("purge: bool\ndestroy-unreferenced-disks: bool")
                                .and(flavour.isContainer() ? Rules.of("force: bool") : only("skiplock: bool")),
                        Route.any("/vms/{vmid}", "VM.Allocate"),
                        this::destroy)));
        routes.add(
                flavour.isContainer()
                        ? Route.of("GET", one + "/interfaces", Rules.NONE, audit, views::interfaces)
                        : Route.of("POST", one + "/config", later, Route.ANYBODY, this::changeLater));
        routes.add(new VolumeMoves(ground, flavour).route(one));
        routes.addAll(power.routes(one));
        return routes;
    }

    /** Parameters that only calls of machines have. */
    private Rules only(String machines) {
        return flavour.isContainer() ? Rules.NONE : Rules.of(machines);
    }

    private void mayClone(Call call, Access access) {
        access.require(call.caller(), "/vms/" + call.vmid(), "VM.Clone");
        if (!call.param("newid").isEmpty()) {
            access.require(call.caller(), "/vms/" + call.param("newid"), "VM.Allocate");
        }
    }

    private String task(Call call, String type, int vmid, ApiTasks.Work work) {
        return ground.tasks().fork(call.caller(), type, String.valueOf(vmid), work);
    }

    // ---- making and changing

    private ApiAnswer create(Call call) {
        int vmid = Integer.parseInt(call.param("vmid"));
        Access access = ground.access();
        String archive = flavour.isContainer() ? "restore" : "archive";
        for (String only : flavour.isContainer() ? List.of("unique") : List.of("force", "unique")) {
            if (call.has(only) && !call.has(archive)) {
                throw ApiError.param(archive, "missing property - '" + only + "' requires this property");
            }
        }
        boolean restores = flavour.isContainer() ? call.flag(archive) : call.has(archive);
        boolean replaces = restores && call.flag("force") && ground.find(flavour, vmid) != null;
        if (!replaces || !access.may(call.caller(), "/vms/" + vmid, "VM.Backup")) {
            access.require(call.caller(), "/vms/" + vmid, "VM.Allocate");
        }
        if (restores && !flavour.isContainer()) {
            requireReadable(call, vmid);
        }
        if (!replaces) {
            requireFree(vmid, restores);
        }
        Map<String, String> params = call.params();
        params.forEach((key, value) -> {
            if (!OptionRules.PASSING.contains(key)) {
                flavour.requireRoot(call.caller(), key, value);
                access.require(call.caller(), "/vms/" + vmid, flavour.privilege(key));
                requireGround(call, key, value);
            }
        });
        if (restores) {
            return restore(call, vmid);
        }
        if (flavour.isContainer()) {
            if (params.containsKey("unprivileged") && !call.flag("unprivileged")) {
                access.require(call.caller(), "/", "Sys.Modify");
            }
            requireTemplate(call);
        }
        String upid = task(call, flavour.task() + "create", vmid, log -> {
            changes.create(flavour, vmid, params);
            warn(vmid, log);
            if (call.flag("start")) {
                task(call, flavour.task() + "start", vmid, more -> power.begin(vmid));
            }
        });
        return ApiAnswer.of(upid);
    }

    private void requireFree(int vmid, boolean restores) {
        try {
            ground.requireFree(vmid);
        } catch (ApiError e) {
            throw restores && !flavour.isContainer()
                    ? ApiError.die("unable to restore VM " + vmid + " - "
                            + String.valueOf(e.getMessage()).strip())
                    : e;
        }
    }

    /** Whoever restores may read the archive: {@code PVE/Storage.pm:check_volume_access}. */
    private void requireReadable(Call call, int vmid) {
        String volume = archive(call);
        String storage = "/storage/" + Properties.storage(volume);
        Access access = ground.access();
        Matcher owner = ARCHIVED.matcher(volume);
        int of = owner.find() ? Integer.parseInt(owner.group(1)) : vmid;
        if (of != vmid && !access.may(call.caller(), storage, "Datastore.Allocate")) {
            access.require(call.caller(), storage, "Datastore.AllocateSpace");
            access.require(call.caller(), "/vms/" + of, "VM.Backup");
        }
    }

    private String archive(Call call) {
        String volume = call.param(flavour.isContainer() ? "ostemplate" : "archive");
        if (!volume.matches("[^:/\\s]+:backup/\\S+")) {
            throw ApiError.die("unable to parse volume ID '" + volume + "'");
        }
        return volume;
    }

    /** Refuses to put an archive in the place of a guest that is in use, in each kind's own words. */
    private void requireReplaceable(Guests.Observed<? extends GuestConfig> before) {
        int vmid = before.vmid();
        ground.unlocked(flavour, vmid);
        String what = "unable to restore " + flavour.word() + " " + vmid;
        if (flavour.isContainer() && before.running()) {
            throw ApiError.die("can't overwrite running container");
        }
        if (Properties.on(ground.book().current(before).get("protection"))) {
            // Of a machine the dash is said twice there.
            throw ApiError.die(what + (flavour.isContainer() ? "" : " -") + " - protection mode enabled");
        }
        if (before.running()) {
            throw ApiError.die(what + " - vm is running");
        }
    }

    /** A guest out of an archive, in place of the one of that number when that was said. */
    private ApiAnswer restore(Call call, int vmid) {
        Guests.Observed<? extends GuestConfig> before = ground.find(flavour, vmid);
        if (before != null) {
            requireReplaceable(before);
        }
        String volume = archive(call);
        Backups.Archive archive = backups.find(volume);
        Map<String, String> options = new TreeMap<>();
        if (archive != null && archive.kind() == flavour.kind()) {
            Map<String, String> given = new TreeMap<>(call.params());
            given.keySet().removeAll(OptionRules.PASSING);
            options.putAll(Backups.options(archive, given, call.param("storage"), call.flag("unique")));
            options.forEach((key, value) -> requireGround(call, key, value));
        }
        return ApiAnswer.of(task(call, flavour.task() + "restore", vmid, log -> {
            log.accept("recovering backed-up configuration from '" + volume + "'");
            if (archive == null || archive.kind() != flavour.kind()) {
                throw ApiError.die("unable to restore " + flavour.word() + " " + vmid + " - volume '" + volume
                        + "' does not exist");
            }
            if (before != null) {
                ground.guests(flavour).destroy(vmid);
            }
            log.accept("restoring '" + volume + "' now..");
            changes.restore(flavour, vmid, options, call.caller().isRoot() ? archive.raw() : List.of());
            backups.pour(volume, vmid);
            log.accept("merging backed-up and given configuration..");
            if (Properties.on(archive.options().get("template"))) {
                log.accept("Convert to template.");
                ground.guests(flavour).makeTemplate(vmid);
            }
            if (call.flag("start")) {
                task(call, flavour.task() + "start", vmid, more -> power.begin(vmid));
            }
        }));
    }

    /** Systemd of today does not start without nesting; the real one says so and goes on. */
    private void warn(int vmid, Consumer<String> log) {
        String features = GuestOptions.of(ground.guest(flavour, vmid).config()).getOrDefault("features", "");
        if (flavour.isContainer() && !features.contains("nesting=1")) {
            log.accept("WARN: Systemd 252 detected. You may need to enable nesting.");
        }
    }

    private void requireTemplate(Call call) {
        String volume = call.param("ostemplate");
        if (volume.matches("[^:/\\s]+:vztmpl/\\S+")) {
            String storage = Properties.storage(volume);
            if (!ground.state().storages().containsKey(storage)) {
                throw ApiError.die("storage '" + storage + "' does not exist");
            }
            ground.access().require(call.caller(), "/storage/" + storage, "Datastore.Audit", "Datastore.AllocateSpace");
        } else {
            throw ApiError.param("ostemplate", "unable to parse volume ID '" + volume + "'");
        }
    }

    /** New disks take space, and cards a bridge: both have privileges of their own. */
    private void requireGround(Call call, String key, String value) {
        boolean disk = key.matches(flavour.isContainer() ? "rootfs|mp\\d+" : "(scsi|virtio|sata|ide)\\d+");
        String volume = Properties.parse(value, "volume").getOrDefault("volume", "");
        if (disk && volume.matches("[^:\\s]+:(\\d+(\\.\\d+)?|cloudinit)")) {
            String storage = Properties.storage(volume);
            if (!ground.state().storages().containsKey(storage)) {
                throw ApiError.die("storage '" + storage + "' does not exist");
            }
            ground.access().require(call.caller(), "/storage/" + storage, "Datastore.AllocateSpace");
        }
        String bridge =
                key.matches("net\\d+") ? Properties.parse(value, "model").get("bridge") : null;
        if (bridge != null) {
            ground.access().require(call.caller(), "/sdn/zones/localnetwork/" + bridge, "SDN.Use");
        }
    }

    private ApiAnswer change(Call call) {
        Change change = looked(call);
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        requireUnlocked(call, guest);
        ground.requireDigest(flavour, call, guest);
        check(call, change);
        apply(call, change);
        return ApiAnswer.of(null);
    }

    private ApiAnswer changeLater(Call call) {
        Change change = looked(call);
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        requireUnlocked(call, guest);
        ground.requireDigest(flavour, call, guest);
        check(call, change);
        return ApiAnswer.of(task(call, "qmconfig", call.vmid(), log -> apply(call, change)));
    }

    /** What is to be set and deleted. */
    private record Change(Map<String, String> set, List<String> deleted, List<String> reverted) {}

    private Change looked(Call call) {
        if (call.flag("skiplock") && !call.caller().isRoot()) {
            throw ApiError.die("Only root may use this option.");
        }
        Map<String, String> set = new TreeMap<>(call.params());
        set.keySet().removeAll(Set.of("delete", "revert", "digest", "skiplock", "background_delay"));
        List<String> deleted = words(call.param("delete"));
        List<String> reverted = words(call.param("revert"));
        if (set.isEmpty() && deleted.isEmpty() && reverted.isEmpty()) {
            throw ApiError.die("no options specified");
        }
        set.forEach((key, value) -> {
            ground.access().require(call.caller(), "/vms/" + call.vmid(), flavour.privilege(key));
            if (!key.matches("(hostpci|usb|serial|parallel)\\d+")) {
                flavour.requireRoot(call.caller(), key, value);
            }
            if (key.equals("sshkeys") && !value.contains("%20") || key.equals("sshkeys") && value.length() < 60) {
                throw ApiError.die("SSH public key validation error");
            }
            requireGround(call, key, value);
        });
        deleted.forEach(key -> {
            ground.access().require(call.caller(), "/vms/" + call.vmid(), flavour.privilege(key));
            flavour.requireRoot(call.caller(), key, null);
        });
        return new Change(set, deleted, reverted);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("[,; ]+"));
    }

    private void check(Call call, Change change) {
        change.set().forEach((key, value) -> flavour.requireRoot(call.caller(), key, value));
        Rules rules = ground.release().rules(flavour.isContainer() ? OptionRules.CONTAINER : OptionRules.MACHINE);
        for (String key : change.deleted()) {
            if (change.set().containsKey(key)) {
                throw ApiError.param(
                        "delete", "you can't use '-" + key + "' and -delete " + key + "' at the same time");
            }
            if (rules.rule(key) == null) {
                throw ApiError.param("delete", "unknown option '" + key + "'");
            }
            if (flavour.isContainer() && REQUIRED.contains(key)) {
                throw ApiError.die("unable to delete required option '" + key + "'");
            }
        }
        for (String key : change.set().keySet()) {
            if (flavour.isContainer() && READ_ONLY.contains(key)) {
                throw ApiError.die("unable to modify read-only option: '" + key + "'");
            }
        }
    }

    private void apply(Call call, Change change) {
        try {
            changes.change(flavour, call.vmid(), change.set(), change.deleted(), change.reverted());
            requireBridges(change);
        } catch (HostException e) {
            String text = e.getMessage();
            if (text.startsWith("unable to hotplug ")) {
                String option = text.substring("unable to hotplug ".length()).split(":", 2)[0];
                throw ApiError.param(option, text + "\n");
            }
            throw e;
        }
    }

    /** Too late: what was asked for is written down already, here as there. */
    private void requireBridges(Change change) {
        change.set().forEach((key, value) -> {
            String bridge =
                    key.matches("net\\d+") ? Properties.parse(value, "model").get("bridge") : null;
            if (flavour.isContainer()
                    && bridge != null
                    && !ground.state().bridges().containsKey(bridge)) {
                throw ApiError.die("bridge '" + bridge + "' does not exist");
            }
        });
    }

    private void requireUnlocked(Call call, Guests.Observed<? extends GuestConfig> guest) {
        if (guest.lock() != null && !call.flag("skiplock")) {
            throw ApiError.die(flavour.word() + " is locked (" + guest.lock() + ")");
        }
    }

    // ---- disks and snapshots

    private ApiAnswer resize(Call call) {
        if (!flavour.isContainer()) {
            return ApiAnswer.of(task(call, "resize", call.vmid(), log -> grow(call)));
        }
        Guests.Observed<? extends GuestConfig> guest = ground.unlocked(flavour, call.vmid());
        ground.requireDigest(flavour, call, guest);
        String value = GuestOptions.of(guest.config()).get(call.param("disk"));
        if (value == null) {
            throw ApiError.format(Formats.errors(call.param("disk").equals("rootfs") ? "ct-rootfs" : "ct-mp", ""));
        }
        if (size(value, call.param("size")).compareTo(known(value)) < 0) {
            throw ApiError.die("unable to shrink disk size");
        }
        return ApiAnswer.of(task(call, "resize", call.vmid(), log -> grow(call)));
    }

    private void grow(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.unlocked(flavour, call.vmid());
        String slot = call.param("disk");
        String value = GuestOptions.of(guest.config()).get(slot);
        if (value == null) {
            throw ApiError.die("disk '" + slot + "' does not exist");
        }
        ground.guests(flavour).grow(call.vmid(), slot, size(value, call.param("size")));
    }

    private static ByteSize known(String value) {
        ByteSize size = Properties.size(Properties.parse(value, "volume").get("size"));
        return size == null ? new ByteSize(0) : size;
    }

    private static ByteSize size(String value, String text) {
        boolean more = text.startsWith("+");
        ByteSize asked = Properties.size(more ? text.substring(1) : text);
        if (asked == null) {
            throw ApiError.param("size", "value does not match the regex pattern");
        }
        return more ? new ByteSize(known(value).bytes() + asked.bytes()) : asked;
    }

    private ApiAnswer takeSnapshot(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, call.vmid());
        String name = call.param("snapname");
        if (name.equals("current") || name.equals("pending")) {
            throw ApiError.die("unable to use snapshot name '" + name + "' (reserved name)");
        }
        return ApiAnswer.of(task(call, flavour.task() + "snapshot", call.vmid(), log -> {
            ground.unlocked(flavour, guest.vmid());
            try {
                ground.guests(flavour).snapshot(call.vmid(), name, call.param("description"));
            } catch (HostException e) {
                throw e.getMessage().startsWith("snapshot feature is not available")
                        ? ApiError.die("snapshot feature is not available")
                        : e;
            }
        }));
    }

    private ApiAnswer deleteSnapshot(Call call) {
        return ApiAnswer.of(task(call, flavour.task() + "delsnapshot", call.vmid(), log -> {
            ground.unlocked(flavour, call.vmid());
            ground.guests(flavour).deleteSnapshot(call.vmid(), call.in("snapname"));
        }));
    }

    private ApiAnswer rollback(Call call) {
        return ApiAnswer.of(task(call, flavour.task() + "rollback", call.vmid(), log -> {
            ground.unlocked(flavour, call.vmid());
            ground.guests(flavour).rollback(call.vmid(), call.in("snapname"));
            if (call.flag("start")) {
                power.begin(call.vmid());
            }
        }));
    }

    // ---- copies

    private ApiAnswer copy(Call call) {
        int vmid = Integer.parseInt(call.param("newid"));
        Guests.Observed<? extends GuestConfig> source = ground.find(flavour, call.vmid());
        if (source == null && !flavour.isContainer()) {
            throw ApiError.die(
                    "unable to find configuration file for VM " + call.vmid() + " on node '" + ground.node() + "'");
        }
        Guests.Observed<? extends GuestConfig> from = ground.unlocked(flavour, call.vmid());
        ground.requireFree(vmid);
        boolean full = call.has("full") ? call.flag("full") : !from.template();
        if (flavour.isContainer() && from.running() && call.param("snapname").isEmpty()) {
            throw ApiError.die("Full clone of a running container is only possible from a snapshot");
        }
        if (!full && call.has("storage")) {
            throw ApiError.params(Map.of("storage", "parameter 'storage' not allowed for linked clones"));
        }
        String name = call.param(flavour.isContainer() ? "hostname" : "name");
        String usual = flavour.isContainer()
                ? from.config().hostname()
                : "Copy-of-VM-" + from.config().hostname();
        Mark mark = Notes.parse(call.param("description")).mark();
        return ApiAnswer.of(task(call, flavour.task() + "clone", call.vmid(), log -> {
            log.accept("creating a clone of " + (flavour.isContainer() ? "container " : "VM ") + call.vmid()
                    + " with ID " + vmid);
            ground.guests(flavour)
                    .clone(
                            call.vmid(),
                            vmid,
                            name.isEmpty() ? usual : name,
                            mark == null ? new Mark(call.caller().whole(), Map.of()) : mark,
                            full,
                            call.has("storage") ? call.param("storage") : null,
                            call.has("snapname") ? call.param("snapname") : null);
            changes.copied(flavour, call.vmid(), vmid, call.params());
            firewall.copy(call.vmid(), vmid);
        }));
    }

    private ApiAnswer template(Call call, int vmid) {
        Guests.Observed<? extends GuestConfig> guest = ground.unlocked(flavour, vmid);
        String word = flavour.word();
        if (guest.template()) {
            throw ApiError.die("you can't convert a template to a template");
        }
        if (!guest.snapshots().isEmpty()) {
            throw ApiError.die("unable to create template, because " + word + " contains snapshots");
        }
        if (guest.running()) {
            throw ApiError.die("you can't convert a " + word + " to template if the " + word + " is running");
        }
        String upid = task(
                call,
                flavour.task() + "template",
                vmid,
                log -> ground.guests(flavour).makeTemplate(vmid));
        // A container's conversion goes on unseen; only that of a machine tells its number.
        return ApiAnswer.of(flavour.isContainer() ? null : upid);
    }

    private ApiAnswer destroy(Call call) {
        Guests.Observed<? extends GuestConfig> guest = ground.unlocked(flavour, call.vmid());
        boolean force = flavour.isContainer() && call.flag("force");
        if (guest.running() && !force) {
            throw ApiError.die(
                    flavour.isContainer()
                            ? "unable to destroy CT " + call.vmid() + " - container is running"
                            : "VM " + call.vmid() + " is running - destroy failed");
        }
        return ApiAnswer.of(task(call, flavour.task() + "destroy", call.vmid(), log -> {
            if (force) {
                ground.guests(flavour).shutdown(call.vmid(), Duration.ZERO);
            }
            try {
                ground.guests(flavour).destroy(call.vmid());
            } catch (HostException e) {
                throw inUse(e);
            }
            ground.book().forget(call.vmid());
            firewall.forget(call.vmid());
        }));
    }

    private static RuntimeException inUse(HostException e) {
        String text = e.getMessage();
        int end = text.indexOf("' is still in use by linked clone");
        if (end < 0) {
            return e;
        }
        String volume = text.substring(text.indexOf('\'') + 1, end);
        return ApiError.die(
                "base volume '" + volume.substring(volume.indexOf(':') + 1) + "' is still in use by linked clones");
    }
}
