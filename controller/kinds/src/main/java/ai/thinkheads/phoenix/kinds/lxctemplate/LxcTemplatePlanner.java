package ai.thinkheads.phoenix.kinds.lxctemplate;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateFacts;
import ai.thinkheads.phoenix.api.v1alpha1.LxcTemplateSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.kinds.host.FileStep;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.StoredFile;
import java.util.Optional;

/** Compares an LxcTemplate with the files in its storage. Files carry no mark; one of the same name is the same one. */
public final class LxcTemplatePlanner {

    private LxcTemplatePlanner() {}

    /** The file that the storage has to hold. */
    public static StoredFile file(LxcTemplateSpec spec, String storage) {
        LxcTemplateSpec.Source source = spec.source();
        LxcTemplateSpec.Bootstrap bootstrap = source.bootstrap();
        if (bootstrap != null) {
            String suite = bootstrap.suite() == null ? "" : "-" + bootstrap.suite();
            return new StoredFile(
                    storage, Templates.Type.ROOTFS, bootstrap.distribution() + suite + "-bootstrap.tar.zst", null);
        }
        String from = source.url() == null ? String.valueOf(source.file()) : source.url();
        return StoredFile.of(storage, Templates.Type.ROOTFS, from, source.sha256());
    }

    /** What has to be done about the file, and where it is. */
    public static Assessment<LxcTemplateFacts> assess(
            Place on, Resource<LxcTemplateSpec, LxcTemplateFacts> resource, StoredFile file, HostState state) {
        Optional<Templates.Observed> there = file.in(state);
        boolean spoiled = there.filter(file::isSpoiled).isPresent();
        if (there.isPresent() && !spoiled) {
            return Assessment.of(
                    Plan.empty(),
                    new LxcTemplateFacts(there.get().volumeId(), there.get().size()));
        }
        LxcTemplateSpec.Source source = resource.spec().source();
        LxcTemplateSpec.Bootstrap bootstrap = source.bootstrap();
        FileStep step;
        if (source.url() != null) {
            step = new FileStep.Download(
                    on,
                    "spec.source.url",
                    file,
                    source.url(),
                    there.map(Templates.Observed::volumeId).orElse(null));
        } else if (bootstrap != null) {
            step = new FileStep.Bootstrap(on, file, bootstrap.distribution(), bootstrap.suite());
        } else {
            step = new FileStep.Copy(on, file, String.valueOf(source.file()));
        }
        return Assessment.of(Plan.of(step), new LxcTemplateFacts(null, null));
    }

    /** What has to be done until the resource may go away. */
    public static Plan deletion(
            Place on, Resource<LxcTemplateSpec, LxcTemplateFacts> resource, StoredFile file, HostState state) {
        if (resource.spec().deletionPolicy() != DeletionPolicy.DELETE) {
            return Plan.empty();
        }
        return file.in(state)
                .map(there -> Plan.of(new FileStep.Delete(on, file.storage(), there.volumeId())))
                .orElse(Plan.empty());
    }
}
