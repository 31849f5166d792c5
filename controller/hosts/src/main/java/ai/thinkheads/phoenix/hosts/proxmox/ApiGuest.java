package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.Guests.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A guest as the API tells of it: the same as its file, in three answers. Pure. */
final class ApiGuest {

    private ApiGuest() {}

    /**
     * What would be in the file.
     *
     * @param config the answer to {@code config}, with what is pending in it, for the raw lines and the digest
     * @param pending the triples of {@code pending}
     * @param snapshots the listing, with an entry for the present state
     */
    static GuestFile file(JsonNode config, JsonNode pending, JsonNode snapshots) {
        Map<String, String> current = new LinkedHashMap<>();
        Map<String, String> waiting = new LinkedHashMap<>();
        Set<String> deleted = new HashSet<>();
        for (JsonNode each : pending) {
            String key = Json.text(each, "key", "");
            if (key.isEmpty() || key.equals("digest")) {
                continue;
            }
            if (Json.has(each, "value")) {
                current.put(key, Json.text(each, "value", ""));
            }
            if (Json.has(each, "pending")) {
                waiting.put(key, Json.text(each, "pending", ""));
            }
            if (Json.number(each, "delete", 0) > 0) {
                deleted.add(key);
            }
        }
        for (String key : List.of("lock", "template")) {
            if (Json.has(config, key)) {
                current.put(key, Json.text(config, key, ""));
            }
        }
        List<GuestFile.Line> lxc = new ArrayList<>();
        config.path("lxc")
                .forEach(pair -> lxc.add(new GuestFile.Line(Json.text(pair.path(0), ""), Json.text(pair.path(1), ""))));
        return new GuestFile(current, lxc, waiting, deleted, snapshots(snapshots), Json.text(config, "digest", ""));
    }

    private static List<Snapshot> snapshots(JsonNode listing) {
        List<Snapshot> all = new ArrayList<>();
        for (JsonNode each : listing) {
            String name = Json.text(each, "name", "");
            if (!name.isEmpty() && !name.equals("current")) {
                long time = Json.number(each, "snaptime", 0);
                all.add(new Snapshot(
                        name,
                        Json.text(each, "description", "").stripTrailing(),
                        time == 0 ? null : Instant.ofEpochSecond(time)));
            }
        }
        all.sort(Comparator.comparing(each -> each.takenAt() == null ? Instant.MAX : each.takenAt()));
        return all;
    }

    /** The addresses that a container has, without the loopback's and link-local ones. */
    static List<String> containerAddresses(JsonNode interfaces) {
        List<String> all = new ArrayList<>();
        for (JsonNode each : interfaces) {
            if (!Json.text(each, "name", "").equals("lo")) {
                add(all, Json.text(each, "inet", ""));
                add(all, Json.text(each, "inet6", ""));
            }
        }
        return all;
    }

    /** The addresses that a machine's agent tells of. */
    static List<String> machineAddresses(JsonNode answer) {
        List<String> all = new ArrayList<>();
        for (JsonNode each : answer.path("result")) {
            if (!Json.text(each, "name", "").equals("lo")) {
                each.path("ip-addresses").forEach(address -> add(all, Json.text(address, "ip-address", "")));
            }
        }
        return all;
    }

    private static void add(List<String> all, String address) {
        String plain = address.contains("/") ? address.substring(0, address.indexOf('/')) : address;
        if (!plain.isEmpty() && !plain.startsWith("fe80:") && !plain.startsWith("127.") && !plain.equals("::1")) {
            all.add(plain);
        }
    }
}
