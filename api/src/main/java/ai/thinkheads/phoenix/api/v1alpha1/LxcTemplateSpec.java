package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.DependsOn;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A root file system that containers are created from. */
public record LxcTemplateSpec(
        @JsonPropertyDescription("Hypervisor the template is on. Default: the only one.") @Nullable
        String hypervisor,

        @NotNull @Valid @JsonPropertyDescription("Where the root file system comes from.")
        Source source,

        @NotNull @JsonPropertyDescription("StoragePool resource with content vztmpl.")
        String storage,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription("What deleting the resource does to the file. Default: Retain.") @Nullable
        DeletionPolicy deletionPolicy)
        implements Spec {

    public LxcTemplateSpec {
        dependsOn = Lists.copy(dependsOn);
    }

    /** One of three ways to a root file system. */
    public record Source(
            @JsonPropertyDescription("URL of an archive.")
            @Pattern(regexp = Names.URL, message = Names.URL_MESSAGE)
            @Nullable
            String url,

            @JsonPropertyDescription("SHA-256 checksum of the archive; required with url.")
            @Pattern(regexp = Names.SHA256, message = Names.SHA256_MESSAGE)
            @Nullable
            String sha256,

            @JsonPropertyDescription("Archive that is already on the host: an absolute path.")
            @Pattern(regexp = Names.ABSOLUTE_PATH, message = Names.ABSOLUTE_PATH_MESSAGE)
            @Nullable
            String file,

            @JsonPropertyDescription("Build the root file system on the host.") @Valid @Nullable
            Bootstrap bootstrap) {}

    /** A distribution to build. */
    public record Bootstrap(
            @NotNull
            @Pattern(regexp = "[a-z][a-z0-9-]*", message = "must be a distribution such as debian, ubuntu or busybox")
            @JsonPropertyDescription("debian, ubuntu, alpine or busybox.")
            String distribution,

            @JsonPropertyDescription("Suite or release, for example trixie or 24.04.")
            @Pattern(regexp = "[a-z0-9][a-z0-9.]*", message = "must be a suite such as trixie or 24.04")
            @Nullable
            String suite) {}

    @Override
    public List<Reference> references() {
        return storage == null ? List.of() : List.of(Reference.ready("spec.storage", "StoragePool", storage));
    }

    @Override
    public void check(Problems problems) {
        if (source == null) {
            return;
        }
        int ways =
                (source.url() == null ? 0 : 1) + (source.file() == null ? 0 : 1) + (source.bootstrap() == null ? 0 : 1);
        if (ways != 1) {
            problems.add("spec.source", "give exactly one of url, file and bootstrap, not " + ways);
        }
        if (source.url() != null && source.sha256() == null) {
            problems.add("spec.source.sha256", "a download needs a checksum; run sha256sum on a copy that you trust");
        }
        if (source.file() != null && Names.climbs(source.file())) {
            problems.add("spec.source.file", "the path must not have '.' or '..' in it");
        }
    }
}
