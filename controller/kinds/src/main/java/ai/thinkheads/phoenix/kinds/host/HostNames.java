package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.NetworkBridgeSpec;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import org.jspecify.annotations.Nullable;

/**
 * What the host calls the things that resources refer to by their resource names. A reference to something that does not exist
 * yet is taken for the host's own name, since diffs ask before anything exists.
 */
public final class HostNames {

    private HostNames() {}

    /** The pool of a ZfsPool. */
    public static String pool(Resource<ZfsPoolSpec, ?> pool) {
        return or(pool.spec().poolName(), pool.name());
    }

    /** The pool that a reference to a ZfsPool means. */
    public static String pool(String reference, Resources resources) {
        return resources.get(Kinds.ZFS_POOL, reference).map(HostNames::pool).orElse(reference);
    }

    /** The full name of the dataset of a ZfsDataset. */
    public static String dataset(Resource<ZfsDatasetSpec, ?> dataset, Resources resources) {
        ZfsDatasetSpec spec = dataset.spec();
        return pool(spec.pool(), resources) + "/" + or(spec.path(), dataset.name());
    }

    /** The full name of the dataset that a reference to a ZfsDataset means. */
    public static String dataset(String reference, Resources resources) {
        return resources
                .get(Kinds.ZFS_DATASET, reference)
                .map(dataset -> dataset(dataset, resources))
                .orElse(reference);
    }

    /** Where the dataset that a reference to a ZfsDataset means is mounted, unless somebody has set it otherwise above it. */
    public static String mountpoint(String reference, Resources resources) {
        return resources
                .get(Kinds.ZFS_DATASET, reference)
                .map(dataset -> or(dataset.spec().mountpoint(), "/" + dataset(dataset, resources)))
                .orElse("/" + reference);
    }

    /** The identifier of the storage of a StoragePool. */
    public static String storage(Resource<StoragePoolSpec, ?> storage) {
        return or(storage.spec().storageId(), storage.name());
    }

    /** The identifier of the storage that a reference to a StoragePool means. */
    public static String storage(String reference, Resources resources) {
        return resources
                .get(Kinds.STORAGE_POOL, reference)
                .map(HostNames::storage)
                .orElse(reference);
    }

    /** The interface of a NetworkBridge. */
    public static String bridge(Resource<NetworkBridgeSpec, ?> bridge) {
        return or(bridge.spec().interfaceName(), bridge.name());
    }

    /** The interface that a reference to a NetworkBridge means. */
    public static String bridge(String reference, Resources resources) {
        return resources
                .get(Kinds.NETWORK_BRIDGE, reference)
                .map(HostNames::bridge)
                .orElse(reference);
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null ? otherwise : given;
    }
}
