package ai.thinkheads.phoenix.kinds.cloudimage;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageFacts;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageSpec;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.kinds.host.FileStep;
import ai.thinkheads.phoenix.kinds.host.FileWriter;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.OpenHost;
import ai.thinkheads.phoenix.kinds.host.StoredFile;
import jakarta.inject.Inject;

/** Drives CloudImages. */
public final class CloudImageReconciler implements Reconciler<CloudImageSpec, CloudImageFacts> {

    private final HostViews views;

    @Inject
    CloudImageReconciler(HostViews views) {
        this.views = views;
    }

    @Override
    public Kind<CloudImageSpec, CloudImageFacts> kind() {
        return Kinds.CLOUD_IMAGE;
    }

    @Override
    public Assessment<CloudImageFacts> assess(Resource<CloudImageSpec, CloudImageFacts> resource, Resources resources) {
        StoredFile.checkContent(
                resource.key(),
                resource.spec().storage(),
                resources,
                StoragePoolSpec.Content.IMPORT,
                StoragePoolSpec.Content.ISO);
        HostView view = views.view(resource, resources);
        return CloudImagePlanner.assess(view.place(), resource, file(resource, resources), view.state());
    }

    @Override
    public Assessment<CloudImageFacts> assessDeletion(
            Resource<CloudImageSpec, CloudImageFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        CloudImageFacts facts = resource.facts();
        return Assessment.of(
                CloudImagePlanner.deletion(view.place(), resource, file(resource, resources), view.state()),
                facts == null ? new CloudImageFacts(null, null, null) : facts);
    }

    private static StoredFile file(Resource<CloudImageSpec, CloudImageFacts> resource, Resources resources) {
        return CloudImagePlanner.file(
                resource.spec(), HostNames.storage(resource.spec().storage(), resources));
    }

    @Override
    public void execute(Step step, Resource<CloudImageSpec, CloudImageFacts> resource, Resources resources) {
        if (!(step instanceof FileStep fileStep)) {
            throw new IllegalArgumentException("not a step of an image: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> FileWriter.execute(fileStep, resource.key(), open));
    }

    @Override
    public void distrust(Resource<CloudImageSpec, CloudImageFacts> resource) {
        views.distrust(resource);
    }
}
