package ai.thinkheads.phoenix.daemon.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.daemon.RunningDaemon;
import ai.thinkheads.phoenix.daemon.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand.ResetType;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GitOpsTest {

    @TempDir
    Path folder;

    private RunningDaemon daemon;
    private Git git;
    private Path work;

    @BeforeEach
    void start() throws GitAPIException, IOException {
        work = Files.createDirectory(folder.resolve("work"));
        git = Git.init().setDirectory(work.toFile()).setInitialBranch("main").call();
        daemon = RunningDaemon.start(folder.resolve("state"));
    }

    @AfterEach
    void stop() {
        daemon.close();
        git.close();
    }

    private static String gc(String name, int cores) {
        return "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: GuestClass\nmetadata: {name: " + name
                + "}\nspec: {container: {cores: " + cores + "}}\n";
    }

    private void file(String path, String text) throws IOException {
        Path file = work.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String commit() throws GitAPIException {
        git.add().addFilepattern(".").call();
        git.add().addFilepattern(".").setUpdate(true).call();
        return git.commit()
                .setMessage("change")
                .setAuthor("a", "a@example.org")
                .setCommitter("a", "a@example.org")
                .setSign(false)
                .call()
                .name();
    }

    private void declare(String name, String more) {
        assertThat(daemon.apply(
                                "",
                                "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: GitRepository\nmetadata: {name: "
                                        + name + "}\nspec: {url: \"file://" + work + "\", path: live" + more + "}\n")
                        .status())
                .isEqualTo(200);
    }

    /** Asks for a sync and answers with the repository once it has been looked at. */
    private JsonNode sync(String name) {
        JsonNode asked = daemon.wire()
                .post("/phoenix/v1/reconcile", "{\"items\":[{\"kind\":\"GitRepository\",\"name\":\"" + name + "\"}]}")
                .json();
        long pass = asked.at("/items/0/awaitPass").asLong();
        daemon.wire()
                .follow(
                        "/phoenix/v1/progress?watch=true&timeoutSeconds=20",
                        activity -> activity.at("/name").asString().equals(name)
                                && activity.at("/kind").asString().equals("GitRepository")
                                && activity.at("/passes").asLong() >= pass
                                && !activity.at("/state").asString().matches("QUEUED|RUNNING"));
        return daemon.resource("gitrepositories", name);
    }

    private int cores(String name) {
        return daemon.resource("guestclasses", name).at("/spec/container/cores").asInt(0);
    }

    private static JsonNode condition(JsonNode resource, String type) {
        return resource.at("/status/conditions")
                .valueStream()
                .filter(each -> each.at("/type").asString().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type + " in " + resource));
    }

    @Test
    void a_folder_of_a_branch_is_applied_and_followed() throws Exception {
        file("live/a.yaml", gc("a", 1));
        file("live/deep/b.yml", gc("b", 2));
        file("live/.hidden/c.yaml", gc("c", 3));
        file("live/notes.txt", "not a manifest");
        file("elsewhere/d.yaml", gc("d", 4));
        String first = commit();
        declare("home", "");
        JsonNode synced = sync("home");
        assertThat(synced.at("/status/revision").asString()).isEqualTo(first);
        assertThat(synced.at("/status/inventory").toString()).isEqualTo("[\"GuestClass/a\",\"GuestClass/b\"]");
        assertThat(condition(synced, "Ready").at("/status").asString()).isEqualTo("True");

        file("live/a.yaml", gc("a", 7));
        String second = commit();
        assertThat(sync("home").at("/status/revision").asString()).isEqualTo(second);
        assertThat(cores("a")).isEqualTo(7);
    }

    @Test
    void what_somebody_changed_by_hand_is_set_back() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        declare("home", "");
        sync("home");
        daemon.wire().patch(Wire.GROUP + "/guestclasses/a", "{\"spec\":{\"container\":{\"cores\":9}}}");
        sync("home");
        assertThat(cores("a")).isEqualTo(1);
    }

    @Test
    void a_broken_file_is_named_with_its_line_and_the_last_good_commit_stays_in_force() throws Exception {
        file("live/a.yaml", gc("a", 1));
        String good = commit();
        declare("home", "");
        sync("home");
        file("live/a.yaml", gc("a", 2));
        file("live/b.yaml", gc("b", 2).replace("cores", "corse"));
        String bad = commit();
        JsonNode refused = sync("home");
        assertThat(refused.at("/status/revision").asString()).isEqualTo(good);
        assertThat(refused.at("/status/fetchedRevision").asString()).isEqualTo(bad);
        JsonNode synced = condition(refused, "Synced");
        assertThat(synced.at("/status").asString()).isEqualTo("False");
        assertThat(synced.at("/reason").asString()).isEqualTo("InvalidManifests");
        assertThat(synced.at("/message").asString()).contains("live/b.yaml:4:").contains("did you mean 'cores'?");
        assertThat(cores("a")).isEqualTo(1);

        daemon.wire().patch(Wire.GROUP + "/guestclasses/a", "{\"spec\":{\"container\":{\"cores\":9}}}");
        sync("home");
        assertThat(cores("a")).isEqualTo(1);
    }

    @Test
    void history_that_was_rewritten_is_followed() throws Exception {
        file("live/a.yaml", gc("a", 1));
        String first = commit();
        file("live/a.yaml", gc("a", 2));
        commit();
        declare("home", "");
        sync("home");
        assertThat(cores("a")).isEqualTo(2);
        git.reset().setMode(ResetType.HARD).setRef(first).call();
        file("live/a.yaml", gc("a", 3));
        String rewritten = commit();
        assertThat(sync("home").at("/status/revision").asString()).isEqualTo(rewritten);
        assertThat(cores("a")).isEqualTo(3);
    }

    @Test
    void what_left_the_folder_is_pruned_but_not_what_was_there_before() throws Exception {
        daemon.apply("", gc("mine", 1) + "---\n" + gc("foreign", 1));
        file("live/a.yaml", gc("a", 1));
        file("live/b.yaml", gc("b", 1));
        file("live/mine.yaml", gc("mine", 2));
        commit();
        declare("home", ", prune: true");
        sync("home");
        assertThat(cores("mine")).isEqualTo(2);
        Files.delete(work.resolve("live/b.yaml"));
        Files.delete(work.resolve("live/mine.yaml"));
        commit();
        sync("home");
        assertThat(cores("a")).isEqualTo(1);
        assertThat(cores("b")).isZero();
        assertThat(cores("mine")).isEqualTo(2);
        assertThat(cores("foreign")).isEqualTo(1);
    }

    @Test
    void an_empty_or_missing_folder_prunes_nothing() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        declare("home", ", prune: true");
        sync("home");
        Files.delete(work.resolve("live/a.yaml"));
        file("live/README.md", "moved");
        commit();
        assertThat(condition(sync("home"), "Synced").at("/reason").asString()).isEqualTo("NoManifests");
        assertThat(cores("a")).isEqualTo(1);
        Files.delete(work.resolve("live/README.md"));
        file("other/README.md", "moved");
        commit();
        assertThat(condition(sync("home"), "Synced").at("/reason").asString()).isEqualTo("FolderMissing");
        assertThat(cores("a")).isEqualTo(1);
    }

    @Test
    void a_suspended_repository_is_not_looked_at() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        declare("home", "");
        sync("home");
        declare("home", ", suspend: true");
        file("live/a.yaml", gc("a", 2));
        commit();
        JsonNode suspended = sync("home");
        assertThat(cores("a")).isEqualTo(1);
        assertThat(condition(suspended, "Paused").at("/reason").asString()).isEqualTo("Suspended");
        assertThat(condition(suspended, "Ready").at("/status").asString()).isEqualTo("True");
    }

    @Test
    void one_resource_in_two_repositories_is_an_error() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        declare("home", "");
        sync("home");
        declare("twin", "");
        assertThat(condition(sync("twin"), "Synced").at("/message").asString())
                .contains("GuestClass/a")
                .contains("GitRepository/home");
    }

    @Test
    void a_branch_or_a_repository_that_is_missing_is_said() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        declare("home", ", branch: nowhere");
        JsonNode missing = sync("home");
        assertThat(condition(missing, "Ready").at("/reason").asString()).isEqualTo("BranchMissing");
        assertThat(condition(missing, "Ready").at("/message").asString()).contains("nowhere");
    }

    @Test
    void links_in_a_repository_lead_nowhere() throws Exception {
        Files.writeString(folder.resolve("secret.yaml"), gc("leak", 1));
        file("live/a.yaml", gc("a", 1));
        Files.createSymbolicLink(work.resolve("live/leak.yaml"), folder.resolve("secret.yaml"));
        commit();
        declare("home", "");
        sync("home");
        assertThat(cores("a")).isEqualTo(1);
        assertThat(cores("leak")).isZero();
    }
}
