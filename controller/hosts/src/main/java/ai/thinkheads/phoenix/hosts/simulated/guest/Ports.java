package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What listens in a system, found from its running services, their units and their configuration. */
public final class Ports {

    private static final Pattern IN_UNIT = Pattern.compile(
            "(?:--?(?:[A-Za-z-]*port|p|listen(?:-port)?)[= ]|[A-Z_]*PORT=|:|--bind[= ]\\S*:)(\\d{2,5})(?=\\s|$|\"|')",
            Pattern.MULTILINE);
    private static final Pattern NGINX = Pattern.compile("listen\\s+(?:\\S*:)?(\\d{1,5})");
    private static final Set<Integer> NOT_HTTP = Set.of(22, 53, 445, 1883, 2049, 3306, 5432, 5672, 6379, 11211);

    private Ports() {}

    /** The ports that answer. */
    public static Set<Integer> listening(Inside inside) {
        Set<Integer> ports = new TreeSet<>();
        for (String service : inside.active()) {
            ports.addAll(ofService(inside, service));
        }
        return ports;
    }

    private static Set<Integer> ofService(Inside inside, String service) {
        Set<Integer> ports = new TreeSet<>();
        String unit = unit(inside.files(), service);
        if (unit != null) {
            ports(ports, IN_UNIT, execution(unit));
        }
        int usual = Packages.port(service);
        if (usual != 0 && ports.isEmpty()) {
            ports.add(usual);
        }
        if (service.equals("nginx")) {
            inside.files().forEach((path, node) -> {
                if (path.startsWith("/etc/nginx/") && !node.isDirectory() && !path.contains("/sites-available/")) {
                    ports(ports, NGINX, node.content());
                }
            });
        }
        if (service.equals("docker")) {
            inside.containers().values().stream()
                    .filter(Inside.DockerContainer::running)
                    .forEach(container -> ports.addAll(container.ports()));
        }
        return ports;
    }

    private static String execution(String unit) {
        StringBuilder lines = new StringBuilder();
        unit.lines()
                .filter(line -> line.startsWith("ExecStart=") || line.startsWith("Environment="))
                .forEach(line -> lines.append(line).append('\n'));
        return lines.toString();
    }

    private static void ports(Set<Integer> into, Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            int port = Integer.parseInt(matcher.group(1));
            if (port > 0 && port < 65536) {
                into.add(port);
            }
        }
    }

    /** The text of a service's unit file; null when it has none. */
    static @Nullable String unit(Map<String, Inside.Node> files, String service) {
        for (String directory :
                new String[] {"/etc/systemd/system/", "/lib/systemd/system/", "/usr/lib/systemd/system/"}) {
            Inside.Node node = files.get(directory + service + (service.contains(".") ? "" : ".service"));
            if (node != null && !node.isDirectory()) {
                return node.content();
            }
        }
        return null;
    }

    /** Whether what listens there speaks HTTP. */
    public static boolean speaksHttp(int port) {
        return !NOT_HTTP.contains(port);
    }
}
