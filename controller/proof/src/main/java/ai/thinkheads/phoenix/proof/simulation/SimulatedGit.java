package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.daemon.gitops.GitException;
import ai.thinkheads.phoenix.daemon.gitops.GitSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Git server with one branch, of which commits can be taken away, and the clone that a controller keeps of it. */
final class SimulatedGit implements GitSource {

    private final Map<String, List<String>> commits = new HashMap<>();
    private final Map<String, List<String>> clone = new HashMap<>();
    private final Coverage coverage;
    private @Nullable String head;
    private @Nullable List<String> sensible;
    private int failures;
    private int pushes;

    SimulatedGit(Coverage coverage) {
        this.coverage = coverage;
    }

    void push(List<String> manifests, boolean rewritten) {
        coverage.count(Coverage.Part.GIT, rewritten ? "history rewritten" : "commit");
        if (rewritten) {
            commits.clear();
        }
        String commit = "%040x".formatted(0x5eedL + 7919L * ++pushes);
        commits.put(commit, List.copyOf(manifests));
        head = commit;
        sensible = null;
    }

    /** A commit that makes no sense. */
    void pushNonsense() {
        List<String> before = sensible == null ? head() : sensible;
        coverage.count(Coverage.Part.GIT, "commit that makes no sense");
        push(List.of("kind: LxcContainer\nmetadata: {name: x}\nspec: {nonsense: 1}\n"), false);
        sensible = before;
    }

    /** Somebody notices. */
    void mend() {
        List<String> last = sensible;
        if (last != null) {
            push(last, false);
        }
    }

    void fail(int times) {
        failures = times;
    }

    /** What is at the head of the branch. */
    List<String> head() {
        return head == null ? List.of() : commits.getOrDefault(head, List.of());
    }

    @Override
    public String fetch(String name, Remote remote) {
        if (failures > 0) {
            failures--;
            coverage.count(Coverage.Part.GIT, "no answer");
            throw new GitException("RemoteUnreachable", "the remote does not answer: a fault that was asked for", null);
        }
        if (head == null) {
            throw new GitException("BranchMissing", "there is no branch main", null);
        }
        // A fetch of a branch that was rewritten leaves nothing of what it held before.
        clone.clear();
        clone.putAll(commits);
        coverage.count(Coverage.Part.GIT, "fetch");
        return head;
    }

    @Override
    public Folder read(String name, String commit, @Nullable String folder) {
        List<String> manifests = clone.get(commit);
        if (manifests == null) {
            coverage.count(Coverage.Part.GIT, "commit that is gone");
            throw new GitException("CommitMissing", "there is no commit " + commit, null);
        }
        List<SourceFile> files = new ArrayList<>();
        for (int i = 0; i < manifests.size(); i++) {
            files.add(new SourceFile("m" + i + ".yaml", Parsed.whole(manifests.get(i))));
        }
        return new Folder(true, files);
    }

    @Override
    public void keepOnly(List<String> names) {}

    /** Another controller has no clone yet. */
    void forgetClone() {
        clone.clear();
    }
}
