package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The datasets of a host by {@code zfs}. */
final class CommandZfsDatasets implements ZfsDatasets {

    private final Zfs zfs;
    private final Tally tally;

    CommandZfsDatasets(Zfs zfs, Tally tally) {
        this.zfs = zfs;
        this.tally = tally;
    }

    static void mark(Zfs zfs, String name, @Nullable Mark mark) {
        if (mark == null) {
            zfs.inherit(name, Set.of(MarkProperty.NAME));
        } else {
            zfs.set(name, Map.of(MarkProperty.NAME, MarkProperty.write(mark)));
        }
    }

    @Override
    public Optional<Observed> read(String name) {
        return tally.read(() -> Optional.ofNullable(zfs.readDatasets().get(name)));
    }

    @Override
    public void create(String name, Map<String, String> properties, Mark mark) {
        tally.change(() -> {
            // With -p the tool is content with a dataset that is there already, whoever made it.
            if (zfs.readDatasets().containsKey(name)) {
                throw new HostException(
                        HostException.Cause.REFUSED, "cannot create '" + name + "': dataset already exists");
            }
            Map<String, String> all = new TreeMap<>(properties);
            all.put(MarkProperty.NAME, MarkProperty.write(mark));
            zfs.run(Zfs.withOptions(List.of("zfs", "create", "-p"), all, name));
        });
    }

    @Override
    public void setProperties(String name, Map<String, String> properties) {
        tally.change(() -> zfs.set(name, properties));
    }

    @Override
    public void inherit(String name, Set<String> properties) {
        tally.change(() -> zfs.inherit(name, properties));
    }

    @Override
    public void mount(String name) {
        tally.change(() -> zfs.mount(name));
    }

    @Override
    public void setOwner(String name, @Nullable Long uid, @Nullable Long gid, @Nullable String mode) {
        tally.change(() -> {
            Observed dataset = zfs.readDatasets().get(name);
            if (dataset == null) {
                throw new HostException(
                        HostException.Cause.NOT_FOUND, "cannot change owner of '" + name + "': dataset does not exist");
            }
            if (dataset.mountpoint() == null && dataset.isUnmounted()) {
                // The tool makes a dataset and mounts it afterwards, and can fail in between.
                zfs.mount(name);
                dataset = zfs.readDatasets().get(name);
            }
            String mountpoint = dataset == null ? null : dataset.mountpoint();
            if (mountpoint == null) {
                throw new HostException(
                        HostException.Cause.REFUSED, "cannot change owner of '" + name + "': it is not mounted");
            }
            // Whatever is mounted there after all: never the directory below an unmounted dataset.
            zfs.commands()
                    .script(
                            "mountpoint -q -- \"$1\" || { echo \"$1 is not mounted\" >&2; exit 1; };"
                                    + " [ -z \"$2$3\" ] || chown -- \"$2${3:+:$3}\" \"$1\" || exit 1;"
                                    + " [ -z \"$4\" ] || chmod -- \"$4\" \"$1\"",
                            mountpoint,
                            uid == null ? "" : uid.toString(),
                            gid == null ? "" : gid.toString(),
                            mode == null ? "" : mode);
        });
    }

    @Override
    public void setMark(String name, @Nullable Mark mark) {
        tally.change(() -> mark(zfs, name, mark));
    }

    @Override
    public void snapshot(String name, String snapshot) {
        tally.change(() -> zfs.snapshot(name, snapshot));
    }

    @Override
    public void destroySnapshot(String name, String snapshot) {
        tally.change(() -> zfs.destroySnapshot(name, snapshot));
    }

    @Override
    public void destroy(String name) {
        tally.change(() -> {
            if (name.indexOf('/') < 0) {
                throw new HostException(
                        HostException.Cause.REFUSED, "cannot destroy '" + name + "': it is the root of a pool");
            }
            Observed dataset = zfs.readDatasets().get(name);
            if (dataset != null && dataset.children() > 0) {
                // Before its snapshots go, which alone would be lost for nothing.
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "cannot destroy '" + name + "': filesystem has children; destroy them first");
            }
            zfs.destroy(name);
        });
    }
}
