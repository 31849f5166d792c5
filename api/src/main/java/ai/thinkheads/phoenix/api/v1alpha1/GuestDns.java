package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.type.IpAddress;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Name resolution of a guest. */
public record GuestDns(
        @JsonPropertyDescription("DNS servers. Default: the host's.")
        List<@NotNull IpAddress> servers,

        @JsonPropertyDescription("Search domain. Default: the host's.")
        @Pattern(regexp = Names.DOMAIN, message = Names.DOMAIN_MESSAGE)
        @Nullable
        String searchDomain) {

    public GuestDns {
        servers = Lists.copy(servers);
    }
}
