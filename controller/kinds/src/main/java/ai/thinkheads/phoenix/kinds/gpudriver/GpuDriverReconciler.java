package ai.thinkheads.phoenix.kinds.gpudriver;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverFacts;
import ai.thinkheads.phoenix.api.v1alpha1.GpuDriverSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.api.v1alpha1.LxcContainerSpec;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.OpenHost;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Drives GpuDrivers. */
public final class GpuDriverReconciler implements Reconciler<GpuDriverSpec, GpuDriverFacts> {

    /** Versions of the driver have a branch of three digits, which tells them from those of other features. */
    private static final Pattern DRIVER_VERSION = Pattern.compile("\\d{3,}(\\.\\d+){1,3}");

    private final HostViews views;

    @Inject
    GpuDriverReconciler(HostViews views) {
        this.views = views;
    }

    @Override
    public Kind<GpuDriverSpec, GpuDriverFacts> kind() {
        return Kinds.GPU_DRIVER;
    }

    @Override
    public Assessment<GpuDriverFacts> assess(Resource<GpuDriverSpec, GpuDriverFacts> resource, Resources resources) {
        checkOnly(resource, resources);
        HostView view = views.view(resource, resources);
        return GpuDriverPlanner.assess(view.place(), resource, guestVersions(resource.name(), resources), view.state());
    }

    /** A host has one driver; of two resources that want it the first by name has it. */
    private static void checkOnly(Resource<GpuDriverSpec, GpuDriverFacts> resource, Resources resources) {
        for (Resource<GpuDriverSpec, GpuDriverFacts> other : resources.list(Kinds.GPU_DRIVER)) {
            boolean same =
                    Objects.equals(other.spec().hypervisor(), resource.spec().hypervisor());
            if (same && !other.isDeleting() && other.name().compareTo(resource.name()) < 0) {
                throw new ReconcileException(
                        "SecondDriver",
                        resource.key() + ": " + other.key()
                                + " manages the driver of that host already; delete one of them",
                        false,
                        null);
            }
        }
    }

    /** The driver in the containers that share a card, from the features that they have. */
    private static Map<String, String> guestVersions(String driver, Resources resources) {
        Map<String, String> versions = new TreeMap<>();
        for (Resource<LxcContainerSpec, GuestFacts> guest : resources.list(Kinds.LXC_CONTAINER)) {
            LxcContainerSpec.Gpu gpu = guest.spec().gpu();
            GuestFacts facts = guest.facts();
            if (gpu == null || facts == null || !driver.equals(gpu.driver())) {
                continue;
            }
            for (InstalledFeature feature : facts.features()) {
                if (DRIVER_VERSION.matcher(feature.version()).matches()) {
                    versions.put(guest.name(), feature.version());
                }
            }
        }
        return versions;
    }

    @Override
    public Assessment<GpuDriverFacts> assessDeletion(
            Resource<GpuDriverSpec, GpuDriverFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        GpuDriverFacts facts = resource.facts();
        return Assessment.of(
                GpuDriverPlanner.deletion(view.place(), resource, view.state()),
                facts == null ? new GpuDriverFacts(null, List.of(), Map.of()) : facts);
    }

    @Override
    public void execute(Step step, Resource<GpuDriverSpec, GpuDriverFacts> resource, Resources resources) {
        if (!(step instanceof GpuDriverStep driverStep)) {
            throw new IllegalArgumentException("not a step of a driver: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> execute(driverStep, open));
    }

    private static void execute(GpuDriverStep step, OpenHost open) {
        Gpus gpus = open.host().gpus();
        switch (step) {
            case GpuDriverStep.Install install -> gpus.installDriver(install.config());
            case GpuDriverStep.SetPersistence set -> gpus.setPersistence(set.persistence());
            case GpuDriverStep.Remove ignored -> gpus.removeDriver();
        }
        open.readBack().gpus();
        // Whether a reboot is due is something that the machine says of itself.
        open.readBack().node();
    }

    @Override
    public void distrust(Resource<GpuDriverSpec, GpuDriverFacts> resource) {
        views.distrust(resource);
    }
}
