package ai.thinkheads.phoenix.kinds.zfspool;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolFacts;
import ai.thinkheads.phoenix.api.v1alpha1.ZfsPoolSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.OpenHost;
import ai.thinkheads.phoenix.kinds.host.PropertyWriter;
import ai.thinkheads.phoenix.kinds.host.ReadBack;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;

/** Drives ZfsPools. */
public final class ZfsPoolReconciler implements Reconciler<ZfsPoolSpec, ZfsPoolFacts> {

    private final HostViews views;

    @Inject
    ZfsPoolReconciler(HostViews views) {
        this.views = views;
    }

    @Override
    public Kind<ZfsPoolSpec, ZfsPoolFacts> kind() {
        return Kinds.ZFS_POOL;
    }

    @Override
    public boolean sumsUp() {
        return true;
    }

    @Override
    public ZfsPoolFacts withoutSums(ZfsPoolFacts facts) {
        return new ZfsPoolFacts(facts.pool(), facts.health(), facts.size(), null, facts.scan(), facts.errors());
    }

    @Override
    public Assessment<ZfsPoolFacts> assess(Resource<ZfsPoolSpec, ZfsPoolFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        return ZfsPoolPlanner.assess(view.place(), resource, view.state());
    }

    @Override
    public Assessment<ZfsPoolFacts> assessDeletion(Resource<ZfsPoolSpec, ZfsPoolFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        ZfsPoolFacts facts = resource.facts();
        return Assessment.of(
                ZfsPoolPlanner.deletion(view.place(), resource, view.state()),
                facts == null ? new ZfsPoolFacts(null, null, null, null, null, null) : facts);
    }

    @Override
    public void execute(Step step, Resource<ZfsPoolSpec, ZfsPoolFacts> resource, Resources resources) {
        if (!(step instanceof ZfsPoolStep poolStep)) {
            throw new IllegalArgumentException("not a step of a pool: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> execute(poolStep, resource, open));
        if (step instanceof ZfsPoolStep.Import) {
            // It brings any number of datasets with it.
            views.distrust(resource);
        }
    }

    private static void execute(ZfsPoolStep step, Resource<?, ?> resource, OpenHost open) {
        ZfsPools pools = open.host().zfsPools();
        String pool = step.pool();
        switch (step) {
            case ZfsPoolStep.Create create -> {
                checkConsents(resource, create.wipes());
                pools.create(
                        pool,
                        create.vdevs(),
                        create.ashift(),
                        create.properties(),
                        create.rootProperties(),
                        create.mark(),
                        !create.wipes().isEmpty());
            }
            case ZfsPoolStep.Import ignored -> pools.importPool(pool);
            case ZfsPoolStep.Adopt adopt -> pools.setMark(pool, adopt.mark());
            case ZfsPoolStep.AddVdev add -> {
                checkConsents(resource, add.wipes());
                pools.addVdev(pool, add.vdev(), !add.wipes().isEmpty());
            }
            case ZfsPoolStep.ReplaceDevice replace -> pools.replaceDevice(pool, replace.old(), replace.replacement());
            case ZfsPoolStep.AttachDevice attach -> {
                checkConsents(resource, attach.wipes());
                pools.attachDevice(
                        pool, attach.beside(), attach.device(), !attach.wipes().isEmpty());
            }
            case ZfsPoolStep.RemoveDevice remove -> pools.removeDevice(pool, remove.device());
            case ZfsPoolStep.SetProperty set -> pools.setProperty(pool, set.property(), set.to());
            case ZfsPoolStep.SetRootProperties set ->
                PropertyWriter.write(open.host().zfsDatasets(), pool, set.change());
            case ZfsPoolStep.Release ignored -> pools.setMark(pool, null);
            case ZfsPoolStep.Destroy ignored -> pools.destroy(pool);
        }
        readBack(step, open.readBack());
    }

    /** The one place where a disk may be overwritten looks at the consent once more, whoever called. */
    private static void checkConsents(Resource<?, ?> resource, List<ZfsPoolStep.Wipe> wipes) {
        Set<String> given = ZfsPoolPlanner.consents(resource);
        for (ZfsPoolStep.Wipe wipe : wipes) {
            if (!given.contains(wipe.consent())) {
                throw new ReconcileException(
                        "ConsentRequired",
                        resource.key() + ": overwriting " + wipe.signature() + " on " + wipe.device()
                                + " needs the consent " + wipe.consent(),
                        false,
                        null);
            }
        }
    }

    private static void readBack(ZfsPoolStep step, ReadBack readBack) {
        readBack.pool(step.pool());
        readBack.dataset(step.pool());
        switch (step) {
            case ZfsPoolStep.Create ignored -> readBack.node();
            case ZfsPoolStep.AddVdev ignored -> readBack.node();
            case ZfsPoolStep.ReplaceDevice ignored -> readBack.node();
            case ZfsPoolStep.AttachDevice ignored -> readBack.node();
            case ZfsPoolStep.RemoveDevice ignored -> readBack.node();
            case ZfsPoolStep.Destroy ignored -> readBack.node();
            default -> {}
        }
    }

    @Override
    public void distrust(Resource<ZfsPoolSpec, ZfsPoolFacts> resource) {
        views.distrust(resource);
    }
}
