package ai.thinkheads.phoenix.hosts.port;

import org.jspecify.annotations.Nullable;

/**
 * A network card of a guest.
 *
 * @param name within the guest
 * @param bridge the host's name of the bridge
 * @param address {@code dhcp}, or an address with prefix length; null for none
 * @param mac null lets the host choose; an observed card always has one
 */
public record Nic(
        String name,
        String bridge,
        @Nullable String address,
        @Nullable String gateway,
        @Nullable String mac,
        @Nullable Integer vlan,
        @Nullable Integer mtu,
        boolean firewall) {}
