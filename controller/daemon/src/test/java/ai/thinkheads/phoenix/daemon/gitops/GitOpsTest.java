package ai.thinkheads.phoenix.daemon.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.daemon.RunningDaemon;
import ai.thinkheads.phoenix.daemon.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand.ResetType;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
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
        declare(name, "file://" + work, more);
    }

    private void declare(String name, String url, String more) {
        assertThat(daemon.apply(
                                "",
                                "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: GitRepository\nmetadata: {name: "
                                        + name + "}\nspec: {url: \"" + url + "\", path: live" + more + "}\n")
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
    @Tag("ask-36")
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

    private void secret(Map<String, String> values) {
        StringBuilder text = new StringBuilder(
                "apiVersion: phoenix.thinkheads.ai/v1alpha1\nkind: Secret\nmetadata: {name: door}\nspec:\n  stringData:\n");
        values.forEach((key, value) -> text.append("    ")
                .append(key)
                .append(": |\n")
                .append(value.stripTrailing().indent(6)));
        assertThat(daemon.apply("", text.toString()).status()).isEqualTo(200);
        // Values are in force once the Secret's own pass has sealed them.
        daemon.wire()
                .follow(
                        "/apis/phoenix.thinkheads.ai/v1alpha1/secrets?watch=true&timeoutSeconds=20",
                        event -> event.at("/object/metadata/name").asString("").equals("door")
                                && event.at("/object/metadata/generation").asInt(0)
                                        == event.at("/object/status/observedGeneration")
                                                .asInt(-1));
    }

    @Test
    void a_server_of_ones_own_is_followed_by_https_with_a_token_and_its_authority() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        try (GitServers servers = new GitServers(work, folder)) {
            secret(Map.of("token", GitServers.TOKEN, "ca.crt", servers.certificate()));
            declare("home", servers.httpsUrl(), ", credentials: {name: door}");
            assertThat(condition(sync("home"), "Synced").at("/status").asString())
                    .isEqualTo("True");
            assertThat(cores("a")).isEqualTo(1);

            file("live/a.yaml", gc("a", 3));
            commit();
            sync("home");
            assertThat(cores("a")).isEqualTo(3);
        }
    }

    @Test
    void a_server_that_nobody_vouches_for_gets_no_token_and_it_is_said_what_to_do() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        try (GitServers servers = new GitServers(work, folder)) {
            secret(Map.of("token", GitServers.TOKEN));
            declare("home", servers.httpsUrl(), ", credentials: {name: door}");
            JsonNode ready = condition(sync("home"), "Ready");
            assertThat(ready.at("/reason").asString()).isEqualTo("Untrusted");
            assertThat(ready.at("/message").asString())
                    .contains(servers.httpsUrl(), "under the key ca.crt into the Secret of spec.credentials");

            secret(Map.of("token", GitServers.TOKEN, "ca.crt", "nonsense"));
            assertThat(condition(sync("home"), "Ready").at("/message").asString())
                    .contains("the key 'ca.crt' of the Secret of spec.credentials holds no certificate");

            secret(Map.of("token", "wrong-token", "ca.crt", servers.certificate()));
            ready = condition(sync("home"), "Ready");
            assertThat(ready.at("/reason").asString()).isEqualTo("AccessDenied");
            assertThat(ready.at("/message").asString())
                    .contains("spec.credentials")
                    .doesNotContain("wrong-token");
        }
    }

    @Test
    void a_server_is_followed_by_ssh_with_a_key_when_it_is_the_known_one() throws Exception {
        file("live/a.yaml", gc("a", 1));
        commit();
        try (GitServers servers = new GitServers(work, folder)) {
            secret(Map.of("identity", servers.privateKey(), "known_hosts", "example.org ssh-ed25519 AAAA\n"));
            declare("home", servers.sshUrl(), ", credentials: {name: door}");
            JsonNode ready = condition(sync("home"), "Ready");
            assertThat(ready.at("/reason").asString()).isEqualTo("Untrusted");
            assertThat(ready.at("/message").asString()).contains("known_hosts into the Secret of spec.credentials");

            secret(Map.of("identity", GitServers.anotherKey(), "known_hosts", servers.knownHosts()));
            ready = condition(sync("home"), "Ready");
            assertThat(ready.at("/reason").asString()).isEqualTo("AccessDenied");
            assertThat(ready.at("/message").asString())
                    .contains("spec.credentials")
                    .doesNotContain("PRIVATE KEY");
            assertThat(cores("a")).isZero();

            secret(Map.of("identity", servers.privateKey(), "known_hosts", servers.knownHosts()));
            assertThat(condition(sync("home"), "Synced").at("/status").asString())
                    .isEqualTo("True");
            assertThat(cores("a")).isEqualTo(1);
        }
    }

    @Test
    void what_was_applied_is_kept_while_the_remote_is_away() throws Exception {
        file("live/a.yaml", gc("a", 2));
        String commit = commit();
        declare("home", "");
        sync("home");
        Path away = Files.move(work, folder.resolve("away"));
        daemon.apply("", gc("a", 7));

        JsonNode synced = condition(sync("home"), "Synced");

        assertThat(cores("a")).isEqualTo(2);
        assertThat(synced.at("/status").asString()).isEqualTo("False");
        assertThat(synced.at("/reason").asString()).isEqualTo("FetchFailed");
        assertThat(synced.at("/message").asString()).endsWith("commit " + commit.substring(0, 10) + " stays in force");

        Files.move(away, work);
        assertThat(condition(sync("home"), "Synced").at("/status").asString()).isEqualTo("True");
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
