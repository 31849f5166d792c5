package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.proxmox.TestApi.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProxmoxApiTest {

    private static final String UPID = "UPID:pve:000054D1:00044E55:6B03B307:vzcreate:101:root@pam!rig:";
    private static final String SECRET = "0000aaaa-1111-2222-3333-444455556666";
    private static final Map<String, String> TOKEN = Map.of("token", "root@pam!phoenix=" + SECRET);

    private final Time clock = new Time();

    /** Time that passes only when somebody waits. */
    static final class Time implements HostClock {
        private Duration elapsed = Duration.ZERO;

        @Override
        public synchronized Instant now() {
            return Instant.parse("2026-01-01T00:00:00Z").plus(elapsed);
        }

        @Override
        public synchronized Duration elapsed() {
            return elapsed;
        }

        @Override
        public synchronized void sleep(Duration duration) {
            elapsed = elapsed.plus(duration);
        }
    }

    private ProxmoxApi api(TestApi server, Map<String, String> credentials) throws Exception {
        return new ProxmoxApi(
                server.endpoint(),
                Login.of(credentials),
                Login.Trust.of(Map.of("fingerprint", server.fingerprint())),
                clock);
    }

    private static void fails(ThrowingCallable call, Cause cause, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HostException.class, e -> assertThat(e.why()).isEqualTo(cause))
                .hasMessageContainingAll(words)
                .hasMessageNotContaining(SECRET)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void a_token_travels_in_its_header_and_parameters_of_a_delete_in_the_query() throws Exception {
        try (TestApi server = TestApi.start(request -> Answer.of(Map.of("version", "9.2.11")));
                ProxmoxApi api = api(server, TOKEN)) {
            assertThat(Json.text(api.get("/version"), "version", "")).isEqualTo("9.2.11");
            api.delete(
                    ProxmoxApi.path("nodes", "pve", "storage", "a", "content", "a:vztmpl/x"),
                    Params.none().with("delay", 5));

            assertThat(server.requests.getFirst().headers())
                    .containsEntry("authorization", "PVEAPIToken=root@pam!phoenix=" + SECRET);
            assertThat(server.requests.getLast().path()).isEqualTo("/nodes/pve/storage/a/content/a:vztmpl/x");
            assertThat(server.requests.getLast().param("delay")).isEqualTo("5");
        }
    }

    @Test
    void a_ticket_is_drawn_used_with_its_guard_renewed_in_time_and_drawn_anew_when_it_is_refused() throws Exception {
        AtomicInteger drawn = new AtomicInteger();
        AtomicInteger refuse = new AtomicInteger();
        TestApi.Handler handler = request -> {
            if (request.path().equals("/access/ticket")) {
                return Answer.of(
                        Map.of("ticket", "PVE:t" + drawn.incrementAndGet(), "CSRFPreventionToken", "guard" + drawn));
            }
            return refuse.getAndDecrement() > 0 ? Answer.error(401, "") : Answer.of(Map.of());
        };
        try (TestApi server = TestApi.start(handler);
                ProxmoxApi api = api(server, Map.of("username", "root@pam", "password", "hunter2"))) {
            api.get("/nodes");
            api.put("/nodes/pve/dns", Params.none().with("search", "lab"));
            assertThat(drawn).hasValue(1);
            assertThat(server.requests.getLast().headers())
                    .containsEntry("csrfpreventiontoken", "guard1")
                    .containsEntry("cookie", "PVEAuthCookie=PVE%3At1");

            clock.sleep(Duration.ofMinutes(80));
            api.get("/nodes");
            assertThat(drawn).hasValue(2);
            assertThat(server.requests.get(server.requests.size() - 2).param("password"))
                    .isEqualTo("PVE:t1");

            refuse.set(1);
            api.get("/nodes");
            assertThat(drawn).hasValue(3);
        }
    }

    @Test
    @Tag("promise-9")
    void a_token_that_is_wrong_or_expired_is_denied_without_showing_it() throws Exception {
        try (TestApi server = TestApi.start(request -> Answer.error(401, ""));
                ProxmoxApi api = api(server, TOKEN)) {
            fails(() -> api.get("/version"), Cause.DENIED, "API token root@pam!phoenix was not accepted", "expired");
            assertThat(api.toString() + api.login()).doesNotContain(SECRET);
        }
    }

    @Test
    void a_certificate_that_changed_is_refused_with_both_fingerprints(@TempDir Path directory) throws Exception {
        try (TestApi first = TestApi.start(request -> Answer.of(null));
                TestApi other = TestApi.startFresh(directory, request -> Answer.of(null));
                ProxmoxApi api = new ProxmoxApi(
                        other.endpoint(),
                        Login.of(TOKEN),
                        Login.Trust.of(Map.of("fingerprint", first.fingerprint())),
                        clock)) {
            fails(
                    () -> api.get("/version"),
                    Cause.DENIED,
                    "has changed",
                    first.fingerprint(),
                    other.fingerprint(),
                    "'fingerprint'");
            assertThat(other.requests).isEmpty();
        }
    }

    @Test
    void an_authority_may_vouch_instead_and_nobody_vouching_is_refused() throws Exception {
        try (TestApi server = TestApi.start(request -> Answer.of(Map.of("version", "9.1")));
                ProxmoxApi known = new ProxmoxApi(
                        server.endpoint(), Login.of(TOKEN), Login.Trust.of(Map.of("ca.crt", server.pem())), clock);
                ProxmoxApi unknown =
                        new ProxmoxApi(server.endpoint(), Login.of(TOKEN), Login.Trust.of(Map.of()), clock)) {
            assertThat(Json.text(known.get("/version"), "version", "")).isEqualTo("9.1");
            fails(() -> unknown.get("/version"), Cause.DENIED, "is not trusted", server.fingerprint(), "ca.crt");
        }
    }

    @Test
    void nobody_there_and_nonsense_are_unreachable() throws Exception {
        try (TestApi server = TestApi.start(request -> new Answer(200, null, "raw:<html>", Map.of(), Map.of()))) {
            ProxmoxApi api = api(server, TOKEN);
            fails(() -> api.get("/version"), Cause.UNREACHABLE, "makes no sense");
            server.close();
            fails(
                    () -> api.get("/version"),
                    Cause.UNREACHABLE,
                    server.endpoint().toString());
            api.close();
        }
    }

    private record Step(String status, String exit) {}

    private void awaited(List<Step> steps, String... log) throws Exception {
        AtomicInteger at = new AtomicInteger();
        TestApi.Handler handler = request -> {
            if (request.path().endsWith("/log")) {
                List<Map<String, Object>> page = java.util.Arrays.stream(log)
                        .skip(Integer.parseInt(request.param("start")))
                        .limit(Integer.parseInt(request.param("limit")))
                        .map(line -> Map.<String, Object>of("n", 1, "t", line))
                        .toList();
                return new Answer(200, page, "", Map.of(), Map.of("total", log.length));
            }
            Step step = steps.get(Math.min(at.getAndIncrement(), steps.size() - 1));
            return step.status().matches("\\d+")
                    ? Answer.error(Integer.parseInt(step.status()), step.exit())
                    : Answer.of(Map.of("status", step.status(), "exitstatus", step.exit()));
        };
        try (TestApi server = TestApi.start(handler);
                ProxmoxApi api = api(server, TOKEN)) {
            new Tasks(api, "pve", clock)
                    .await(tools.jackson.databind.json.JsonMapper.builder()
                            .build()
                            .getNodeFactory()
                            .stringNode(UPID));
        }
    }

    @Test
    void a_task_is_waited_for_and_warnings_are_success() throws Exception {
        awaited(List.of(new Step("running", ""), new Step("running", ""), new Step("stopped", "OK")));
        awaited(List.of(new Step("stopped", "WARNINGS: 1")), "WARN: Systemd 257 detected.", "TASK WARNINGS: 1");
    }

    @Test
    void a_task_that_fails_says_so_with_the_end_of_its_log() {
        fails(
                () -> awaited(
                        List.of(new Step("stopped", "unable to create CT 101 - zfs error: out of space")),
                        "extracting archive",
                        "TASK ERROR: unable to create CT 101"),
                Cause.NO_SPACE,
                "vzcreate of 101",
                "out of space",
                "extracting archive");
        fails(() -> awaited(List.of(new Step("stopped", "CT is locked (backup)"))), Cause.LOCKED, "pct unlock 101");
    }

    @Test
    void of_a_long_log_the_end_is_said() {
        String[] lines = new String[1_234];
        java.util.Arrays.setAll(lines, number -> "line " + number);
        fails(
                () -> awaited(List.of(new Step("stopped", "command 'tar' failed: exit code 2")), lines),
                Cause.FAILED,
                "line 1224 | ",
                "line 1233");
    }

    @Test
    void a_node_that_restarts_while_a_task_runs_is_waited_for() throws Exception {
        awaited(List.of(
                new Step("running", ""),
                new Step("595", "Connection refused"),
                new Step("596", "timed out"),
                new Step("stopped", "OK")));
        fails(
                () -> awaited(List.of(new Step("596", "timed out"), new Step("stopped", "unexpected status"))),
                Cause.FAILED,
                "cut off");
    }

    @Test
    void a_node_that_stays_away_is_given_up() {
        fails(
                () -> awaited(List.of(new Step("running", ""), new Step("595", "No route to host"))),
                Cause.UNREACHABLE,
                "went away",
                "vzcreate");
        assertThat(clock.elapsed()).isLessThan(Duration.ofMinutes(6));
    }

    @Test
    void a_login_that_is_none_says_what_is_missing() {
        fails(() -> Login.of(Map.of("password", "hunter2")), Cause.DENIED, "'token'", "'username'");
        fails(() -> Login.of(Map.of("token", SECRET)), Cause.DENIED, "USER@REALM!ID=SECRET");
        fails(() -> Login.Trust.of(Map.of("fingerprint", "AA:BB")), Cause.DENIED, "SHA-256");
    }
}
