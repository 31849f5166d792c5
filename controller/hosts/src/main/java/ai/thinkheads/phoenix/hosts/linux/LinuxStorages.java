package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.command.Tally;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.zfs.Zfs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Storages of a plain host: a folder ({@code dir}), a dataset below which each guest has one ({@code zfspool}), a folder of another
 * machine ({@code nfs}). What they are for is kept in a file of Phoenix's on the host, since nothing else there knows it.
 */
public final class LinuxStorages implements Storages {

    /** The file in the state folder. */
    public static final String FILE = "storages.json";

    private static final Map<String, Set<String>> REQUIRED =
            Map.of("zfspool", Set.of("pool"), "dir", Set.of("path"), "nfs", Set.of("server", "export"));
    private static final Set<String> BLOCK_CONTENT = Set.of("images", "rootdir");

    /** For each folder: whether it is there, is a mount point, its size and what is available in bytes, how many volumes it holds. */
    private static final String FOLDERS = String.join(
            "\n",
            "for p; do",
            "  if [ -d \"$p\" ]; then",
            "    m=no; mountpoint -q \"$p\" && m=yes",
            "    s=$(timeout 5 stat -f -c '%S %b %a' \"$p\") || s='0 0 0'",
            "    n=$(ls -A \"$p\"/template/cache \"$p\"/images \"$p\"/private 2>/dev/null | grep -vc -e '^$' -e ':$')",
            "    echo \"there $m $s $n\"",
            "  else echo missing; fi",
            "done");

    private final HostCommands commands;
    private final LinuxRoots roots;
    private final Zfs zfs;
    private final Tally tally;
    private final ReentrantLock writing = new ReentrantLock();

    public LinuxStorages(HostCommands commands, LinuxRoots roots, Zfs zfs, Tally tally) {
        this.commands = commands;
        this.roots = roots;
        this.zfs = zfs;
        this.tally = tally;
    }

    /** All definitions as they are on the host now, by id: one command. */
    public Map<String, Definition> definitions() {
        return parse(commands.script("[ ! -e \"$1\" ] || cat \"$1\"", roots.stateFile(FILE)));
    }

    /** What the file says. */
    static Map<String, Definition> parse(String json) {
        Map<String, Definition> all = new TreeMap<>();
        for (Definition each : StateFile.list(FILE, json, Definition.class)) {
            all.put(each.id(), each);
        }
        return all;
    }

    /** The definition of that storage, when it may keep such content. */
    public Definition usable(String id, String content) {
        Definition definition = definitions().get(id);
        if (definition == null) {
            throw missing(id);
        }
        if (!definition.content().contains(content)) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "storage '" + id + "' does not keep '" + content + "'; add it to the storage's content");
        }
        return definition;
    }

    /** The folder that a storage's files are in; for {@code zfspool} there is none. */
    public Optional<String> folder(Definition definition) {
        return switch (definition.type()) {
            case "dir" -> Optional.of(definition.options().getOrDefault("path", ""));
            case "nfs" -> Optional.of(LinuxRoots.confined(roots.mounts(), definition.id()));
            default -> Optional.empty();
        };
    }

    /** The dataset below which a storage's volumes are; only {@code zfspool} has one. */
    public static Optional<String> dataset(Definition definition) {
        return definition.type().equals("zfspool")
                ? Optional.of(definition.options().getOrDefault("pool", ""))
                : Optional.empty();
    }

    @Override
    public Optional<Observed> read(String id) {
        return tally.read(() -> {
            Definition definition = definitions().get(id);
            if (definition == null) {
                return Optional.empty();
            }
            Map<String, ZfsDatasets.Observed> datasets =
                    definition.type().equals("zfspool") ? zfs.readDatasets() : Map.of();
            return Optional.ofNullable(observe(Map.of(id, definition), datasets).get(id));
        });
    }

    /** All storages, in one command whatever their number. */
    Map<String, Observed> observe(Map<String, Definition> definitions, Map<String, ZfsDatasets.Observed> datasets) {
        List<Definition> folders = definitions.values().stream()
                .filter(each -> folder(each).isPresent())
                .toList();
        Map<String, Observed> all = new HashMap<>();
        if (!folders.isEmpty()) {
            String[] paths =
                    folders.stream().map(each -> folder(each).orElseThrow()).toArray(String[]::new);
            List<String> lines = commands.script(FOLDERS, paths).lines().toList();
            if (lines.size() != folders.size()) {
                throw new HostException(
                        HostException.Cause.UNREACHABLE,
                        "the host told about " + lines.size() + " of " + folders.size()
                                + " storage folders; it is looked at again");
            }
            for (int i = 0; i < lines.size(); i++) {
                all.put(folders.get(i).id(), ofFolder(folders.get(i), lines.get(i)));
            }
        }
        definitions.forEach((id, each) ->
                dataset(each).ifPresent(dataset -> all.put(id, ofDataset(each, dataset, datasets))));
        return all;
    }

    static Observed ofFolder(Definition definition, String line) {
        String[] words = line.split(" ", -1);
        boolean there = words.length == 6 && words[0].equals("there");
        boolean active = there && (!definition.type().equals("nfs") || words[1].equals("yes"));
        long block = active ? Long.parseLong(words[2]) : 0;
        return new Observed(
                definition,
                fixed(definition.type()),
                active,
                new ByteSize(active ? block * Long.parseLong(words[3]) : 0),
                new ByteSize(active ? block * Long.parseLong(words[4]) : 0),
                active ? Integer.parseInt(words[5]) : 0);
    }

    private static Observed ofDataset(
            Definition definition, String dataset, Map<String, ZfsDatasets.Observed> datasets) {
        ZfsDatasets.Observed there = datasets.get(dataset);
        return new Observed(
                definition,
                fixed(definition.type()),
                there != null,
                there == null
                        ? new ByteSize(0)
                        : new ByteSize(there.used().bytes() + there.available().bytes()),
                there == null ? new ByteSize(0) : there.available(),
                there == null ? 0 : there.children());
    }

    private static Set<String> fixed(String type) {
        return REQUIRED.getOrDefault(type, Set.of());
    }

    @Override
    public void create(Definition definition) {
        tally.change(() -> change(all -> {
            checked(definition);
            if (all.containsKey(definition.id())) {
                throw new HostException(
                        HostException.Cause.REFUSED, "storage '" + definition.id() + "' is defined already");
            }
            activate(definition);
            all.put(definition.id(), definition);
        }));
    }

    @Override
    public void update(Definition definition) {
        tally.change(() -> change(all -> {
            checked(definition);
            Definition before = all.get(definition.id());
            if (before == null) {
                throw missing(definition.id());
            }
            Set<String> fixed = fixed(before.type());
            for (String option : fixed) {
                if (!before.type().equals(definition.type())
                        || !String.valueOf(before.options().get(option))
                                .equals(definition.options().get(option))) {
                    throw new HostException(
                            HostException.Cause.REFUSED,
                            "storage '" + definition.id() + "': " + option
                                    + " cannot be changed; remove the storage and define it anew");
                }
            }
            activate(definition);
            all.put(definition.id(), definition);
        }));
    }

    @Override
    public void remove(String id) {
        tally.change(() -> change(all -> {
            Definition definition = all.remove(id);
            if (definition == null) {
                throw missing(id);
            }
            if (definition.type().equals("nfs")) {
                new NfsMounts(commands, roots).remove(definition);
            }
        }));
    }

    private void change(Consumer<Map<String, Definition>> edit) {
        writing.lock();
        try {
            Map<String, Definition> all = new TreeMap<>(definitions());
            edit.accept(all);
            StateFile.write(commands, roots, FILE, List.copyOf(all.values()));
        } finally {
            writing.unlock();
        }
    }

    private void activate(Definition definition) {
        switch (definition.type()) {
            case "dir" -> {
                String path = definition.options().getOrDefault("path", "");
                commands.script("mkdir -p -- \"$1\"", path);
            }
            case "nfs" -> new NfsMounts(commands, roots).mount(definition);
            default -> {
                String dataset = definition.options().getOrDefault("pool", "");
                if (!zfs.readDatasets().containsKey(dataset)) {
                    throw new HostException(
                            HostException.Cause.NOT_FOUND,
                            "storage '" + definition.id() + "' cannot be used: the host has no dataset " + dataset
                                    + "; create the pool or dataset first");
                }
            }
        }
    }

    private static void checked(Definition definition) {
        String id = definition.id();
        Set<String> required = REQUIRED.get(definition.type());
        if (required == null) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    "storage '" + id + "': the linux driver has no storages of type " + definition.type()
                            + "; use dir, zfspool or nfs");
        }
        if (!id.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
            throw new HostException(HostException.Cause.REFUSED, "'" + id + "' cannot be the name of a storage");
        }
        for (String option : required) {
            if (definition.options().getOrDefault(option, "").isEmpty()) {
                throw new HostException(HostException.Cause.REFUSED, "storage '" + id + "' needs " + option);
            }
        }
        String path = definition.options().get("path");
        if (path != null && !isPlainFolder(path)) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "storage '" + id + "': " + path + " is not an absolute path of a folder of its own");
        }
        if (definition.type().equals("zfspool") && !BLOCK_CONTENT.containsAll(definition.content())) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "storage '" + id + "': a zfspool keeps rootdir and images only; use a dir storage for files");
        }
    }

    /** Whether a path is absolute, without {@code ..}, and not one of those that the system itself lives in. */
    static boolean isPlainFolder(@Nullable String path) {
        return path != null
                && path.matches("/[^/].*")
                && !List.of(path.split("/")).contains("..")
                && !path.matches("/(proc|sys|dev|run|etc|usr|bin|sbin|lib|lib64|boot|var|root|tmp|home)?/*");
    }

    private static HostException missing(String id) {
        return new HostException(
                HostException.Cause.NOT_FOUND,
                "the host has no storage '" + id + "'; define it by a StoragePool resource");
    }
}
