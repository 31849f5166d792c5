package ai.thinkheads.phoenix.kinds.adopt;

/** No manifest can say what an object is like; the message says what about it. */
final class InexpressibleException extends RuntimeException {

    InexpressibleException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
