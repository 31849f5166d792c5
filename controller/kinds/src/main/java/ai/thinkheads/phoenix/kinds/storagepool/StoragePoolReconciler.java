package ai.thinkheads.phoenix.kinds.storagepool;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.OpenHost;
import jakarta.inject.Inject;

/** Drives StoragePools. */
public final class StoragePoolReconciler implements Reconciler<StoragePoolSpec, StoragePoolFacts> {

    private final HostViews views;

    @Inject
    StoragePoolReconciler(HostViews views) {
        this.views = views;
    }

    @Override
    public Kind<StoragePoolSpec, StoragePoolFacts> kind() {
        return Kinds.STORAGE_POOL;
    }

    @Override
    public boolean sumsUp() {
        return true;
    }

    @Override
    public StoragePoolFacts withoutSums(StoragePoolFacts facts) {
        return new StoragePoolFacts(facts.storageId(), facts.active(), facts.total(), null);
    }

    @Override
    public Assessment<StoragePoolFacts> assess(
            Resource<StoragePoolSpec, StoragePoolFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        return StoragePoolPlanner.assess(
                view.place(), resource, StoragePoolPlanner.definition(resource, resources), view.state());
    }

    @Override
    public Assessment<StoragePoolFacts> assessDeletion(
            Resource<StoragePoolSpec, StoragePoolFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        StoragePoolFacts facts = resource.facts();
        return Assessment.of(
                StoragePoolPlanner.deletion(view.place(), resource, view.state()),
                facts == null ? new StoragePoolFacts(null, false, null, null) : facts);
    }

    @Override
    public void execute(Step step, Resource<StoragePoolSpec, StoragePoolFacts> resource, Resources resources) {
        if (!(step instanceof StoragePoolStep storageStep)) {
            throw new IllegalArgumentException("not a step of a storage: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> execute(storageStep, open));
    }

    private static void execute(StoragePoolStep step, OpenHost open) {
        Storages storages = open.host().storages();
        switch (step) {
            case StoragePoolStep.Create create -> storages.create(create.definition());
            case StoragePoolStep.Update update -> storages.update(update.definition());
            case StoragePoolStep.Redefine redefine -> {
                storages.remove(redefine.storage());
                storages.create(redefine.definition());
            }
            case StoragePoolStep.Remove remove -> storages.remove(remove.storage());
        }
        open.readBack().storage(step.storage());
    }

    @Override
    public void distrust(Resource<StoragePoolSpec, StoragePoolFacts> resource) {
        views.distrust(resource);
    }
}
