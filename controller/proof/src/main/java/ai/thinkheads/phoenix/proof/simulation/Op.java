package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One thing that somebody does, or that goes wrong, in a run. Each makes sense whatever was done before it, or does nothing. */
sealed interface Op {

    /** A client applies manifests together. */
    record Apply(List<String> manifests) implements Op {
        public Apply {
            manifests = List.copyOf(manifests);
        }

        @Override
        public String toString() {
            return "apply\n" + manifests.stream().map(String::stripTrailing).collect(Collectors.joining("\n---\n"));
        }
    }

    /** A client deletes a resource. */
    record Delete(String key) implements Op {}

    /** A client sets an annotation, or takes it away with null. */
    record Annotate(String key, String name, @Nullable String value) implements Op {}

    /** A client agrees to whatever a resource asks consent for just then. */
    record Agree(String key) implements Op {}

    /**
     * Somebody works on the machine.
     *
     * @param verb what is done
     * @param target the resource whose object it is done to, or a name of the machine's own
     */
    record Hand(String verb, String target, int number) implements Op {}

    /** The machine fails so many operations of that name, or any with {@code *}. */
    record Break(String operation, Fault.Type type, int after, int times) implements Op {}

    /** The next reads of the whole machine show what it was before, wholly or in part. */
    record Stale(int reads, boolean torn) implements Op {}

    /** The store takes no writes for a while; some of them are taken all the same and only the answer is lost. */
    record StoreFails(int writes, boolean afterwards) implements Op {}

    /** The controller is killed and started again, with its state or without. */
    record Kill(boolean keepState, Duration down) implements Op {}

    /** The controller dies at that call of a host or of the store, counted from now, and is started again. */
    record Die(int call, Duration down) implements Op {}

    /** The machine loses power and boots. */
    record PowerCycle() implements Op {}

    /**
     * The branch is moved to a new commit.
     *
     * @param rewritten whether the commits before are gone
     */
    record Push(List<String> manifests, boolean rewritten) implements Op {
        public Push {
            manifests = List.copyOf(manifests);
        }
    }

    /** The branch gets a commit that makes no sense. */
    record PushNonsense() implements Op {}

    /** The Git server does not answer so many times. */
    record GitFails(int times) implements Op {}
}
