package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import java.util.Map;
import java.util.TreeMap;

/** What makes bridges come back at the next boot, in the form of whatever sets up the host's network. Pure. */
final class NetworkFiles {

    private static final String HEAD = "# Written by Phoenix; changes made here are lost. See docs/linux-host.md.\n";

    private NetworkFiles() {}

    /** One file for ifupdown. It needs nothing but iproute2, no bridge-utils. */
    static String interfaces(Map<String, BridgeConfig> bridges, String rules) {
        StringBuilder text = new StringBuilder(HEAD);
        for (BridgeConfig each : bridges.values()) {
            String name = each.name();
            String address = each.address();
            boolean six = address != null && address.indexOf(':') >= 0;
            text.append("\nauto ").append(name).append("\niface ").append(name);
            text.append(six ? " inet6 " : " inet ").append(address == null ? "manual\n" : "static\n");
            line(text, "address", address);
            line(text, "gateway", each.gateway());
            line(text, "pre-up", "[ -d /sys/class/net/" + name + " ] || ip link add name " + name + " type bridge");
            if (each.vlanAware()) {
                line(text, "pre-up", "ip link set " + name + " type bridge vlan_filtering 1");
            }
            each.ports().forEach(port -> line(text, "pre-up", "ip link set " + port + " master " + name + " up"));
            if (each.mtu() != null) {
                line(text, "pre-up", "ip link set " + name + " mtu " + each.mtu());
            }
            if (address == null) {
                line(text, "up", "ip link set " + name + " up");
            }
            if (each.nat() != null) {
                line(text, "post-up", "sysctl -q -w net.ipv4.ip_forward=1");
                line(text, "post-up", "nft -f " + rules);
            }
            line(text, "post-down", "ip link del " + name);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String word, @org.jspecify.annotations.Nullable String value) {
        if (value != null) {
            text.append("    ").append(word).append(' ').append(value).append('\n');
        }
    }

    /** The files for systemd-networkd, by name. It translates addresses itself. */
    static Map<String, String> networkd(Map<String, BridgeConfig> bridges) {
        Map<String, String> files = new TreeMap<>();
        for (BridgeConfig each : bridges.values()) {
            String name = each.name();
            files.put(
                    "50-phoenix-" + name + ".netdev",
                    HEAD + "[NetDev]\nName=" + name + "\nKind=bridge\n"
                            + (each.mtu() == null ? "" : "MTUBytes=" + each.mtu() + "\n")
                            + "[Bridge]\nVLANFiltering=" + (each.vlanAware() ? "yes" : "no") + "\n");
            StringBuilder network = new StringBuilder(HEAD + "[Match]\nName=" + name + "\n[Network]\n"
                    + "ConfigureWithoutCarrier=yes\nLinkLocalAddressing=ipv6\n");
            if (each.address() != null) {
                network.append("Address=").append(each.address()).append('\n');
            }
            if (each.gateway() != null) {
                network.append("Gateway=").append(each.gateway()).append('\n');
            }
            if (each.nat() != null) {
                network.append("IPMasquerade=ipv4\n");
            }
            files.put("50-phoenix-" + name + ".network", network.toString());
            for (String port : each.ports()) {
                files.put(
                        "50-phoenix-port-" + port + ".network",
                        HEAD + "[Match]\nName=" + port + "\n[Network]\nBridge=" + name + "\n");
            }
        }
        return files;
    }
}
