package ai.thinkheads.phoenix.api.manifest;

import java.util.List;
import java.util.stream.Collectors;

/** Texts that hold no valid manifests, with everything that is wrong with them. */
public final class ManifestException extends RuntimeException {

    private final transient List<Problem> problems;

    /** Made of at least one problem. */
    public ManifestException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Every problem, in the order of the texts. */
    public List<Problem> problems() {
        return problems;
    }
}
