package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files that a guest sees while a command runs: its own, and those of what is mounted. */
final class FileTree {

    private static final int LONGEST = 4 << 20;

    private final TreeMap<String, Inside.Node> root;
    private final List<Mounted> mounts = new ArrayList<>();

    /** A mounted tree; {@code at} in the guest is {@code prefix} in the tree. */
    private record Mounted(String at, String prefix, TreeMap<String, Inside.Node> files, boolean readOnly) {}

    /** Something that went wrong with a file; the message is what a command prints. */
    static final class FileException extends RuntimeException {
        FileException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    FileTree(Map<String, Inside.Node> files) {
        this.root = new TreeMap<>(files);
    }

    /** Mounts files, and gives the map that they are in from now on. */
    TreeMap<String, Inside.Node> mount(String at, String prefix, TreeMap<String, Inside.Node> files, boolean readOnly) {
        mounts.add(new Mounted(at, prefix.equals("/") ? "" : prefix, files, readOnly));
        mounts.sort(
                (one, other) -> Integer.compare(other.at().length(), one.at().length()));
        return files;
    }

    Map<String, Inside.Node> root() {
        return root;
    }

    private @Nullable Mounted mounted(String path) {
        for (Mounted each : mounts) {
            if (path.equals(each.at()) || path.startsWith(each.at() + "/")) {
                return each;
            }
        }
        return null;
    }

    private TreeMap<String, Inside.Node> files(String path) {
        Mounted mounted = mounted(path);
        return mounted == null ? root : mounted.files();
    }

    private String key(String path) {
        Mounted mounted = mounted(path);
        String key = mounted == null
                ? path
                : mounted.prefix() + path.substring(mounted.at().length());
        return key.isEmpty() ? "/" : key;
    }

    /** The node at a path, links followed. */
    Inside.@Nullable Node get(String path) {
        return node(resolve(path));
    }

    /** The node at a path itself. */
    Inside.@Nullable Node node(String path) {
        Inside.Node found = files(path).get(key(path));
        if (found != null) {
            return found;
        }
        return path.equals("/") || mounts.stream().anyMatch(each -> each.at().equals(path)) || hasBelow(path)
                ? Inside.Node.directory(0755)
                : null;
    }

    private boolean hasBelow(String path) {
        String prefix = key(path).equals("/") ? "/" : key(path) + "/";
        String first = files(path).ceilingKey(prefix);
        return first != null && first.startsWith(prefix)
                || mounts.stream().anyMatch(each -> each.at().startsWith(path.equals("/") ? "/" : path + "/"));
    }

    /** The path with links in it followed. */
    String resolve(String path) {
        String at = path;
        for (int i = 0; i < 16; i++) {
            String followed = followOnce(at);
            if (followed.equals(at)) {
                return at;
            }
            at = followed;
        }
        throw new FileException(path + ": Too many levels of symbolic links");
    }

    private String followOnce(String path) {
        int slash = path.indexOf('/', 1);
        while (true) {
            String part = slash < 0 ? path : path.substring(0, slash);
            Inside.Node node = files(part).get(key(part));
            if (node != null && node.isLink()) {
                String rest = slash < 0 ? "" : path.substring(slash);
                return Paths.absolute(Paths.parent(part), node.content() + rest);
            }
            if (slash < 0) {
                return path;
            }
            slash = path.indexOf('/', slash + 1);
        }
    }

    boolean isDirectory(String path) {
        Inside.Node node = get(path);
        return node != null && node.isDirectory();
    }

    boolean isFile(String path) {
        Inside.Node node = get(path);
        return node != null && !node.isDirectory();
    }

    String read(String path) {
        Inside.Node node = get(path);
        if (node == null) {
            throw new FileException(path + ": No such file or directory");
        }
        if (node.isDirectory()) {
            throw new FileException(path + ": Is a directory");
        }
        return node.content();
    }

    void write(String path, String text, int umask) {
        String to = resolve(path);
        if (to.startsWith("/dev/")) {
            return;
        }
        Inside.Node old = node(to);
        if (old != null && old.isDirectory()) {
            throw new FileException(path + ": Is a directory");
        }
        if (text.length() > LONGEST) {
            throw new FileException(path + ": No space left on device");
        }
        put(
                to,
                old == null
                        ? Inside.Node.file(text, 0666 & ~umask)
                        : new Inside.Node("f", text, old.mode(), old.uid(), old.gid()));
    }

    void put(String path, Inside.Node node) {
        Mounted mounted = mounted(path);
        if (mounted != null && mounted.readOnly()) {
            throw new FileException(path + ": Read-only file system");
        }
        String parent = Paths.parent(path);
        if (!path.equals("/") && !isDirectory(parent)) {
            throw new FileException(path + (isFile(parent) ? ": Not a directory" : ": No such file or directory"));
        }
        files(path).put(key(path), node);
    }

    void makeDirectories(String path, int mode) {
        if (path.equals("/") || isDirectory(path)) {
            return;
        }
        if (isFile(path)) {
            throw new FileException(path + ": File exists");
        }
        makeDirectories(Paths.parent(path), 0755);
        put(path, Inside.Node.directory(mode));
    }

    void remove(String path) {
        Mounted mounted = mounted(path);
        if (mounted != null && (mounted.readOnly() || mounted.at().equals(path))) {
            throw new FileException(path + ": Device or resource busy");
        }
        String key = key(path);
        files(path).remove(key);
        files(path).subMap(key + "/", key + "0").clear();
    }

    /** Names in a directory. */
    NavigableSet<String> list(String path) {
        NavigableSet<String> names = new TreeSet<>();
        String resolved = resolve(path);
        String key = key(resolved);
        String prefix = key.equals("/") ? "/" : key + "/";
        files(resolved).tailMap(prefix).keySet().stream()
                .takeWhile(each -> each.startsWith(prefix))
                .filter(each -> each.length() > prefix.length())
                .forEach(each -> names.add(each.substring(prefix.length()).split("/", 2)[0]));
        String own = resolved.equals("/") ? "/" : resolved + "/";
        mounts.stream()
                .filter(each -> each.at().startsWith(own) && each.at().length() > own.length())
                .forEach(each -> names.add(each.at().substring(own.length()).split("/", 2)[0]));
        return names;
    }

    /** A path and everything below it. */
    Map<String, Inside.Node> below(String path) {
        Map<String, Inside.Node> all = new HashMap<>();
        Inside.Node node = node(path);
        if (node != null) {
            all.put(path, node);
            if (node.isDirectory()) {
                list(path).forEach(name -> all.putAll(below(path.equals("/") ? "/" + name : path + "/" + name)));
            }
        }
        return all;
    }
}
