package ai.thinkheads.phoenix.kinds.guest;

import static ai.thinkheads.phoenix.kinds.guest.GuestBed.feature;
import static ai.thinkheads.phoenix.kinds.guest.GuestBed.fromTemplate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.v1alpha1.InstalledFeature;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProvisionTest {

    private GuestBed bed;

    @BeforeEach
    void open(@TempDir Path root) {
        bed = new GuestBed(root);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private static final String CANARY = "s3cr3t'; touch /pwned; $(touch /pwned)\nsecond line of it";

    private String file(String path) {
        return bed.views()
                .view(bed.resource("LxcContainer/web"), bed.resources())
                .host()
                .shell()
                .run(new GuestShell.Command(
                        GuestShell.Target.guest(ai.thinkheads.phoenix.hosts.port.GuestKind.CONTAINER, 100),
                        List.of("cat", path),
                        Map.of(),
                        new byte[0],
                        Duration.ofSeconds(5),
                        true,
                        null))
                .output();
    }

    @Test
    void a_feature_is_checked_installed_checked_and_never_touched_again() {
        bed.apply(feature("docker", "27"), fromTemplate("web", "provision: {features: [{name: docker}]}"));
        bed.converge("LxcContainer/web");

        assertThat(bed.driver.commands).extracting(GuestShell.Command::readOnly).containsExactly(true, false, true);
        bed.driver.commands.clear();
        assertThat(bed.converge("LxcContainer/web")).isEmpty();
        assertThat(bed.driver.commands).isEmpty();
    }

    @Test
    void another_version_is_installed_over_the_old_one() {
        bed.apply(feature("docker", "27"), fromTemplate("web", "provision: {features: [{name: docker}]}"));
        bed.converge("LxcContainer/web");
        bed.apply(feature("docker", "28"));

        assertThat(bed.converge("LxcContainer/web")).containsExactly("bring feature docker from 27 to 28");
        assertThat(file("/opt/docker").strip()).isEqualTo("28");
        assertThat(bed.factsOf("LxcContainer/web").features())
                .containsExactly(new InstalledFeature("docker", "28", null));
    }

    @Test
    void features_come_after_what_they_require_also_when_that_is_not_listed() {
        bed.apply(
                feature("base", "1"),
                feature("docker", "27", "requires: [base]"),
                feature("app", "3", "requires: [docker]"),
                fromTemplate("web", "provision: {features: [{name: app}, {name: docker}]}"));

        assertThat(bed.converge("LxcContainer/web"))
                .endsWith("install feature base 1", "install feature docker 27", "install feature app 3");
    }

    @Test
    void features_that_require_each_other_are_refused_with_the_circle() {
        bed.apply(
                feature("a", "1", "requires: [b]"),
                feature("b", "1", "requires: [a]"),
                fromTemplate("web", "provision: {features: [{name: a}]}"));

        assertThatThrownBy(() -> bed.plan("LxcContainer/web")).hasMessageContaining("a -> b -> a");
    }

    @Test
    void a_feature_that_leaves_the_manifest_is_removed_when_it_knows_how() {
        bed.apply(
                feature("docker", "27", "remove: rm /opt/docker"),
                feature("other", "1"),
                fromTemplate("web", "provision: {features: [{name: docker}, {name: other}]}"));
        bed.converge("LxcContainer/web");
        bed.apply(fromTemplate("web"));

        assertThat(bed.converge("LxcContainer/web")).containsExactly("remove feature docker");
        assertThat(file("/opt/docker")).contains("No such file");
        assertThat(bed.plan("LxcContainer/web")).isEmpty();
    }

    @Test
    void wrong_parameters_are_refused_with_the_path_of_each() {
        bed.apply(
                feature(
                        "app",
                        "1",
                        "parameters: {type: object, required: [port], properties: {port: {type: integer, maximum: 65535}, mode: {enum: [fast, safe]}}}"),
                fromTemplate("web", "provision: {features: [{name: app, parameters: {mode: slow, color: red}}]}"));

        assertThatThrownBy(() -> bed.plan("LxcContainer/web"))
                .isInstanceOf(ReconcileException.class)
                .hasMessageContaining("spec.provision.features[0].parameters.port: is required")
                .hasMessageContaining("spec.provision.features[0].parameters.mode: must be one of [fast, safe]")
                .hasMessageContaining("parameters.color: is not a parameter of this feature, which has mode, port");
    }

    @Test
    void defaults_of_parameters_reach_the_scripts() {
        bed.apply("""
                kind: Feature
                metadata: {name: app}
                spec:
                  scope: Container
                  version: "1"
                  parameters: {type: object, properties: {port: {type: integer, default: 8080}, api-key: {type: string}}}
                  check: test -f /opt/app
                  install: mkdir -p /opt && echo "$PORT $API_KEY" > /opt/app
                """, fromTemplate("web", "provision: {features: [{name: app, parameters: {api-key: x}}]}"));
        bed.converge("LxcContainer/web");

        assertThat(file("/opt/app").strip()).isEqualTo("8080 x");
    }

    @Test
    @Tag("promise-9")
    @Tag("ask-18")
    void values_with_anything_in_them_arrive_whole_and_secrets_show_up_nowhere() {
        bed.vault.put("token", Map.of("value", CANARY));
        bed.apply(
                """
                kind: Feature
                metadata: {name: app}
                spec:
                  scope: Container
                  version: "1"
                  parameters: {type: object, properties: {token: {type: string}, motd: {type: string}}}
                  check: test -f /opt/token
                  install: mkdir -p /opt && printf '%s' "$TOKEN" > /opt/token && printf '%s' "$MOTD" > /opt/motd
                """,
                fromTemplate(
                        "web",
                        "provision: {features: [{name: app, parameters: {token: {secretRef: {name: token, key: value}}, motd: \"$(id); `id` '\\\"\\n&\"}}]}"));

        List<Step> steps = new ArrayList<>(bed.assess("LxcContainer/web").plan().steps());
        bed.converge("LxcContainer/web");

        assertThat(file("/opt/token")).isEqualTo(CANARY);
        assertThat(file("/opt/motd")).isEqualTo("$(id); `id` '\"\n&");
        assertThat(file("/pwned")).contains("No such file");
        assertThat(steps.toString()).doesNotContain("s3cr3t");
        assertThat(bed.driver.commands).allSatisfy(command -> {
            assertThat(command.argv().toString()).doesNotContain("s3cr3t");
            assertThat(command.toString()).doesNotContain("s3cr3t");
        });
        assertThat(bed.container("web").config().mark().toString()).doesNotContain("s3cr3t");
        assertThat(bed.factsOf("LxcContainer/web").toString()).doesNotContain("s3cr3t");
        assertThat(bed.resource("LxcContainer/web").toString()).doesNotContain("s3cr3t");
    }

    @Test
    @Tag("promise-9")
    @Tag("promise-8")
    void a_script_that_fails_and_says_its_secret_is_quoted_without_it() {
        bed.vault.put("token", Map.of("value", "hunter2-hunter2"));
        bed.apply(
                """
                kind: Feature
                metadata: {name: app}
                spec:
                  scope: Container
                  version: "1"
                  parameters: {type: object, properties: {token: {type: string}}}
                  check: "false"
                  install: "echo login with $TOKEN failed; exit 3"
                """,
                fromTemplate(
                        "web",
                        "provision: {features: [{name: app, parameters: {token: {secretRef: {name: token}}}}]}"));

        assertThatThrownBy(() -> bed.converge("LxcContainer/web"))
                .isInstanceOf(ReconcileException.class)
                .hasMessageContaining(
                        "LxcContainer/web: spec.provision.features[0]: feature app 1: install exited with 3")
                .hasMessageContaining("login with *** failed")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void another_secret_value_installs_again_but_the_loss_of_the_vault_does_not() {
        bed.vault.put("token", Map.of("value", "one"));
        bed.apply(
                """
                kind: Feature
                metadata: {name: app}
                spec:
                  scope: Container
                  version: "1"
                  parameters: {type: object, properties: {token: {type: string}}}
                  check: test "$(cat /opt/token)" = "$TOKEN"
                  install: mkdir -p /opt && printf '%s' "$TOKEN" > /opt/token
                """,
                fromTemplate(
                        "web",
                        "provision: {features: [{name: app, parameters: {token: {secretRef: {name: token}}}}]}"));
        bed.converge("LxcContainer/web");
        bed.vault.put("token", Map.of("value", "two"));

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("install feature app 1 again, since its scripts or parameters changed");
        assertThat(file("/opt/token")).isEqualTo("two");

        FeatureWish ours = new FeatureWish(
                "f",
                "app",
                bed.resources()
                        .get(ai.thinkheads.phoenix.api.Kinds.FEATURE, "app")
                        .orElseThrow()
                        .spec(),
                "d+k1.x",
                Map.of(),
                Map.of());
        assertThat(ours.isInPlace("1@d+k1.x")).isTrue();
        assertThat(ours.isInPlace("1@d+k1.y")).isFalse();
        assertThat(ours.isInPlace("1@d+k2.y")).isTrue();
        assertThat(ours.isInPlace("1@e+k2.y")).isFalse();
        assertThat(ours.isInPlace("1@d")).isFalse();
        assertThat(ours.isInPlace(null)).isFalse();
    }

    @Test
    void a_request_checks_the_features_again_and_puts_back_what_is_gone() {
        bed.apply(feature("docker", "27"), fromTemplate("web", "provision: {features: [{name: docker}]}"));
        bed.converge("LxcContainer/web");
        bed.person().inside(100, inside -> ai.thinkheads.phoenix.hosts.simulated.guest.Inside.EMPTY);
        bed.clock.sleep(Duration.ofMinutes(1));
        bed.annotate(
                "LxcContainer/web", Annotations.RECONCILE_AT, bed.clock.now().toString());

        assertThat(bed.converge("LxcContainer/web"))
                .containsExactly("check the features of container web and install again what is not in place");
        assertThat(file("/opt/docker").strip()).isEqualTo("27");
        assertThat(bed.converge("LxcContainer/web")).isEmpty();
    }
}
