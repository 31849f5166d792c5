package ai.thinkheads.phoenix.proof.soak;

import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.Endpoint;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Clients of a controller that never rest: editors, and watchers that are quick, slow, or gone again at once. */
final class Clients implements AutoCloseable {

    private final Path socket;
    private final int containers;
    private final AtomicLong edits = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong watches = new AtomicLong();
    private final AtomicLong resyncs = new AtomicLong();
    private final AtomicLong passing = new AtomicLong();
    /** Containers that were made on the way and are to be deleted, the oldest first. */
    private final Queue<String> guests = new ConcurrentLinkedQueue<>();

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    Clients(Path socket, int containers) {
        this.socket = socket;
        this.containers = containers;
    }

    void start() {
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            AtomicLong turns = new AtomicLong();
            run(() -> edit(random, turns));
        }
        for (int i = 0; i < 3; i++) {
            run(() -> watch(Duration.ZERO, Integer.MAX_VALUE));
            run(() -> watch(Duration.ofMillis(500), 1));
            Random random = new Random(100 + i);
            run(() -> watch(Duration.ofMillis(random.nextInt(200)), 3));
        }
        run(this::resync);
    }

    private void run(Work work) {
        threads.add(Thread.ofVirtual().start(() -> {
            while (!ended) {
                try {
                    work.once();
                } catch (IOException | RuntimeException e) {
                    if (failures.getAndIncrement() == 0) {
                        System.out.println("The first that failed: " + e);
                    }
                } catch (InterruptedException e) {
                    return;
                }
            }
        }));
    }

    /** Something that is done again and again. */
    @FunctionalInterface
    private interface Work {
        void once() throws IOException, InterruptedException;
    }

    private void edit(Random random, AtomicLong turns) throws InterruptedException {
        if (random.nextInt(20) == 0) {
            comeOrGo(turns.getAndIncrement());
        } else {
            change(random);
        }
        edits.incrementAndGet();
        Thread.sleep(Duration.ofMillis(10));
    }

    /** Of the containers that nobody else edits one is made, or the one that was made some turns ago is deleted. */
    private void comeOrGo(long turn) {
        ApiClient api = new ApiClient(new Endpoint.Unix(socket));
        String path = ApiClient.GROUP + "/lxccontainers";
        long number = passing.getAndIncrement();
        if (turn % 2 == 0) {
            ObjectNode container = JsonMapper.shared().createObjectNode();
            container.put("apiVersion", "phoenix.thinkheads.ai/v1alpha1").put("kind", "LxcContainer");
            container.putObject("metadata").put("name", "passing-" + number);
            ObjectNode spec = container.putObject("spec").put("class", "small").put("deletionPolicy", "Delete");
            spec.putObject("network")
                    .putArray("interfaces")
                    .addObject()
                    .put("bridge", "vmbr0")
                    .put("address", "dhcp");
            api.post(path, container);
            guests.add("passing-" + number);
        } else if (guests.poll() instanceof String name) {
            api.delete(path + "/" + name);
        }
    }

    private void change(Random random) {
        String path = ApiClient.GROUP + "/lxccontainers/ct-" + random.nextInt(containers);
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        ObjectNode spec = patch.putObject("spec");
        switch (random.nextInt(3)) {
            case 0 -> spec.put("memory", (256 + 64 * random.nextInt(4)) + "Mi");
            case 1 -> spec.put("description", "edit " + random.nextInt(1000));
            default ->
                patch.putObject("metadata").putObject("labels").put("round", String.valueOf(random.nextInt(100)));
        }
        if (spec.isEmpty()) {
            patch.remove("spec");
        }
        new ApiClient(new Endpoint.Unix(socket)).mergePatch(path, patch);
    }

    /** Watches all containers; reads with that pause, and goes away without a word after so many pieces. */
    private void watch(Duration pause, int pieces) throws IOException, InterruptedException {
        watches.incrementAndGet();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(("GET " + ApiClient.GROUP
                            + "/lxccontainers?watch=true&timeoutSeconds=20 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer piece = ByteBuffer.allocate(pieces == 1 ? 64 : 1 << 14);
            for (int i = 0; (i < pieces || pieces == 1) && i < 40_000 && !ended; i++) {
                piece.clear();
                if (channel.read(piece) < 0) {
                    return;
                }
                Thread.sleep(pause);
            }
        }
    }

    private void resync() throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(15));
        ObjectNode body = JsonMapper.shared().createObjectNode();
        var items = body.putArray("items");
        for (int i = 0; i < containers; i += 7) {
            items.addObject().put("kind", "LxcContainer").put("name", "ct-" + i);
        }
        new ApiClient(new Endpoint.Unix(socket)).post("/phoenix/v1/reconcile", body);
        resyncs.incrementAndGet();
    }

    long edits() {
        return edits.get();
    }

    @Override
    public String toString() {
        return edits + " edits, " + watches + " watches, " + resyncs + " resyncs, " + failures + " failed";
    }

    long failures() {
        return failures.get();
    }

    @Override
    public void close() {
        ended = true;
        threads.forEach(Thread::interrupt);
    }
}
