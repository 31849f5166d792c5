package ai.thinkheads.phoenix.kinds.adopt;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.api.type.MacAddress;
import ai.thinkheads.phoenix.api.v1alpha1.GuestDns;
import ai.thinkheads.phoenix.api.v1alpha1.GuestNetwork;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import ai.thinkheads.phoenix.api.v1alpha1.Startup;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.kinds.guest.FeatureWish;
import ai.thinkheads.phoenix.kinds.guest.MarkFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parts of a guest's manifest that both kinds have. */
final class GuestParts {

    private final Register register;

    GuestParts(Register register) {
        this.register = register;
    }

    @Nullable
    GuestNetwork network(List<Nic> nics) {
        if (nics.isEmpty()) {
            return null;
        }
        List<GuestNetwork.Interface> cards = new ArrayList<>();
        for (Nic nic : nics) {
            String usual = "eth" + cards.size();
            cards.add(new GuestNetwork.Interface(
                    nic.name().equals(usual) ? null : nic.name(),
                    register.reference(Kinds.NETWORK_BRIDGE, nic.bridge(), "bridge " + nic.bridge()),
                    nic.address(),
                    nic.gateway() == null ? null : IpAddress.parse(nic.gateway()),
                    nic.mac() == null ? null : MacAddress.parse(nic.mac()),
                    nic.vlan(),
                    nic.mtu(),
                    nic.firewall() ? Boolean.TRUE : null));
        }
        return new GuestNetwork(cards);
    }

    static @Nullable GuestDns dns(GuestConfig config) {
        if (config.nameservers().isEmpty() && config.searchDomain() == null) {
            return null;
        }
        return new GuestDns(config.nameservers().stream().map(IpAddress::parse).toList(), config.searchDomain());
    }

    static @Nullable Startup startup(GuestConfig config) {
        StartupConfig startup = config.startup();
        if (!config.onBoot() && startup.equals(StartupConfig.UNSET)) {
            return null;
        }
        return new Startup(
                config.onBoot() ? Boolean.TRUE : null,
                startup.order(),
                interval(startup.upDelay()),
                interval(startup.downDelay()));
    }

    private static @Nullable Interval interval(@Nullable Duration duration) {
        return duration == null ? null : new Interval(duration);
    }

    static @Nullable RunPolicy runPolicy(Guests.Observed<?> guest) {
        if (guest.frozen()) {
            return RunPolicy.FROZEN;
        }
        return guest.running() || guest.template() ? null : RunPolicy.STOPPED;
    }

    static List<String> tags(GuestConfig config) {
        return List.copyOf(new TreeSet<>(config.tags()));
    }

    static @Nullable String description(GuestConfig config) {
        String text = config.description().strip();
        return text.isEmpty() ? null : text;
    }

    /** What the manifest keeps quiet about, for guests of both kinds. */
    static void note(Guests.Observed<?> guest, List<String> notes) {
        Mark mark = guest.config().mark();
        List<String> features = mark == null
                ? List.of()
                : List.copyOf(MarkFacts.starting(mark, FeatureWish.FACT).keySet());
        if (!features.isEmpty()) {
            notes.add("Phoenix has installed " + String.join(", ", features)
                    + " in it; name them in spec.provision again, with their parameters");
        }
        if (!guest.snapshots().isEmpty()) {
            notes.add("its snapshots stay as they are and are not listed: "
                    + String.join(
                            ", ",
                            guest.snapshots().stream()
                                    .map(Guests.Snapshot::name)
                                    .toList()));
        }
        if (!guest.unused().isEmpty()) {
            notes.add("it has unused volumes, which stay: " + String.join(", ", guest.unused()));
        }
        if (guest.lock() != null) {
            notes.add("the host holds it at the moment (lock: " + guest.lock() + ")");
        }
    }

    /** The names that the mark gives to mounts and disks, by slot. */
    static Map<String, String> namesBySlot(@Nullable Mark mark) {
        Map<String, String> names = new HashMap<>();
        MarkFacts.starting(mark, MarkFacts.MOUNT).forEach((name, fact) -> names.put(MarkFacts.slot(fact), name));
        return names;
    }

    /** What the mark says that the guest was made from, such as {@code template/debian}; the part after that word. */
    static @Nullable String origin(GuestConfig config, String word) {
        Mark mark = config.mark();
        String origin = mark == null ? "" : mark.fact(MarkFacts.ORIGIN).orElse("");
        return origin.startsWith(word + "/") ? origin.substring(word.length() + 1) : null;
    }
}
