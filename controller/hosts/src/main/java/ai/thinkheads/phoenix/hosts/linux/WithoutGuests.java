package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.util.Map;

/** For a machine that is to have pools, datasets, bridges and storages and no containers. */
public final class WithoutGuests implements LinuxGuests {

    private final GuestShell shell;

    public WithoutGuests(LinuxGround ground) {
        this.shell = new HostShell(ground);
    }

    private static HostException unsupported() {
        return new HostException(
                HostException.Cause.UNSUPPORTED, "this host is opened without what runs containers on it");
    }

    @Override
    public boolean runsContainers() {
        return false;
    }

    @Override
    public Guests<ContainerConfig, ContainerConfig.MountPoint> containers() {
        throw unsupported();
    }

    @Override
    public Templates templates() {
        throw unsupported();
    }

    @Override
    public GuestShell shell() {
        return shell;
    }

    @Override
    public Map<Integer, Guests.Observed<ContainerConfig>> readContainers(Survey survey) {
        return Map.of();
    }

    @Override
    public Map<String, Templates.Observed> readTemplates(Survey survey) {
        return Map.of();
    }
}
