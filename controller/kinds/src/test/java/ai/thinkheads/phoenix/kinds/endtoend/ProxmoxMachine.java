package ai.thinkheads.phoenix.kinds.endtoend;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.time.SimulationClock;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.proxmox.PveNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A machine, whose time is that of whichever controller is at work. It answers when all is done, but where it takes its time: then
 * its tasks go on beside the controller's own.
 */
final class ProxmoxMachine implements HostClock, AutoCloseable {

    /** Who the driver is where it is not root. */
    static final String USER = "phoenix@pve";

    /** A storage for templates, and one on it. */
    static final String LIBRARY = """
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: StoragePool
        metadata: {name: library}
        spec: {type: dir, target: {path: /srv/library}, content: [vztmpl, import]}
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: LxcTemplate
        metadata: {name: debian}
        spec:
          storage: library
          source:
            url: https://example.org/debian-13.tar.zst
            sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        """;

    /** A bit of everything. */
    static final String SET = """
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: NetworkBridge
        metadata: {name: vmbr1}
        spec: {address: 10.1.0.1/24}
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: StoragePool
        metadata: {name: thin}
        spec: {type: lvmthin, target: {volumeGroup: pve, thinPool: data}, content: [rootdir, images]}
        """ + LIBRARY + """
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: LxcContainer
        metadata: {name: base}
        spec:
          vmid: 900
          template: debian
          isTemplate: true
          cores: 2
          memory: 1Gi
          rootDisk: {storage: thin, size: 8Gi}
          features: {nesting: true, keyctl: true}
          network: {interfaces: [{bridge: vmbr1}]}
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: LxcContainer
        metadata: {name: web}
        spec:
          vmid: 101
          cloneFrom: {name: base}
          cores: 4
          memory: 2Gi
          swap: 512Mi
          features: {nesting: true, keyctl: true}
          tags: [shop]
          description: The shop.
          dns: {servers: [1.1.1.1], searchDomain: lab.internal}
          network: {interfaces: [{bridge: vmbr1, address: 10.1.0.11/24, gateway: 10.1.0.1, firewall: true}]}
          mounts: [{name: data, path: /data, storage: thin, size: 4Gi}]
          startup: {onBoot: true, order: 2}
          rawConfig: ["lxc.cap.drop: sys_rawio"]
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: LxcContainer
        metadata: {name: db}
        spec:
          vmid: 102
          template: debian
          rootDisk: {storage: thin, size: 16Gi}
          network: {interfaces: [{bridge: vmbr1, address: 10.1.0.12/24}]}
          features: {nesting: true}
          devices: [{path: /dev/fuse}]
          runPolicy: Stopped
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: CloudImage
        metadata: {name: noble}
        spec:
          storage: library
          url: https://example.org/noble.img
          sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
        ---
        apiVersion: phoenix.thinkheads.ai/v1alpha1
        kind: VirtualMachine
        metadata: {name: builder}
        spec:
          vmid: 200
          image: noble
          cores: 4
          memory: 4Gi
          agent: false
          disks:
            - {name: root, storage: thin, size: 32Gi}
            - {name: cache, storage: thin, size: 8Gi}
          cloudInit: {user: ops, sshKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample ops]}
          network: {interfaces: [{bridge: vmbr1, address: 10.1.0.20/24, gateway: 10.1.0.1}]}
          runPolicy: Stopped
        """;

    final PveNode node;
    private final ThreadLocal<Duration> waited = ThreadLocal.withInitial(() -> Duration.ZERO);
    private final ThreadLocal<@Nullable Integer> bornIn = new ThreadLocal<>();
    private Duration before = Duration.ZERO;
    private @Nullable Controller controller;

    ProxmoxMachine() {
        this(HypervisorSpec.Simulated.Latency.NONE);
    }

    ProxmoxMachine(HypervisorSpec.Simulated.Latency latency) {
        boolean slow = latency == HypervisorSpec.Simulated.Latency.REALISTIC;
        node = new PveNode(this, slow ? this::beside : Runnable::run, latency);
        node.host().person().putFile("/dev/fuse", "");
    }

    private void beside(Runnable task) {
        Controller now = Objects.requireNonNull(controller);
        int life = node.boots();
        now.scheduler.execute("task of the machine", () -> {
            bornIn.set(life);
            try {
                task.run();
            } catch (PowerCut e) {
                // As with a process whose machine goes down: nothing of it is left, and nobody is told.
                return;
            } finally {
                bornIn.remove();
            }
        });
    }

    /** What a task meets when it wakes up after the power was cut. */
    private static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public Instant now() {
        return Instant.parse("2026-01-01T00:00:00Z").plus(elapsed());
    }

    @Override
    public Duration elapsed() {
        Controller now = controller;
        return before.plus(now == null ? Duration.ZERO : now.clock.elapsed()).plus(waited.get());
    }

    /** What answers at once keeps nobody else from work: it waits in a time of its own. */
    @Override
    public void sleep(Duration duration) {
        try {
            Objects.requireNonNull(controller).scheduler.sleep(duration);
            Integer life = bornIn.get();
            if (life != null && life != node.boots()) {
                throw new PowerCut();
            }
        } catch (IllegalStateException | NullPointerException e) {
            waited.set(waited.get().plus(duration));
        }
    }

    /** The Hypervisor with a token of root's. */
    String hypervisor() {
        return hypervisor(PveNode.TOKEN);
    }

    String hypervisor(String token) {
        return """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Hypervisor
            metadata: {name: pve}
            spec: {driver: proxmox, endpoint: "%s", credentials: {name: api}, shell: {type: local}}
            """.formatted(node.endpoint()) + secret(token);
    }

    /** The Secret with what lets the driver in. */
    String secret(String token) {
        return """
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: Secret
            metadata: {name: api}
            spec: {stringData: {token: "%s", fingerprint: "%s"}}
            """.formatted(token, node.fingerprint());
    }

    /** Makes the user that the page about Proxmox tells to make. */
    void addUser() {
        node.call("POST", "/access/users", "userid", USER, "password", "longenough");
        give("/", "Administrator");
    }

    void give(String path, String role) {
        node.call("PUT", "/access/acl", "path", path, "roles", role, "users", USER);
    }

    void take(String path, String role) {
        node.call("PUT", "/access/acl", "path", path, "roles", role, "users", USER, "delete", "1");
    }

    /** A new token of that user, which may do all that the user may. */
    String token(String name, String... more) {
        List<String> params = new ArrayList<>(List.of("privsep", "0"));
        params.addAll(List.of(more));
        String said = node.call("POST", "/access/users/" + USER + "/token/" + name, params.toArray(String[]::new));
        return USER + "!" + name + "=" + said.replaceFirst("(?s).*value=([0-9a-f-]+).*", "$1");
    }

    void removeToken(String name) {
        node.call("DELETE", "/access/users/" + USER + "/token/" + name);
    }

    Controller controller() {
        before = elapsed();
        Controller fresh = new Controller(new SimulationClock(), node::driver, Map.of());
        controller = fresh;
        return fresh;
    }

    HostState state() {
        return node.host().console().state();
    }

    Set<Integer> guests() {
        HostState now = state();
        Set<Integer> all = new TreeSet<>(now.containers().keySet());
        all.addAll(now.virtualMachines().keySet());
        return all;
    }

    /** As the driver reads it. */
    HostState read() {
        try (var host = node.open(true)) {
            return host.read();
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
