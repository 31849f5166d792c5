package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.HostException;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What {@code lxc-ls}, {@code lxc-info} and the files of containers say: read without a failure, or refused with words. */
class LxcTextFuzz {

    private static final LxcMachine MACHINE = LxcMachine.parse(
            "version 5.0.2\ntype tmpfs\nv2 \nv1 memory cpu cpuset pids devices freezer \nswap yes\napparmor \n");

    @FuzzTest
    void listings(byte[] data) {
        try {
            LxcListing.parse(text(data))
                    .entries("/var/lib/lxc", MACHINE, Set.of(GuestField.MEMORY))
                    .forEach((vmid, entry) -> {
                        if (entry.observed().vmid() != vmid) {
                            throw new AssertionError("listed under " + vmid + ": " + entry);
                        }
                    });
        } catch (HostException e) {
            refused(e);
        }
    }

    @FuzzTest
    void files(byte[] data) {
        LxcFile file;
        String written;
        try {
            file = LxcText.parse("web", text(data), MACHINE).file();
            if (file == null) {
                return;
            }
            written = LxcText.write(file, MACHINE);
        } catch (HostException e) {
            refused(e);
            return;
        }
        LxcFile again = LxcText.parse("web", written, MACHINE).file();
        if (again == null || again.vmid() != file.vmid()) {
            throw new AssertionError(file + " becomes " + again);
        }
    }

    @FuzzTest
    void machines(byte[] data) {
        try {
            LxcMachine.parse(text(data));
        } catch (HostException e) {
            refused(e);
        }
    }

    private static void refused(HostException e) {
        if (e.getMessage().isBlank()) {
            throw new AssertionError("refused without a word", e);
        }
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }
}
