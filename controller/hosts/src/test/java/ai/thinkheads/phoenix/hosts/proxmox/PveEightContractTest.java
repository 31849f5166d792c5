package ai.thinkheads.phoenix.hosts.proxmox;

/** The same with Proxmox VE 8.4, which knows fewer parameters and has other privileges. */
class PveEightContractTest extends PveContractTest {

    @Override
    String version() {
        return "8.4.2";
    }
}
