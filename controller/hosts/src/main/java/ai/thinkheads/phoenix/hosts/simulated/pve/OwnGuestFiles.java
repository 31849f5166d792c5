package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files of a machine that nobody keeps options of beside the model's own. */
final class OwnGuestFiles implements GuestFiles {

    private static final Pattern PATH = Pattern.compile("/etc/pve/(lxc|qemu-server)/(\\d{1,9})\\.conf");

    private final SimulatedHost host;

    OwnGuestFiles(SimulatedHost host) {
        this.host = host;
    }

    @Override
    public Map<String, String> texts(HostState state) {
        Map<String, String> all = new TreeMap<>();
        state.containers()
                .values()
                .forEach(guest -> all.put("/etc/pve/lxc/" + guest.vmid() + ".conf", GuestText.write(guest)));
        state.virtualMachines()
                .values()
                .forEach(guest -> all.put("/etc/pve/qemu-server/" + guest.vmid() + ".conf", GuestText.write(guest)));
        return all;
    }

    @Override
    public void written(String path, @Nullable String text) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches() || text == null) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    path + ": guests of the simulated machine are made and removed by its API, not by files");
        }
        int vmid = Integer.parseInt(matcher.group(2));
        GuestText file = GuestText.parse(text);
        host.person().lock(vmid, file.lock());
        host.person()
                .edit(
                        vmid,
                        config -> config instanceof ContainerConfig container
                                ? GuestOptions.container(container, file.options(), file.raw())
                                : config);
    }
}
