package ai.thinkheads.phoenix.api.v1alpha1;

import ai.thinkheads.phoenix.api.type.Interval;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A probe of a guest: exactly one of exec, http and tcp. */
public record HealthCheck(
        @JsonPropertyDescription("Name in conditions and events. Default: the kind of probe.")
        @Pattern(regexp = Names.LABEL, message = Names.LABEL_MESSAGE)
        @Nullable
        String name,

        @JsonPropertyDescription("A command in the guest that exits with 0.") @Valid @Nullable
        Exec exec,

        @JsonPropertyDescription("An HTTP request to the guest's first address that answers 200 to 399.")
        @Valid
        @Nullable
        Http http,

        @JsonPropertyDescription("A TCP connection to the guest's first address.") @Valid @Nullable
        Tcp tcp,

        @JsonPropertyDescription("Time between two probes. Default: 30s.") @Nullable
        Interval interval,

        @JsonPropertyDescription("How long one probe may take. Default: 5s.") @Nullable
        Interval timeout,

        @JsonPropertyDescription("Failures in a row until the guest is unhealthy. Default: 3.")
        @Min(1)
        @Max(100)
        @Nullable
        Integer failureThreshold,

        @JsonPropertyDescription("What is done when it is unhealthy. Default: Report.") @Nullable
        OnFailure onFailure) {

    /** A command. */
    public record Exec(
            @NotEmpty @JsonPropertyDescription("The command and its arguments.")
            List<@NotNull String> command) {
        public Exec {
            command = Lists.copy(command);
        }
    }

    /** An HTTP request. */
    public record Http(
            @NotNull @Min(1) @Max(65535) @JsonPropertyDescription("Port.")
            Integer port,

            @JsonPropertyDescription("Path. Default: /.")
            @Pattern(regexp = "/\\S*", message = "must start with '/'")
            @Nullable
            String path,

            @JsonPropertyDescription("http or https, whose certificate is not checked. Default: http.") @Nullable
            Scheme scheme) {

        /** URL schemes. */
        public enum Scheme {
            @JsonProperty("http")
            HTTP,
            @JsonProperty("https")
            HTTPS
        }
    }

    /** A TCP connection. */
    public record Tcp(
            @NotNull @Min(1) @Max(65535) @JsonPropertyDescription("Port.")
            Integer port) {}

    /** What is done when a guest is unhealthy. */
    public enum OnFailure {
        /** The condition Healthy becomes False, and with it Ready. */
        @JsonProperty("Report")
        REPORT,
        /** The same, and the guest's features are checked and installed again. */
        @JsonProperty("Repair")
        REPAIR,
        /** The same, and the guest is restarted. */
        @JsonProperty("Restart")
        RESTART
    }

    /** The name, or the kind of probe. */
    public String label() {
        return name != null ? name : exec != null ? "exec" : http != null ? "http" : "tcp";
    }

    static void check(String field, List<HealthCheck> checks, ai.thinkheads.phoenix.api.Spec.Problems problems) {
        for (int i = 0; i < checks.size(); i++) {
            HealthCheck check = checks.get(i);
            if (check == null) {
                continue;
            }
            int probes = (check.exec == null ? 0 : 1) + (check.http == null ? 0 : 1) + (check.tcp == null ? 0 : 1);
            if (probes != 1) {
                problems.add(field + "[" + i + "]", "give exactly one of exec, http and tcp, not " + probes);
            }
        }
    }
}
