package ai.thinkheads.phoenix.kinds.feature;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureFacts;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureFacts.Installation;
import ai.thinkheads.phoenix.api.v1alpha1.FeatureSpec;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives Features, which live in the controller only. */
public final class FeatureReconciler implements Reconciler<FeatureSpec, FeatureFacts> {

    @Inject
    FeatureReconciler() {}

    @Override
    public Kind<FeatureSpec, FeatureFacts> kind() {
        return Kinds.FEATURE;
    }

    @Override
    public Assessment<FeatureFacts> assess(Resource<FeatureSpec, FeatureFacts> resource, Resources resources) {
        return FeaturePlanner.assess(
                resource,
                name -> name.equals(resource.name())
                        ? resource.spec().requires()
                        : resources
                                .get(Kinds.FEATURE, name)
                                .map(feature -> feature.spec().requires())
                                .orElse(List.of()),
                installations(resource, resources));
    }

    private static List<Installation> installations(Resource<FeatureSpec, FeatureFacts> resource, Resources resources) {
        List<Installation> found = new ArrayList<>();
        if (resource.spec().scope() == FeatureSpec.Scope.HOST) {
            for (Resource<?, HypervisorFacts> host : resources.list(Kinds.HYPERVISOR)) {
                HypervisorFacts facts = host.facts();
                collect(host.key(), resource.name(), facts == null ? null : facts.features(), found);
            }
            return found;
        }
        for (Resource<?, GuestFacts> guest : resources.list(Kinds.LXC_CONTAINER)) {
            GuestFacts facts = guest.facts();
            collect(guest.key(), resource.name(), facts == null ? null : facts.features(), found);
        }
        for (Resource<?, GuestFacts> guest : resources.list(Kinds.VIRTUAL_MACHINE)) {
            GuestFacts facts = guest.facts();
            collect(guest.key(), resource.name(), facts == null ? null : facts.features(), found);
        }
        return found;
    }

    private static void collect(
            ResourceKey target, String feature, @Nullable List<InstalledFeature> has, List<Installation> into) {
        if (has == null) {
            return;
        }
        for (InstalledFeature each : has) {
            if (each.name().equals(feature)) {
                into.add(new Installation(target.toString(), each.version()));
            }
        }
    }

    @Override
    public Assessment<FeatureFacts> assessDeletion(Resource<FeatureSpec, FeatureFacts> resource, Resources resources) {
        return Assessment.of(Plan.empty(), new FeatureFacts(List.of()));
    }

    @Override
    public void execute(Step step, Resource<FeatureSpec, FeatureFacts> resource, Resources resources) {
        throw new IllegalArgumentException("a feature has no steps of its own: " + step);
    }

    @Override
    public void distrust(Resource<FeatureSpec, FeatureFacts> resource) {
        // Nothing of any host is remembered for a feature.
    }
}
