package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths of the model file system, as text. */
public final class Paths {

    private Paths() {}

    /** Whether a path has {@code ..} in it. */
    public static boolean climbs(String path) {
        return path.equals("..") || path.startsWith("../") || path.contains("/../") || path.endsWith("/..");
    }

    /** The absolute path without {@code .}, {@code ..} and doubled slashes. */
    static String absolute(String directory, String path) {
        String all = path.startsWith("/") ? path : directory + "/" + path;
        Deque<String> parts = new ArrayDeque<>();
        for (String part : all.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
