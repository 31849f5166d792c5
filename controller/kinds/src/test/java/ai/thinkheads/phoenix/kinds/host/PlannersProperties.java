package ai.thinkheads.phoenix.kinds.host;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.kinds.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** What holds for the planners of everything on a host that is no guest, whatever is wished for. */
class PlannersProperties {

    private static final List<String> ORDER = List.of(
            "Hypervisor/lab",
            "NetworkBridge/lan",
            "ZfsPool/tank",
            "ZfsDataset/data",
            "ZfsDataset/more",
            "StoragePool/fast");

    /** The same things, wished for in one way. */
    record Wish(
            String timezone,
            Integer mtu,
            boolean aware,
            Map<String, String> pool,
            Data data,
            Data more,
            String content) {

        List<String> manifests() {
            return List.of(
                    TestBed.HYPERVISOR + "  timezone: " + timezone + "\n",
                    """
                    kind: NetworkBridge
                    metadata: {name: lan}
                    spec: {interfaceName: vmbr0, ports: [enp5s0], address: 10.0.0.2/16, mtu: %d, vlanAware: %s}
                    """.formatted(mtu, aware),
                    """
                    kind: ZfsPool
                    metadata: {name: tank}
                    spec:
                      vdevs: [{type: mirror, devices: [/dev/disk/by-id/a, /dev/disk/by-id/b]}]
                      properties: %s
                    """.formatted(flow(pool)),
                    data.manifest("data"),
                    more.manifest("more"),
                    """
                    kind: StoragePool
                    metadata: {name: fast}
                    spec: {type: zfspool, target: {dataset: data}, content: [%s]}
                    """.formatted(content));
        }
    }

    /** A dataset's wishes. */
    record Data(int quota, int reservation, Map<String, String> properties, Integer owner, String mode) {
        String manifest(String name) {
            return """
                    kind: ZfsDataset
                    metadata: {name: %s}
                    spec:
                      pool: tank
                      quota: %dGi
                      reservation: %dGi
                      properties: %s
                      owner: {uid: %d, gid: %d}
                      mode: "%s"
                    """.formatted(name, quota, reservation, flow(properties), owner, owner, mode);
        }
    }

    private static String flow(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(each -> each.getKey() + ": \"" + each.getValue() + "\"")
                .toList()
                .toString()
                .replace('[', '{')
                .replace(']', '}');
    }

    @Provide
    Arbitrary<Wish> wishes() {
        return Combinators.combine(
                        Arbitraries.of("Europe/Berlin", "America/New_York"),
                        Arbitraries.integers().between(1280, 9000),
                        Arbitraries.of(true, false),
                        properties(),
                        data(),
                        data(),
                        Arbitraries.of("images, rootdir", "rootdir", "images"))
                .as(Wish::new);
    }

    private static Arbitrary<Map<String, String>> properties() {
        return Arbitraries.maps(
                        Arbitraries.of("compression", "atime", "sync", "logbias"),
                        Arbitraries.integers().between(0, 1))
                .map(chosen -> chosen.entrySet().stream()
                        .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, each -> switch (each.getKey()) {
                            case "compression" -> List.of("lz4", "zstd").get(each.getValue());
                            case "atime" -> List.of("on", "off").get(each.getValue());
                            case "sync" -> List.of("standard", "always").get(each.getValue());
                            default -> List.of("latency", "throughput").get(each.getValue());
                        })));
    }

    private static Arbitrary<Data> data() {
        return Combinators.combine(
                        Arbitraries.integers().between(20, 200),
                        Arbitraries.integers().between(1, 10),
                        properties(),
                        Arbitraries.of(0, 1000, 100_000),
                        Arbitraries.of("755", "0750", "700"))
                .as(Data::new);
    }

    @Property(tries = 60)
    @Tag("promise-1")
    void once_a_plan_is_carried_out_nothing_is_left_to_plan(@ForAll("wishes") Wish first, @ForAll("wishes") Wish second)
            throws IOException {
        in(bed -> {
            for (Wish wish : List.of(first, second, first)) {
                bed.apply(wish.manifests().toArray(String[]::new));
                ORDER.forEach(bed::converge);
                bed.lookAgain();
                ORDER.forEach(key -> assertThat(bed.plan(key)).as(key).isEmpty());
            }
        });
    }

    @Property(tries = 40)
    @Tag("promise-2")
    void what_would_replace_or_destroy_is_never_planned_without_asking(
            @ForAll("wishes") Wish first, @ForAll("wishes") Wish second) throws IOException {
        in(bed -> {
            bed.apply(first.manifests().toArray(String[]::new));
            ORDER.forEach(bed::converge);
            bed.apply(second.manifests().toArray(String[]::new));
            for (String key : ORDER) {
                assertThat(bed.assess(key).plan().steps())
                        .filteredOn(step -> step.effect().compareTo(Effect.REPLACE) >= 0)
                        .extracting(Step::consent)
                        .doesNotContainNull();
            }
            int ledger = bed.host().ledger().size();
            ORDER.forEach(bed::converge);
            assertThat(bed.host().ledger().subList(ledger, bed.host().ledger().size()))
                    .allMatch(each -> each.created());
        });
    }

    @Property(tries = 40)
    void the_order_in_which_manifests_come_does_not_change_what_comes_of_them(@ForAll("wishes") Wish wish)
            throws IOException {
        in(bed -> in(other -> {
            bed.apply(wish.manifests().toArray(String[]::new));
            other.apply(wish.manifests().reversed().toArray(String[]::new));
            List<String> done =
                    ORDER.stream().flatMap(key -> bed.converge(key).stream()).toList();

            assertThat(ORDER.stream().flatMap(key -> other.converge(key).stream()))
                    .containsExactlyElementsOf(done);
            assertThat(other.host().read().datasets())
                    .isEqualTo(bed.host().read().datasets());
            assertThat(other.host().read().bridges())
                    .isEqualTo(bed.host().read().bridges());
        }));
    }

    /** Something that is done on a machine of its own. */
    @FunctionalInterface
    private interface Trial {
        void on(TestBed bed) throws IOException;
    }

    private static void in(Trial trial) throws IOException {
        Path root = Files.createTempDirectory("planners");
        try (TestBed bed = new TestBed(root)) {
            trial.on(bed);
        } finally {
            delete(root);
        }
    }

    private static void delete(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
