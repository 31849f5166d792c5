package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.cli.wire.ApiClient;
import ai.thinkheads.phoenix.cli.wire.ApiException;
import ai.thinkheads.phoenix.cli.wire.ControllerUnreachable;
import ai.thinkheads.phoenix.cli.wire.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real controller, killed with {@code SIGKILL} again and again while clients write, delete and read: what was acknowledged to one
 * of them is in the store when the next controller answers. {@code Kills [TIMES]}.
 */
public final class Kills {

    private static final String FEATURES = ApiClient.GROUP + "/features";
    private static final int CLIENTS = 8;
    private static final int NAMES_EACH = 6;
    private static final int MOST_WRITES = 80;
    private static final Duration START = Duration.ofSeconds(60);

    private final Path state;
    private final Path log;
    private final Random random = new Random(7);
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final List<Client> clients = new ArrayList<>();
    private long newest;
    private int early;

    private Kills(Path folder) {
        this.state = folder.resolve("state");
        this.log = folder.resolve("controller.log");
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(i));
        }
    }

    /**
     * What was found.
     *
     * @param kills how often a controller was killed
     * @param early how many of them before it answered
     * @param acknowledged writes of the clients
     * @param wrong what was not as acknowledged
     */
    record Findings(int kills, int early, long acknowledged, List<String> wrong) {
        @Override
        public String toString() {
            return kills + " controllers killed with SIGKILL, " + early + " of them while they started; " + acknowledged
                    + " writes of " + CLIENTS + " clients acknowledged, " + wrong.size() + " not as acknowledged";
        }
    }

    /** The program. */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Findings findings = run(args.length > 0 ? Integer.parseInt(args[0]) : 100);
        findings.wrong().forEach(out::println);
        out.println(findings);
        System.exit(findings.wrong().isEmpty() ? 0 : 1);
    }

    /** Kills so many controllers, one after the other, over one state directory. */
    static Findings run(int times) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("phoenix-kills");
        try {
            return new Kills(folder).killAll(times);
        } finally {
            try (Stream<Path> entries = Files.walk(folder)) {
                for (Path each : entries.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    private Findings killAll(int times) throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            Process controller = start();
            try {
                if (i > 0 && random.nextInt(6) == 0) {
                    Thread.sleep(Duration.ofMillis(random.nextInt(900)));
                    early++;
                } else if (!answers(controller)) {
                    wrong.add("controller " + i + " does not start: " + Files.readString(log));
                    break;
                } else {
                    compare(i);
                    write(1 + random.nextInt(MOST_WRITES), controller);
                }
            } finally {
                controller.destroyForcibly().waitFor();
            }
        }
        Process last = start();
        try {
            if (answers(last)) {
                compare(times);
            } else {
                wrong.add("the last controller does not start: " + Files.readString(log));
            }
        } finally {
            last.destroyForcibly().waitFor();
        }
        long acknowledged =
                clients.stream().mapToLong(each -> each.acknowledged).sum();
        return new Findings(times, early, acknowledged, List.copyOf(wrong));
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dguice_bytecode_gen_option=DISABLED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "ai.thinkheads.phoenix.cli.Phoenixctl",
                        "controller")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("PHOENIX_STATE_DIR", state.toString());
        return builder.start();
    }

    private ApiClient api() {
        return new ApiClient(new Endpoint.Unix(state.resolve("phoenix.sock")));
    }

    private boolean answers(Process controller) throws InterruptedException {
        long until = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < until && controller.isAlive()) {
            if (api().answers()) {
                return true;
            }
            Thread.sleep(Duration.ofMillis(20));
        }
        return false;
    }

    /** Lets all clients write at once, and kills the controller in the midst of it, soon after so many answers. */
    private void write(int answers, Process controller) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(answers);
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (client.writes(api(), wrong)) {
                    answered.countDown();
                }
            }));
        }
        if (!answered.await(START.toSeconds(), TimeUnit.SECONDS)) {
            wrong.add("the clients are not answered");
        }
        Thread.sleep(Duration.ofMillis(random.nextInt(20)));
        controller.destroyForcibly();
        for (Thread each : threads) {
            each.join();
        }
    }

    /** What is stored against what the clients were told. */
    private void compare(int kill) {
        Map<String, String> versions = new TreeMap<>();
        JsonNode list = api().get(FEATURES);
        for (JsonNode each : list.path("items")) {
            if (each.path("metadata").has("deletionTimestamp")) {
                continue;
            }
            versions.put(
                    each.path("metadata").path("name").asString(),
                    each.path("spec").path("version").asString());
        }
        long listed =
                Long.parseLong(list.path("metadata").path("resourceVersion").asString());
        long told = clients.stream().mapToLong(each -> each.newest).max().orElse(0);
        newest = Math.max(newest, told);
        if (listed < newest) {
            wrong.add("after kill " + kill + " the store is at " + listed + ", and a client was told " + newest);
        }
        for (Client client : clients) {
            client.compare(versions, kill, wrong);
        }
    }

    /** One that writes, and remembers what it was told. It alone writes its resources. */
    private static final class Client {
        private final int number;
        private final Random random;
        private final Map<String, String> told = new TreeMap<>();
        private final Set<String> deleted = new TreeSet<>();
        private long acknowledged;
        private long newest;
        private int made;
        private int version;
        private @Nullable String doubtful;
        private @Nullable String tried;

        Client(int number) {
            this.number = number;
            this.random = new Random(number);
        }

        /** Writes something; false when there was no answer. */
        boolean writes(ApiClient api, List<String> wrong) {
            boolean make = told.size() < NAMES_EACH;
            String name = make
                    ? "c" + number + "-" + ++made
                    : List.copyOf(told.keySet()).get(random.nextInt(told.size()));
            String next = !make && random.nextInt(4) == 0 ? null : "v" + ++version;
            doubtful = name;
            tried = next;
            try {
                JsonNode answer = next == null
                        ? api.delete(FEATURES + "/" + name)
                        : make
                                ? api.post(FEATURES, made(name, next))
                                : api.mergePatch(FEATURES + "/" + name, spec(next));
                newest = Math.max(
                        newest, answer.path("metadata").path("resourceVersion").asLong(0));
            } catch (ControllerUnreachable e) {
                return false;
            } catch (ApiException e) {
                wrong.add(name + " could not be written: " + e.getMessage());
                return false;
            }
            if (next == null) {
                told.remove(name);
                deleted.add(name);
            } else {
                told.put(name, next);
            }
            acknowledged++;
            doubtful = null;
            return true;
        }

        private static ObjectNode spec(String version) {
            ObjectNode node = JsonMapper.shared().createObjectNode();
            node.putObject("spec").put("version", version);
            return node;
        }

        private static ObjectNode made(String name, String version) {
            ObjectNode node = spec(version);
            node.put("apiVersion", "phoenix.thinkheads.ai/v1alpha1").put("kind", "Feature");
            node.putObject("metadata").put("name", name);
            ((ObjectNode) node.get("spec"))
                    .put("scope", "Container")
                    .put("check", "true")
                    .put("install", "true");
            return node;
        }

        /** Compares, without those that are on their way out. Afterwards, what was in doubt is known. */
        void compare(Map<String, String> stored, int kill, List<String> wrong) {
            Set<String> names = new TreeSet<>(told.keySet());
            names.addAll(deleted);
            if (doubtful != null) {
                names.add(doubtful);
            }
            for (String name : names) {
                String real = stored.get(name);
                boolean asTold = Objects.equals(real, told.get(name));
                boolean asTried = name.equals(doubtful) && Objects.equals(real, tried);
                if (!asTold && !asTried) {
                    wrong.add("after kill " + kill + " " + name + " is " + real + ", and the client was told "
                            + told.get(name) + (name.equals(doubtful) ? " and tried " + tried : ""));
                }
                if (real == null) {
                    told.remove(name);
                } else {
                    told.put(name, real);
                }
            }
            doubtful = null;
        }
    }
}
