package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is on a file system and in the system that boots from it. Immutable; clones share it.
 *
 * @param distribution such as {@code debian/trixie}; empty on a volume that holds only data
 * @param files by absolute path; directories that exist only above files are not listed
 * @param packages versions of the installed packages by name
 * @param enabled services that start at boot
 * @param active services that run now
 * @param containers what docker runs, by name
 */
public record Inside(
        String distribution,
        Map<String, Node> files,
        Map<String, String> packages,
        Set<String> enabled,
        Set<String> active,
        Map<String, DockerContainer> containers) {

    /** A blank volume. */
    public static final Inside EMPTY = new Inside("", Map.of(), Map.of(), Set.of(), Set.of(), Map.of());

    public Inside {
        files = Map.copyOf(files);
        packages = Map.copyOf(packages);
        enabled = Set.copyOf(enabled);
        active = Set.copyOf(active);
        containers = Map.copyOf(containers);
    }

    /** The system after a boot: what is enabled runs. */
    public Inside booted() {
        return active.equals(enabled) ? this : new Inside(distribution, files, packages, enabled, enabled, containers);
    }

    /** The system when it is off; containers that docker does not start again stay as they are then. */
    public Inside halted() {
        boolean stays = containers.values().stream().allMatch(each -> each.restarts() || !each.running());
        if (active.isEmpty() && stays) {
            return this;
        }
        Map<String, DockerContainer> later = new java.util.HashMap<>();
        containers.forEach((name, each) -> later.put(
                name,
                new DockerContainer(each.image(), each.ports(), each.running() && each.restarts(), each.restarts())));
        return new Inside(distribution, files, packages, enabled, Set.of(), later);
    }

    /**
     * A file, directory or link.
     *
     * @param type {@code f}, {@code d} or {@code l}
     * @param text content of a file, target of a link; null for a directory
     * @param mode permission bits
     */
    public record Node(String type, @Nullable String text, int mode, long uid, long gid) {

        static Node file(String text, int mode) {
            return new Node("f", text, mode, 0, 0);
        }

        static Node directory(int mode) {
            return new Node("d", null, mode, 0, 0);
        }

        boolean isDirectory() {
            return "d".equals(type);
        }

        boolean isLink() {
            return "l".equals(type);
        }

        String content() {
            return text == null ? "" : text;
        }
    }

    /**
     * A container of docker's.
     *
     * @param ports on which the host listens for it
     */
    public record DockerContainer(String image, Set<Integer> ports, boolean running, boolean restarts) {
        public DockerContainer {
            ports = Set.copyOf(ports);
        }
    }
}
