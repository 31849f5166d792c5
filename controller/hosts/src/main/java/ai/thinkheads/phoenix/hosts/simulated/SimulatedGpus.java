package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.Gpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The machine's graphics cards. A driver whose module is in use by a guest is exchanged at the next boot. */
final class SimulatedGpus implements Gpus {

    private static final List<String> SHARED_NODES =
            List.of("/dev/nvidiactl", "/dev/nvidia-modeset", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools");

    private final Operations operations;

    SimulatedGpus(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Observed read() {
        return operations.read("read-one", transaction -> observe(transaction.gpu()));
    }

    static Observed observe(Row.Gpu row) {
        List<Device> devices = new ArrayList<>();
        boolean seen = row.vfio() || row.loaded() != null;
        for (int i = 0; seen && i < row.cards().size(); i++) {
            Row.Gpu.Card card = row.cards().get(i);
            devices.add(new Device(
                    i, card.uuid(), card.model(), card.memory(), card.pci(), row.vfio() ? null : "/dev/nvidia" + i));
        }
        boolean nodes = row.loaded() != null && !row.vfio() && !row.cards().isEmpty();
        return new Observed(
                row.installed(),
                row.loaded(),
                row.open(),
                row.vfio(),
                row.persistence(),
                devices,
                nodes ? SHARED_NODES : List.of());
    }

    /** The driver's device files that are there now. */
    static Set<String> deviceNodes(Row.Gpu row) {
        Observed observed = observe(row);
        Set<String> all = new TreeSet<>(observed.deviceNodes());
        observed.devices().forEach(device -> {
            String node = device.node();
            if (node != null) {
                all.add(node);
            }
        });
        return all;
    }

    @Override
    public void installDriver(DriverConfig config) {
        operations.run(Operations.Request.of("install-gpu-driver", "gpudriver", config.version()), transaction -> {
            Row.Gpu row = transaction.gpu();
            if (row.cards().isEmpty()) {
                throw Transaction.refused("no graphics card was found on the PCI bus");
            }
            if (!config.version().matches("[0-9]+(\\.[0-9]+)*")) {
                throw Transaction.refused("there is no driver '" + config.version() + "' in the package archive");
            }
            boolean busy = isInUse(transaction);
            boolean sameModule = config.version().equals(row.loaded()) && config.open() == row.open();
            String loaded = busy && !sameModule ? row.loaded() : config.vfio() ? null : config.version();
            transaction.gpu(new Row.Gpu(
                    config.version(),
                    loaded,
                    config.open(),
                    busy ? row.vfio() : config.vfio(),
                    config.vfio(),
                    config.persistence(),
                    row.cards()));
        });
    }

    private static boolean isInUse(Transaction transaction) {
        boolean[] used = {false};
        transaction.guests((vmid, guest) -> used[0] |= guest.running() && GuestForms.usesCard(guest.effective()));
        return used[0];
    }

    /** Why the cards need the machine to be booted; null when they do not. */
    static @Nullable String rebootRequired(Row.Gpu row) {
        if (row.vfio() != row.vfioWanted()) {
            return "the graphics cards have to be bound to " + (row.vfioWanted() ? "vfio-pci" : "the nvidia driver");
        }
        if (row.installed() != null && !row.vfio() && !row.installed().equals(row.loaded())) {
            return "nvidia driver " + row.installed() + " is installed and "
                    + (row.loaded() == null ? "none" : row.loaded()) + " is loaded";
        }
        return row.installed() == null && row.loaded() != null
                ? "nvidia driver " + row.loaded() + " was removed and is still loaded"
                : null;
    }

    /** The cards after a boot. */
    static Row.Gpu booted(Row.Gpu row) {
        return new Row.Gpu(
                row.installed(),
                row.vfioWanted() ? null : row.installed(),
                row.open(),
                row.vfioWanted(),
                row.vfioWanted(),
                row.persistence(),
                row.cards());
    }

    @Override
    public void setPersistence(boolean on) {
        operations.run(Operations.Request.of("set-gpu-persistence", "gpudriver", ""), transaction -> {
            Row.Gpu row = transaction.gpu();
            if (row.loaded() == null) {
                throw Transaction.refused(
                        "nvidia-smi has failed because it couldn't communicate with the NVIDIA driver; install the driver first");
            }
            transaction.gpu(new Row.Gpu(
                    row.installed(), row.loaded(), row.open(), row.vfio(), row.vfioWanted(), on, row.cards()));
        });
    }

    @Override
    public void removeDriver() {
        operations.run(Operations.Request.of("remove-gpu-driver", "gpudriver", ""), transaction -> {
            Row.Gpu row = transaction.gpu();
            boolean busy = isInUse(transaction);
            transaction.gpu(new Row.Gpu(
                    null, busy ? row.loaded() : null, row.open(), busy && row.vfio(), false, false, row.cards()));
        });
    }
}
