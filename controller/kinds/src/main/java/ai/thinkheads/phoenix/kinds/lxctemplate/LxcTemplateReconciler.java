package ai.thinkheads.phoenix.kinds.lxctemplate;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateFacts;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateSpec;
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

/** Drives LxcTemplates. */
public final class LxcTemplateReconciler implements Reconciler<LxcTemplateSpec, LxcTemplateFacts> {

    private final HostViews views;

    @Inject
    LxcTemplateReconciler(HostViews views) {
        this.views = views;
    }

    @Override
    public Kind<LxcTemplateSpec, LxcTemplateFacts> kind() {
        return Kinds.LXC_TEMPLATE;
    }

    @Override
    public Assessment<LxcTemplateFacts> assess(
            Resource<LxcTemplateSpec, LxcTemplateFacts> resource, Resources resources) {
        StoredFile.checkContent(resource.key(), resource.spec().storage(), resources, StoragePoolSpec.Content.VZTMPL);
        HostView view = views.view(resource, resources);
        return LxcTemplatePlanner.assess(view.place(), resource, file(resource, resources), view.state());
    }

    @Override
    public Assessment<LxcTemplateFacts> assessDeletion(
            Resource<LxcTemplateSpec, LxcTemplateFacts> resource, Resources resources) {
        HostView view = views.view(resource, resources);
        LxcTemplateFacts facts = resource.facts();
        return Assessment.of(
                LxcTemplatePlanner.deletion(view.place(), resource, file(resource, resources), view.state()),
                facts == null ? new LxcTemplateFacts(null, null) : facts);
    }

    private static StoredFile file(Resource<LxcTemplateSpec, LxcTemplateFacts> resource, Resources resources) {
        return LxcTemplatePlanner.file(
                resource.spec(), HostNames.storage(resource.spec().storage(), resources));
    }

    @Override
    public void execute(Step step, Resource<LxcTemplateSpec, LxcTemplateFacts> resource, Resources resources) {
        if (!(step instanceof FileStep fileStep)) {
            throw new IllegalArgumentException("not a step of a template: " + step);
        }
        OpenHost open = views.open(resource, resources);
        HostFailures.guard(resource.key(), step.action(), () -> FileWriter.execute(fileStep, resource.key(), open));
    }

    @Override
    public void distrust(Resource<LxcTemplateSpec, LxcTemplateFacts> resource) {
        views.distrust(resource);
    }
}
