package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import org.jspecify.annotations.Nullable;

/** Whose an object on the host is, by its mark. */
public enum Ownership {
    /** It carries this resource's mark. */
    OWN,
    /** It carries no mark and may be taken over. */
    FREE,
    /** It carries another resource's mark. */
    OTHERS;

    public static Ownership of(ResourceKey key, @Nullable Mark mark) {
        if (mark == null) {
            return FREE;
        }
        return mark.owner().equals(key.toString()) ? OWN : OTHERS;
    }

    /**
     * The same, for a resource that wants the object.
     *
     * @param what the object, for the message: {@code pool tank}
     * @throws ReconcileException when it is another's
     */
    public static Ownership claim(ResourceKey key, @Nullable Mark mark, String what) {
        Ownership ownership = of(key, mark);
        if (ownership == OTHERS && mark != null) {
            throw new ReconcileException(
                    "OwnedByOther",
                    key + ": " + what + " belongs to " + mark.owner()
                            + "; delete that resource first (its object stays), or "
                            + "give this one another name on the host",
                    false,
                    null);
        }
        return ownership;
    }
}
