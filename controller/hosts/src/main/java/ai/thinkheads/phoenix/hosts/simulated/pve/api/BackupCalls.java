package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Storages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@code /nodes/{node}/vzdump}: {@code PVE/API2/VZDump.pm}, {@code PVE/VZDump.pm}. One archive after the other. */
final class BackupCalls {

    private static final Map<String, String> ENDINGS =
            Map.of("0", "", "", "", "1", ".lzo", "lzo", ".lzo", "gzip", ".gz", "zstd", ".zst");

    private final Ground ground;
    private final Backups backups;

    BackupCalls(Ground ground, Backups backups) {
        this.ground = ground;
        this.backups = backups;
    }

    List<Route> routes() {
        return List.of(Route.of("POST", "/nodes/{node}/vzdump", Rules.of("""
                        vmid: str
                        all: bool
                        storage: storage-id
                        mode: enum snapshot|suspend|stop
                        compress: enum 0|1|gzip|lzo|zstd
                        quiet: bool
                        remove: bool
                        bwlimit: int 0..
                        notes-template: str
                        protected: bool
                        """), Route.ANYBODY, this::take));
    }

    private ApiAnswer take(Call call) {
        if (call.param("vmid").isBlank() && !call.flag("all")) {
            throw ApiError.param("vmid", "property is missing and it is not optional");
        }
        List<Integer> chosen = new ArrayList<>();
        HostState now = ground.state();
        if (call.flag("all")) {
            chosen.addAll(now.containers().keySet());
            chosen.addAll(now.virtualMachines().keySet());
            chosen.sort(Integer::compare);
        } else {
            for (String each : call.param("vmid").split("[,; ]+")) {
                if (!each.matches("[1-9]\\d{2,8}")) {
                    throw ApiError.param("vmid", "invalid format - value does not look like a valid VM ID\n");
                }
                chosen.add(Integer.valueOf(each));
            }
        }
        chosen.forEach(vmid -> ground.access().require(call.caller(), "/vms/" + vmid, "VM.Backup"));
        String storage = call.has("storage") ? call.param("storage") : "local";
        ground.access().require(call.caller(), "/storage/" + storage, "Datastore.AllocateSpace");
        Storages.Observed place = now.storages().get(storage);
        if (place == null) {
            throw ApiError.die("storage '" + storage + "' does not exist");
        }
        if (!place.definition().content().contains("backup")) {
            throw ApiError.die("could not get storage information for '" + storage + "': storage '" + storage
                    + "' does not support backups");
        }
        String id = chosen.size() == 1 ? String.valueOf(chosen.getFirst()) : "";
        return ApiAnswer.of(ground.tasks().fork(call.caller(), "vzdump", id, log -> all(call, chosen, storage, log)));
    }

    /** One that fails keeps the others from nothing; the task fails in the end. */
    private void all(Call call, List<Integer> chosen, String storage, Consumer<String> log) {
        Map<String, String> said = new TreeMap<>(call.params());
        said.remove("vmid");
        StringBuilder words = new StringBuilder();
        chosen.forEach(each -> words.append(' ').append(each));
        said.forEach((key, value) -> words.append(" --").append(key).append(' ').append(value));
        log.accept("INFO: starting new backup job: vzdump" + words);
        boolean failed = false;
        for (int vmid : chosen) {
            try {
                one(call, vmid, storage, log);
            } catch (ApiError | ai.thinkheads.phoenix.hosts.port.HostException e) {
                log.accept("ERROR: Backup of VM " + vmid + " failed - "
                        + String.valueOf(e.getMessage()).strip());
                failed = true;
            }
        }
        if (failed) {
            log.accept("INFO: Backup job finished with errors");
            throw ApiError.die("job errors");
        }
        log.accept("INFO: Backup job finished successfully");
    }

    private void one(Call call, int vmid, String storage, Consumer<String> log) {
        Flavour flavour = ground.find(Flavour.CONTAINER, vmid) == null ? Flavour.MACHINE : Flavour.CONTAINER;
        if (ground.find(flavour, vmid) == null) {
            throw ApiError.die("unable to find VM '" + vmid + "'");
        }
        Guests.Observed<? extends GuestConfig> guest = ground.unlocked(flavour, vmid);
        boolean stops = guest.running() && call.param("mode").equals("stop");
        log.accept("INFO: Starting Backup of VM " + vmid + " (" + flavour.name() + ")");
        log.accept("INFO: status = " + (guest.running() ? "running" : "stopped"));
        log.accept("INFO: " + (flavour.isContainer() ? "CT" : "VM") + " Name: "
                + guest.config().hostname());
        if (stops) {
            log.accept("INFO: stopping guest");
            ground.guests(flavour).shutdown(vmid, Duration.ofMinutes(10));
        }
        String format = (flavour.isContainer() ? "tar" : "vma") + ENDINGS.getOrDefault(call.param("compress"), "");
        ground.host().person().lock(vmid, "backup");
        String volume;
        try {
            volume = backups.take(storage, flavour, guest, format);
        } finally {
            ground.host().person().lock(vmid, null);
        }
        if (stops) {
            ground.guests(flavour).start(vmid);
        }
        log.accept("INFO: creating vzdump archive '" + volume + "'");
        log.accept("INFO: Finished Backup of VM " + vmid + " (00:00:00)");
    }
}
