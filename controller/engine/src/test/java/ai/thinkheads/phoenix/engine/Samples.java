package ai.thinkheads.phoenix.engine;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.Status;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;

/** Resources for tests: a host, pools on it and datasets in them. */
public final class Samples {

    private Samples() {}

    public static Resource<HypervisorSpec, HypervisorFacts> hypervisor(String name) {
        return hypervisor(name, null);
    }

    /** A host on which so many steps may run at once. */
    public static Resource<HypervisorSpec, HypervisorFacts> hypervisor(String name, Integer maxParallel) {
        return resource(
                Kinds.HYPERVISOR,
                name,
                new HypervisorSpec(
                        HypervisorSpec.Driver.SIMULATED,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        null,
                        null,
                        List.of(),
                        maxParallel,
                        null,
                        null));
    }

    public static Resource<ZfsPoolSpec, ZfsPoolFacts> pool(String name) {
        return resource(
                Kinds.ZFS_POOL,
                name,
                new ZfsPoolSpec(
                        null,
                        null,
                        List.of(new ZfsPoolSpec.Vdev(ZfsPoolSpec.Vdev.Type.STRIPE, List.of("/dev/disk/by-id/" + name))),
                        null,
                        null,
                        Map.of(),
                        null,
                        null,
                        List.of(),
                        null));
    }

    public static Resource<ZfsDatasetSpec, ZfsDatasetFacts> dataset(
            String name, String pool, Map<String, String> properties) {
        return dataset(name, pool, properties, List.of(), null);
    }

    public static Resource<ZfsDatasetSpec, ZfsDatasetFacts> dataset(
            String name,
            String pool,
            Map<String, String> properties,
            List<DependsOn> dependsOn,
            DeletionPolicy policy) {
        return resource(
                Kinds.ZFS_DATASET,
                name,
                new ZfsDatasetSpec(null, pool, null, null, null, properties, null, null, null, dependsOn, policy));
    }

    /** An ordering after another dataset. */
    public static DependsOn after(String dataset) {
        return new DependsOn("ZfsDataset", dataset, null);
    }

    public static <S extends Spec, F extends Facts> Resource<S, F> resource(Kind<S, F> kind, String name, S spec) {
        return new Resource<>(kind, new ObjectMetaBuilder().withName(name).build(), spec, Status.unknown());
    }

    /** With Phoenix's finalizer, as resources that are on a host have it. */
    public static <S extends Spec, F extends Facts> Resource<S, F> held(Resource<S, F> resource) {
        return resource.withMetadata(resource.metadata().toBuilder()
                .addToFinalizers(Annotations.FINALIZER)
                .build());
    }

    public static <S extends Spec, F extends Facts> Resource<S, F> annotated(
            Resource<S, F> resource, String name, String value) {
        return resource.withMetadata(
                resource.metadata().toBuilder().addToAnnotations(name, value).build());
    }

    public static <S extends Spec, F extends Facts> Resource<S, F> labelled(
            Resource<S, F> resource, String name, String value) {
        return resource.withMetadata(
                resource.metadata().toBuilder().addToLabels(name, value).build());
    }

    public static <S extends Spec, F extends Facts> Resource<S, F> atRevision(Resource<S, F> resource, long revision) {
        return resource.withMetadata(resource.metadata().toBuilder()
                .withResourceVersion(Long.toString(revision))
                .build());
    }
}
