package ai.thinkheads.phoenix.cli.wire;

import java.util.List;

/** The controller answered with an error. */
public final class ApiException extends RuntimeException {

    private final int code;
    private final String reason;
    private final List<String> causes;

    /**
     * @param code the HTTP status
     * @param reason one CamelCase word, as Kubernetes gives it
     * @param causes the single problems, each with its place; empty when the message says all
     */
    public ApiException(int code, String reason, String message, List<String> causes) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.causes = List.copyOf(causes);
    }

    /** One of the causes: what is wrong, with the place of it where there is one. */
    public static String cause(String place, String message) {
        return place.isEmpty() ? message : place + ": " + message;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public List<String> causes() {
        return causes;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
