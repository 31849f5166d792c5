package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.RunPolicy;
import ai.thinkheads.phoenix.api.v1alpha1.Snapshot;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A guest as its manifest wants it, in the words of the host: class defaults merged, references resolved as far as they can be.
 *
 * @param vmid the number that the manifest names; null when it leaves the choice to Phoenix
 * @param config without mount points and disks that are attached one by one, and without a mark
 * @param managed the fields of {@code config} that are compared; the rest stays as it is found
 * @param attachments what is attached one by one
 * @param rootStorage the storage of a container's root file system where the manifest names it
 * @param rootSize its size where the manifest names it
 * @param unprivileged where the manifest says it
 * @param origin null when the manifest does not say, because its class is missing
 * @param features in the order of their installation
 * @param formerFeatures every known feature by name, to take away what has left the manifest
 * @param patience how long a shutdown may take
 * @param restartedAt the annotation that asks for a restart
 * @param verifiedAt the annotation that asks for a check of the features
 * @param consents the words that the user has agreed to
 */
public record GuestWish<C extends GuestConfig, D>(
        ResourceKey key,
        String hypervisor,
        @Nullable Integer vmid,
        C config,
        Set<GuestField> managed,
        List<Attachment<D>> attachments,
        @Nullable String rootStorage,
        @Nullable ByteSize rootSize,
        @Nullable Boolean unprivileged,
        @Nullable Origin<C> origin,
        boolean template,
        RunPolicy policy,
        List<Snapshot> snapshots,
        List<FeatureWish> features,
        Map<String, FeatureWish> formerFeatures,
        Duration patience,
        @Nullable Instant restartedAt,
        @Nullable Instant verifiedAt,
        Set<String> consents) {

    public GuestWish {
        managed = Set.copyOf(managed);
        attachments = List.copyOf(attachments);
        snapshots = List.copyOf(snapshots);
        features = List.copyOf(features);
        formerFeatures = Map.copyOf(formerFeatures);
        consents = Set.copyOf(consents);
    }

    /**
     * What is known of a guest that is to go: nothing of its manifest but how long its shutdown may take, since a manifest that
     * asks for something impossible must not keep it from going.
     */
    static <C extends GuestConfig, D> GuestWish<C, D> leaving(
            ResourceKey key, String hypervisor, C config, Duration patience) {
        return new GuestWish<>(
                key,
                hypervisor,
                null,
                config,
                Set.of(),
                List.of(),
                null,
                null,
                null,
                null,
                false,
                RunPolicy.MANUAL,
                List.of(),
                List.of(),
                Map.of(),
                patience,
                null,
                null,
                Set.of());
    }

    public String name() {
        return key.name();
    }
}
