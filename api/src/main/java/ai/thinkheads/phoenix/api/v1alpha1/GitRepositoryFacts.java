package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
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
        @Nullable String revision,
        @Nullable String fetchedRevision,
        @Nullable Instant lastSync,
        List<String> inventory) implements Facts {

    public GitRepositoryFacts {
        inventory = Lists.copy(inventory);
    }
}
