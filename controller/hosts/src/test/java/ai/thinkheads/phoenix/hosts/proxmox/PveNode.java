package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated;
import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.simulated.Lab;
import ai.thinkheads.phoenix.hosts.simulated.ManualClock;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.ApiAnswer;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.ApiRequest;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveApi;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.PveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A simulated Proxmox VE machine named {@code pve} behind its API, by https, and its command line: what the driver's tests and
 * benchmarks run against. It is kept in memory. All that is asked of it is written down, can be answered otherwise, and its answers
 * can be lost.
 */
public final class PveNode implements AutoCloseable {

    /** What lets the driver in; not root, as no token is. */
    public static final String TOKEN = "root@pam!phoenix=secret";

    /** The password of root@pam. */
    public static final String PASSWORD = "rootpw123";

    /** What {@link #ground} makes. */
    public static final String GUESTS = "guests";

    public static final String TEMPLATE = "library:vztmpl/debian.tar.zst";
    public static final String IMAGE = "library:import/noble.qcow2";

    private static final Pattern LOCKED = Pattern.compile("is locked \\(|can't lock file|got timeout");

    private static @Nullable Path certificates;

    private final SimulatedHost host;
    private volatile PveApi api;
    private PveServer server;
    private volatile SimulatedCommands commands;
    private final HostClock clock;
    private final Executor workers;
    private volatile boolean down;
    private final AtomicInteger boots = new AtomicInteger();
    private final AtomicInteger lockErrors = new AtomicInteger();

    /** What was asked of the API. */
    public final List<ApiRequest> requests = Collections.synchronizedList(new ArrayList<>());

    /** What was run on the machine. */
    public final List<List<String>> runs = new CopyOnWriteArrayList<>();

    /** Answers in the machine's place; null for the machine's own answer. */
    public volatile Function<ApiRequest, @Nullable ApiAnswer> instead = request -> null;

    /** Whether the answer to a request is lost, after what was asked is done. */
    public volatile Predicate<ApiRequest> loses = request -> false;

    /** Whether the way to the command line is cut before a command is run. */
    public volatile Predicate<List<String>> cutsBefore = argv -> false;

    /** Whether it is cut after that, so that nobody knows how it went. */
    public volatile Predicate<List<String>> cutsAfter = argv -> false;

    /** A machine whose work is done when it is answered. */
    public PveNode() {
        this(new ManualClock());
    }

    /** The same, with that time. */
    public PveNode(HostClock clock) {
        this(clock, Runnable::run, Simulated.Latency.NONE, "9.2.11");
    }

    PveNode(HostClock clock, String version) {
        this(clock, Runnable::run, Simulated.Latency.NONE, version);
    }

    /**
     * A machine on which work may take its time.
     *
     * @param workers where its tasks run
     */
    public PveNode(HostClock clock, Executor workers, Simulated.Latency latency) {
        this(clock, workers, latency, "9.2.11");
    }

    private PveNode(HostClock clock, Executor workers, Simulated.Latency latency, String version) {
        this.clock = clock;
        this.workers = workers;
        ByteSize size = ByteSize.ofGi(1024);
        Simulated hardware = new Simulated(
                16,
                ByteSize.ofGi(4096),
                Stream.of("a", "b", "c", "d")
                        .map(each -> new Simulated.Disk("/dev/disk/by-id/" + each, size))
                        .toList(),
                List.of(new Simulated.Gpu("NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), "0000:01:00.0")),
                List.of("enp5s0", "enp6s0"),
                latency,
                List.of());
        host = SimulatedHostDriver.inMemory(clock, new Random(7)).open("pve", Lab.spec(hardware), Map.of());
        host.person().install(version);
        api = new PveApi(host, clock, new Random(3), PASSWORD, workers);
        int equals = TOKEN.indexOf('=');
        api.addToken(TOKEN.substring(0, equals), TOKEN.substring(equals + 1), false);
        commands = new SimulatedCommands(host, clock, api.guestFiles());
        try {
            server = listen(certificates(), 0);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the machine does not listen", e);
        }
    }

    private PveServer listen(Path folder, int port) throws IOException, GeneralSecurityException {
        return PveServer.start(
                this::answer, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), folder, exchange -> {});
    }

    /** From here on the machine shows the certificate that is kept in a folder; a new one when that is empty. */
    public void certificate(Path folder) {
        int port = endpoint().getPort();
        server.close();
        try {
            server = listen(folder, port);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the machine does not listen", e);
        }
    }

    /** The power is cut: nobody is answered, and what runs on the machine is over where it is. */
    public void powerOff() {
        down = true;
        boots.incrementAndGet();
        server.close();
    }

    /** The machine boots, and knows what it has kept. */
    public void powerOn() {
        int port = endpoint().getPort();
        host.person().powerCycle();
        api = new PveApi(host, clock, new Random(3), PASSWORD, workers);
        commands = new SimulatedCommands(host, clock, api.guestFiles());
        try {
            server = listen(certificates(), port);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the machine does not listen", e);
        }
        down = false;
    }

    /** How often its power was cut. */
    public int boots() {
        return boots.get();
    }

    /** From here on the machine shows the certificate that it began with. */
    public void firstCertificate() {
        try {
            certificate(certificates());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What somebody with the token asks of the API beside the driver, with parameters in pairs. */
    public String call(String method, String path, String... params) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i + 1 < params.length; i += 2) {
            all.put(params[i], params[i + 1]);
        }
        ApiAnswer answer =
                api.answer(new ApiRequest(method, path, all, Map.of("authorization", "PVEAPIToken=" + TOKEN)));
        if (answer.status() != 200) {
            throw new IllegalStateException(method + " " + path + ": " + answer);
        }
        return String.valueOf(answer.data());
    }

    /** One certificate serves all machines of a process: to make one takes a second. */
    private static synchronized Path certificates() throws IOException {
        Path known = certificates;
        if (known == null) {
            known = Files.createTempDirectory("phoenix-pve");
            Path folder = known;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
            certificates = known;
        }
        return known;
    }

    private static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("pve-ssl.p12"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // It is a temporary folder.
            return;
        }
    }

    private ApiAnswer answer(ApiRequest request) {
        requests.add(request);
        commands.settle();
        ApiAnswer other = instead.apply(request);
        ApiAnswer answer = other == null ? api.answer(request) : other;
        if (LOCKED.matcher(answer.message() + ending(answer)).find()) {
            lockErrors.incrementAndGet();
        }
        if (loses.test(request)) {
            throw new IllegalStateException("the wire was cut");
        }
        return answer;
    }

    private static String ending(ApiAnswer answer) {
        return answer.data() instanceof Map<?, ?> data && data.get("exitstatus") instanceof String exit ? exit : "";
    }

    /** Makes a pool, two storages on it, a template and an image in one of them, and a bridge. */
    public PveNode ground() {
        Mark mark = new Mark("Lab/ground", Map.of());
        host.zfsPools()
                .create(
                        "tank",
                        List.of(new ZfsPools.Vdev("mirror", List.of("/dev/disk/by-id/a", "/dev/disk/by-id/b"))),
                        12,
                        Map.of(),
                        Map.of(),
                        mark,
                        false);
        host.zfsDatasets().create("tank/guests", Map.of(), mark);
        host.zfsDatasets().create("tank/library", Map.of(), mark);
        host.storages()
                .create(new Storages.Definition(
                        GUESTS, "zfspool", Set.of("rootdir", "images"), Map.of("pool", "tank/guests", "sparse", "1")));
        host.storages()
                .create(new Storages.Definition(
                        "library",
                        "dir",
                        Set.of("vztmpl", "import", "rootdir", "images", "snippets"),
                        Map.of("path", "/tank/library")));
        host.templates().bootstrap("library", "debian.tar.zst", "debian", "trixie");
        host.templates()
                .download("library", Templates.Type.DISK_IMAGE, "noble.qcow2", "https://example.org/noble.qcow2", "00");
        host.person().setBridge(new Networks.BridgeConfig("vmbr0", List.of(), null, null, false, null, null, null));
        host.person().putFile("/dev/fuse", "");
        return this;
    }

    /** An answer in the words of a refusal. */
    public static ApiAnswer refusal(int status, String message) {
        return new ApiAnswer(status, message + "\n", null, Map.of(), Map.of());
    }

    /** The machine itself, for what people do on it. */
    public SimulatedHost host() {
        return host;
    }

    /** Its API, without the way to it. */
    public PveApi api() {
        return api;
    }

    public URI endpoint() {
        return server.endpoint();
    }

    public String fingerprint() {
        try {
            return server.fingerprint();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The certificate, as PEM. */
    String pem() throws GeneralSecurityException {
        return server.pem();
    }

    /** What goes into the Secret. */
    public Map<String, String> credentials() {
        return Map.of("token", TOKEN, "fingerprint", fingerprint());
    }

    /** How often somebody was refused, or a task failed, because of a lock. */
    public int lockErrors() {
        return lockErrors.get();
    }

    /** How many requests and commands there were. */
    public int asked() {
        return requests.size() + runs.size();
    }

    /** Something that a person runs as root on the machine. */
    public String root(String... argv) {
        Commands.Outcome outcome = commands.run(Commands.Invocation.of(argv));
        if (!outcome.ok()) {
            throw new IllegalStateException(List.of(argv) + ": " + outcome);
        }
        return outcome.stdout();
    }

    /** The driver, whose shells are this machine's command line. */
    public ProxmoxHostDriver driver(HostClock time) {
        return new ProxmoxHostDriver(time, (spec, credentials) -> new Shell());
    }

    private final class Shell implements Commands {
        @Override
        public Outcome run(Invocation invocation) {
            if (down || cutsBefore.test(invocation.argv())) {
                throw new HostException(HostException.Cause.UNREACHABLE, "no route to host");
            }
            runs.add(invocation.argv());
            Outcome outcome = commands.run(invocation);
            if (cutsAfter.test(invocation.argv())) {
                throw new HostException(HostException.Cause.UNREACHABLE, "connection reset by peer");
            }
            return outcome;
        }

        @Override
        public void close() {
            // The machine's command line is there as long as the machine.
        }
    }

    /** The host as the driver opens it. */
    public ProxmoxHost open(boolean withShell, Map<String, String> credentials) {
        return driver(clock).openNode("pve", spec(endpoint().toString(), withShell), credentials);
    }

    /** The same, with the token. */
    public ProxmoxHost open(boolean withShell) {
        return open(withShell, credentials());
    }

    /** What a manifest says of a host there. */
    public static HypervisorSpec spec(String endpoint, boolean withShell) {
        HypervisorSpec.Shell shell =
                new HypervisorSpec.Shell(HypervisorSpec.Shell.Type.LOCAL, null, null, null, null, null);
        return new HypervisorSpec(
                HypervisorSpec.Driver.PROXMOX,
                endpoint,
                null,
                null,
                withShell ? shell : null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                null,
                null,
                null);
    }

    /** Checks every request that was sent against Proxmox's own descriptions of its API, where these are at hand. */
    public void checkRequests() {
        ApiSchema.checkAll(List.copyOf(requests));
    }

    @Override
    public void close() {
        server.close();
        host.close();
    }
}
