package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.linux.NetworkFacts.Link;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The way from one set of bridges to another, as lines of {@code ip -batch}, and the rules and files that go with a set. Pure. */
final class NetworkPlan {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,14}";
    private static final String ADDRESS = "[0-9a-fA-F:.]+(/\\d{1,3})?";

    private NetworkPlan() {}

    /** Refuses what could not be applied, before anything is. */
    static void check(BridgeConfig config, NetworkFacts facts) {
        String name = config.name();
        require(name.matches(NAME), "'" + name + "' cannot be the name of an interface");
        Link there = facts.links().get(name);
        require(
                there == null || there.isBridge(),
                "there is an interface " + name + " that is no bridge; choose another name");
        for (String port : config.ports()) {
            Link link = facts.links().get(port);
            if (link == null) {
                throw refused("bridge " + name + ": the host has no interface " + port + "; it has "
                        + String.join(", ", facts.links().keySet()));
            }
            String master = link.master();
            require(
                    master == null || master.equals(name),
                    "bridge " + name + ": " + port + " is in " + master + " already; take it out there first");
        }
        for (String text : new String[] {config.address(), config.gateway()}) {
            require(text == null || text.matches(ADDRESS), "bridge " + name + ": '" + text + "' is no address");
        }
        String nat = config.nat();
        require(
                nat == null || nat.equals("auto") || facts.links().containsKey(nat),
                "bridge " + name + ": the host has no interface " + nat + " to translate addresses to");
        for (Link link : facts.links().values()) {
            String address = config.address();
            boolean taken = address != null
                    && !link.name().equals(name)
                    && !config.ports().contains(link.name())
                    && link.addresses().stream().anyMatch(each -> host(each).equals(host(address)));
            require(!taken, "bridge " + name + ": " + address + " is the address of " + link.name() + " already");
        }
        for (BridgeConfig other : facts.next().values()) {
            boolean same = other.name().equals(name);
            require(
                    same || config.gateway() == null || other.gateway() == null,
                    "bridge " + name + ": bridge " + other.name() + " has the default gateway already");
        }
    }

    private static String host(String address) {
        int slash = address.indexOf('/');
        return slash < 0 ? address : address.substring(0, slash);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw refused(message);
        }
    }

    private static HostException refused(String message) {
        return new HostException(HostException.Cause.REFUSED, message);
    }

    /**
     * The steps from what is there to what is wanted, for these bridges only.
     *
     * @param links what there is
     * @param from the bridges that were Phoenix's; those that are not wanted any more are removed
     * @param staged the bridges that are looked at though nothing is wanted otherwise than before: somebody may have changed them
     */
    static List<String> steps(
            Map<String, Link> links, Map<String, BridgeConfig> from, Map<String, BridgeConfig> to, Set<String> staged) {
        List<String> lines = new ArrayList<>();
        for (String name : new TreeSet<>(from.keySet())) {
            if (!to.containsKey(name) && links.containsKey(name)) {
                giveBack(lines, from.get(name));
                lines.add("link del " + name);
            }
        }
        for (BridgeConfig each : to.values()) {
            if (staged.contains(each.name()) || !links.containsKey(each.name())) {
                bridge(lines, links, from.get(each.name()), each);
            }
        }
        return lines;
    }

    /** An address that a bridge took over from its port goes back to the port, where the host expects it. */
    private static void giveBack(List<String> lines, @Nullable BridgeConfig old) {
        if (old != null) {
            old.ports().forEach(port -> lines.add("link set " + port + " nomaster"));
        }
    }

    private static void bridge(
            List<String> lines, Map<String, Link> links, @Nullable BridgeConfig old, BridgeConfig wanted) {
        String name = wanted.name();
        Link there = links.get(name);
        if (there == null) {
            lines.add("link add name " + name + " type bridge");
        }
        if (wanted.vlanAware() != (there != null && there.vlanAware())) {
            lines.add("link set " + name + " type bridge vlan_filtering " + (wanted.vlanAware() ? 1 : 0));
        }
        for (String port : wanted.ports()) {
            Link link = links.get(port);
            if (link == null || !name.equals(link.master())) {
                lines.add("link set " + port + " master " + name);
                lines.add("link set " + port + " up");
            }
        }
        for (Link link : links.values()) {
            boolean ours = old != null && old.ports().contains(link.name());
            if (ours && name.equals(link.master()) && !wanted.ports().contains(link.name())) {
                lines.add("link set " + link.name() + " nomaster");
            }
        }
        Integer mtu = wanted.mtu();
        if (mtu != null && (there == null || there.mtu() != mtu)) {
            lines.add("link set " + name + " mtu " + mtu);
        }
        address(lines, links, old, wanted);
        lines.add("link set " + name + " up");
        if (wanted.gateway() != null) {
            lines.add("route replace default via " + wanted.gateway() + " dev " + name);
        } else if (old != null && old.gateway() != null) {
            lines.add("route del default via " + old.gateway() + " dev " + name);
        }
    }

    private static void address(
            List<String> lines, Map<String, Link> links, @Nullable BridgeConfig old, BridgeConfig wanted) {
        String name = wanted.name();
        Link there = links.get(name);
        List<String> has = there == null ? List.of() : there.addresses();
        String address = wanted.address();
        String before = old == null ? null : old.address();
        if (address != null && !has.contains(address)) {
            for (String port : wanted.ports()) {
                Link link = links.get(port);
                if (link != null && link.addresses().contains(address)) {
                    lines.add("addr del " + address + " dev " + port);
                }
            }
            lines.add("addr add " + address + " dev " + name);
        }
        if (before != null && !Objects.equals(before, address) && has.contains(before)) {
            lines.add("addr del " + before + " dev " + name);
        }
        // An address that somebody has put on a bridge of ours instead of its own is drift.
        for (String other : has) {
            if (old != null
                    && address != null
                    && !other.equals(address)
                    && !other.equals(before)
                    && other.contains(".")) {
                lines.add("addr del " + other + " dev " + name);
            }
        }
    }

    /** The bridges that a change leaves as they are do not appear on the way back either. */
    static List<String> back(
            Map<String, Link> before,
            Map<String, BridgeConfig> from,
            Map<String, BridgeConfig> next,
            Set<String> others) {
        List<String> lines = new ArrayList<>();
        for (BridgeConfig each : next.values()) {
            Link there = before.get(each.name());
            if (there == null && !others.contains(each.name())) {
                lines.add("link del " + each.name());
            } else if (there != null && !each.equals(from.get(each.name()))) {
                restore(lines, there, each, before);
            }
        }
        for (BridgeConfig each : from.values()) {
            Link there = before.get(each.name());
            if (there != null && !next.containsKey(each.name())) {
                lines.add("link add name " + each.name() + " type bridge");
                before.values().stream()
                        .filter(link -> each.name().equals(link.master()))
                        .forEach(link -> lines.add("link set " + link.name() + " master " + each.name()));
                there.addresses().forEach(address -> lines.add("addr add " + address + " dev " + each.name()));
                lines.add("link set " + each.name() + " up");
            }
        }
        ports(before, next).forEach(port -> {
            String master = port.master();
            lines.add("link set " + port.name() + (master == null ? " nomaster" : " master " + master));
            port.addresses().forEach(address -> lines.add("addr replace " + address + " dev " + port.name()));
        });
        return lines;
    }

    private static Collection<Link> ports(Map<String, Link> before, Map<String, BridgeConfig> next) {
        return next.values().stream()
                .flatMap(each -> each.ports().stream())
                .distinct()
                .map(before::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private static void restore(List<String> lines, Link there, BridgeConfig applied, Map<String, Link> before) {
        String name = there.name();
        String address = applied.address();
        if (address != null && !there.addresses().contains(address)) {
            lines.add("addr del " + address + " dev " + name);
        }
        there.addresses().forEach(each -> lines.add("addr replace " + each + " dev " + name));
        lines.add("link set " + name + " mtu " + there.mtu());
        lines.add("link set " + name + " type bridge vlan_filtering " + (there.vlanAware() ? 1 : 0));
        before.values().stream()
                .filter(link -> name.equals(link.master()))
                .forEach(link -> lines.add("link set " + link.name() + " master " + name));
        lines.add("link set " + name + (there.up() ? " up" : " down"));
    }

    /** The rules that translate addresses: one table of Phoenix's own, replaced as a whole. */
    static String rules(Map<String, BridgeConfig> bridges) {
        StringBuilder text = new StringBuilder("table ip phoenix\ndelete table ip phoenix\n");
        List<String> rules = bridges.values().stream()
                .filter(each -> each.nat() != null && each.address() != null)
                .map(each -> "    ip saddr " + each.address() + " oifname "
                        + ("auto".equals(each.nat()) ? "!= \"" + each.name() + "\"" : "\"" + each.nat() + "\"")
                        + " masquerade comment \"" + each.name() + "\"\n")
                .toList();
        if (!rules.isEmpty()) {
            text.append("table ip phoenix {\n  chain postrouting {\n    type nat hook postrouting priority srcnat;\n");
            rules.forEach(text::append);
            text.append("  }\n}\n");
        }
        return text.toString();
    }
}
