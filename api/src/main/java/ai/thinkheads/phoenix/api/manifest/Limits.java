package ai.thinkheads.phoenix.api.manifest;

/** What a text may cost at most. Far above what anybody writes, far below what could hurt. */
final class Limits {

    /** Characters of one text. */
    static final int TEXT = 10 * 1024 * 1024;
    /** Characters of one value. */
    static final int VALUE = 256 * 1024;
    /** Characters of one key. */
    static final int KEY = 1024;
    /** Levels of lists and mappings within one another. */
    static final int DEPTH = 64;
    /** Uses of anchors in one document. */
    static final int ALIASES = 100;
    /** Values of one document, those that aliases repeat counted each time. */
    static final int VALUES = 100_000;
    /** Documents of one reading. */
    static final int DOCUMENTS = 20_000;
    /** Problems that are listed. */
    static final int PROBLEMS = 1_000;

    private Limits() {}
}
