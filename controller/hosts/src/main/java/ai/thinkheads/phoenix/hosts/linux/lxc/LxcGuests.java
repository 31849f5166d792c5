package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.linux.LinuxGuests;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.util.HashMap;
import java.util.Map;

/** Containers on a plain host, by LXC. */
public final class LxcGuests implements LinuxGuests {

    private final LxcState state;
    private final LxcContainers containers;
    private final LxcTemplates templates;
    private final LxcShell shell;

    public LxcGuests(LinuxGround ground) {
        this.state = new LxcState(ground);
        this.containers = new LxcContainers(ground, state);
        this.templates = new LxcTemplates(ground);
        this.shell = new LxcShell(ground, state);
    }

    @Override
    public Guests<ContainerConfig, ContainerConfig.MountPoint> containers() {
        return containers;
    }

    @Override
    public Templates templates() {
        return templates;
    }

    @Override
    public GuestShell shell() {
        return shell;
    }

    @Override
    public Map<Integer, Guests.Observed<ContainerConfig>> readContainers(Survey survey) {
        Map<Integer, Guests.Observed<ContainerConfig>> all = new HashMap<>();
        state.all().forEach((vmid, entry) -> all.put(vmid, entry.observed()));
        return all;
    }

    @Override
    public Map<String, Templates.Observed> readTemplates(Survey survey) {
        return templates.readAll(survey.storages());
    }
}
