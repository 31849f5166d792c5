package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import org.jspecify.annotations.Nullable;

/** What all calls work on. */
record Ground(
        SimulatedHost host,
        HostClock clock,
        Access access,
        ApiTasks tasks,
        GuestBook book,
        String node,
        Release release) {

    HostState state() {
        return host.console().state();
    }

    /** A guest of that kind; null when there is none. */
    Guests.@Nullable Observed<? extends GuestConfig> find(Flavour flavour, int vmid) {
        HostState now = state();
        return flavour.isContainer()
                ? now.containers().get(vmid)
                : now.virtualMachines().get(vmid);
    }

    Guests.Observed<? extends GuestConfig> guest(Flavour flavour, int vmid) {
        Guests.Observed<? extends GuestConfig> found = find(flavour, vmid);
        if (found == null) {
            throw ApiError.die("Configuration file 'nodes/" + node + "/" + flavour.folder() + "/" + vmid
                    + ".conf' does not exist");
        }
        return found;
    }

    /** A guest that nothing has locked. */
    Guests.Observed<? extends GuestConfig> unlocked(Flavour flavour, int vmid) {
        Guests.Observed<? extends GuestConfig> found = guest(flavour, vmid);
        if (found.lock() != null) {
            throw ApiError.die(flavour.word() + " is locked (" + found.lock() + ")");
        }
        return found;
    }

    Guests<? extends GuestConfig, ?> guests(Flavour flavour) {
        return flavour.isContainer() ? host.containers() : host.virtualMachines();
    }

    Guests<ContainerConfig, ContainerConfig.MountPoint> containers() {
        return host.containers();
    }

    Guests<VmConfig, VmConfig.Disk> machines() {
        return host.virtualMachines();
    }

    /** Refuses a number that a guest of either kind has. */
    void requireFree(int vmid) {
        HostState now = state();
        boolean container = now.containers().get(vmid) != null;
        if (container || now.virtualMachines().get(vmid) != null) {
            throw ApiError.die((container ? "CT " : "VM ") + vmid + " already exists on node '" + node + "'");
        }
    }

    /** Refuses a change of a guest that is not as the caller last saw it. */
    void requireDigest(Flavour flavour, Call call, Guests.Observed<? extends GuestConfig> guest) {
        if (call.has("digest") && !call.param("digest").equals(book().digest(guest))) {
            throw ApiError.die(
                    flavour.isContainer()
                            ? "detected modified configuration - file changed by other user? Try again."
                            : "checksum missmatch (file change by other user?)");
        }
    }
}
