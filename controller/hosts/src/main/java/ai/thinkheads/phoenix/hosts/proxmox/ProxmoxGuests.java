package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The containers, or the virtual machines, of a node. */
final class ProxmoxGuests<C extends GuestConfig, D> implements Guests<C, D> {

    private static final String FEATURES = "features";
    private static final String NESTING = "nesting=1";

    private final Ground ground;
    private final GuestMapping<C, D> mapping;
    private final GuestReader<C> reader;
    private final GuestWriter<C> writer;
    private final Snippets snippets;

    ProxmoxGuests(Ground ground, GuestMapping<C, D> mapping, GuestReader<C> reader, Snippets snippets) {
        this.ground = ground;
        this.mapping = mapping;
        this.reader = reader;
        this.writer = new GuestWriter<>(ground, mapping, reader);
        this.snippets = snippets;
    }

    @Override
    public GuestKind kind() {
        return mapping.kind();
    }

    @Override
    public Optional<Observed<C>> read(int vmid) {
        return ground.tally().read(() -> reader.one(vmid));
    }

    @Override
    public void create(int vmid, C config, String from) {
        ground.tally().change(() -> {
            Map<String, String> options = new LinkedHashMap<>(mapping.creation(vmid, config, from));
            if (config instanceof VmConfig machine) {
                options.putAll(snippets.write(vmid, machine));
            }
            List<GuestFile.Line> raw = mapping.raw(config);
            GuestWriter.Ways ways = writer.ways(new Change(options, Set.of(), raw.isEmpty() ? null : raw), Map.of());
            reader.forget(vmid);
            JsonNode task = ground.api().post(ground.path(mapping.path()), Params.of(first(ways, options)));
            ground.tasks().await(task);
            mapping.growth(config).forEach((slot, size) -> resize(vmid, slot, size));
            if (!ways.root().isEmpty() || ways.raw() != null) {
                writer.write(vmid, present(vmid), new Change(ways.root().set(), Set.of(), ways.raw()), null);
            }
        });
    }

    /** A token may ask for nesting at least, without which Proxmox warns of today's systems; the other features follow. */
    private Map<String, String> first(GuestWriter.Ways ways, Map<String, String> options) {
        Map<String, String> first = new LinkedHashMap<>(ways.api().set());
        boolean nests = ways.root().set().getOrDefault(FEATURES, "").contains(NESTING);
        if (nests && mapping.rootOnly(FEATURES, NESTING, options) == null) {
            first.put(FEATURES, NESTING);
        }
        return first;
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
        ground.tally().change(() -> {
            GuestFile from = present(source);
            Params params = Params.none()
                    .with("newid", vmid)
                    .with(mapping.nameOption(), hostname)
                    .with("description", mapping.cloneNotes(from, mark))
                    .with("full", full ? "1" : "0")
                    .maybe("storage", full ? storage : null)
                    .maybe("snapname", snapshot);
            reader.forget(vmid);
            ground.tasks().await(ground.api().post(reader.path(source, "clone"), params));
            GuestFile made = present(vmid);
            String tags = Options.tags(Options.tags(made.current()), true);
            if (tags != null && !tags.equals(made.current().get("tags"))) {
                writer.write(vmid, made, Change.set("tags", tags), null);
            }
        });
    }

    private GuestFile present(int vmid) {
        return reader.file(vmid)
                .orElseThrow(() -> new HostException(
                        HostException.Cause.NOT_FOUND, mapping.word() + " " + vmid + " does not exist"));
    }

    @Override
    public void update(int vmid, C config, Set<GuestField> fields, @Nullable String digest) {
        ground.tally().change(() -> {
            if (fields.isEmpty()) {
                throw new HostException(HostException.Cause.REFUSED, "no options specified");
            }
            GuestFile file = present(vmid);
            Change change = mapping.update(vmid, file, config, fields);
            if (config instanceof VmConfig machine && fields.contains(GuestField.CLOUD_INIT)) {
                Map<String, String> set = new LinkedHashMap<>(change.set());
                set.putAll(snippets.write(vmid, machine));
                set.entrySet()
                        .removeIf(each -> each.getKey().equals("cicustom")
                                && each.getValue().equals(file.next().get("cicustom")));
                change = new Change(set, change.delete(), change.lxc());
            }
            write(vmid, file, change, digest);
        });
    }

    private void write(int vmid, GuestFile file, Change change, @Nullable String digest) {
        if (digest != null && !file.digest().isEmpty() && !digest.equals(file.digest())) {
            throw new HostException(
                    HostException.Cause.CONFLICT,
                    "detected modified configuration of " + mapping.word() + " " + vmid
                            + ": somebody changed it since it was read");
        }
        String lock = file.lock();
        if (lock != null) {
            throw Refusals.ofText(
                    mapping.word() + " is locked (" + lock + ")",
                    mapping.path() + "/" + vmid,
                    "",
                    HostException.Cause.LOCKED);
        }
        if (!change.isEmpty() || change.lxc() != null) {
            writer.write(vmid, file, change, digest);
        }
    }

    @Override
    public void attach(int vmid, D disk, @Nullable String digest) {
        ground.tally().change(() -> {
            GuestFile file = present(vmid);
            write(vmid, file, mapping.attach(file, disk), digest);
        });
    }

    @Override
    public void reattach(int vmid, D disk, @Nullable String digest) {
        ground.tally().change(() -> {
            GuestFile file = present(vmid);
            Change change = mapping.reattach(file, disk);
            if (change == null) {
                throw new HostException(
                        HostException.Cause.NOT_FOUND, mapping.word() + " " + vmid + " has nothing in that slot");
            }
            write(vmid, file, change, digest);
        });
    }

    @Override
    public void detach(int vmid, String slot, @Nullable String digest) {
        ground.tally().change(() -> {
            GuestFile file = present(vmid);
            if (!file.next().containsKey(slot)) {
                throw new HostException(
                        HostException.Cause.NOT_FOUND,
                        mapping.word() + " " + vmid + " has nothing in slot '" + slot + "'");
            }
            write(vmid, file, Change.delete(slot), digest);
        });
    }

    @Override
    public void destroyUnused(int vmid, String volume) {
        ground.tally().change(() -> {
            GuestFile file = present(vmid);
            String key = file.unused().entrySet().stream()
                    .filter(each -> each.getValue().equals(volume))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow(() -> new HostException(
                            HostException.Cause.NOT_FOUND,
                            mapping.word() + " " + vmid + " has no unused volume '" + volume + "'"));
            write(vmid, file, Change.delete(key), file.digest());
        });
    }

    @Override
    public void grow(int vmid, String slot, ByteSize size) {
        ground.tally().change(() -> resize(vmid, slot, size));
    }

    @Override
    public void move(int vmid, String slot, String storage) {
        ground.tally().change(() -> {
            GuestFile file = present(vmid);
            boolean container = mapping.kind() == GuestKind.CONTAINER;
            String volume = PropertyString.parse(file.next().getOrDefault(slot, ""), container ? "volume" : "file")
                    .getOrDefault(container ? "volume" : "file", "");
            if (storage.equals(Options.storage(volume))) {
                return;
            }
            reader.forget(vmid);
            Params params = Params.none()
                    .with(container ? "volume" : "disk", slot)
                    .with("storage", storage)
                    .maybe("digest", file.digest().isEmpty() ? null : file.digest());
            String call = container ? "move_volume" : "move_disk";
            ground.tasks().await(ground.api().post(reader.path(vmid, call), params));
        });
    }

    private void resize(int vmid, String slot, ByteSize size) {
        reader.forget(vmid);
        ground.tasks()
                .await(ground.api()
                        .put(
                                reader.path(vmid, "resize"),
                                Params.none().with("disk", slot).with("size", Sizes.write(size))));
    }

    private boolean isRunning(int vmid) {
        JsonNode status = ground.api().get(reader.path(vmid, "status", "current"));
        return Json.text(status, "status", "").equals("running");
    }

    @Override
    public void start(int vmid) {
        ground.tally().change(() -> {
            if (!isRunning(vmid)) {
                power(vmid, "start", Params.none(), true);
            }
        });
    }

    @Override
    public void shutdown(int vmid, Duration timeout) {
        ground.tally().change(() -> {
            if (isRunning(vmid)) {
                Params params = Params.none()
                        .with("timeout", Math.max(1, timeout.toSeconds()))
                        .with("forceStop", "1");
                power(vmid, "shutdown", params, false);
            }
        });
    }

    @Override
    public void freeze(int vmid) {
        throw notFrozen(vmid);
    }

    @Override
    public void thaw(int vmid) {
        throw notFrozen(vmid);
    }

    private static HostException notFrozen(int vmid) {
        return new HostException(HostException.Cause.REFUSED, "Proxmox VE does not freeze guest " + vmid);
    }

    /** A guest that is in that state by now, whoever brought it there, is what was asked for. */
    private void power(int vmid, String what, Params params, boolean running) {
        reader.forget(vmid);
        try {
            ground.tasks().await(ground.api().post(reader.path(vmid, "status", what), params));
        } catch (HostException e) {
            if (e.why() == HostException.Cause.UNREACHABLE || isRunning(vmid) != running) {
                throw e;
            }
        }
    }

    @Override
    public void makeTemplate(int vmid) {
        ground.tally().change(() -> {
            reader.forget(vmid);
            JsonNode answer = ground.api().post(reader.path(vmid, "template"), Params.none());
            ground.tasks().await(answer);
            if (mapping.kind() == GuestKind.CONTAINER) {
                ground.tasks().awaitHidden(vmid, "vztemplate", () -> isTemplate(vmid));
            }
        });
    }

    private boolean isTemplate(int vmid) {
        return Json.flag(ground.api().get(reader.path(vmid, "config")), "template");
    }

    @Override
    public void snapshot(int vmid, String name, String description) {
        ground.tally().change(() -> {
            reader.forget(vmid);
            Params params = Params.none()
                    .with("snapname", name)
                    .maybe("description", description.isBlank() ? null : description);
            ground.tasks().await(ground.api().post(reader.path(vmid, "snapshot"), params));
        });
    }

    @Override
    public void deleteSnapshot(int vmid, String name) {
        ground.tally().change(() -> {
            reader.forget(vmid);
            ground.tasks().await(ground.api().delete(reader.path(vmid, "snapshot", name), Params.none()));
        });
    }

    @Override
    public void rollback(int vmid, String name) {
        ground.tally().change(() -> {
            reader.forget(vmid);
            ground.tasks().await(ground.api().post(reader.path(vmid, "snapshot", name, "rollback"), Params.none()));
        });
    }

    @Override
    public List<String> warnings(int vmid) {
        return ground.tasks().warnings(vmid);
    }

    @Override
    public void release(int vmid) {
        ground.tally().change(() -> {
            GuestFile file = present(vmid);
            NoteMark notes = NoteMark.parse(file.next().get("description"));
            Change.Draft draft = new Change.Draft(file.next());
            draft.put("description", notes.text().isBlank() ? null : notes.text());
            draft.put("tags", Options.tags(Options.tags(file.next()), false));
            write(vmid, file, draft.done(), file.digest());
        });
    }

    @Override
    public void destroy(int vmid) {
        ground.tally().change(() -> {
            reader.forget(vmid);
            Params params = Params.none().with("destroy-unreferenced-disks", "1");
            ground.tasks().await(ground.api().delete(reader.path(vmid), params));
            if (mapping.kind() == GuestKind.VIRTUAL_MACHINE) {
                snippets.remove(vmid);
            }
        });
    }
}
