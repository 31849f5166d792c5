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
        return entries(listing(""));
    }

    Optional<LxcListing.Entry> find(int vmid) {
        Optional<LxcListing.Entry> own =
                Optional.ofNullable(entries(listing(String.valueOf(vmid))).get(vmid));
        // Somebody else's containers have no number of their own to look for.
        return own.isPresent() || vmid < LxcListing.FOREIGN ? own : Optional.ofNullable(all().get(vmid));
    }

    private Map<Integer, LxcListing.Entry> entries(LxcListing listing) {
        return listing.entries(ground.roots().containers(), machine(), LinuxHost.ONLINE);
    }

    private LxcListing listing(String vmid) {
        return LxcListing.parse(
                ground.commands().script(LxcListing.SCRIPT, ground.roots().containers(), vmid));
    }

    /** Writes the file in one step; its folder is made when it is missing. */
    void write(LxcFile file) {
        String text = LxcText.write(file, able());
        String path = LinuxRoots.confined(ground.roots().containers(), file.name()) + "/config";
        ground.commands().write(path, text, file.adopted() == null ? "0640" : mode(path));
    }

    /** Gives an adopted container's file back: what LXC reads in it, without the comment of Phoenix. */
    void release(LxcFile file) {
        String path = LinuxRoots.confined(ground.roots().containers(), file.name()) + "/config";
        ground.commands().write(path, LxcForeign.body(file, able()), mode(path));
    }

    /** Somebody else's file stays readable for whom it was. */
    private String mode(String path) {
        return ground.commands().script("stat -c %a -- \"$1\"", path).strip();
    }

    /** Removes the folder of a container, in which Phoenix keeps two files. */
    void remove(LxcFile file) {
        String folder = LinuxRoots.confined(ground.roots().containers(), file.name());
        ground.commands()
                .script(
                        "cd \"$1\" 2>/dev/null || exit 0; rm -f -- start.log config.?????? config && cd / && rmdir -- \"$1\"",
                        folder);
    }

    static void requireStopped(LxcListing.Entry entry, String what) {
        if (entry.running() != null) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "container " + entry.observed().vmid() + " is running and cannot be " + what + "; stop it first");
        }
    }

    void change(int vmid, @Nullable String digest, java.util.function.Consumer<LxcListing.Entry> work) {
        ground.tally().change(() -> {
            LxcListing.Entry entry = present(vmid);
            if (digest != null && !digest.equals(entry.observed().digest().text())) {
                throw new HostException(
                        HostException.Cause.CONFLICT,
                        "the configuration of container " + vmid + " was changed by somebody since it was read");
            }
            work.accept(entry);
        });
    }

    LxcListing.Entry present(int vmid) {
        return find(vmid)
                .orElseThrow(() ->
                        new HostException(HostException.Cause.NOT_FOUND, "container " + vmid + " does not exist"));
    }

    /** What Phoenix keeps about it; somebody else's container is left alone. */
    static LxcFile own(LxcListing.Entry entry) {
        LxcFile file = entry.file();
        String obstacle = entry.observed().obstacle();
        if (obstacle != null) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "container '" + entry.folder() + "' (" + entry.observed().vmid() + ") is left alone: " + obstacle);
        }
        if (file == null) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    "container '" + entry.folder()
                            + "' was made by somebody else, and its file is theirs; adopt it first (phoenixctl adopt)");
        }
        return file;
    }

    /** The same for what Phoenix does with volumes that it made itself. */
    static LxcFile made(LxcListing.Entry entry, String what) {
        LxcFile file = free(entry);
        if (file.adopted() != null) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    "container " + file.vmid() + " was adopted, and its root file system is LXC's own; it cannot be "
                            + what + " by Phoenix");
        }
        return file;
    }

    static LxcFile free(LxcListing.Entry entry) {
        LxcFile file = own(entry);
        if (file.lock() != null) {
            throw new HostException(
                    HostException.Cause.LOCKED,
                    "container " + file.vmid() + " is only half made (" + file.lock()
                            + "); it is cleaned up and made again");
        }
        return file;
    }
}
