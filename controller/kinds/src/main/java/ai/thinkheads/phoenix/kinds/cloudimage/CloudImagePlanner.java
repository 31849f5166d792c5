package ai.thinkheads.phoenix.kinds.cloudimage;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageFacts;
import ai.thinkheads.phoenix.api.v1alpha1.CloudImageSpec;
import ai.thinkheads.phoenix.engine.plan.Plan;
import ai.thinkheads.phoenix.engine.reconcile.Assessment;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.kinds.host.FileStep;
import ai.thinkheads.phoenix.kinds.host.Place;
import ai.thinkheads.phoenix.kinds.host.StoredFile;
import java.util.Optional;

/** Compares a CloudImage with the files in its storage. Files carry no mark; one of the same name is the same one. */
public final class CloudImagePlanner {

    private CloudImagePlanner() {}

    /** The file that the storage has to hold. */
    public static StoredFile file(CloudImageSpec spec, String storage) {
        return StoredFile.of(storage, Templates.Type.DISK_IMAGE, spec.url(), spec.sha256());
    }

    /** What has to be done about the file, and where it is. */
    public static Assessment<CloudImageFacts> assess(
            Place on, Resource<CloudImageSpec, CloudImageFacts> resource, StoredFile file, HostState state) {
        Optional<Templates.Observed> there = file.in(state);
        if (there.isPresent() && !file.isSpoiled(there.get())) {
            Templates.Observed image = there.get();
            return Assessment.of(Plan.empty(), new CloudImageFacts(image.volumeId(), image.path(), image.size()));
        }
        return Assessment.of(
                Plan.of(new FileStep.Download(
                        on,
                        "spec.url",
                        file,
                        resource.spec().url(),
                        there.map(Templates.Observed::volumeId).orElse(null))),
                new CloudImageFacts(null, null, null));
    }

    /** What has to be done until the resource may go away. */
    public static Plan deletion(
            Place on, Resource<CloudImageSpec, CloudImageFacts> resource, StoredFile file, HostState state) {
        if (resource.spec().deletionPolicy() != DeletionPolicy.DELETE) {
            return Plan.empty();
        }
        return file.in(state)
                .map(there -> Plan.of(new FileStep.Delete(on, file.storage(), there.volumeId())))
                .orElse(Plan.empty());
    }
}
