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
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** What holds for the planners of software, files, cards and secrets, whatever is wished for. */
class SoftwareProperties {

    private static final List<String> KEYS = List.of(
            "Feature/tuning",
            "Hypervisor/lab",
            "ZfsPool/tank",
            "ZfsDataset/library",
            "StoragePool/files",
            "LxcTemplate/debian",
            "CloudImage/noble",
            "GpuDriver/nvidia",
            "Secret/token");

    private static final String GROUND = """
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: ZfsPool
            metadata: {name: tank}
            spec: {vdevs: [{type: stripe, devices: [/dev/disk/by-id/a]}]}
            ---
            apiVersion: phoenix.thinkheads.ai/v1alpha1
            kind: ZfsDataset
            metadata: {name: library}
            spec: {pool: tank}
            """;

    /** Software of a machine as somebody wants it at one time. */
    record Wish(
            String driver,
            boolean persistence,
            String module,
            String distribution,
            String image,
            int feature,
            boolean tuned,
            Set<String> packages,
            Set<String> keys,
            Set<String> content) {

        List<String> manifests() {
            return List.of(
                    """
                    kind: Feature
                    metadata: {name: tuning}
                    spec:
                      scope: Host
                      version: "%d"
                      check: test "$(cat /etc/tuning)" = "$PHOENIX_VERSION"
                      install: echo "$PHOENIX_VERSION" > /etc/tuning
                      remove: rm -f /etc/tuning
                    """.formatted(feature),
                    TestBed.HYPERVISOR + "  packages: " + packages + "\n"
                            + (tuned ? "  features: [{name: tuning}]\n" : ""),
                    """
                    kind: StoragePool
                    metadata: {name: files}
                    spec: {type: dir, target: {dataset: library}, content: %s}
                    """.formatted(content),
                    """
                    kind: LxcTemplate
                    metadata: {name: debian}
                    spec: {source: {bootstrap: {distribution: %s}}, storage: files}
                    """.formatted(distribution),
                    """
                    kind: CloudImage
                    metadata: {name: noble}
                    spec: {url: "https://example.org/%s.img", storage: files, sha256: "%s"}
                    """.formatted(image, "0".repeat(64)),
                    """
                    kind: GpuDriver
                    metadata: {name: nvidia}
                    spec: {vendor: nvidia, version: %s, persistence: %s, kernelModule: %s}
                    """.formatted(driver, persistence, module),
                    "kind: Secret\nmetadata: {name: token}\nspec:\n  valueFrom:\n"
                            + String.join(
                                    "",
                                    keys.stream()
                                            .map(each -> "    " + each + ": {generate: {length: 16}}\n")
                                            .toList()));
        }
    }

    @Provide
    Arbitrary<Wish> wishes() {
        Arbitrary<Wish> some = Combinators.combine(
                        Arbitraries.of("580.76.05", "570.10.1"),
                        Arbitraries.of(true, false),
                        Arbitraries.of("Open", "Proprietary"),
                        Arbitraries.of("debian", "alpine"),
                        Arbitraries.of("noble", "jammy"),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of(true, false),
                        Arbitraries.of("chrony", "nvtop", "htop").set())
                .as((driver, persistence, module, distribution, image, feature, tuned, packages) -> new Wish(
                        driver,
                        persistence,
                        module,
                        distribution,
                        image,
                        feature,
                        tuned,
                        packages,
                        Set.of("a"),
                        Set.of("vztmpl", "import")));
        return Combinators.combine(
                        some,
                        Arbitraries.of("a", "b", "c").set().ofMinSize(1),
                        Arbitraries.of("iso", "snippets", "images").set())
                .as((wish, keys, content) -> new Wish(
                        wish.driver,
                        wish.persistence,
                        wish.module,
                        wish.distribution,
                        wish.image,
                        wish.feature,
                        wish.tuned,
                        wish.packages,
                        keys,
                        and(content)));
    }

    /** What templates and images need, and some more. */
    private static Set<String> and(Set<String> more) {
        Set<String> all = new java.util.TreeSet<>(more);
        all.addAll(Set.of("vztmpl", "import"));
        return all;
    }

    @Property(tries = 60)
    @Tag("promise-1")
    @Tag("promise-2")
    void once_a_plan_is_carried_out_nothing_is_left_to_plan_and_nothing_grave_went_unasked(
            @ForAll("wishes") Wish first, @ForAll("wishes") Wish second) throws IOException {
        Path root = Files.createTempDirectory("software");
        try (TestBed bed = new TestBed(root)) {
            bed.apply(GROUND.split("---\n"));
            for (Wish wish : List.of(first, second, first)) {
                bed.apply(wish.manifests().toArray(String[]::new));
                for (String key : KEYS) {
                    assertThat(bed.assess(key).plan().steps())
                            .as(key)
                            .filteredOn(step -> step.effect().compareTo(Effect.REPLACE) >= 0)
                            .extracting(Step::consent)
                            .doesNotContainNull();
                    bed.converge(key);
                }
                bed.lookAgain();
                KEYS.forEach(key -> assertThat(bed.plan(key)).as(key).isEmpty());
            }
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
