package ai.thinkheads.phoenix.hosts.zfs;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** What {@code zpool}, {@code zfs} and {@code lsblk} print: read without a failure, or refused with words. */
class ZfsTextFuzz {

    @FuzzTest
    void pool_status(byte[] data) {
        ZfsText.status(text(data)).forEach(status -> {
            if (status.name().isEmpty()
                    && status.vdevs().stream().anyMatch(vdev -> vdev.devices().isEmpty())) {
                throw new AssertionError("a group without a device: " + status);
            }
        });
    }

    @FuzzTest
    void properties(byte[] data) {
        try {
            ZfsText.poolProperties(text(data));
            ZfsText.datasetProperties(text(data));
            ZfsText.version(text(data));
        } catch (HostException e) {
            if (e.getMessage().isBlank()) {
                throw new AssertionError("refused without a word", e);
            }
        }
    }

    @FuzzTest
    void marks(byte[] data) {
        Mark mark = MarkProperty.read(text(data));
        if (mark != null && !mark.equals(MarkProperty.read(MarkProperty.write(mark)))) {
            throw new AssertionError(mark + " is another when it is read again");
        }
    }

    @FuzzTest
    void disks(byte[] data) {
        try {
            Disks.parse(text(data), "/dev/disk/by-id");
        } catch (HostException e) {
            if (e.getMessage().isBlank()) {
                throw new AssertionError("refused without a word", e);
            }
        }
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }
}
