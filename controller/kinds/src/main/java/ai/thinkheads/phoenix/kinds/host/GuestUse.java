package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Which guests of a host use something, as {@code web (101)}, in the order of their numbers. */
public final class GuestUse {

    private GuestUse() {}

    /** Guests with a volume in that storage. */
    public static List<String> ofStorage(HostState state, String storage) {
        return named(
                state,
                container -> container.rootDisk().storage().equals(storage)
                        || container.mounts().stream().anyMatch(mount -> storage.equals(mount.storage())),
                machine ->
                        machine.disks().stream().anyMatch(disk -> disk.storage().equals(storage)));
    }

    /** Guests with a card on that bridge. */
    public static List<String> ofBridge(HostState state, String bridge) {
        Predicate<GuestConfig> attached =
                guest -> guest.nics().stream().anyMatch(nic -> nic.bridge().equals(bridge));
        return named(state, attached::test, attached::test);
    }

    /** Containers that have a directory of the host at or below that path mounted. */
    public static List<String> ofDirectory(HostState state, String path) {
        return named(
                state,
                container -> container.mounts().stream().anyMatch(mount -> {
                    String source = mount.source();
                    return source != null && (source.equals(path) || source.startsWith(path + "/"));
                }),
                machine -> false);
    }

    /** Containers that share a graphics card. */
    public static List<String> ofGpusShared(HostState state) {
        return named(state, GuestUse::sharesCard, machine -> false);
    }

    /** Virtual machines that own one of the host's graphics cards. */
    public static List<String> ofGpusOwned(HostState state) {
        return named(
                state,
                container -> false,
                machine -> machine.pciDevices().stream().anyMatch(state.node().pciGpus()::containsKey));
    }

    /** Guests that run and use a graphics card in one way or the other. */
    public static List<String> ofGpusRunning(HostState state) {
        TreeMap<Integer, String> found = new TreeMap<>();
        state.containers().forEach((vmid, guest) -> {
            if (guest.running() && sharesCard(guest.effective())) {
                found.put(vmid, name(vmid, guest.config()));
            }
        });
        state.virtualMachines().forEach((vmid, guest) -> {
            if (guest.running()
                    && guest.effective().pciDevices().stream()
                            .anyMatch(state.node().pciGpus()::containsKey)) {
                found.put(vmid, name(vmid, guest.config()));
            }
        });
        return List.copyOf(found.values());
    }

    private static boolean sharesCard(ContainerConfig container) {
        return container.devices().stream().anyMatch(device -> device.path().startsWith("/dev/nvidia"));
    }

    private static List<String> named(
            HostState state, Predicate<ContainerConfig> container, Predicate<VmConfig> machine) {
        TreeMap<Integer, String> found = new TreeMap<>();
        collect(state.containers().values(), container, found);
        collect(state.virtualMachines().values(), machine, found);
        return new ArrayList<>(found.values());
    }

    private static <C extends GuestConfig> void collect(
            Iterable<Guests.Observed<C>> guests, Predicate<C> uses, TreeMap<Integer, String> into) {
        for (Guests.Observed<C> guest : guests) {
            if (uses.test(guest.config()) || uses.test(guest.effective())) {
                into.put(guest.vmid(), name(guest.vmid(), guest.config()));
            }
        }
    }

    private static String name(int vmid, GuestConfig config) {
        return config.hostname() + " (" + vmid + ")";
    }
}
