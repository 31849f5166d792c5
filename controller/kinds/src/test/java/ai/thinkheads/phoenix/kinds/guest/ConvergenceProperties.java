package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.container;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.feature;
import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

class ConvergenceProperties {

    /** A container's manifest, any two of which describe the same container at two times. */
    record Shape(
            int memory,
            int cores,
            int root,
            List<Integer> mounts,
            List<Integer> nics,
            String policy,
            List<String> features,
            boolean nesting) {

        String yaml() {
            return yaml(false);
        }

        /** The same, its lists the other way round. */
        String turned() {
            return yaml(true);
        }

        private String yaml(boolean turned) {
            List<String> fields = new ArrayList<>(List.of(
                    "template: debian",
                    "rootDisk: {storage: fast, size: " + root + "Gi}",
                    "memory: " + memory + "Mi",
                    "cores: " + cores,
                    "runPolicy: " + policy,
                    "features: {nesting: " + nesting + "}"));
            List<String> volumes = new ArrayList<>();
            for (int i = 0; i < mounts.size(); i++) {
                volumes.add(
                        mounts.get(i) == 0
                                ? "{name: m%d, path: /m%d, source: /srv/m%d}".formatted(i, i, i)
                                : "{name: m%d, path: /m%d, storage: fast, size: %dGi}".formatted(i, i, mounts.get(i)));
            }
            fields.add("mounts: " + (turned ? volumes.reversed() : volumes));
            fields.add("tags: " + (turned ? "[b, a]" : "[a, b]"));
            List<String> cards = new ArrayList<>();
            nics.stream()
                    .distinct()
                    .forEach(
                            nic -> cards.add("{name: eth%d, bridge: lan, address: 10.%d.0.20/24}".formatted(nic, nic)));
            fields.add("network: {interfaces: " + (turned ? cards.reversed() : cards) + "}");
            fields.add("provision: {features: "
                    + features.stream()
                            .distinct()
                            .map(name -> "{name: " + name + "}")
                            .toList() + "}");
            return container("web", fields.toArray(String[]::new));
        }
    }

    @Provide
    Arbitrary<Shape> shapes() {
        return Combinators.combine(
                        Arbitraries.integers().between(128, 4096),
                        Arbitraries.integers().between(1, 8),
                        Arbitraries.integers().between(4, 16),
                        Arbitraries.integers().between(0, 4).list().ofMaxSize(3),
                        Arbitraries.integers().between(0, 3).list().ofMaxSize(3),
                        Arbitraries.of("Running", "Stopped"),
                        Arbitraries.of("a", "b", "c").list().ofMaxSize(3),
                        Arbitraries.of(true, false))
                .as(Shape::new);
    }

    @Property(tries = 40)
    @Tag("promise-1")
    @Tag("promise-2")
    @Tag("promise-4")
    @Tag("ask-28")
    void whatever_is_wished_for_is_reached_and_stays_and_nothing_is_lost_for_it(
            @ForAll("shapes") Shape first, @ForAll("shapes") Shape second) throws IOException {
        Path root = Files.createTempDirectory("properties");
        try (GuestBed bed = new GuestBed(root)) {
            bed.apply(feature("a", "1"), feature("b", "1", "requires: [a]"), feature("c", "1", "remove: rm -f /opt/c"));
            reachedAndKept(bed, "LxcContainer/web", first.yaml(), second.yaml());
        } finally {
            delete(root);
        }
    }

    /** A virtual machine's manifest, any two of which describe the same machine at two times. */
    record Machine(int memory, int cores, int root, List<Integer> more, List<Integer> nics, String policy) {

        String yaml() {
            return yaml("image: noble");
        }

        /** The same as a clone of a template that is there. */
        String cloned() {
            return yaml("cloneFrom: {name: base}");
        }

        private String yaml(String origin) {
            List<String> disks = new ArrayList<>(List.of("{name: root, storage: fast, size: " + root + "Gi}"));
            for (int i = 0; i < more.size(); i++) {
                disks.add("{name: d%d, storage: fast, size: %dGi}".formatted(i, more.get(i)));
            }
            List<String> cards = nics.stream()
                    .distinct()
                    .map(nic -> "{name: eth%d, bridge: lan, address: 10.%d.0.30/24}".formatted(nic, nic))
                    .toList();
            return GuestBed.guest(
                    "VirtualMachine",
                    "vm",
                    origin,
                    "memory: " + memory + "Mi",
                    "cores: " + cores,
                    "disks: " + disks,
                    "network: {interfaces: " + cards + "}",
                    "runPolicy: " + policy);
        }
    }

    @Provide
    Arbitrary<Machine> machines() {
        return Combinators.combine(
                        Arbitraries.integers().between(512, 4096),
                        Arbitraries.integers().between(1, 8),
                        Arbitraries.integers().between(8, 16),
                        Arbitraries.integers().between(1, 4).list().ofMaxSize(3),
                        Arbitraries.integers().between(0, 3).list().ofMaxSize(3),
                        Arbitraries.of("Running", "Stopped"))
                .as(Machine::new);
    }

    @Property(tries = 40)
    @Tag("promise-1")
    @Tag("promise-2")
    @Tag("promise-4")
    void whatever_is_wished_for_of_a_machine_is_reached_and_stays_and_nothing_is_lost_for_it(
            @ForAll("machines") Machine first, @ForAll("machines") Machine second) throws IOException {
        Path root = Files.createTempDirectory("properties");
        try (GuestBed bed = new GuestBed(root)) {
            reachedAndKept(bed, "VirtualMachine/vm", first.yaml(), second.yaml());
        } finally {
            delete(root);
        }
    }

    @Property(tries = 40)
    @Tag("promise-1")
    @Tag("promise-2")
    @Tag("promise-4")
    void whatever_is_wished_for_of_a_clone_is_reached_and_stays_and_nothing_is_lost_for_it(
            @ForAll("machines") Machine first, @ForAll("machines") Machine second) throws IOException {
        Path root = Files.createTempDirectory("properties");
        try (GuestBed bed = new GuestBed(root)) {
            bed.apply(GuestBed.guest(
                    "VirtualMachine",
                    "base",
                    "image: noble",
                    "isTemplate: true",
                    "disks: [{name: root, storage: fast, size: 8Gi}]"));
            bed.converge("VirtualMachine/base");
            reachedAndKept(bed, "VirtualMachine/vm", first.cloned(), second.cloned());
            assertThat(bed.plan("VirtualMachine/base")).isEmpty();
        } finally {
            delete(root);
        }
    }

    private static void reachedAndKept(GuestBed bed, String key, String first, String second) {
        bed.apply(first);
        bed.converge(key);
        assertThat(bed.lookAgain().plan(key)).isEmpty();

        bed.apply(second);
        assertThat(bed.assess(key).plan().steps())
                .filteredOn(step -> step.effect().compareTo(Effect.REPLACE) >= 0)
                .extracting(Step::consent)
                .doesNotContainNull();
        bed.driver.changes.clear();
        bed.converge(key);

        assertThat(bed.driver.changes).doesNotContain("destroy", "destroyUnused", "deleteSnapshot");
        assertThat(bed.plan(key)).isEmpty();
        assertThat(bed.lookAgain().plan(key)).isEmpty();
        assertThat(bed.loseState().plan(key)).isEmpty();
    }

    /** What is a set in the world may be written in any order. */
    @Property(tries = 40)
    @Tag("promise-1")
    void the_order_of_mounts_cards_and_tags_in_a_manifest_is_no_difference(@ForAll("shapes") Shape shape)
            throws IOException {
        Path root = Files.createTempDirectory("properties");
        try (GuestBed bed = new GuestBed(root)) {
            bed.apply(feature("a", "1"), feature("b", "1", "requires: [a]"), feature("c", "1"), shape.yaml());
            bed.converge("LxcContainer/web");

            bed.apply(shape.turned());

            assertThat(bed.lookAgain().plan("LxcContainer/web")).isEmpty();
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
