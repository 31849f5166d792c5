package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.port.HostContractTest;
import ai.thinkheads.phoenix.hosts.simulated.Lab;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveApi;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The driver with a shell, over the API and the command line of a simulated machine, as people meet a real one. */
class PveContractTest extends HostContractTest {

    @TempDir
    private Path directory;

    private final List<TestApi.Request> requests = Collections.synchronizedList(new ArrayList<>());
    private @Nullable PveServer server;

    @Override
    protected Ground prepare() throws Exception {
        Lab lab = new Lab(directory).ground();
        PveApi api = new PveApi(lab.host(), lab.clock(), new Random(3), "secret", Runnable::run);
        api.addToken("root@pam!phoenix", "secret", false);
        PveServer started = PveServer.start(
                api, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), directory, this::heard);
        server = started;
        Commands commands = new SimulatedCommands(lab.host(), lab.clock(), api.guestFiles());
        ProxmoxHostDriver driver = new ProxmoxHostDriver(new ProxmoxApiTest.Time(), (spec, credentials) -> commands);
        Map<String, String> credentials =
                Map.of("token", "root@pam!phoenix=secret", "fingerprint", started.fingerprint());
        ProxmoxHost host =
                driver.openNode("lab", ModelContractTest.spec(started.endpoint().toString(), true), credentials);
        return new Ground(host, "guests", "library:vztmpl/debian.tar.zst", "vmbr0");
    }

    private void heard(PveServer.Exchange exchange) {
        Map<String, List<String>> params = new LinkedHashMap<>();
        exchange.request().params().forEach((name, value) -> params.put(name, List.of(value.split("\0"))));
        requests.add(new TestApi.Request(
                exchange.request().method(),
                exchange.request().path(),
                params,
                exchange.request().headers()));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            ApiSchema.checkAll(requests);
            server.close();
        }
    }
}
