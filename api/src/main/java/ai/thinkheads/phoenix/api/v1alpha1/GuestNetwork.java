package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.type.MacAddress;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The network cards of a guest. */
public record GuestNetwork(
        @JsonPropertyDescription("The cards, the first one being net0.")
        List<@NotNull @Valid Interface> interfaces) {

    public GuestNetwork {
        interfaces = Lists.copy(interfaces);
    }

    /** A network card. */
    public record Interface(
            @JsonPropertyDescription("Name within the guest. Default: eth0 for the first, eth1 for the second, …")
            @Pattern(regexp = Names.INTERFACE, message = Names.INTERFACE_MESSAGE)
            @Nullable
            String name,

            @NotNull @JsonPropertyDescription("NetworkBridge resource that it is attached to.")
            String bridge,

            @JsonPropertyDescription("Address with prefix length, or dhcp. Without it the card has no address.")
            @Pattern(
                    regexp = "dhcp|[0-9a-fA-F:.]+/\\d{1,3}",
                    message = "must be dhcp or an address with a prefix length such as 10.0.0.20/24")
            @Nullable
            String address,

            @JsonPropertyDescription("Default gateway.") @Nullable
            IpAddress gateway,

            @JsonPropertyDescription("Hardware address. Default: made by the host and kept.") @Nullable
            MacAddress mac,

            @JsonPropertyDescription("VLAN tag; needs a bridge that is vlanAware.") @Min(1) @Max(4094) @Nullable
            Integer vlan,

            @JsonPropertyDescription("Largest packet in bytes. Default: the bridge's.") @Min(576) @Max(65520) @Nullable
            Integer mtu,

            @JsonPropertyDescription("Whether the host's firewall looks at the card's traffic. Default: false.")
            @Nullable
            Boolean firewall) {

        /** The static address; null for dhcp or none, or when it cannot be read, which {@link #check} reports. */
        public @Nullable Cidr cidr() {
            if (address == null || address.equals("dhcp")) {
                return null;
            }
            try {
                return Cidr.parse(address);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }

        /** The name, or the one that its place among the cards gives it. */
        public String nameOr(int place) {
            return name != null ? name : "eth" + place;
        }
    }

    static void references(@Nullable GuestNetwork network, List<Reference> into) {
        if (network == null) {
            return;
        }
        for (int i = 0; i < network.interfaces().size(); i++) {
            Interface each = network.interfaces().get(i);
            if (each != null && each.bridge() != null) {
                into.add(Reference.ready("spec.network.interfaces[" + i + "].bridge", "NetworkBridge", each.bridge()));
            }
        }
    }

    static void check(@Nullable GuestNetwork network, Spec.Problems problems) {
        if (network == null) {
            return;
        }
        Set<String> names = new HashSet<>();
        List<Integer> gateways = new ArrayList<>();
        for (int i = 0; i < network.interfaces().size(); i++) {
            Interface each = network.interfaces().get(i);
            if (each == null) {
                continue;
            }
            String at = "spec.network.interfaces[" + i + "]";
            if (!names.add(each.nameOr(i))) {
                problems.add(at + ".name", "another interface is called " + each.nameOr(i));
            }
            checkAddress(at, each, problems);
            if (each.gateway() != null && !each.gateway().isV6()) {
                gateways.add(i);
            }
        }
        if (gateways.size() > 1) {
            problems.add(
                    "spec.network.interfaces[" + gateways.get(1) + "].gateway",
                    "a guest has one default gateway; interface " + gateways.get(0) + " has one already");
        }
    }

    private static void checkAddress(String at, Interface each, Spec.Problems problems) {
        Cidr cidr = null;
        if (each.address() != null && !each.address().equals("dhcp")) {
            try {
                cidr = Cidr.parse(each.address());
            } catch (IllegalArgumentException e) {
                problems.add(at + ".address", String.valueOf(e.getMessage()));
                return;
            }
        }
        if (each.gateway() == null) {
            return;
        }
        if (cidr == null) {
            problems.add(at + ".gateway", "a gateway needs a static address; with dhcp the server names it");
        } else if (!cidr.contains(each.gateway())) {
            problems.add(at + ".gateway", each.gateway() + " is not within the subnet of " + cidr);
        } else if (cidr.address().equals(each.gateway())) {
            problems.add(at + ".gateway", "the gateway is the guest's own address");
        }
    }
}
