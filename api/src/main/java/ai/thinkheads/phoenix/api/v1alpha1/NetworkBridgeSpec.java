package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.IpAddress;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bridge of the host that guests are attached to. The interface has the resource's name unless the spec names it. */
public record NetworkBridgeSpec(
        @JsonPropertyDescription("Hypervisor the bridge is on. Default: the only one.") @Nullable
        String hypervisor,

        @JsonPropertyDescription("Name of the interface. Default: the resource's name.")
        @Pattern(regexp = Names.INTERFACE, message = Names.INTERFACE_MESSAGE)
        @Nullable
        String interfaceName,

        @JsonPropertyDescription("Physical ports of the bridge; none for a bridge that guests have to themselves.")
        List<@NotNull @Pattern(regexp = Names.INTERFACE, message = Names.INTERFACE_MESSAGE) String> ports,

        @JsonPropertyDescription("Address of the host on the bridge.") @Nullable
        Cidr address,

        @JsonPropertyDescription("Default gateway of the host.") @Nullable
        IpAddress gateway,

        @JsonPropertyDescription("Whether guests may use VLAN tags on it. Default: false.") @Nullable
        Boolean vlanAware,

        @JsonPropertyDescription("Largest packet in bytes. Default: that of the ports.") @Min(576) @Max(65520) @Nullable
        Integer mtu,

        @JsonPropertyDescription("Lets guests reach other networks through the host's address.") @Valid @Nullable
        Nat nat,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription("What deleting the resource does to the bridge. Default: Retain.") @Nullable
        DeletionPolicy deletionPolicy)
        implements Spec {

    public NetworkBridgeSpec {
        ports = Lists.copy(ports);
        dependsOn = Lists.copy(dependsOn);
    }

    /** Source address translation for the bridge's subnet. */
    public record Nat(
            @JsonPropertyDescription("NetworkBridge resource that the translated packets leave by.") @Nullable
            String bridge,

            @JsonPropertyDescription(
                    "Interface of the host that the translated packets leave by, instead of bridge. Default: the one with the default route.")
            @Pattern(regexp = Names.INTERFACE, message = Names.INTERFACE_MESSAGE)
            @Nullable
            String via) {}

    /** This spec with another outlet for translated packets. */
    public NetworkBridgeSpec withNat(Nat other) {
        return new NetworkBridgeSpec(
                hypervisor, interfaceName, ports, address, gateway, vlanAware, mtu, other, dependsOn, deletionPolicy);
    }

    @Override
    public List<Reference> references() {
        return nat == null || nat.bridge() == null
                ? List.of()
                : List.of(Reference.ready("spec.nat.bridge", "NetworkBridge", nat.bridge()));
    }

    @Override
    public void check(Problems problems) {
        if (nat != null && nat.bridge() != null && nat.via() != null) {
            problems.add("spec.nat", "packets leave by a bridge or by an interface, not both");
        }
        if (gateway != null) {
            checkGateway(gateway, problems);
        }
        if (nat != null && address == null) {
            problems.add("spec.nat", "address translation needs spec.address");
        }
    }

    private void checkGateway(IpAddress router, Problems problems) {
        if (address == null) {
            problems.add("spec.gateway", "a gateway needs spec.address");
        } else if (!address.contains(router)) {
            problems.add("spec.gateway", router + " is not within the subnet of " + address);
        } else if (router.equals(address.address())) {
            problems.add("spec.gateway", "the gateway is the bridge's own address");
        }
    }
}
