package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Snapshots of containers: one of each volume's dataset under one name, and the configuration as it was. */
final class LxcSnapshots {

    private final LinuxGround ground;
    private final LxcState state;
    private final LxcVolumes volumes;

    LxcSnapshots(LinuxGround ground, LxcState state, LxcVolumes volumes) {
        this.ground = ground;
        this.state = state;
        this.volumes = volumes;
    }

    void take(int vmid, String name, String description) {
        state.change(vmid, null, entry -> {
            LxcFile file = LxcState.made(entry, "given a snapshot");
            if (file.snapshots().stream().anyMatch(each -> each.name().equals(name))) {
                throw new HostException(Cause.REFUSED, "container " + vmid + " has a snapshot '" + name + "' already");
            }
            List<LxcVolumes.Place> places = places(file.config());
            places.forEach(LxcVolumes::dataset);
            for (LxcVolumes.Place each : places) {
                // One that is there already is of an attempt that ended before it was noted.
                if (!volumes.hasSnapshot(each, name)) {
                    ground.zfs().snapshot(LxcVolumes.dataset(each), name);
                }
            }
            List<LxcFile.Kept> all = new ArrayList<>(file.snapshots());
            all.add(new LxcFile.Kept(name, description, ground.clock().now(), file.config()));
            state.write(file.withSnapshots(all));
        });
    }

    private List<LxcVolumes.Place> places(ContainerConfig config) {
        List<LxcVolumes.Place> places = new ArrayList<>();
        places.add(volumes.of(String.valueOf(config.rootDisk().volume())));
        for (MountPoint each : config.mounts()) {
            if (each.volume() != null) {
                places.add(volumes.of(each.volume()));
            }
        }
        return places;
    }

    /** One that the container is said to have. */
    static LxcFile.Kept kept(LxcFile file, String name) {
        return file.snapshots().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HostException(
                        Cause.NOT_FOUND, "container " + file.vmid() + " has no snapshot '" + name + "'"));
    }

    void delete(int vmid, String name) {
        state.change(vmid, null, entry -> {
            LxcFile file = LxcState.free(entry);
            for (LxcVolumes.Place each : places(kept(file, name).config())) {
                if (volumes.hasSnapshot(each, name)) {
                    ground.zfs().destroySnapshot(LxcVolumes.dataset(each), name);
                }
            }
            state.write(file.withSnapshots(file.snapshots().stream()
                    .filter(each -> !each.name().equals(name))
                    .toList()));
        });
    }

    void rollback(int vmid, String name) {
        state.change(vmid, null, entry -> {
            LxcState.requireStopped(entry, "rolled back");
            LxcFile file = LxcState.free(entry);
            LxcFile.Kept kept = kept(file, name);
            List<LxcVolumes.Place> places = places(kept.config());
            for (LxcVolumes.Place each : places) {
                List<String> all = volumes.snapshots(each);
                if (all.isEmpty() || !all.getLast().equals(name)) {
                    throw new HostException(
                            Cause.REFUSED,
                            "going back to '" + name + "' would destroy the later snapshots of " + each.id() + " ("
                                    + String.join(", ", all.subList(all.indexOf(name) + 1, all.size()))
                                    + "); delete them first");
                }
            }
            places.forEach(each -> ground.zfs().rollback(LxcVolumes.dataset(each), name));
            Mark mark = file.config().mark();
            state.write(file.with(LxcFile.edit(
                    kept.config(), kept.config(), Set.of(), kept.config().mounts(), mark)));
        });
    }
}
