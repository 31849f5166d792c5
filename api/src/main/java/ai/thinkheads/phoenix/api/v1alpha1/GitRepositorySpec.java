package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.api.type.Interval;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Git repository whose manifests are applied as they change. */
public record GitRepositorySpec(
        @NotNull
        @Pattern(
                regexp = "(https|ssh|file)://\\S+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:\\S+",
                message = "must be an https, ssh or file URL, or user@host:path")
        @JsonPropertyDescription("URL of the repository.")
        String url,

        @JsonPropertyDescription("Branch. Default: main.")
        @Pattern(regexp = "[A-Za-z0-9_][A-Za-z0-9._/-]*", message = "must be the name of a branch")
        @Nullable
        String branch,

        @JsonPropertyDescription("Folder of the manifests within the repository. Default: the top.")
        @Pattern(regexp = "[^/\\x00][^\\x00]*", message = "must be a path relative to the top of the repository")
        @Nullable
        String path,

        @JsonPropertyDescription("How often it is looked at. Default: 1m.") @Nullable
        Interval interval,

        @JsonPropertyDescription(
                "Whether resources are deleted that this repository brought and no longer has; their deletionPolicy decides about the host. Default: false.")
        @Nullable
        Boolean prune,

        @JsonPropertyDescription("Whether looking is on hold. Default: false.") @Nullable
        Boolean suspend,

        @JsonPropertyDescription("Password or token, or the private key for ssh.") @Valid @Nullable
        SecretRef credentials,

        @JsonPropertyDescription("User name for https. Default: git.") @Nullable
        String username)
        implements Spec {

    @Override
    public List<Reference> references() {
        return credentials == null
                ? List.of()
                : List.of(Reference.ready("spec.credentials", "Secret", credentials.name()));
    }

    @Override
    public void check(Problems problems) {
        if (path != null
                && (path.equals("..") || path.startsWith("../") || path.contains("/../") || path.endsWith("/.."))) {
            problems.add("spec.path", "the path must stay within the repository");
        }
    }
}
