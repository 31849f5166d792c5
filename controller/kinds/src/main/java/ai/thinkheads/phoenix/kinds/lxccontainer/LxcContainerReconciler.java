package ai.thinkheads.phoenix.kinds.lxccontainer;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.kinds.guest.FeatureInstaller;
import ai.thinkheads.phoenix.kinds.guest.GuestReconciliation;
import ai.thinkheads.phoenix.kinds.guest.VmidAllocator;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import jakarta.inject.Inject;
import java.util.List;

/** Drives LxcContainers. */
public final class LxcContainerReconciler implements Reconciler<LxcContainerSpec, GuestFacts> {

    private final GuestReconciliation<LxcContainerSpec, ContainerConfig, MountPoint> guests;

    @Inject
    public LxcContainerReconciler(HostViews views, VmidAllocator numbers, Vault vault, Clock clock) {
        this.guests =
                new GuestReconciliation<>(new ContainerType(vault), views, numbers, new FeatureInstaller(vault), clock);
    }

    @Override
    public Kind<LxcContainerSpec, GuestFacts> kind() {
        return Kinds.LXC_CONTAINER;
    }

    @Override
    public Assessment<GuestFacts> assess(Resource<LxcContainerSpec, GuestFacts> resource, Resources resources) {
        return guests.assess(resource, resources);
    }

    @Override
    public Assessment<GuestFacts> assessDeletion(Resource<LxcContainerSpec, GuestFacts> resource, Resources resources) {
        return guests.assessDeletion(resource, resources);
    }

    @Override
    public GuestFacts intend(
            Resource<LxcContainerSpec, GuestFacts> resource, Assessment<GuestFacts> assessment, Resources resources) {
        return guests.intend(resource, assessment, resources);
    }

    @Override
    public void execute(Step step, Resource<LxcContainerSpec, GuestFacts> resource, Resources resources) {
        guests.execute(step, resource, resources);
    }

    @Override
    public List<String> warnings(Resource<LxcContainerSpec, GuestFacts> resource, Resources resources) {
        return guests.warnings(resource, resources);
    }

    @Override
    public void distrust(Resource<LxcContainerSpec, GuestFacts> resource) {
        guests.distrust(resource);
    }
}
