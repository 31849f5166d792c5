package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Questions about guests of either kind. */
final class GuestForms {

    static final ContainerForm CONTAINER = new ContainerForm();
    static final MachineForm MACHINE = new MachineForm();

    private GuestForms() {}

    static List<GuestForm.Slot> slots(GuestConfig config) {
        return switch (config) {
            case ContainerConfig container -> CONTAINER.slots(container);
            case VmConfig machine -> MACHINE.slots(machine);
        };
    }

    /** Ids of all volumes that a guest has, attached or not. */
    static List<String> volumes(Row.Guest guest) {
        List<String> all = new ArrayList<>();
        slots(guest.config()).stream()
                .map(GuestForm.Slot::volume)
                .filter(Objects::nonNull)
                .forEach(all::add);
        if (guest.effective() != guest.config()) {
            slots(guest.effective()).stream()
                    .map(GuestForm.Slot::volume)
                    .filter(Objects::nonNull)
                    .filter(id -> !all.contains(id))
                    .forEach(all::add);
        }
        guest.unused().stream().filter(id -> !all.contains(id)).forEach(all::add);
        guest.detached().stream().filter(id -> !all.contains(id)).forEach(all::add);
        return all;
    }

    /** Whether a guest has a directory of the host mounted that is that path or lies below it. */
    static boolean usesDirectory(GuestConfig config, String path) {
        return slots(config).stream()
                .map(GuestForm.Slot::directory)
                .anyMatch(
                        directory -> directory != null && (directory.equals(path) || directory.startsWith(path + "/")));
    }

    /** Whether a guest uses a graphics card by the host's driver. */
    static boolean usesCard(GuestConfig config) {
        return config instanceof ContainerConfig container
                && container.devices().stream().anyMatch(device -> device.path().startsWith("/dev/nvidia"));
    }

    /** The number of the volume's content that the guest boots from. */
    static long system(Transaction transaction, Row.Guest guest) {
        return slots(guest.config()).stream()
                .map(GuestForm.Slot::volume)
                .filter(Objects::nonNull)
                .findFirst()
                .flatMap(transaction::volume)
                .map(Row.Volume::contents)
                .orElse(0L);
    }
}
