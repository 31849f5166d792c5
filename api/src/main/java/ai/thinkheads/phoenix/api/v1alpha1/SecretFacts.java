package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** The keys of a Secret, never the values. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SecretFacts(List<String> keys) implements Facts {

    public SecretFacts {
        keys = Lists.copy(keys);
    }
}
