package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.linux.LinuxHost;
import ai.thinkheads.phoenix.hosts.linux.Machine;
import ai.thinkheads.phoenix.hosts.port.HostContractTest;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** Real containers of busybox, with their volumes in folders. */
@Tag("host")
class RealContainersTest extends HostContractTest {

    protected final Machine machine = new Machine();

    /** What the storage for containers is. */
    protected Storages.Definition guests() {
        return new Storages.Definition("guests", "dir", Set.of("rootdir"), Map.of("path", "/mnt/guests"));
    }

    @Override
    protected Ground prepare() throws Exception {
        machine.tried("ip", "link", "add", "lab0", "type", "bridge");
        machine.tried("ip", "addr", "add", "10.77.0.1/24", "dev", "lab0");
        machine.run("ip", "link", "set", "lab0", "up");
        LinuxHost host = machine.open(LxcGuests::new, null);
        host.storages().create(guests());
        host.storages()
                .create(new Storages.Definition("library", "dir", Set.of("vztmpl"), Map.of("path", "/mnt/library")));
        String template = host.templates().volumeId("library", Templates.Type.ROOTFS, "busybox.tar.gz");
        host.templates().bootstrap("library", "busybox.tar.gz", "busybox", null);
        return new Ground(host, "guests", template, "lab0");
    }

    @AfterEach
    void clear() {
        for (int vmid : List.of(901, 902, 903)) {
            host().containers().read(vmid).ifPresent(seen -> {
                host().containers().shutdown(vmid, java.time.Duration.ofSeconds(5));
                host().containers().destroy(vmid);
            });
        }
        host().close();
        machine.run(
                "rm", "-rf", "--one-file-system", "/mnt/guests", "/mnt/library", "/var/lib/phoenix-host/storages.json");
    }
}
