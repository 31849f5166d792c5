package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** The guests that a class has defaults for. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GuestClassFacts(
        @JsonPropertyDescription("Guests that the class has defaults for, for example LxcContainer/web.")
        List<String> users)
        implements Facts {

    public GuestClassFacts {
        users = Lists.copy(users);
    }
}
