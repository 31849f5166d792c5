package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.hosts.port.Networks.Observed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The links of a host as one script tells them, and what Phoenix has noted about its bridges. Pure.
 *
 * @param links by name
 * @param gateways default routes: the gateway of each interface that has one
 * @param translated the bridges whose packets are translated, as the rules say
 * @param noted the bridges that are Phoenix's, by name
 * @param pending the same as they were applied last and not yet confirmed; null when nothing waits
 * @param staged changes that wait to be applied
 * @param deadline when the host takes the last change back; null when nothing waits
 * @param foreign interfaces that files of other people configure
 * @param networkd whether systemd-networkd runs the host's network
 */
record NetworkFacts(
        Map<String, Link> links,
        Map<String, String> gateways,
        Set<String> translated,
        Map<String, BridgeConfig> noted,
        @Nullable Map<String, BridgeConfig> pending,
        List<Staged> staged,
        @Nullable Instant deadline,
        Set<String> foreign,
        boolean networkd) {

    /** {@code $1}: the state folder; {@code $2}: ifupdown's folder; {@code $3}: networkd's. */
    static final String SCRIPT = String.join(
            "\n",
            "s() { echo; echo \"== phoenix $1\"; }",
            "s links; ip -j -d addr show",
            "s routes; ip -j route show default; ip -j -6 route show default",
            "s nat; nft list table ip phoenix 2>/dev/null",
            "s noted; cat \"$1/networks.json\" 2>/dev/null",
            "s pending; [ -e \"$1/networks.revert\" ] && cat \"$1/networks.pending.json\" 2>/dev/null",
            "s staged; cat \"$1/networks.staged.json\" 2>/dev/null",
            "s revert; cat \"$1/networks.revert\" 2>/dev/null",
            "s foreign; for f in \"${2%/*}/interfaces\" \"$2\"/*; do [ -f \"$f\" ] && [ \"$f\" != \"$2/phoenix\" ] &&"
                    + " sed -n 's/^[[:space:]]*iface[[:space:]][[:space:]]*\\([^[:space:]]*\\).*/\\1/p' \"$f\"; done;"
                    + " for f in \"$3\"/*; do case ${f##*/} in 50-phoenix-*) ;; *.netdev) sed -n 's/^Name=//p' \"$f\";; esac; done",
            "s networkd; [ \"$(systemctl is-active systemd-networkd 2>/dev/null)\" = active ] && echo yes",
            "s end; true");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> GUEST_KINDS = Set.of("veth", "tun", "tap", "macvtap");

    /** A change that waits; a null configuration removes. */
    record Staged(String name, @Nullable BridgeConfig config) {}

    /**
     * @param addresses with prefix length, without those of the link's own scope
     * @param master the bridge it is in; null for none
     */
    record Link(
            String name,
            String kind,
            boolean up,
            int mtu,
            List<String> addresses,
            @Nullable String master,
            boolean vlanAware) {

        boolean isBridge() {
            return kind.equals("bridge");
        }
    }

    static NetworkFacts parse(String text) {
        HostFacts parts = HostFacts.parse(text);
        Map<String, Link> links = new TreeMap<>();
        Map<String, String> gateways = new HashMap<>();
        try {
            for (JsonNode each : JSON.readTree(parts.get("links"))) {
                Link link = link(each);
                links.put(link.name(), link);
            }
            for (String line : parts.lines("routes")) {
                for (JsonNode route : JSON.readTree(line)) {
                    if (route.has("gateway")) {
                        gateways.put(
                                route.path("dev").asString(""),
                                route.path("gateway").asString(""));
                    }
                }
            }
        } catch (JacksonException e) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE, "ip printed no JSON: " + e.getOriginalMessage(), e);
        }
        Set<String> translated = new HashSet<>();
        for (String line : parts.lines("nat")) {
            int at = line.indexOf("comment \"");
            if (at >= 0) {
                translated.add(line.substring(at + 9, line.indexOf('"', at + 9)));
            }
        }
        String revert = parts.get("revert");
        Map<String, BridgeConfig> pending = revert.isEmpty()
                ? null
                : byName(StateFile.list("networks.pending.json", parts.get("pending"), BridgeConfig.class));
        return new NetworkFacts(
                links,
                gateways,
                translated,
                byName(StateFile.list(LinuxNetworks.FILE, parts.get("noted"), BridgeConfig.class)),
                pending,
                StateFile.list("networks.staged.json", parts.get("staged"), Staged.class),
                revert.isEmpty() ? null : Instant.ofEpochSecond(Long.parseLong(revert.split("\\s+")[0])),
                new TreeSet<>(parts.lines("foreign")),
                parts.get("networkd").equals("yes"));
    }

    private static Map<String, BridgeConfig> byName(List<BridgeConfig> configs) {
        Map<String, BridgeConfig> all = new TreeMap<>();
        configs.forEach(each -> all.put(each.name(), each));
        return all;
    }

    private static Link link(JsonNode node) {
        List<String> addresses = new ArrayList<>();
        for (JsonNode each : node.path("addr_info")) {
            if (!each.path("scope").asString("").equals("link") && each.has("local")) {
                addresses.add(each.path("local").asString("") + "/"
                        + each.path("prefixlen").asInt(0));
            }
        }
        Set<String> flags = new HashSet<>();
        node.path("flags").forEach(flag -> flags.add(flag.asString("")));
        JsonNode info = node.path("linkinfo");
        return new Link(
                node.path("ifname").asString(""),
                info.path("info_kind").asString(""),
                flags.contains("UP"),
                node.path("mtu").asInt(0),
                addresses,
                node.has("master") ? node.path("master").asString("") : null,
                info.path("info_data").path("vlan_filtering").asInt(0) == 1);
    }

    /** The bridges that Phoenix answers for now: applied ones count before they are confirmed. */
    Map<String, BridgeConfig> current() {
        return pending == null ? noted : pending;
    }

    /** The bridges as they will be when what is staged is applied. */
    Map<String, BridgeConfig> next() {
        Map<String, BridgeConfig> next = new TreeMap<>(current());
        for (Staged each : staged) {
            BridgeConfig config = each.config();
            if (config == null) {
                next.remove(each.name());
            } else {
                next.put(each.name(), config);
            }
        }
        return next;
    }

    /** Every bridge of the host, Phoenix's and others', as it is. */
    Map<String, Observed> bridges() {
        Map<String, Observed> all = new TreeMap<>();
        links.values().stream().filter(Link::isBridge).forEach(link -> all.put(link.name(), bridge(link)));
        return all;
    }

    private Observed bridge(Link link) {
        BridgeConfig config = current().get(link.name());
        int guests = (int) links.values().stream()
                .filter(each -> link.name().equals(each.master()) && isGuest(each, config))
                .count();
        return new Observed(live(link, config), link.up(), guests, deadline);
    }

    /** Cards of guests come and go; whatever the bridge was asked to have is a port. */
    private static boolean isGuest(Link link, @Nullable BridgeConfig asked) {
        return GUEST_KINDS.contains(link.kind())
                && (asked == null || !asked.ports().contains(link.name()));
    }

    /** What is really there, in the words of what was asked for where both say the same. */
    private BridgeConfig live(Link link, @Nullable BridgeConfig asked) {
        List<String> ports = links.values().stream()
                .filter(each -> link.name().equals(each.master()) && !isGuest(each, asked))
                .map(Link::name)
                .toList();
        String address = asked == null ? null : asked.address();
        if (address == null || !link.addresses().contains(address)) {
            address = link.addresses().isEmpty() ? null : link.addresses().getFirst();
        }
        Integer mtu = asked == null || asked.mtu() == null ? null : Integer.valueOf(link.mtu());
        String gateway = gateways.get(link.name());
        String nat = asked == null || !translated.contains(link.name()) ? null : asked.nat();
        Mark mark = asked == null ? null : asked.mark();
        return new BridgeConfig(link.name(), ports, address, gateway, link.vlanAware(), mtu, nat, mark);
    }
}
