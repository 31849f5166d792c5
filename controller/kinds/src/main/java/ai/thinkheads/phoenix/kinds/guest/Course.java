package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment.Finding;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan while it is made. */
final class Course<C extends GuestConfig, D> {

    final GuestShape<C, D> shape;
    final GuestWish<C, D> wish;
    final Sight<C> sight;
    private final List<Step> steps = new ArrayList<>();
    private final List<GuestStep.Move<C, D>> waiting = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    Course(GuestShape<C, D> shape, GuestWish<C, D> wish, Sight<C> sight) {
        this.shape = shape;
        this.wish = wish;
        this.sight = sight;
    }

    void add(GuestStep<C, D> step) {
        steps.add(step);
    }

    /** {@code container web}: the guest in messages. */
    String guest() {
        return shape.kind().word() + " " + wish.name();
    }

    /** The word that a user agrees to something with. */
    String consent(String action, String object) {
        return action + "/" + wish.name() + "/" + object;
    }

    boolean agreed(String consent) {
        return wish.consents().contains(consent);
    }

    GuestStep.Words words(String field, String action, Effect effect) {
        return words(field, action, effect, null, null);
    }

    /**
     * @param storage on which the step allocates; null for none
     */
    GuestStep.Words words(
            String field, String action, Effect effect, @Nullable String consent, @Nullable String storage) {
        List<Step.Lock> locks = new ArrayList<>();
        if (sight.vmid() != null) {
            locks.add(guestLock(sight.vmid()));
        }
        if (storage != null && sight.capabilities().storageLock()) {
            locks.add(Step.Lock.exclusive(wish.hypervisor() + "/storage/" + storage));
        }
        return new GuestStep.Words(field, action, effect, consent, locks);
    }

    Step.Lock guestLock(int vmid) {
        return Step.Lock.exclusive(wish.hypervisor() + "/guest/" + vmid);
    }

    /** Notes a move for which the guest has to stand still, which it does not. */
    void waitForStop(GuestStep.Move<C, D> move) {
        waiting.add(move);
    }

    /** The moves that wait for the guest to stand still; whoever asks lets it. */
    List<GuestStep.Move<C, D>> waiting() {
        List<GuestStep.Move<C, D>> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    void find(String type, String reason, String message, boolean blocksReady) {
        findings.add(new Finding(type, true, reason, message, blocksReady));
    }

    /** Says that something is asked for that cannot be done; the rest goes on. */
    void refuse(String field, String reason, String message) {
        find(Conditions.DEGRADED, reason, field + ": " + message, true);
    }

    Draft finish() {
        return new Draft(new Plan(steps), findings);
    }
}
