package ai.thinkheads.phoenix.hosts.port;

import ai.thinkheads.phoenix.api.type.ByteSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The graphics cards of a host and their driver. */
public interface Gpus {

    Observed read();

    /** Installs or exchanges the driver. The new module may need a reboot to be loaded. */
    void installDriver(DriverConfig config);

    void setPersistence(boolean on);

    /** Takes the driver away. */
    void removeDriver();

    /**
     * @param url the installer; null for the host's package archive
     * @param sha256 its checksum; null without a url
     * @param open whether the open kernel module is used
     * @param vfio whether the cards are bound to vfio-pci for virtual machines instead
     */
    record DriverConfig(
            String version,
            @Nullable String url,
            @Nullable String sha256,
            boolean open,
            boolean vfio,
            boolean persistence) {}

    /**
     * @param installedVersion on disk; null for none
     * @param loadedVersion in the kernel; null for none
     * @param deviceNodes the device files that a container needs beside those of its cards, such as /dev/nvidiactl
     */
    record Observed(
            @Nullable String installedVersion,
            @Nullable String loadedVersion,
            boolean open,
            boolean vfio,
            boolean persistence,
            List<Device> devices,
            List<String> deviceNodes) {

        public Observed {
            devices = List.copyOf(devices);
            deviceNodes = List.copyOf(deviceNodes);
        }
    }

    /**
     * @param node the card's own device file, such as /dev/nvidia0; null when it is bound to vfio-pci
     */
    record Device(
            int index,
            String uuid,
            String model,
            ByteSize memory,
            String pci,
            @Nullable String node) {}
}
