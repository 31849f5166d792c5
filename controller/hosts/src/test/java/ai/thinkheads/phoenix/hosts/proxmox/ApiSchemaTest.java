package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What checks the driver's requests sees what a real host saw, and the driver's classes of refusals fit what a real host said. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ApiSchemaTest {

    private static List<JsonNode> recorded() throws IOException {
        Path folder = ApiSchema.folder();
        assumeTrue(folder != null, "no recorded exchanges of Proxmox beside the checkout: nothing to compare with");
        List<JsonNode> all = new ArrayList<>();
        try (Stream<Path> files =
                Files.list(java.util.Objects.requireNonNull(folder).resolve("transcripts"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode read = JsonMapper.builder().build().readTree(line);
                    if (read.has("request")) {
                        all.add(read);
                    }
                }
            }
        }
        return all;
    }

    private static Map<String, List<String>> params(JsonNode exchange) {
        Map<String, List<String>> params = new LinkedHashMap<>();
        exchange.path("request")
                .path("params")
                .forEach(pair -> params.computeIfAbsent(pair.path(0).asString(""), key -> new ArrayList<>())
                        .add(pair.path(1).asString("")));
        return params;
    }

    @Test
    void what_a_host_took_has_no_problems_and_what_it_refused_by_its_schema_has() throws IOException {
        int taken = 0;
        int refused = 0;
        List<ApiSchema> schemas = new ArrayList<>();
        for (JsonNode exchange : recorded()) {
            schemas = schemas.isEmpty() ? new ArrayList<>(ApiSchema.all()) : schemas;
            String method = exchange.path("request").path("method").asString("");
            String path = exchange.path("request").path("path").asString("");
            List<String> problems = schemas.getLast().problems(method, path, params(exchange));
            String errors = exchange.path("body").path("errors").toString();
            if (exchange.path("status").asInt(0) == 200) {
                assertThat(problems).as(method + " " + path).isEmpty();
                taken++;
            } else if (errors.contains("property is not defined in schema") || errors.contains("type check (")) {
                assertThat(problems).as(method + " " + path).isNotEmpty();
                refused++;
            }
        }
        assertThat(taken).isGreaterThan(50);
        assertThat(refused).isGreaterThan(1);
    }

    @Test
    void every_refusal_of_a_host_is_a_clear_one() throws IOException {
        int seen = 0;
        for (JsonNode exchange : recorded()) {
            int status = exchange.path("status").asInt(0);
            if (status / 100 == 2) {
                continue;
            }
            seen++;
            HostException e = Refusals.of(new Refusals.Answer(
                    exchange.path("request").path("method").asString(""),
                    exchange.path("request").path("path").asString(""),
                    status,
                    Json.text(
                            exchange.path("body"),
                            "message",
                            exchange.path("reason").asString("")),
                    Json.texts(exchange.path("body").path("errors")),
                    "API token root@pam!rig"));
            assertThat(e.getMessage()).as(exchange.toString()).isNotBlank();
            assertThat(e.why()).as(exchange.toString()).isNotEqualTo(HostException.Cause.UNREACHABLE);
            if (e.getMessage().contains("does not exist") && e.getMessage().startsWith("Configuration file")) {
                assertThat(e.why()).isEqualTo(HostException.Cause.NOT_FOUND);
            }
        }
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void every_guest_that_a_host_showed_is_read_and_left_alone_by_its_own_configuration() throws IOException {
        int seen = 0;
        GuestMapping.Surroundings host = new GuestMapping.Surroundings(8, Map.of());
        for (JsonNode exchange : recorded()) {
            String path = exchange.path("request").path("path").asString("");
            boolean config = path.matches("/nodes/pve/(lxc|qemu)/\\d+/config")
                    && exchange.path("request").path("method").asString("").equals("GET");
            if (!config || exchange.path("status").asInt(0) != 200) {
                continue;
            }
            seen++;
            Map<String, String> options =
                    new LinkedHashMap<>(Json.texts(exchange.path("body").path("data")));
            options.remove("digest");
            GuestFile file = new GuestFile(options, List.of(), Map.of(), java.util.Set.of(), List.of(), "");
            if (path.contains("/lxc/")) {
                unchanged(new ContainerMapping(), file, host);
            } else {
                unchanged(new VmMapping(), file, host);
            }
        }
        assertThat(seen).isGreaterThan(5);
    }

    private static <C extends ai.thinkheads.phoenix.hosts.port.GuestConfig> void unchanged(
            GuestMapping<C, ?> mapping, GuestFile file, GuestMapping.Surroundings host) {
        C config = mapping.read(101, file.current(), List.of(), host);
        Change change = mapping.update(101, file, config, mapping.fields());
        // What the file leaves to the host's defaults may be written out; nothing that stands there is changed.
        assertThat(change.delete()).isEmpty();
        assertThat(change.set().keySet()).noneMatch(file.current()::containsKey);
    }
}
