package ai.thinkheads.phoenix.daemon.apply;

/**
 * One reason why a write is refused.
 *
 * @param location where the manifest came from, as {@code file:line}; empty for a request about one resource
 * @param resource {@code LxcContainer/web}; empty when it is about none
 * @param field the path of the field; empty when it is about the whole
 * @param message the cause and the next step
 */
public record Refusal(String location, String resource, String field, String message) {

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String part : new String[] {location, resource, field}) {
            if (!part.isEmpty()) {
                text.append(part).append(": ");
            }
        }
        return text.append(message).toString();
    }
}
