package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestOptions;
import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.util.Map;

/**
 * {@code PVE/API2/LXC.pm:move_volume}, {@code PVE/API2/Qemu.pm:move_vm_disk}, between storages; that a volume changes hands is not
 * modelled.
 */
final class VolumeMoves {

    private static final Rules COMMON = Rules.of("""
            storage: storage-id
            delete: bool
            digest: str
            target-vmid: vmid
            target-digest: str
            """);

    private final Ground ground;
    private final Flavour flavour;

    VolumeMoves(Ground ground, Flavour flavour) {
        this.ground = ground;
        this.flavour = flavour;
    }

    /** The one call that there is of a guest. */
    Route route(String guest) {
        Rules own = Rules.of(
                flavour.isContainer()
                        ? "volume!: str\nbwlimit: num 0..\ntarget-volume: str"
                        : "disk!: str\nbwlimit: int 0..\nformat: enum raw|qcow2|vmdk\ntarget-disk: str");
        return Route.of(
                "POST",
                guest + (flavour.isContainer() ? "/move_volume" : "/move_disk"),
                COMMON.and(own),
                Route.any("/vms/{vmid}", "VM.Config.Disk"),
                this::move);
    }

    private ApiAnswer move(Call call) {
        if (call.has("target-vmid")) {
            throw ApiError.die("moving volumes to another guest is not part of this machine");
        }
        if (!call.has("storage")) {
            throw ApiError.params(Map.of("storage", "storage or target-vmid is required"));
        }
        String slot = call.param(flavour.isContainer() ? "volume" : "disk");
        String storage = call.param("storage");
        ground.access().require(call.caller(), "/storage/" + storage, "Datastore.AllocateSpace");
        Guests.Observed<? extends GuestConfig> guest = ground.unlocked(flavour, call.vmid());
        ground.requireDigest(flavour, call, guest);
        if (flavour.isContainer() && guest.running()) {
            throw ApiError.die("cannot move volumes of a running container");
        }
        String value = GuestOptions.of(guest.config()).get(slot);
        if (value == null) {
            throw ApiError.die(
                    flavour.isContainer()
                            ? "volume '" + slot + "' for container '" + call.vmid() + "' does not exist"
                            : "disk '" + slot + "' does not exist");
        }
        String volume = Properties.parse(value, flavour.isContainer() ? "volume" : "file")
                .getOrDefault(flavour.isContainer() ? "volume" : "file", "");
        if (!flavour.isContainer() && storage.equals(Properties.storage(volume))) {
            throw ApiError.die("you can't move to the same storage with same format");
        }
        boolean delete = call.flag("delete");
        if (delete && !guest.snapshots().isEmpty()) {
            throw ApiError.die("you can't move a " + (flavour.isContainer() ? "volume" : "disk")
                    + " with snapshots and delete the source");
        }
        return ApiAnswer.of(ground.tasks()
                .fork(
                        call.caller(),
                        flavour.isContainer() ? "move_volume" : "qmmove",
                        String.valueOf(call.vmid()),
                        log -> {
                            ground.guests(flavour).move(call.vmid(), slot, storage);
                            if (delete) {
                                ground.guests(flavour).destroyUnused(call.vmid(), volume);
                            }
                        }));
    }
}
