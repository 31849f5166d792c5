package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A system while a command runs in it. */
final class World {

    private static final List<String> PATH =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private final FileTree files;
    private final Map<String, String> packages;
    private final Set<String> enabled;
    private final Set<String> active;
    private final Map<String, Inside.DockerContainer> containers;
    private final Surroundings surroundings;
    private final String distribution;
    private final Map<String, Program> programs = new HashMap<>();

    World(Inside inside, Surroundings surroundings) {
        this.distribution = inside.distribution();
        this.files = new FileTree(inside.files());
        this.packages = new TreeMap<>(inside.packages());
        this.enabled = new HashSet<>(inside.enabled());
        this.active = new HashSet<>(inside.active());
        this.containers = new HashMap<>(inside.containers());
        this.surroundings = surroundings;
    }

    FileTree files() {
        return files;
    }

    /** Programs of the machine's, by name; they go before all others. */
    Map<String, Program> programs() {
        return programs;
    }

    Map<String, String> packages() {
        return packages;
    }

    Set<String> enabled() {
        return enabled;
    }

    Set<String> active() {
        return active;
    }

    Map<String, Inside.DockerContainer> containers() {
        return containers;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** What the system is now. */
    Inside inside() {
        return new Inside(distribution, files.root(), packages, enabled, active, containers);
    }

    void install(String name, String version) {
        Map<String, Inside.Node> fresh = new HashMap<>();
        Packages.add(name, version, packages, enabled, active, fresh);
        fresh.forEach((path, node) -> {
            if (files.get(path) == null) {
                files.makeDirectories(Paths.parent(path), 0755);
                files.put(path, node);
            }
        });
    }

    /** Where a command is; null when nothing provides it. */
    @Nullable
    String which(String name) {
        if (name.contains("/")) {
            String path = Paths.absolute("/", name);
            return isExecutable(path) || provided(Paths.name(path)) && PATH.contains(Paths.parent(path)) ? path : null;
        }
        for (String directory : PATH) {
            if (isExecutable(directory + "/" + name)) {
                return directory + "/" + name;
            }
        }
        return provided(name) ? "/usr/bin/" + name : null;
    }

    boolean isExecutable(String path) {
        Inside.Node node = files.get(path);
        return node != null && !node.isDirectory() && (node.mode() & 0111) != 0;
    }

    private boolean provided(String name) {
        if (Commands.BASE.contains(name) || programs.containsKey(name)) {
            return true;
        }
        if (name.equals("nvidia-smi") && surroundings.host() && surroundings.driver() != null) {
            return true;
        }
        if (name.equals("python") && packages.containsKey("python3")) {
            return false;
        }
        return packages.keySet().stream()
                .anyMatch(each -> Packages.item(each).commands().contains(name));
    }

    /** Whether somebody listens on that port here. */
    boolean listens(int port) {
        return Ports.listening(inside()).contains(port);
    }
}
