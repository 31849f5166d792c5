package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.v1alpha1.CloneFrom;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a guest is made from. */
public sealed interface Origin<C extends GuestConfig> {

    /** The field that names it. */
    String field();

    /** The name of the resource. */
    String name();

    /** What the source consists of now, to be compared with the time when the guest was made; null while that is not known. */
    @Nullable
    String digest();

    /** How the mark names it. */
    String fact();

    /**
     * A template or an image.
     *
     * @param volume null while it is not on the host
     */
    record FromVolume<C extends GuestConfig>(
            String field,
            String name,
            @Nullable String volume,
            @Nullable String digest) implements Origin<C> {
        @Override
        public String fact() {
            return "template/" + name;
        }
    }

    /**
     * Another guest of the same kind.
     *
     * @param source null while it is not on the host
     * @param features the facts about features in the source's mark, or those that it will have
     */
    record FromGuest<C extends GuestConfig>(
            String field,
            String name,
            CloneFrom.@Nullable Mode mode,
            @Nullable String snapshot,
            Guests.@Nullable Observed<C> source,
            @Nullable String digest,
            Map<String, String> features)
            implements Origin<C> {
        public FromGuest {
            features = Map.copyOf(features);
        }

        @Override
        public String fact() {
            return "clone/" + name;
        }
    }
}
