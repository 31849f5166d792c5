package ai.thinkheads.phoenix.daemon.apply;

import java.util.List;
import java.util.stream.Collectors;

/** A write was refused as a whole; nothing was stored. */
public final class RefusedException extends RuntimeException {

    private final transient List<Refusal> refusals;

    /** Made of at least one refusal. */
    public RefusedException(List<Refusal> refusals) {
        super(refusals.stream().map(Refusal::toString).collect(Collectors.joining("\n")));
        this.refusals = List.copyOf(refusals);
    }

    public List<Refusal> refusals() {
        return refusals;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
