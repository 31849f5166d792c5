package ai.thinkheads.phoenix.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.daemon.RunningDaemon;
import ai.thinkheads.phoenix.daemon.Wire;
import ai.thinkheads.phoenix.daemon.Wire.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ApiTest {

    private static final String CLASSES = Wire.GROUP + "/guestclasses";
    private static final String TABLE = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    @TempDir
    static Path state;

    private static RunningDaemon daemon;
    private static Wire wire;

    @BeforeAll
    static void start() {
        daemon = RunningDaemon.start(state);
        wire = daemon.wire();
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    private static String guestClass(String name, int cores, String more) {
        return "{\"apiVersion\":\"phoenix.thinkheads.ai/v1alpha1\",\"kind\":\"GuestClass\",\"metadata\":{\"name\":\""
                + name + "\"" + more + "},\"spec\":{\"container\":{\"cores\":" + cores + "}}}";
    }

    @Test
    void a_resource_goes_through_its_life() {
        Answer created = wire.post(CLASSES, guestClass("life", 2, ""));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(created.json().at("/metadata/uid").asString()).isNotEmpty();

        Answer again = wire.post(CLASSES, guestClass("life", 2, ""));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().at("/reason").asString()).isEqualTo("AlreadyExists");
        assertThat(again.json().at("/details/kind").asString()).isEqualTo("guestclasses");

        Answer patched = wire.patch(CLASSES + "/life", "{\"spec\":{\"container\":{\"cores\":3}}}");
        assertThat(patched.status()).as(patched.body()).isEqualTo(200);
        assertThat(patched.json().at("/metadata/generation").asInt()).isEqualTo(2);

        Answer blind = wire.put(CLASSES + "/life", guestClass("life", 4, ""));
        assertThat(blind.status()).isEqualTo(422);
        assertThat(blind.body()).contains("must be specified for an update");

        String stale = created.json().at("/metadata/resourceVersion").asString();
        Answer conflict = wire.put(CLASSES + "/life", guestClass("life", 4, ",\"resourceVersion\":\"" + stale + "\""));
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.json().at("/reason").asString()).isEqualTo("Conflict");

        assertThat(wire.delete(CLASSES + "/life").status()).isEqualTo(200);
        awaitGone("life");
        assertThat(wire.get(CLASSES + "/life").json().at("/reason").asString()).isEqualTo("NotFound");
    }

    private static void awaitGone(String name) {
        wire.follow(
                CLASSES + "?watch=true&timeoutSeconds=10&sendInitialEvents=true&allowWatchBookmarks=true"
                        + "&fieldSelector=metadata.name%3D" + name,
                event -> event.at("/type").asString().equals("DELETED")
                        || event.at("/type").asString().equals("BOOKMARK")
                                && wire.get(CLASSES + "/" + name).status() == 404);
    }

    @Test
    @Tag("promise-8")
    void an_unknown_field_is_refused_with_the_nearest_name() {
        String body = guestClass("typo", 2, "").replace("cores", "corse");
        Answer strict = wire.post(CLASSES, body);
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.json().at("/message").asString())
                .contains("strict decoding error: unknown field \"spec.container.corse\"")
                .contains("did you mean 'cores'?");
        Answer warned = wire.post(CLASSES + "?fieldValidation=Warn&dryRun=All", body);
        assertThat(warned.status()).isEqualTo(201);
        assertThat(warned.headers().get("warning")).contains("spec.container.corse");
        assertThat(wire.post(CLASSES + "?fieldValidation=Ignore&dryRun=All", body)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void an_invalid_value_names_its_field() {
        Answer answer = wire.post(CLASSES, guestClass("many", 100_000, ""));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/details/causes/0/field").asString()).isEqualTo("spec.container.cores");
    }

    @Test
    void a_dry_run_stores_nothing() {
        assertThat(wire.post(CLASSES + "?dryRun=All", guestClass("dry", 2, "")).status())
                .isEqualTo(201);
        assertThat(wire.get(CLASSES + "/dry").status()).isEqualTo(404);
    }

    @Test
    void lists_are_selected_and_paged() {
        for (String name : List.of("page-a", "page-b", "page-c")) {
            wire.post(CLASSES, guestClass(name, 1, ",\"labels\":{\"set\":\"page\"}"));
        }
        Answer first = wire.get(CLASSES + "?limit=2&labelSelector=set%3Dpage");
        assertThat(first.json().at("/kind").asString()).isEqualTo("GuestClassList");
        assertThat(first.json().at("/items").size()).isEqualTo(2);
        assertThat(first.json().at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
        String token = first.json().at("/metadata/continue").asString();
        Answer second = wire.get(CLASSES + "?limit=2&labelSelector=set%3Dpage&continue=" + token);
        assertThat(second.json().at("/items/0/metadata/name").asString()).isEqualTo("page-c");
        assertThat(second.json().at("/metadata/resourceVersion"))
                .isEqualTo(first.json().at("/metadata/resourceVersion"));
        assertThat(wire.get(CLASSES + "?fieldSelector=metadata.name%3Dpage-b")
                        .json()
                        .at("/items")
                        .size())
                .isEqualTo(1);
        assertThat(wire.get(CLASSES + "?fieldSelector=spec.x%3D1").status()).isEqualTo(400);
        assertThat(wire.get(CLASSES + "?continue=rubbish").status()).isEqualTo(400);
        assertThat(wire.get(CLASSES + "?resourceVersion=999999")
                        .json()
                        .at("/details/causes/0/reason")
                        .asString())
                .isEqualTo("ResourceVersionTooLarge");

        Answer gone = wire.delete(CLASSES + "?labelSelector=set%3Dpage");
        assertThat(gone.json().at("/items").size()).isEqualTo(3);
        List.of("page-a", "page-b", "page-c").forEach(ApiTest::awaitGone);
        assertThat(wire.get(CLASSES + "?labelSelector=set%3Dpage")
                        .json()
                        .at("/items")
                        .size())
                .isZero();
    }

    @Test
    void a_list_comes_as_a_table_when_asked_for() {
        wire.post(CLASSES, guestClass("table", 1, ""));
        JsonNode table = wire.get(CLASSES + "?fieldSelector=metadata.name%3Dtable", TABLE)
                .json();
        assertThat(table.at("/kind").asString()).isEqualTo("Table");
        assertThat(table.at("/columnDefinitions/0/name").asString()).isEqualTo("NAME");
        assertThat(table.at("/columnDefinitions/1/name").asString()).isEqualTo("READY");
        assertThat(table.at("/rows/0/cells/0").asString()).isEqualTo("table");
        assertThat(table.at("/rows/0/object/kind").asString()).isEqualTo("PartialObjectMetadata");
    }

    @Test
    void a_watch_sees_what_begins_and_ceases_to_match() {
        String revision =
                wire.get(CLASSES).json().at("/metadata/resourceVersion").asString();
        wire.post(CLASSES, guestClass("moves", 1, ""));
        wire.patch(CLASSES + "/moves", "{\"metadata\":{\"labels\":{\"watch\":\"me\"}}}");
        wire.patch(CLASSES + "/moves", "{\"spec\":{\"container\":{\"cores\":5}}}");
        wire.patch(CLASSES + "/moves", "{\"metadata\":{\"labels\":{\"watch\":null}}}");
        List<JsonNode> events = wire.follow(
                CLASSES + "?watch=true&labelSelector=watch%3Dme&resourceVersion=" + revision,
                event -> event.at("/type").asString().equals("DELETED"));
        assertThat(events)
                .extracting(event -> event.at("/type").asString())
                .startsWith("ADDED", "MODIFIED")
                .endsWith("DELETED");
    }

    @Test
    void a_watch_list_ends_its_beginning_with_a_bookmark() {
        wire.post(CLASSES, guestClass("initial", 1, ""));
        List<JsonNode> events = wire.follow(
                CLASSES
                        + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
                        + "&fieldSelector=metadata.name%3Dinitial",
                event -> event.at("/type").asString().equals("BOOKMARK"));
        assertThat(events).hasSize(2);
        assertThat(events.getLast()
                        .at("/object/metadata/annotations/k8s.io~1initial-events-end")
                        .asString())
                .isEqualTo("true");
    }

    @Test
    void a_watch_from_a_revision_that_is_not_known_is_told_to_list_again() {
        List<JsonNode> events = wire.follow(CLASSES + "?watch=true&resourceVersion=99999999", event -> true);
        assertThat(events.getFirst().at("/type").asString()).isEqualTo("ERROR");
        assertThat(events.getFirst().at("/object/code").asInt()).isEqualTo(410);
    }

    @Test
    void a_watch_by_websocket_is_answered_by_nothing_so_that_clients_fall_back() {
        Answer answer = wire.get(CLASSES + "?watch=true", "Upgrade: websocket", "Sec-WebSocket-Version: 13");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    @Tag("promise-9")
    void the_value_of_a_secret_is_never_shown_again() {
        String secrets = Wire.GROUP + "/secrets";
        Answer created = wire.post(
                secrets,
                "{\"apiVersion\":\"phoenix.thinkheads.ai/v1alpha1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"door\"},"
                        + "\"spec\":{\"stringData\":{\"key\":\"hunter2hunter2\"}}}");
        assertThat(created.status()).isEqualTo(201);
        String shown = wire.get(secrets + "/door").body();
        assertThat(created.body() + shown + wire.get(secrets, TABLE).body()).doesNotContain("hunter2");
        assertThat(shown).contains("sealed:");
        Answer labelled = wire.patch(secrets + "/door", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(labelled.status()).isEqualTo(200);
        assertThat(labelled.json().at("/metadata/generation").asInt()).isEqualTo(1);
        Answer forged = wire.patch(secrets + "/door", "{\"spec\":{\"stringData\":{\"key\":\"sealed:other\"}}}");
        assertThat(forged.status()).isEqualTo(422);
        assertThat(forged.body()).contains("give the value itself");
    }

    @Test
    @Tag("promise-8")
    void texts_with_problems_are_refused_whole_with_the_place_of_each() {
        Wire.Answer answer = daemon.apply("", """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: GuestClass
                metadata: {name: right}
                spec: {container: {cores: 1}}
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: ZfsPool
                metadata: {name: tank}
                spec: {vdevz: []}
                """);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/details/causes").toString()).contains("test.yaml:9:", "vdevz", "vdevs");
        assertThat(wire.get(Wire.GROUP + "/guestclasses/right").status()).isEqualTo(404);
    }

    @Test
    void manifests_that_programs_send_as_objects_are_applied_too() {
        Wire.Answer answer = wire.post("/phoenix/v1/apply", """
                {"items": [{"location": "a program", "manifest": {"apiVersion": "phoenix.thinkheads.ai/v1alpha1",
                  "kind": "GuestClass", "metadata": {"name": "by-object"}, "spec": {"container": {"cores": 1}}}}]}
                """);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(wire.get(Wire.GROUP + "/guestclasses/by-object").status()).isEqualTo(200);
    }

    @Test
    void what_is_in_use_stays_until_nobody_uses_it() {
        daemon.apply("", """
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: Secret
                metadata: {name: used}
                spec: {stringData: {token: abcdefgh}}
                ---
                apiVersion: phoenix.thinkheads.ai/v1alpha1
                kind: GitRepository
                metadata: {name: user}
                spec: {url: "file:///nowhere", credentials: {name: used}}
                """);
        assertThat(wire.delete(Wire.GROUP + "/secrets/used")
                        .json()
                        .at("/metadata/deletionTimestamp")
                        .asString())
                .isNotEmpty();
    }

    @Test
    void other_methods_types_and_paths_are_refused_clearly() {
        wire.post(CLASSES, guestClass("refuse", 1, ""));
        assertThat(wire.send("PATCH", CLASSES + "/refuse", "{}", "Content-Type: application/apply-patch+yaml")
                        .status())
                .isEqualTo(415);
        assertThat(wire.send("PATCH", CLASSES + "/refuse", "{}", "Content-Type: application/strategic-merge-patch+json")
                        .status())
                .isEqualTo(415);
        assertThat(wire.patch(CLASSES + "/refuse/status", "{}").status()).isEqualTo(405);
        assertThat(wire.get(CLASSES + "/refuse/status").status()).isEqualTo(200);
        assertThat(wire.get(Wire.GROUP + "/nothings").body()).startsWith("404");
        assertThat(wire.get(CLASSES + "/..%2F..%2Fetc%2Fpasswd").status()).isEqualTo(404);
        assertThat(wire.post(CLASSES, "{\"a\":").status()).isEqualTo(400);
        assertThat(wire.post(CLASSES, guestClass("x", 1, "").replace("GuestClass", "Feature"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_body_that_is_too_large_is_refused() {
        Answer answer = wire.post(CLASSES, "{\"a\":\"" + "x".repeat(10 << 20) + "\"}");
        assertThat(answer.status()).isEqualTo(413);
    }

    private static Answer chunked(String body) {
        return wire.send("POST", CLASSES, body, "Content-Type: application/json", "Transfer-Encoding: chunked");
    }

    /** What fuzzing found: a chunk whose size is no number was answered as a defect, 500. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00f7\u00f7livez HTTP/1.1\r\n\r\n",
                "-1\r\n\r\n",
                "80000000\r\n\r\n",
                "123456789abcdef\r\n\r\n",
                "\r\n\r\n",
                "2\r\n{}\r\n0\r\nmore\r\n"
            })
    void a_body_whose_chunks_are_malformed_is_a_bad_request(String body) {
        Answer answer = chunked(body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/message").asString()).contains("not well-formed");
        assertThat(wire.get("/livez").status()).isEqualTo(200);
    }

    @Test
    void a_chunk_that_is_too_large_is_refused() {
        assertThat(chunked("7fffffff\r\n{}").status()).isEqualTo(413);
    }

    @Test
    void a_body_in_chunks_is_read_whole() {
        String body = guestClass("chunks", 2, "");
        String chunks = Integer.toHexString(20) + "\r\n" + body.substring(0, 20) + "\r\n"
                + Integer.toHexString(body.length() - 20) + "\r\n" + body.substring(20) + "\r\n0\r\n\r\n";
        assertThat(chunked(chunks).status()).isEqualTo(201);
    }

    @Test
    void web_pages_get_no_answer() {
        assertThat(wire.get("/version", "Origin: https://evil.example").status())
                .isEqualTo(403);
        assertThat(wire.get("/version", "Host: evil.example").status()).isEqualTo(403);
        assertThat(wire.get("/version", "Origin: http://127.0.0.1:8001").status())
                .isEqualTo(200);
    }

    @Test
    void operators_get_health_and_metrics() {
        assertThat(wire.get("/livez").body()).isEqualTo("ok");
        assertThat(wire.get("/readyz").body()).isEqualTo("ok");
        assertThat(wire.get("/metrics").body())
                .contains("phoenix_queue_depth")
                .contains("phoenix_pass_duration_seconds_count")
                .contains("phoenix_resources{kind=\"LxcContainer\",ready=\"true\"}");
    }

    @Test
    void discovery_names_every_kind() {
        JsonNode resources = wire.get(Wire.GROUP).json().at("/resources");
        assertThat(resources.valueStream().map(each -> each.at("/name").asString()))
                .contains("lxccontainers", "zfspools", "gitrepositories/status");
        assertThat(wire.get("/openapi/v3").json().at("/paths").size()).isEqualTo(1);
        JsonNode document =
                wire.get("/openapi/v3/apis/phoenix.thinkheads.ai/v1alpha1").json();
        assertThat(document.at(
                                "/components/schemas/ai.thinkheads.phoenix.v1alpha1.LxcContainer/properties/spec/properties/cores/type")
                        .asString())
                .isEqualTo("integer");
    }
}
