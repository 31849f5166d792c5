package ai.thinkheads.phoenix.kinds.zfspool;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.hosts.port.ZfsPools.Vdev;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LayoutTest {

    private record Case(String reason, List<Vdev> desired, List<Vdev> observed, Layout layout) {
        @Override
        public String toString() {
            return reason;
        }
    }

    private static Vdev of(String type, String... devices) {
        return new Vdev(type, List.of(devices));
    }

    private static Layout same() {
        return new Layout(List.of(), List.of(), List.of(), List.of(), List.of());
    }

    private static Layout added(Vdev... vdevs) {
        return new Layout(List.of(vdevs), List.of(), List.of(), List.of(), List.of());
    }

    private static Layout replaced(String old, String replacement) {
        return new Layout(
                List.of(), List.of(new Layout.Replacement(old, replacement)), List.of(), List.of(), List.of());
    }

    private static Layout attached(List<Vdev> added, Layout.Attachment... attachments) {
        return new Layout(added, List.of(), List.of(attachments), List.of(), List.of());
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "The order of disks in a group does not matter.",
                        List.of(of("mirror", "a", "b")),
                        List.of(of("mirror", "b", "a")),
                        same()),
                new Case(
                        "A stripe of two disks is two groups of one.",
                        List.of(of("stripe", "a", "b")),
                        List.of(of("stripe", "b"), of("stripe", "a")),
                        same()),
                new Case(
                        "raidz and raidz1 are the same.",
                        List.of(of("raidz1", "a", "b", "c")),
                        List.of(of("raidz", "a", "b", "c")),
                        same()),
                new Case(
                        "A pool of mirrors grows by a mirror.",
                        List.of(of("mirror", "a", "b"), of("mirror", "c", "d")),
                        List.of(of("mirror", "a", "b")),
                        added(of("mirror", "c", "d"))),
                new Case(
                        "A pool of single disks grows by a disk.",
                        List.of(of("stripe", "a", "b")),
                        List.of(of("stripe", "a")),
                        added(of("stripe", "b"))),
                new Case(
                        "Another disk in the same mirror is a replacement.",
                        List.of(of("mirror", "a", "c")),
                        List.of(of("mirror", "a", "b")),
                        replaced("b", "c")),
                new Case(
                        "Another disk in the same raidz beside a new group is a replacement and a growth.",
                        List.of(of("raidz1", "a", "x", "c"), of("raidz1", "d", "e", "f")),
                        List.of(of("raidz1", "a", "b", "c")),
                        new Layout(
                                List.of(of("raidz1", "d", "e", "f")),
                                List.of(new Layout.Replacement("b", "x")),
                                List.of(),
                                List.of(),
                                List.of())),
                new Case(
                        "A mirror gets a third disk.",
                        List.of(of("mirror", "a", "b", "c")),
                        List.of(of("mirror", "a", "b")),
                        attached(List.of(), new Layout.Attachment("a", "c"))),
                new Case(
                        "A single disk becomes a mirror.",
                        List.of(of("mirror", "a", "b")),
                        List.of(of("stripe", "a")),
                        attached(List.of(), new Layout.Attachment("a", "b"))),
                new Case(
                        "Two single disks become two mirrors.",
                        List.of(of("mirror", "a", "c"), of("mirror", "b", "d")),
                        List.of(of("stripe", "a"), of("stripe", "b")),
                        attached(List.of(), new Layout.Attachment("a", "c"), new Layout.Attachment("b", "d"))),
                new Case(
                        "A single disk becomes a mirror, and a second mirror is added.",
                        List.of(of("mirror", "a", "b"), of("mirror", "c", "d")),
                        List.of(of("stripe", "a")),
                        attached(List.of(of("mirror", "c", "d")), new Layout.Attachment("a", "b"))),
                new Case(
                        "The only disk of a pool is replaced.",
                        List.of(of("stripe", "b")),
                        List.of(of("stripe", "a")),
                        replaced("a", "b")),
                new Case(
                        "Spares, logs and caches come and go.",
                        List.of(of("mirror", "a", "b"), of("spare", "s2"), of("cache", "c1")),
                        List.of(of("mirror", "a", "b"), of("spare", "s1"), of("log", "l1")),
                        new Layout(
                                List.of(of("spare", "s2"), of("cache", "c1")),
                                List.of(),
                                List.of(),
                                List.of(new Layout.Removal("spare", "s1"), new Layout.Removal("log", "l1")),
                                List.of())));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void layouts_are_compared(Case each) {
        assertThat(Layout.compare(each.desired(), each.observed(), false)).isEqualTo(each.layout());
    }

    static Stream<Case> obstacles() {
        return Stream.of(
                new Case(
                        "A mirror does not become a raidz.",
                        List.of(of("raidz1", "a", "b")),
                        List.of(of("mirror", "a", "b")),
                        same()),
                new Case(
                        "A group with data is not taken out.",
                        List.of(of("mirror", "a", "b")),
                        List.of(of("mirror", "a", "b"), of("mirror", "c", "d")),
                        same()),
                new Case(
                        "A mirror does not lose a disk.",
                        List.of(of("mirror", "a", "b")),
                        List.of(of("mirror", "a", "b", "c")),
                        same()),
                new Case(
                        "A mirror with other disks altogether is not the same mirror.",
                        List.of(of("mirror", "c", "d")),
                        List.of(of("mirror", "a", "b")),
                        same()),
                new Case(
                        "An unprotected disk does not join a pool of mirrors.",
                        List.of(of("mirror", "a", "b"), of("stripe", "c")),
                        List.of(of("mirror", "a", "b")),
                        same()));
    }

    @ParameterizedTest
    @MethodSource("obstacles")
    void what_only_another_pool_could_fulfil_is_an_obstacle(Case each) {
        Layout layout = Layout.compare(each.desired(), each.observed(), false);

        assertThat(layout.obstacles()).isNotEmpty();
        assertThat(layout.additions()).isEmpty();
        assertThat(layout.replacements()).isEmpty();
    }

    @Test
    void a_replacement_on_its_way_is_not_begun_again() {
        Layout layout = Layout.compare(List.of(of("mirror", "a", "c")), List.of(of("mirror", "a", "b", "c")), true);

        assertThat(layout).isEqualTo(same());
    }
}
