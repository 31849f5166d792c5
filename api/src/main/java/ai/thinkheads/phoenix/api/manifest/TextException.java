package ai.thinkheads.phoenix.api.manifest;

/** A text that cannot be read any further. The message repeats nothing of the text, which may be a secret. */
final class TextException extends RuntimeException {

    private final transient Tree.Place place;

    TextException(Tree.Place place, String message) {
        super(message);
        this.place = place;
    }

    Tree.Place place() {
        return place;
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
