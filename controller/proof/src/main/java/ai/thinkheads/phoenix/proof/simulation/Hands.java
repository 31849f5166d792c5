package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.simulated.Person;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Somebody who works on the machine by hand, and whatever has to be put back when that ends. */
final class Hands {

    private final World world;
    private final List<Consumer<Person>> undo = new ArrayList<>();

    Hands(World world) {
        this.world = world;
    }

    void perform(Op.Hand hand) {
        SimulatedHost host = world.aside();
        if (host == null) {
            return;
        }
        try {
            if (!perform(hand, host, host.person())) {
                return;
            }
            world.coverage().count(Coverage.Part.PERSON, hand.verb());
            world.trace("person", hand.verb() + " " + hand.target());
        } catch (HostException e) {
            world.trace("person", hand.verb() + " " + hand.target() + ": " + e.why());
        }
        world.meddled();
    }

    /** Whether there was something to do it to. */
    private boolean perform(Op.Hand hand, SimulatedHost host, Person person) {
        Integer vmid = vmid(host.read(), hand.target());
        String name = hand.target().substring(hand.target().indexOf('/') + 1);
        switch (hand.verb()) {
            case "set-dataset" ->
                person.setDataset("tank/" + name, Map.of("compression", "gzip", "quota", "" + (40L << 30)));
            case "remove-storage" -> {
                String id = name.equals("fast") ? "guests" : "library";
                person.removeStorage(id);
            }
            case "delete-file" ->
                host.read().templates().keySet().stream()
                        .filter(each -> each.startsWith("library:"))
                        .sorted()
                        .findFirst()
                        .ifPresent(person::deleteFile);
            case "set-bridge" -> bridge(host, person, false);
            case "stage-network" -> {
                bridge(host, person, true);
                undo.add(any -> host().networks().discard());
            }
            case "lock-storage" -> {
                String id = name.equals("fast") ? "guests" : "library";
                person.lockStorage(id);
                until(hand, free -> free.unlockStorage(id));
            }
            case "fill" -> {
                person.setDataset("tank", Map.of("quota", "" + (1L << 30)));
                until(hand, free -> free.setDataset("tank", Map.of("quota", "none")));
            }
            case "break-device" -> {
                if (!host.read().pools().containsKey("slow")) {
                    return false;
                }
                person.breakDevice("slow", "/dev/disk/by-id/b", "FAULTED");
                until(hand, free -> free.breakDevice("slow", "/dev/disk/by-id/b", "ONLINE"));
            }
            case "export-pool" -> person.exportPool("tank");
            case "power-cycle" -> person.powerCycle();
            default -> {
                if (vmid == null) {
                    return false;
                }
                guest(hand, vmid, person);
            }
        }
        return true;
    }

    private void guest(Op.Hand hand, int vmid, Person person) {
        switch (hand.verb()) {
            case "stop" -> person.stop(vmid);
            case "start" -> person.start(vmid);
            case "freeze" -> person.freeze(vmid, true);
            case "thaw" -> person.freeze(vmid, false);
            case "destroy" -> person.destroy(vmid);
            case "protect" -> {
                person.protect(vmid, true);
                until(hand, free -> free.protect(vmid, false));
            }
            case "lock" -> {
                person.lock(vmid, "backup");
                until(hand, free -> free.lock(vmid, null));
            }
            case "lock-file" -> {
                person.lockFile(vmid);
                until(hand, free -> free.unlockFile(vmid));
            }
            case "edit-memory" ->
                person.edit(vmid, config -> config instanceof ContainerConfig container ? bigger(container) : config);
            case "break-feature" -> person.inside(vmid, Hands::withoutFeatures);
            default -> throw new IllegalArgumentException("nobody knows how to " + hand.verb());
        }
    }

    private static ai.thinkheads.phoenix.hosts.simulated.guest.Inside withoutFeatures(
            ai.thinkheads.phoenix.hosts.simulated.guest.Inside inside) {
        var files = new HashMap<>(inside.files());
        files.keySet().removeIf(path -> path.startsWith("/opt/f"));
        return new ai.thinkheads.phoenix.hosts.simulated.guest.Inside(
                inside.distribution(),
                files,
                inside.packages(),
                inside.enabled(),
                inside.active(),
                inside.containers());
    }

    private static void bridge(SimulatedHost host, Person person, boolean staged) {
        Networks.Observed real = host.read().bridges().get("vmbr0");
        if (real == null) {
            return;
        }
        Networks.BridgeConfig config = real.config();
        Networks.BridgeConfig other = new Networks.BridgeConfig(
                config.name(),
                config.ports(),
                config.address(),
                config.gateway(),
                config.vlanAware(),
                1300,
                config.nat(),
                config.mark());
        if (staged) {
            person.stage(other, "somebody");
        } else {
            person.setBridge(other);
        }
    }

    private static ContainerConfig bigger(ContainerConfig c) {
        return new ContainerConfig(
                c.hostname(),
                c.cores(),
                c.cpuLimit(),
                ByteSize.parse("3Gi"),
                c.swap(),
                c.rootDisk(),
                c.nics(),
                c.nameservers(),
                c.searchDomain(),
                c.unprivileged(),
                c.idMaps(),
                c.features(),
                c.apparmor(),
                c.mounts(),
                c.devices(),
                c.raw(),
                c.onBoot(),
                c.startup(),
                c.tags(),
                c.description(),
                c.mark());
    }

    private SimulatedHost host() {
        SimulatedHost host = world.aside();
        if (host == null) {
            throw new HostException(HostException.Cause.UNREACHABLE, "the machine is not open");
        }
        return host;
    }

    /** It ends after a while, at the latest when everything else does. */
    private void until(Op.Hand hand, Consumer<Person> free) {
        boolean[] done = {false};
        Consumer<Person> once = person -> {
            if (!done[0]) {
                done[0] = true;
                free.accept(person);
            }
        };
        undo.add(once);
        world.strands().startAfter("hand", Duration.ofSeconds(5L + 40L * hand.number()), () -> undo(once));
    }

    private void undo(Consumer<Person> each) {
        SimulatedHost host = world.aside();
        if (host == null) {
            return;
        }
        try {
            each.accept(host.person());
        } catch (HostException e) {
            // What it was is gone by now.
            world.trace("person", String.valueOf(e.why()));
        }
        world.meddled();
    }

    void heal() {
        undo.forEach(this::undo);
        undo.clear();
    }

    private static @Nullable Integer vmid(HostState state, String owner) {
        return Stream.<Guests.Observed<? extends GuestConfig>>concat(
                        state.containers().values().stream(), state.virtualMachines().values().stream())
                .filter(each -> each.config().mark() != null
                        && each.config().mark().owner().equals(owner))
                .map(Guests.Observed::vmid)
                .sorted()
                .findFirst()
                .orElse(null);
    }

    /** Verbs that change nothing that lasts. */
    static Set<String> passing() {
        return Set.of("lock", "lock-file", "lock-storage", "fill", "protect");
    }
}
