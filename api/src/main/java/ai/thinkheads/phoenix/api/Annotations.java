package ai.thinkheads.phoenix.api;

/** Names that Phoenix gives a meaning to in {@code metadata}. */
public final class Annotations {

    /** The prefix of every name that belongs to Phoenix, and the API group. */
    public static final String GROUP = "phoenix.thinkheads.ai";

    /** {@code "true"}: leave this resource's object on the host alone until the annotation goes. */
    public static final String PAUSED = GROUP + "/paused";

    /**
     * The destructive actions that the user agrees to, separated by commas, each exactly as the plan names it, for example
     * {@code destroy-volume/web/mp1}.
     */
    public static final String CONSENT = GROUP + "/consent";

    /** An RFC 3339 instant: restart the guest once if it last started before then. */
    public static final String RESTARTED_AT = GROUP + "/restarted-at";

    /** An RFC 3339 instant: compare with a fresh read of the host, re-running feature checks, once. */
    public static final String RECONCILE_AT = GROUP + "/reconcile-at";

    /** The set that {@code apply --prune} put this resource in. */
    public static final String APPLY_SET = GROUP + "/apply-set";

    /** The {@code GitRepository} whose folder holds this resource's manifest. */
    public static final String GIT_REPOSITORY = GROUP + "/git-repository";

    /**
     * The finalizer that keeps a deleted resource until nobody refers to it any more and its object on the host is released or
     * destroyed.
     */
    public static final String FINALIZER = GROUP + "/host";

    private Annotations() {}
}
