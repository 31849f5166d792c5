package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What came out of a run, as far as it must not depend on who died when, or on what came first. */
final class Outcome {

    private Outcome() {}

    static String of(World world) {
        Map<String, String> resources = new TreeMap<>();
        List<Resource<?, ?>> all = world.stored().items();
        all.forEach(each -> resources.put(each.key().toString(), ready(all, each.key())));
        boolean inUse = world.aside() != null;
        HostState state = world.openAside(Ground.spec()).read();
        if (!inUse) {
            world.driver().halt();
        }
        List<String> guests = Stream.<Guests.Observed<? extends GuestConfig>>concat(
                        state.containers().values().stream(), state.virtualMachines().values().stream())
                .map(Outcome::guest)
                .sorted()
                .toList();
        List<String> datasets = new TreeSet<>(state.datasets().keySet())
                .stream().filter(each -> !each.contains("-disk-")).toList();
        return resources + " " + guests + " " + datasets + " "
                + new TreeSet<>(state.storages().keySet()) + " "
                + new TreeSet<>(state.bridges().keySet()) + " "
                + new TreeSet<>(state.templates().keySet());
    }

    private static String guest(Guests.Observed<? extends GuestConfig> guest) {
        GuestConfig config = guest.effective();
        int disks = switch (config) {
            case ContainerConfig container -> container.mounts().size();
            case VmConfig machine -> machine.disks().size();
        };
        return (config.mark() == null ? "nobody's" : config.mark().owner()) + (guest.running() ? " runs" : " is off")
                + (guest.template() ? ", a template" : "") + ", " + disks + " disks, "
                + guest.unused().size() + " unused, " + guest.snapshots().size() + " snapshots, memory "
                + config.memory() + ", " + config.cores() + " cores, "
                + config.nics().size() + " cards";
    }

    /** Whether a resource is Ready, in words. */
    static String ready(List<Resource<?, ?>> all, ResourceKey key) {
        return all.stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .map(each -> each.status()
                        .condition(Conditions.READY)
                        .map(condition ->
                                "True".equals(condition.getStatus()) ? "Ready" : "not Ready: " + condition.getReason())
                        .orElse("unknown"))
                .orElse("gone");
    }

    static List<String> problems(World world) {
        return world.invariants().violations().stream().map(Violation::toString).toList();
    }
}
