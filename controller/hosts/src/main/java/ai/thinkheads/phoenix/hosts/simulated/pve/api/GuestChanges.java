package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestFields;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestOptions;
import ai.thinkheads.phoenix.hosts.simulated.pve.Notes;
import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes and changes guests by their options. */
final class GuestChanges {

    private static final String NEW_DISK = "[^:\\s]+:\\d+(\\.\\d+)?";
    /** What the model says of every guest alike. */
    private static final Set<String> CONSTANT = Set.of("arch", "ostype", "scsihw");

    private static final ByteSize ROOT_SIZE = ByteSize.ofGi(4);

    private final Ground ground;

    GuestChanges(Ground ground) {
        this.ground = ground;
    }

    /** Makes a guest out of options that were looked at. */
    void create(Flavour flavour, int vmid, Map<String, String> params) {
        Map<String, String> options = options(params);
        if (flavour.isContainer()) {
            ground.containers().create(vmid, container(vmid, options, params), params.getOrDefault("ostemplate", ""));
        } else {
            machine(vmid, options);
        }
        ground.book().forget(vmid);
        if (Properties.on(options.get("protection"))) {
            ground.host().person().protect(vmid, true);
        }
        Map<String, String> seen = GuestOptions.of(ground.guest(flavour, vmid).config());
        Map<String, String> written = new TreeMap<>();
        defaults(flavour, vmid, seen).forEach(written::put);
        options.forEach((key, value) -> written.put(key, GuestText.written(flavour, vmid, key, value, seen.get(key))));
        if (flavour.isContainer()) {
            written.computeIfAbsent("rootfs", key -> seen.getOrDefault(key, ""));
        }
        ground.book().write(vmid, new GuestBook.Page(written, seen, Map.of(), Set.of()));
    }

    /** Makes a guest out of the options that an archive has; its disks are empty. */
    void restore(Flavour flavour, int vmid, Map<String, String> options, List<String> raw) {
        Map<String, String> all = new TreeMap<>(options);
        if (flavour.isContainer()) {
            all.putIfAbsent("unprivileged", "0");
        }
        create(flavour, vmid, all);
        if (!raw.isEmpty() && ground.guest(flavour, vmid).config() instanceof ContainerConfig made) {
            ContainerConfig whole = GuestOptions.container(made, GuestOptions.of(made), raw);
            ground.containers()
                    .update(vmid, whole, Set.of(GuestField.RAW, GuestField.APPARMOR, GuestField.ID_MAPS), null);
        }
    }

    /** What Proxmox writes down although nobody said it. */
    private static Map<String, String> defaults(Flavour flavour, int vmid, Map<String, String> seen) {
        return flavour.isContainer()
                ? Map.of(
                        "arch", "amd64",
                        "hostname", "CT" + vmid,
                        "memory", "512",
                        "ostype", seen.getOrDefault("ostype", "debian"),
                        "swap", "512",
                        "unprivileged", "1")
                : Map.of(
                        "vmgenid",
                        GuestBook.sha1("vm " + vmid)
                                .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12}).*", "$1-$2-$3-$4-$5"));
    }

    private static Map<String, String> options(Map<String, String> params) {
        Map<String, String> options = new TreeMap<>(params);
        String drive = params.get("cdrom");
        if (drive != null) {
            options.put("ide2", drive + ",media=cdrom");
        }
        options.keySet().removeAll(OptionRules.PASSING);
        return options;
    }

    private ContainerConfig container(int vmid, Map<String, String> given, Map<String, String> params) {
        Map<String, String> options = new TreeMap<>(given);
        options.putIfAbsent("unprivileged", "1");
        Map<String, String> root = Properties.parse(options.getOrDefault("rootfs", ""), "volume");
        String volume = root.getOrDefault("volume", params.getOrDefault("storage", "local") + ":4");
        ContainerConfig.RootDisk disk = new ContainerConfig.RootDisk(
                Properties.storage(volume),
                volume.matches(NEW_DISK) ? gibibytes(volume) : ROOT_SIZE,
                volume.matches(NEW_DISK) ? null : volume);
        ContainerConfig blank = new ContainerConfig(
                "CT" + vmid,
                ground.state().node().cpus(),
                null,
                ByteSize.ofMi(512),
                ByteSize.ofMi(512),
                disk,
                List.of(),
                List.of(),
                null,
                true,
                List.of(),
                Set.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                false,
                new StartupConfig(null, null, null),
                Set.of(),
                "",
                null);
        ContainerConfig read = GuestOptions.container(blank, options, List.of());
        List<MountPoint> mounts = new ArrayList<>();
        options.forEach((key, value) -> {
            if (key.matches("mp\\d+")) {
                mounts.add(mount(key, value));
            }
        });
        return withMounts(read, mounts);
    }

    private static ContainerConfig withMounts(ContainerConfig of, List<MountPoint> mounts) {
        return new ContainerConfig(
                of.hostname(),
                of.cores(),
                of.cpuLimit(),
                of.memory(),
                of.swap(),
                of.rootDisk(),
                of.nics(),
                of.nameservers(),
                of.searchDomain(),
                of.unprivileged(),
                of.idMaps(),
                of.features(),
                of.apparmor(),
                mounts,
                of.devices(),
                of.raw(),
                of.onBoot(),
                of.startup(),
                of.tags(),
                of.description(),
                of.mark());
    }

    private static ByteSize gibibytes(String volume) {
        return new ByteSize((long) (Double.parseDouble(volume.substring(volume.indexOf(':') + 1)) * (1L << 30)));
    }

    private static MountPoint mount(String slot, String value) {
        Map<String, String> parts = Properties.parse(value, "volume");
        String volume = parts.getOrDefault("volume", "");
        boolean directory = volume.startsWith("/");
        boolean fresh = volume.matches(NEW_DISK);
        return new MountPoint(
                slot,
                parts.getOrDefault("mp", ""),
                directory ? volume : null,
                directory ? null : Properties.storage(volume),
                fresh ? gibibytes(volume) : directory ? null : Properties.size(parts.get("size")),
                directory || fresh ? null : volume,
                Properties.on(parts.get("ro")),
                Properties.on(parts.get("backup")));
    }

    private void machine(int vmid, Map<String, String> options) {
        List<VmConfig.Disk> disks = new ArrayList<>();
        String from = "";
        for (Map.Entry<String, String> each : options.entrySet()) {
            VmConfig.Disk disk = MachineOptions.disk(each.getKey(), each.getValue());
            if (disk != null) {
                String image = Properties.parse(each.getValue(), "file").get("import-from");
                disks.add(image == null ? disks.size() : 0, disk);
                from = image == null ? from : image;
            }
        }
        ground.machines().create(vmid, MachineOptions.read(vmid, options, disks), from);
    }

    /** Changes options of a guest that was looked at. */
    void change(Flavour flavour, int vmid, Map<String, String> params, List<String> deleted, List<String> reverted) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, vmid);
        Map<String, String> set = options(params);
        Map<String, String> next = new TreeMap<>(ground.book().config(guest));
        next.keySet().removeIf(key -> key.matches("lock|template|unused\\d+"));
        Map<String, String> current = ground.book().current(guest);
        reverted.forEach(key -> {
            String before = current.get(key);
            if (before == null) {
                next.remove(key);
            } else {
                next.put(key, before);
            }
        });
        set.forEach((key, value) -> next.put(key, value));
        deleted.forEach(next::remove);
        disks(flavour, guest, set, deleted);
        if (set.containsKey("protection") || deleted.contains("protection")) {
            ground.host().person().protect(vmid, Properties.on(set.get("protection")));
        }
        if (deleted.contains("lock") || params.containsKey("lock")) {
            ground.host().person().lock(vmid, params.get("lock"));
        }
        update(flavour, vmid, next);
        write(flavour, vmid, guest, set, next, current);
    }

    private void disks(
            Flavour flavour,
            Guests.Observed<? extends GuestConfig> guest,
            Map<String, String> set,
            List<String> deleted) {
        Map<String, String> before = GuestOptions.of(guest.config());
        for (String key : deleted) {
            if (key.matches("unused\\d+")) {
                int number = Integer.parseInt(key.substring("unused".length()));
                if (number < guest.unused().size()) {
                    ground.guests(flavour)
                            .destroyUnused(guest.vmid(), guest.unused().get(number));
                }
            } else if (key.matches("(mp|scsi|virtio|sata|ide)\\d+") && before.containsKey(key)) {
                ground.guests(flavour).detach(guest.vmid(), key, null);
            }
        }
        for (Map.Entry<String, String> each : new LinkedHashMap<>(set).entrySet()) {
            String key = each.getKey();
            String value = each.getValue();
            if (flavour.isContainer() && key.matches("mp\\d+")) {
                mount(guest.vmid(), key, mount(key, value), before);
            } else if (!flavour.isContainer()) {
                VmConfig.Disk disk = MachineOptions.disk(key, value);
                if (disk != null) {
                    attach(guest.vmid(), key, disk, before);
                }
            }
        }
    }

    private void mount(int vmid, String key, MountPoint mount, Map<String, String> before) {
        String old = before.get(key);
        String volume = old == null ? null : Properties.parse(old, "volume").get("volume");
        boolean same = volume != null && (volume.equals(mount.volume()) || volume.equals(mount.source()));
        if (same) {
            ground.containers().reattach(vmid, mount, null);
            return;
        }
        if (volume != null) {
            ground.containers().detach(vmid, key, null);
        }
        ground.containers().attach(vmid, mount, null);
    }

    private void attach(int vmid, String key, VmConfig.Disk disk, Map<String, String> before) {
        String old = before.get(key);
        String volume = old == null ? null : Properties.parse(old, "file").get("file");
        if (volume != null && volume.equals(disk.volume())) {
            ground.machines().reattach(vmid, disk, null);
            return;
        }
        if (volume != null) {
            ground.machines().detach(vmid, key, null);
        }
        ground.machines().attach(vmid, disk, null);
    }

    private void update(Flavour flavour, int vmid, Map<String, String> next) {
        Guests.Observed<? extends GuestConfig> guest = ground.guest(flavour, vmid);
        switch (guest.config()) {
            case ContainerConfig before -> {
                ContainerConfig after = GuestOptions.container(before, next, GuestOptions.raw(before));
                Set<GuestField> fields = GuestFields.of(before, after);
                if (!fields.isEmpty()) {
                    ground.containers().update(vmid, after, fields, null);
                }
            }
            case VmConfig before -> {
                VmConfig after = MachineOptions.read(vmid, next, before.disks());
                Set<GuestField> fields = GuestFields.of(before, after);
                if (!fields.isEmpty()) {
                    ground.machines().update(vmid, after, fields, null);
                }
            }
        }
    }

    /** Writes down how it was put, and what the model does not know. */
    private void write(
            Flavour flavour,
            int vmid,
            Guests.Observed<? extends GuestConfig> before,
            Map<String, String> set,
            Map<String, String> next,
            Map<String, String> current) {
        Map<String, String> seen = GuestOptions.of(ground.guest(flavour, vmid).config());
        Map<String, String> written = new TreeMap<>();
        Map<String, String> waiting = new TreeMap<>();
        Set<String> leaving = new TreeSet<>();
        next.forEach((key, value) -> {
            String text = set.containsKey(key) ? GuestText.written(flavour, vmid, key, value, seen.get(key)) : value;
            boolean remounts = key.matches("rootfs|mp\\d+") && current.containsKey(key) && set.containsKey(key);
            boolean waits = before.running()
                    && (!seen.containsKey(key) || CONSTANT.contains(key) || remounts)
                    && !flavour.isOnline(key)
                    && !text.equals(current.get(key));
            if (waits) {
                waiting.put(key, text);
                String old = current.get(key);
                if (old != null) {
                    written.put(key, old);
                }
            } else {
                written.put(key, text);
            }
        });
        current.forEach((key, value) -> {
            boolean state = key.matches("lock|template|unused\\d+");
            boolean known = GuestOptions.of(before.effective()).containsKey(key) && !CONSTANT.contains(key);
            if (before.running() && !state && !known && !next.containsKey(key) && !flavour.isOnline(key)) {
                leaving.add(key);
                written.put(key, value);
            }
        });
        ground.book().write(vmid, new GuestBook.Page(written, seen, waiting, leaving));
    }

    /** A copy is called, and described, as was asked; everything else is as in what it was made of. */
    void copied(Flavour flavour, int source, int vmid, Map<String, String> params) {
        Map<String, String> from = ground.book().config(ground.guest(flavour, source));
        String description = params.getOrDefault("description", from.getOrDefault("description", ""));
        if (Notes.parse(description).mark() == null) {
            // The model marks what it copies, and the notes say otherwise.
            ground.guests(flavour).release(vmid);
        }
        Map<String, String> seen = GuestOptions.of(ground.guest(flavour, vmid).config());
        Map<String, String> written = new TreeMap<>();
        from.forEach((key, value) -> {
            boolean own =
                    key.matches("(net|mp|scsi|virtio|sata|ide)\\d+|rootfs|hostname|name") && seen.containsKey(key);
            if (!key.matches("unused\\d+|lock|template|description")) {
                String model = seen.getOrDefault(key, value);
                written.put(
                        key,
                        own && !key.matches(".*name") ? GuestText.written(flavour, vmid, key, value, model) : model);
            }
        });
        ground.book().write(vmid, new GuestBook.Page(written, seen, Map.of(), Set.of()));
        if (!description.isEmpty()) {
            change(flavour, vmid, Map.of("description", description), List.of(), List.of());
        }
    }
}
