package ai.thinkheads.phoenix.engine.plan;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.PlannedStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing to do on a host. Each kind has its own sealed hierarchy of immutable records. */
public interface Step {

    /** The field that asks for it, for example {@code spec.memory}; {@code spec} for the object as a whole. */
    String field();

    /** What it does, in a person's words without a secret in them: {@code grow memory from 2Gi to 4Gi}. */
    String action();

    Effect effect();

    /**
     * The word that the consent annotation has to hold, which names action and object exactly: {@code destroy-volume/web/data}.
     * Null for steps that need none.
     */
    default @Nullable String consent() {
        return null;
    }

    /** The word for it in events and faults: {@code create-container}. */
    String operation();

    /** What has to be held on the host while it runs. */
    default List<Lock> locks() {
        return List.of();
    }

    /** This step as people and programs see it. */
    default PlannedStep planned() {
        return new PlannedStep(field(), action(), effect(), consent());
    }

    /**
     * Something that only so many steps may hold at once.
     *
     * @param name unique across hosts, for example {@code alpha/storage/quickos-lxc}
     * @param permits how many steps may hold it at once
     */
    record Lock(String name, int permits) {
        public static Lock exclusive(String name) {
            return new Lock(name, 1);
        }
    }
}
