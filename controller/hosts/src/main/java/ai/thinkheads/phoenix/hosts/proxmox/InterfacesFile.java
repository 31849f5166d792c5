package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The file {@code /etc/network/interfaces} as Proxmox writes it, and differences between two of them. Pure. */
final class InterfacesFile {

    private static final Pattern STANZA = Pattern.compile("^iface (\\S+) (inet6?) (\\S+).*");
    private static final Pattern NAMED = Pattern.compile("^(?:iface|auto|allow-\\S+) (\\S+).*");

    private InterfacesFile() {}

    /** The bridges in a file. Comments after a stanza belong to its interface. */
    static Map<String, BridgeConfig> bridges(String text) {
        Map<String, Map<String, String>> stanzas = new LinkedHashMap<>();
        String[] at = {null};
        text.lines().forEach(line -> line(line, stanzas, at));
        Map<String, BridgeConfig> bridges = new TreeMap<>();
        stanzas.forEach((name, options) -> {
            if (options.containsKey("bridge-ports") || options.containsKey("bridge_ports")) {
                bridges.put(name, bridge(name, options));
            }
        });
        return bridges;
    }

    private static void line(String line, Map<String, Map<String, String>> stanzas, @Nullable String[] at) {
        Matcher stanza = STANZA.matcher(line);
        if (stanza.matches()) {
            at[0] = stanza.group(1);
            stanzas.computeIfAbsent(stanza.group(1), key -> new HashMap<>());
            return;
        }
        String name = at[0];
        Map<String, String> options = name == null ? null : stanzas.get(name);
        if (options == null || line.isBlank()) {
            return;
        }
        if (line.startsWith("#")) {
            options.merge("comments", line.substring(1), (before, more) -> before + "\n" + more);
        } else if (Character.isWhitespace(line.charAt(0))) {
            String[] pair = line.strip().split("\\s+", 2);
            options.putIfAbsent(pair[0], pair.length > 1 ? pair[1].strip() : "");
        } else {
            at[0] = null;
        }
    }

    private static BridgeConfig bridge(String name, Map<String, String> options) {
        String ports = options.getOrDefault("bridge-ports", options.getOrDefault("bridge_ports", "none"));
        NoteMark notes = NoteMark.parse(options.get("comments"));
        String aware = options.getOrDefault("bridge-vlan-aware", options.getOrDefault("bridge_vlan_aware", "no"));
        return new BridgeConfig(
                name,
                ports.equals("none") ? java.util.List.of() : Options.words(ports),
                options.get("address"),
                options.get("gateway"),
                Json.isOn(aware),
                Options.number(options.get("mtu")),
                notes.cards().get("nat"),
                notes.mark());
    }

    /** The interfaces that a unified difference changes; {@code ?} for a change that belongs to none. */
    static Set<String> touched(String diff) {
        Set<String> names = new TreeSet<>();
        String at = "?";
        for (String line : diff.split("\n")) {
            if (line.startsWith("+++") || line.startsWith("---")) {
                continue;
            }
            if (line.startsWith("@@")) {
                at = "?";
                continue;
            }
            String body = line.isEmpty() ? "" : line.substring(1);
            Matcher named = NAMED.matcher(body);
            if (named.matches()) {
                at = named.group(1);
            }
            boolean changed = line.startsWith("+") || line.startsWith("-");
            if (changed && !body.isBlank()) {
                names.add(at);
            }
        }
        return names;
    }
}
