package ai.thinkheads.phoenix.kinds.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestTable;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest of which its host says that it cannot be worked on is never taken for none. */
@Tag("promise-2")
@DisplayNameGeneration(ReplaceUnderscores.class)
class UnmanageableGuestTest {

    private static final String OBSTACLE = "line 2 of /var/lib/lxc/web/config is not what Phoenix wrote";
    private static final Mark MARK = new Mark("LxcContainer/web", Map.of());

    @TempDir
    private Path root;

    @Test
    void whatever_is_still_known_of_it_no_second_one_is_made_and_the_reason_is_told() {
        refused(100, null, MARK, 100);
        refused(null, 100, MARK, 100);
        refused(null, null, MARK, 100);
        // Neither its number nor whose it is can be read any more.
        refused(100, null, MARK, 123_456_789);
        refused(null, 100, null, 100);
        refused(100, null, null, 100);
        refused(null, null, null, 123_456_789);
    }

    private void refused(@Nullable Integer wanted, @Nullable Integer known, @Nullable Mark mark, int vmid) {
        try (GuestBed bed = new GuestBed(root.resolve(wanted + "-" + known + "-" + mark + "-" + vmid))) {
            bed.apply(GuestBed.fromTemplate("web"));
            bed.converge("LxcContainer/web");
            HostState state = bed.views()
                    .view(bed.resource("LxcContainer/web"), bed.resources())
                    .state();
            Guests.Observed<ContainerConfig> web = bed.container(100);
            GuestTable<ContainerConfig> all = GuestTable.copyOf(Map.of(vmid, damaged(web, vmid, mark)));

            assertThatThrownBy(() -> GuestIdentity.find(
                            new ResourceKey("LxcContainer", "web"),
                            GuestKind.CONTAINER,
                            "web",
                            wanted,
                            known,
                            all,
                            state))
                    .isInstanceOfSatisfying(
                            ReconcileException.class,
                            e -> assertThat(e.reason()).isEqualTo("GuestUnmanageable"))
                    .hasMessageContainingAll("LxcContainer/web", "container web (" + vmid + ")", OBSTACLE);
        }
    }

    private static Guests.Observed<ContainerConfig> damaged(
            Guests.Observed<ContainerConfig> of, int vmid, @Nullable Mark mark) {
        ContainerConfig config = TestConfigs.marked(of.config(), mark);
        return new Guests.Observed<>(
                vmid,
                config,
                config,
                of.pending(),
                of.running(),
                of.frozen(),
                of.template(),
                null,
                of.digest(),
                of.snapshots(),
                of.unused(),
                of.clonedFrom(),
                of.addresses(),
                of.startedAt(),
                of.agent(),
                OBSTACLE);
    }
}
