package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.HostContractTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SimulatedHostContractTest extends HostContractTest {

    @TempDir
    Path root;

    @Override
    protected Ground prepare() {
        return new Ground(new Lab(root).ground().host(), "guests", Lab.TEMPLATE, "vmbr0");
    }
}
