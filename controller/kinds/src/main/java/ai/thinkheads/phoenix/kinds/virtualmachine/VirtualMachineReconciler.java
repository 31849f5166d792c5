package ai.thinkheads.phoenix.kinds.virtualmachine;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.VirtualMachineSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig.Disk;
import ai.thinkheads.phoenix.kinds.guest.FeatureInstaller;
import ai.thinkheads.phoenix.kinds.guest.GuestReconciliation;
import ai.thinkheads.phoenix.kinds.guest.VmidAllocator;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import jakarta.inject.Inject;
import java.util.List;

/** Drives VirtualMachines. */
public final class VirtualMachineReconciler implements Reconciler<VirtualMachineSpec, GuestFacts> {

    private final GuestReconciliation<VirtualMachineSpec, VmConfig, Disk> guests;

    @Inject
    public VirtualMachineReconciler(HostViews views, VmidAllocator numbers, Vault vault, Clock clock) {
        this.guests = new GuestReconciliation<>(new VmType(vault), views, numbers, new FeatureInstaller(vault), clock);
    }

    @Override
    public Kind<VirtualMachineSpec, GuestFacts> kind() {
        return Kinds.VIRTUAL_MACHINE;
    }

    @Override
    public Assessment<GuestFacts> assess(Resource<VirtualMachineSpec, GuestFacts> resource, Resources resources) {
        return guests.assess(resource, resources);
    }

    @Override
    public Assessment<GuestFacts> assessDeletion(
            Resource<VirtualMachineSpec, GuestFacts> resource, Resources resources) {
        return guests.assessDeletion(resource, resources);
    }

    @Override
    public GuestFacts intend(
            Resource<VirtualMachineSpec, GuestFacts> resource, Assessment<GuestFacts> assessment, Resources resources) {
        return guests.intend(resource, assessment, resources);
    }

    @Override
    public void execute(Step step, Resource<VirtualMachineSpec, GuestFacts> resource, Resources resources) {
        guests.execute(step, resource, resources);
    }

    @Override
    public List<String> warnings(Resource<VirtualMachineSpec, GuestFacts> resource, Resources resources) {
        return guests.warnings(resource, resources);
    }

    @Override
    public void distrust(Resource<VirtualMachineSpec, GuestFacts> resource) {
        guests.distrust(resource);
    }
}
