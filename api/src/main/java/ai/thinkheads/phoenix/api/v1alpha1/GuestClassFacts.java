package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.Facts;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** The guests that a class has defaults for. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GuestClassFacts(List<String> users) implements Facts {

    public GuestClassFacts {
        users = Lists.copy(users);
    }
}
