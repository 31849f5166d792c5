package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing to do to a guest. A step does not name the guest's number, which may not be chosen yet when the plan is made; the
 * executor looks it up.
 *
 * @param <C> the configuration of the guest's kind
 * @param <D> a mount point or a disk
 */
public sealed interface GuestStep<C extends GuestConfig, D> extends Step {

    Words words();

    @Override
    default String field() {
        return words().field();
    }

    @Override
    default String action() {
        return words().action();
    }

    @Override
    default Effect effect() {
        return words().effect();
    }

    @Override
    default @Nullable String consent() {
        return words().consent();
    }

    @Override
    default List<Lock> locks() {
        return words().locks();
    }

    /** What a step says of itself, for people and for the engine. */
    record Words(
            String field,
            String action,
            Effect effect,
            @Nullable String consent,
            List<Lock> locks) {

        public Words {
            locks = List.copyOf(locks);
        }
    }

    /** Puts Phoenix's mark on a guest that was there before. */
    record Adopt<C extends GuestConfig, D>(Words words, Mark mark) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "adopted";
        }
    }

    /** Destroys what a crash left of a guest that was being made. */
    record CleanUp<C extends GuestConfig, D>(Words words) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "clean-up-guest";
        }
    }

    /** Shuts a guest down and destroys it, so that it can be made anew. */
    record Replace<C extends GuestConfig, D>(Words words, Duration patience) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "replace-guest";
        }
    }

    /**
     * Creates a guest, stopped.
     *
     * @param from the volume of the template or image; null while that is not on the host
     */
    record Create<C extends GuestConfig, D>(
            Words words, C config, @Nullable String from) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "create-guest";
        }
    }

    /**
     * Makes a clone, stopped.
     *
     * @param source the number of the source; null while it is not on the host
     */
    record Clone<C extends GuestConfig, D>(
            Words words,
            @Nullable Integer source,
            String hostname,
            Mark mark,
            boolean full,
            @Nullable String storage,
            @Nullable String snapshot)
            implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "clone-guest";
        }
    }

    /**
     * Changes one field. The fields of a group are changed together, by the first of their steps.
     *
     * @param wish the configuration in which those fields are as they should be
     */
    record ChangeField<C extends GuestConfig, D>(Words words, GuestField changed, C wish, Set<GuestField> group)
            implements GuestStep<C, D> {
        public ChangeField {
            group = Set.copyOf(group);
        }

        @Override
        public String operation() {
            return "change-guest";
        }
    }

    /** Attaches a mount point or a disk. */
    record Attach<C extends GuestConfig, D>(Words words, Attachment<D> wish) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "attach-volume";
        }
    }

    /** Changes the options of a mount point or a disk. */
    record Reattach<C extends GuestConfig, D>(Words words, Attachment<D> wish, String slot) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "change-volume";
        }
    }

    /** Sets the owner of a directory of the host. */
    record Own<C extends GuestConfig, D>(Words words, Attachment<D> wish) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "set-owner";
        }
    }

    /**
     * Sets the owner of a volume, from inside the guest.
     *
     * @param path where it is mounted
     * @param owner as {@code uid:gid}
     */
    record OwnInside<C extends GuestConfig, D>(Words words, Attachment<D> wish, String path, String owner)
            implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "set-owner";
        }
    }

    /** Writes into the mark which mount point or disk is which. */
    record Remember<C extends GuestConfig, D>(Words words, List<Attachment<D>> wishes) implements GuestStep<C, D> {
        public Remember {
            wishes = List.copyOf(wishes);
        }

        @Override
        public String operation() {
            return "mark-guest";
        }
    }

    /** Grows the volume in a slot. */
    record Grow<C extends GuestConfig, D>(Words words, String slot, ByteSize size) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "grow-volume";
        }
    }

    /**
     * Copies the volume in a slot to another storage; the guest goes on with the copy. A container has to be stopped.
     *
     * @param storage the host's id of where it goes
     */
    record Move<C extends GuestConfig, D>(Words words, String slot, String storage) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "move-volume";
        }
    }

    /** Takes a mount point or a disk out. Its volume stays. */
    record Detach<C extends GuestConfig, D>(Words words, String slot) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "detach-volume";
        }
    }

    /** Destroys a volume that is attached to nothing. */
    record DestroyVolume<C extends GuestConfig, D>(Words words, String volume) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "destroy-volume";
        }
    }

    record Start<C extends GuestConfig, D>(Words words) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "start-guest";
        }
    }

    /** Holds a running guest without stopping it. */
    record Freeze<C extends GuestConfig, D>(Words words) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "freeze-guest";
        }
    }

    /** Lets a frozen guest go on. */
    record Thaw<C extends GuestConfig, D>(Words words) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "thaw-guest";
        }
    }

    record Shutdown<C extends GuestConfig, D>(Words words, Duration patience) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "shutdown-guest";
        }
    }

    /**
     * Shuts down and starts.
     *
     * @param asked the instant of the annotation that asks for it; null when a health check does
     * @param moves what waited for the guest to stand still
     */
    record Restart<C extends GuestConfig, D>(
            Words words, Duration patience, @Nullable Instant asked, List<Move<C, D>> moves)
            implements GuestStep<C, D> {
        public Restart {
            moves = List.copyOf(moves);
        }

        @Override
        public String operation() {
            return "restart-guest";
        }
    }

    /** Makes a stopped guest a template, for good. */
    record MakeTemplate<C extends GuestConfig, D>(Words words) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "make-template";
        }
    }

    record TakeSnapshot<C extends GuestConfig, D>(Words words, String name, String description)
            implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "take-snapshot";
        }
    }

    record DeleteSnapshot<C extends GuestConfig, D>(Words words, String name) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "delete-snapshot";
        }
    }

    /** Checks whether a feature is in place, and puts it there when it is not. */
    record InstallFeature<C extends GuestConfig, D>(Words words, FeatureWish feature) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "install-feature";
        }
    }

    /** Takes a feature away. */
    record RemoveFeature<C extends GuestConfig, D>(Words words, FeatureWish feature) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "remove-feature";
        }
    }

    /**
     * Checks the features again and installs those that are not in place any more.
     *
     * @param asked the instant of the annotation that asks for it; null when a health check does
     */
    record VerifyFeatures<C extends GuestConfig, D>(
            Words words,
            List<FeatureWish> features,
            @Nullable Instant asked) implements GuestStep<C, D> {
        public VerifyFeatures {
            features = List.copyOf(features);
        }

        @Override
        public String operation() {
            return "verify-features";
        }
    }

    /** Takes the mark off and leaves the guest as it is. */
    record Release<C extends GuestConfig, D>(Words words) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "release-guest";
        }
    }

    record Destroy<C extends GuestConfig, D>(Words words) implements GuestStep<C, D> {
        @Override
        public String operation() {
            return "destroy-guest";
        }
    }
}
