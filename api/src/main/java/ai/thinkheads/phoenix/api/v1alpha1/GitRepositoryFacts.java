package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a repository brought.
 *
 * @param revision the commit that was applied last, which stays in force while newer ones cannot be read
 * @param fetchedRevision the newest commit seen
 * @param inventory the resources that came from it, as {@code LxcContainer/web}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GitRepositoryFacts(
        @JsonPropertyDescription("Commit that was applied last; it stays in force while newer ones cannot be read.")
        @Nullable
        String revision,

        @JsonPropertyDescription("Newest commit seen.") @Nullable
        String fetchedRevision,

        @JsonPropertyDescription("When the repository was last looked at.") @Nullable
        Instant lastSync,

        @JsonPropertyDescription("Resources that came from it, for example LxcContainer/web.")
        List<String> inventory)
        implements Facts {

    public GitRepositoryFacts {
        inventory = Lists.copy(inventory);
    }
}
