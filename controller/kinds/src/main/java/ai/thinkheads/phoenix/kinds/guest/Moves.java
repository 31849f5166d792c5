package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans that volumes go to another storage. What is copied stays where it was as well, as an unused volume, until somebody agrees
 * to its destruction. A container has to stand still meanwhile; while it runs, its moves wait for its next restart.
 */
final class Moves {

    private Moves() {}

    /** Why volumes of that guest cannot be moved; null when they can. */
    static <C extends GuestConfig> @Nullable String obstacle(Course<C, ?> course, Base<C> base) {
        if (!course.sight.capabilities().movesVolumes()) {
            return "Hypervisor/" + course.wish.hypervisor() + " does not move volumes";
        }
        if (base.template()) {
            return "the volumes of a template stay where its clones look for them";
        }
        if (!base.snapshots().isEmpty()) {
            return "snapshots do not move with a volume, and " + course.guest() + " has "
                    + String.join(
                            ", ",
                            base.snapshots().stream().map(Guests.Snapshot::name).toList());
        }
        return null;
    }

    /**
     * @param what in words, such as {@code the root disk}
     */
    static <C extends GuestConfig, D> void plan(
            Course<C, D> course, Base<C> base, String field, String what, String slot, String from, String to) {
        boolean container = course.shape.kind() == GuestKind.CONTAINER;
        GuestStep.Move<C, D> move = new GuestStep.Move<>(
                course.words(
                        field,
                        "move " + what + " from storage " + from + " to " + to + ", leaving the old volume unused",
                        container && base.running() ? Effect.RESTART : Effect.ONLINE,
                        null,
                        to),
                slot,
                to);
        if (container && base.running()) {
            course.waitForStop(move);
        } else {
            course.add(move);
        }
    }

    /** Says what still waits for the guest to stand still. */
    static <C extends GuestConfig, D> void tell(Course<C, D> course) {
        List<String> waiting =
                course.waiting().stream().map(GuestStep.Move::action).toList();
        if (!waiting.isEmpty()) {
            course.find(
                    Conditions.RESTART_REQUIRED,
                    "MoveWaits",
                    String.join("; ", waiting) + ": this is done while " + course.guest()
                            + " stands still; restart it: phoenixctl restart " + course.wish.name(),
                    true);
        }
    }
}
