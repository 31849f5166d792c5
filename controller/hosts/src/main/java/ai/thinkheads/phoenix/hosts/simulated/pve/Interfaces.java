package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /etc/network/interfaces} of the machine, and the bridges in such a file. Pure. */
final class Interfaces {

    private Interfaces() {}

    /** The file of a machine with those bridges. */
    static String write(HostState state) {
        StringBuilder text = new StringBuilder("auto lo\niface lo inet loopback\n\n");
        Map<String, String> ports = new TreeMap<>();
        new TreeMap<>(state.bridges())
                .values()
                .forEach(each -> each.config()
                        .ports()
                        .forEach(port -> ports.put(port, each.config().name())));
        ports.keySet().forEach(port -> text.append("iface ").append(port).append(" inet manual\n\n"));
        new TreeMap<>(state.bridges()).values().forEach(each -> bridge(text, each.config()));
        text.append("source /etc/network/interfaces.d/*\n");
        return text.toString();
    }

    private static void bridge(StringBuilder text, BridgeConfig bridge) {
        String address = bridge.address();
        String family = address != null && address.contains(":") ? "inet6" : "inet";
        text.append("auto ")
                .append(bridge.name())
                .append("\niface ")
                .append(bridge.name())
                .append(' ')
                .append(family);
        text.append(address == null ? " manual\n" : " static\n");
        line(text, "address", address);
        line(text, "gateway", bridge.gateway());
        line(text, "bridge-ports", bridge.ports().isEmpty() ? "none" : String.join(" ", bridge.ports()));
        line(text, "bridge-stp", "off");
        line(text, "bridge-fd", "0");
        line(text, "bridge-vlan-aware", bridge.vlanAware() ? "yes" : null);
        line(text, "bridge-vids", bridge.vlanAware() ? "2-4094" : null);
        Integer mtu = bridge.mtu();
        line(text, "mtu", mtu == null ? null : String.valueOf(mtu));
        String nat = bridge.nat();
        String notes =
                new Notes("", bridge.mark(), nat == null ? Map.of() : Map.of("cards", Map.of("nat", nat))).whole();
        notes.lines().forEach(each -> text.append('#').append(each).append('\n'));
        text.append('\n');
    }

    private static void line(StringBuilder text, String key, @Nullable String value) {
        if (value != null) {
            text.append('\t').append(key).append(' ').append(value).append('\n');
        }
    }

    /** The bridges that a file describes. */
    static List<BridgeConfig> bridges(String text) {
        Map<String, Map<String, String>> stanzas = new LinkedHashMap<>();
        Map<String, String> at = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("iface ")) {
                at = stanzas.computeIfAbsent(line.split("\\s+")[1], key -> new LinkedHashMap<>());
            } else if (line.startsWith("#")) {
                at.merge("#", line.substring(1), (before, more) -> before + "\n" + more);
            } else if (!line.isBlank() && Character.isWhitespace(line.charAt(0))) {
                String[] pair = line.strip().split("\\s+", 2);
                at.put(pair[0], pair.length > 1 ? pair[1] : "");
            } else if (!line.isBlank()) {
                at = new LinkedHashMap<>();
            }
        }
        List<BridgeConfig> all = new ArrayList<>();
        stanzas.forEach((name, options) -> {
            String ports = options.get("bridge-ports");
            if (ports != null) {
                Notes notes = Notes.parse(options.getOrDefault("#", ""));
                all.add(new BridgeConfig(
                        name,
                        ports.equals("none") ? List.of() : List.of(ports.split("\\s+")),
                        options.get("address"),
                        options.get("gateway"),
                        Properties.on(options.get("bridge-vlan-aware")),
                        Properties.number(options.get("mtu")),
                        notes.extra().getOrDefault("cards", Map.of()).get("nat"),
                        notes.mark()));
            }
        });
        return all;
    }
}
