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

/** A disk image with cloud-init that virtual machines are created from. */
public record CloudImageSpec(
        @JsonPropertyDescription("Hypervisor the image is on. Default: the only one.") @Nullable
        String hypervisor,

        @NotNull @Pattern(regexp = Names.URL, message = Names.URL_MESSAGE) @JsonPropertyDescription("URL of the image.")
        String url,

        @NotNull
        @Pattern(regexp = Names.SHA256, message = Names.SHA256_MESSAGE)
        @JsonPropertyDescription("Its SHA-256 checksum.")
        String sha256,

        @NotNull @JsonPropertyDescription("StoragePool resource with content import or iso.")
        String storage,

        @JsonPropertyDescription("Orderings beyond the references of the spec.")
        List<@NotNull @Valid DependsOn> dependsOn,

        @JsonPropertyDescription("What deleting the resource does to the file. Default: Retain.") @Nullable
        DeletionPolicy deletionPolicy)
        implements Spec {

    public CloudImageSpec {
        dependsOn = Lists.copy(dependsOn);
    }

    @Override
    public List<Reference> references() {
        return storage == null ? List.of() : List.of(Reference.ready("spec.storage", "StoragePool", storage));
    }
}
