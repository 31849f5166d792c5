package ai.thinkheads.phoenix.kinds.zfsdataset;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsDatasetSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostNames;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.OpenHost;
import ai.thinkheads.phoenix.kinds.host.PropertyWriter;
import ai.thinkheads.phoenix.kinds.host.ZfsValues;
import jakarta.inject.Inject;
import java.util.Map;

/** Drives ZfsDatasets. */
public final class ZfsDatasetReconciler implements Reconciler<ZfsDatasetSpec, ZfsDatasetFacts> {

    private final HostViews views;

    @Inject
    ZfsDatasetReconciler(HostViews views) {
        this.views = views;
    }

    @Override
    public Kind<ZfsDatasetSpec, ZfsDatasetFacts> kind() {
        return Kinds.ZFS_DATASET;
    }

    @Override
    public boolean sumsUp() {
        return true;
    }

    @Override
    public ZfsDatasetFacts withoutSums(ZfsDatasetFacts facts) {
        return new ZfsDatasetFacts(facts.dataset(), null, null, facts.mountpoint(), facts.properties());
    }

    @Override
    public Assessment<ZfsDatasetFacts> assess(Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        return ZfsDatasetPlanner.assess(view.place(), resource, HostNames.dataset(resource, resources), view.state());
    }

    @Override
    public Assessment<ZfsDatasetFacts> assessDeletion(
            Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        String dataset = HostNames.dataset(resource, resources);
        ZfsDatasetFacts facts = resource.facts();
        return Assessment.of(
                ZfsDatasetPlanner.deletion(view.place(), resource, dataset, view.state()),
                facts == null ? new ZfsDatasetFacts(dataset, null, null, null, Map.of()) : facts);
    }

    @Override
    public void execute(Step step, Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource, Resources resources) {
        if (!(step instanceof ZfsDatasetStep datasetStep)) {
            throw new IllegalArgumentException("not a step of a dataset: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> execute(datasetStep, open));
    }

    private static void execute(ZfsDatasetStep step, OpenHost open) {
        ZfsDatasets datasets = open.host().zfsDatasets();
        String name = step.dataset();
        switch (step) {
            case ZfsDatasetStep.Create create -> {
                datasets.create(name, create.properties(), create.mark());
                ZfsValues.ordered(create.mark().fact(ZfsDatasetPlanner.PARENTS).orElse(""))
                        .forEach(open.readBack()::dataset);
            }
            case ZfsDatasetStep.Adopt adopt -> datasets.setMark(name, adopt.mark());
            case ZfsDatasetStep.SetProperties set -> PropertyWriter.write(datasets, name, set.change());
            case ZfsDatasetStep.Mount ignored -> datasets.mount(name);
            case ZfsDatasetStep.SetOwner set -> datasets.setOwner(name, set.uid(), set.gid(), set.mode());
            case ZfsDatasetStep.Release ignored -> datasets.setMark(name, null);
            case ZfsDatasetStep.Destroy destroy -> {
                datasets.destroy(name);
                for (String parent : destroy.parents()) {
                    datasets.destroy(parent);
                    open.readBack().dataset(parent);
                }
            }
        }
        open.readBack().dataset(name);
        if (step instanceof ZfsDatasetStep.Create
                || step instanceof ZfsDatasetStep.SetProperties
                || step instanceof ZfsDatasetStep.Mount) {
            open.readBack().inactiveStorages();
        }
    }

    @Override
    public void distrust(Resource<ZfsDatasetSpec, ZfsDatasetFacts> resource) {
        views.distrust(resource);
    }
}
