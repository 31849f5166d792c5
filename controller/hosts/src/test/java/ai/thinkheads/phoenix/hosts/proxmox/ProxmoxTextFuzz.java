package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.HostException;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What Proxmox writes, and what people write beside it: read without a failure, and the same when written and read again. */
class ProxmoxTextFuzz {

    @FuzzTest
    void property_strings(byte[] data) {
        String text = text(data);
        for (String key : new String[] {"volume", null}) {
            Map<String, String> parts = PropertyString.parse(text, key);
            String written;
            try {
                written = PropertyString.write(parts, key);
            } catch (HostException e) {
                continue;
            }
            PropertyString.parse(written, key);
        }
    }

    @FuzzTest
    void guest_files(byte[] data) {
        GuestFile file = GuestFile.parse(text(data));
        file.next();
        file.unused();
        GuestFile.parse(GuestFile.withRaw(text(data), file.lxc()));
    }

    @FuzzTest
    void notes(byte[] data) {
        NoteMark notes = NoteMark.parse(text(data));
        NoteMark again = NoteMark.parse(notes.notes());
        if (notes.mark() != null && !notes.mark().equals(again.mark())) {
            throw new AssertionError(notes + " becomes " + again);
        }
    }

    @FuzzTest
    void sizes(byte[] data) {
        ByteSize size = Sizes.parse(text(data));
        if (size != null && !size.equals(Sizes.parse(Sizes.write(size)))) {
            throw new AssertionError(size + " becomes " + Sizes.write(size));
        }
    }

    @FuzzTest
    void interfaces(byte[] data) {
        InterfacesFile.bridges(text(data));
        InterfacesFile.touched(text(data));
    }

    @FuzzTest
    void task_names(byte[] data) {
        Tasks.Upid.parse(text(data));
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }
}
