package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The containers' files on the host: reading and writing them. What the machine can do is asked for once. */
final class LxcState {

    private final LinuxGround ground;
    private volatile @Nullable LxcMachine machine;

    LxcState(LinuxGround ground) {
        this.ground = ground;
    }

    /** What the machine can do; asked again as long as LXC is missing, since a package may come. */
    LxcMachine machine() {
        LxcMachine known = machine;
        if (known == null || known.version().isEmpty()) {
            known = LxcMachine.parse(ground.commands().script(LxcMachine.SCRIPT));
            machine = known;
        }
        return known;
    }

    /** The machine, where containers can be made. */
    private LxcMachine able() {
        LxcMachine known = machine();
        if (known.version().isEmpty()) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    "LXC is not installed on this host; add lxc to spec.packages of its Hypervisor");
        }
        return known;
    }

    /** All containers by number: one command, however many there are. */
    Map<Integer, LxcListing.Entry> all() {
        return listing("").entries(machine(), LinuxHost.ONLINE);
    }

    Optional<LxcListing.Entry> find(int vmid) {
        Optional<LxcListing.Entry> own = Optional.ofNullable(listing(String.valueOf(vmid))
                .entries(machine(), LinuxHost.ONLINE)
                .get(vmid));
        // Somebody else's containers have no number of their own to look for.
        return own.isPresent() || vmid < LxcListing.FOREIGN ? own : Optional.ofNullable(all().get(vmid));
    }

    private LxcListing listing(String vmid) {
        return LxcListing.parse(
                ground.commands().script(LxcListing.SCRIPT, ground.roots().containers(), vmid));
    }

    /** Writes the file in one step; its folder is made when it is missing. */
    void write(LxcFile file) {
        String text = LxcText.write(file, able());
        String folder = LinuxRoots.confined(ground.roots().containers(), file.name());
        ground.commands().write(folder + "/config", text, "0640");
    }

    /** Removes the folder of a container, in which Phoenix keeps two files. */
    void remove(LxcFile file) {
        String folder = LinuxRoots.confined(ground.roots().containers(), file.name());
        ground.commands()
                .script(
                        "cd \"$1\" 2>/dev/null || exit 0; rm -f -- start.log config.?????? config && cd / && rmdir -- \"$1\"",
                        folder);
    }
}
