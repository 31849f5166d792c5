package ai.thinkheads.phoenix.kinds.hypervisor;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Reconciler;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.kinds.guest.FeatureChain;
import ai.thinkheads.phoenix.kinds.guest.FeatureInstaller;
import ai.thinkheads.phoenix.kinds.guest.FeatureWish;
import ai.thinkheads.phoenix.kinds.host.HostFailures;
import ai.thinkheads.phoenix.kinds.host.HostView;
import ai.thinkheads.phoenix.kinds.host.HostViews;
import ai.thinkheads.phoenix.kinds.host.OpenHost;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Drives Hypervisors. */
public final class HypervisorReconciler implements Reconciler<HypervisorSpec, HypervisorFacts> {

    private final HostViews views;
    private final Vault vault;
    private final FeatureInstaller installer;

    @Inject
    HypervisorReconciler(HostViews views, Vault vault) {
        this.views = views;
        this.vault = vault;
        this.installer = new FeatureInstaller(vault);
    }

    @Override
    public Kind<HypervisorSpec, HypervisorFacts> kind() {
        return Kinds.HYPERVISOR;
    }

    @Override
    public boolean sumsUp() {
        return true;
    }

    @Override
    public HypervisorFacts withoutSums(HypervisorFacts facts) {
        return new HypervisorFacts(
                facts.version(),
                facts.kernel(),
                facts.hostname(),
                facts.cpus(),
                facts.memory(),
                facts.gpus(),
                null,
                facts.features(),
                facts.bootId());
    }

    @Override
    public Assessment<HypervisorFacts> assess(Resource<HypervisorSpec, HypervisorFacts> resource, Resources resources) {
        List<FeatureWish> features =
                FeatureChain.ofHost(resource.key(), resource.spec().features(), resources, vault);
        HostView view = views.view(resource, resources);
        Mark mark = view.state().node().mark();
        if (mark != null) {
            checkOwner(resource.key(), mark, resources);
        }
        Map<String, FeatureWish> former = new TreeMap<>();
        HypervisorPlanner.stamps(mark)
                .keySet()
                .forEach(name -> resources
                        .get(Kinds.FEATURE, name)
                        .ifPresent(feature -> former.put(name, FeatureChain.former(feature))));
        return HypervisorPlanner.assess(view.place(), resource, features, former, view.state());
    }

    /** Two resources for one machine would undo each other's work. */
    private static void checkOwner(ResourceKey key, Mark mark, Resources resources) {
        if (mark.owner().equals(key.toString())) {
            return;
        }
        String name = mark.owner().substring(mark.owner().indexOf('/') + 1);
        Optional<Resource<HypervisorSpec, HypervisorFacts>> other = resources.get(Kinds.HYPERVISOR, name);
        if (other.isPresent() && !other.get().isDeleting()) {
            throw new ReconcileException(
                    "OwnedByOther",
                    key + ": the machine belongs to " + mark.owner()
                            + "; delete one of the two resources, or let this one" + " lead to another machine",
                    false,
                    null);
        }
    }

    @Override
    public Assessment<HypervisorFacts> assessDeletion(
            Resource<HypervisorSpec, HypervisorFacts> resource, Resources resources) {
        HypervisorFacts facts = resource.facts();
        // The machine stays as it is. Its mark stays too: it knows which features are installed.
        return Assessment.of(
                Plan.empty(),
                facts == null
                        ? new HypervisorFacts(null, null, null, null, null, List.of(), null, List.of(), null)
                        : facts);
    }

    @Override
    public void execute(Step step, Resource<HypervisorSpec, HypervisorFacts> resource, Resources resources) {
        if (!(step instanceof HypervisorStep hostStep)) {
            throw new IllegalArgumentException("not a step of a hypervisor: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> execute(hostStep, resource.key(), open));
        if (step instanceof HypervisorStep.Reboot) {
            // Nothing is as it was: guests have stopped and started, drivers are loaded.
            views.distrust(resource);
        }
    }

    private void execute(HypervisorStep step, ResourceKey key, OpenHost open) {
        Host host = open.host();
        Node node = host.node();
        switch (step) {
            case HypervisorStep.Adopt adopt -> node.setMark(adopt.mark());
            case HypervisorStep.SetHostname set -> node.setHostname(set.to());
            case HypervisorStep.SetTimezone set -> node.setTimezone(set.to());
            case HypervisorStep.SetDns set -> node.setDns(set.servers(), set.domain());
            case HypervisorStep.InstallPackages install -> node.installPackages(install.packages());
            case HypervisorStep.SetArcMax set -> node.setArcMax(set.to());
            case HypervisorStep.EnsureFeature ensure -> {
                FeatureWish feature = ensure.feature();
                installer.ensure(key, feature, host.shell(), GuestShell.Target.HOST);
                if (!feature.stamp().equals(ensure.before())) {
                    remark(key, node, mark -> mark.with(FeatureWish.FACT + feature.name(), feature.stamp()));
                }
            }
            case HypervisorStep.RemoveFeature remove -> {
                FeatureWish former = remove.former();
                if (former != null) {
                    installer.remove(key, former, host.shell(), GuestShell.Target.HOST);
                }
                remark(key, node, mark -> mark.without(FeatureWish.FACT + remove.name()));
            }
            case HypervisorStep.NoteChecked note ->
                remark(key, node, mark -> mark.with(HypervisorPlanner.CHECKED, note.at()));
            case HypervisorStep.NoteRebooted ignored ->
                remark(key, node, mark -> mark.without(HypervisorPlanner.REBOOT));
            case HypervisorStep.Reboot reboot -> {
                remark(key, node, mark -> mark.with(HypervisorPlanner.REBOOT, reboot.fact()));
                node.reboot();
            }
        }
        if (!(step instanceof HypervisorStep.Reboot)) {
            open.readBack().node();
        }
    }

    /** The mark is read just before it is written, since steps before this one have written to it. */
    private static void remark(ResourceKey key, Node node, UnaryOperator<Mark> change) {
        Mark now = node.read().mark();
        node.setMark(change.apply(now == null ? new Mark(key.toString(), Map.of()) : now));
    }

    @Override
    public void distrust(Resource<HypervisorSpec, HypervisorFacts> resource) {
        views.distrust(resource);
    }
}
