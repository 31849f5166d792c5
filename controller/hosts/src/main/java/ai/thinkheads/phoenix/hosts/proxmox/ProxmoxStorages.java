package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The storages of the cluster that this node may use. */
final class ProxmoxStorages implements Storages {

    private static final Map<String, Set<String>> FIXED = Map.of(
            "zfspool", Set.of("pool"),
            "dir", Set.of("path"),
            "nfs", Set.of("server", "export", "path"),
            "lvmthin", Set.of("vgname", "thinpool"));
    private static final Set<String> OPTIONS =
            Set.of("pool", "path", "server", "export", "vgname", "thinpool", "sparse", "options", "mountpoint");

    private final Ground ground;

    ProxmoxStorages(Ground ground) {
        this.ground = ground;
    }

    /**
     * All that storages say.
     *
     * @param files archives and images, by volume id
     */
    record Listing(Map<String, Observed> storages, Map<String, Templates.Observed> files) {}

    /** Everything, in calls that grow with the number of storages only. */
    Listing all(JsonNode definitions) {
        Map<String, JsonNode> states = states();
        Map<String, Observed> storages = new HashMap<>();
        Map<String, Templates.Observed> files = new HashMap<>();
        for (JsonNode each : definitions) {
            String id = Json.text(each, "storage", "");
            JsonNode state = states.get(id);
            if (state != null) {
                storages.put(id, observe(each, state, files));
            }
        }
        return new Listing(storages, files);
    }

    private Map<String, JsonNode> states() {
        Map<String, JsonNode> states = new TreeMap<>();
        ground.api().get(ground.path("storage")).forEach(each -> states.put(Json.text(each, "storage", ""), each));
        return states;
    }

    private Observed observe(JsonNode definition, JsonNode state, Map<String, Templates.Observed> files) {
        Definition is = definition(definition);
        boolean active = Json.flag(state, "active");
        int volumes = 0;
        if (active) {
            JsonNode content = ground.api().get(ground.path("storage", is.id(), "content"));
            volumes = content.size();
            content.forEach(
                    each -> ProxmoxTemplates.observe(is, each).ifPresent(file -> files.put(file.volumeId(), file)));
        }
        return new Observed(
                is,
                FIXED.getOrDefault(is.type(), Set.of()),
                active,
                new ByteSize(active ? Math.max(0, Json.number(state, "total", 0)) : 0),
                new ByteSize(active ? Math.max(0, Json.number(state, "avail", 0)) : 0),
                volumes);
    }

    static Definition definition(JsonNode node) {
        Map<String, String> options = new TreeMap<>(Json.texts(node));
        options.keySet().retainAll(OPTIONS);
        Set<String> content = new TreeSet<>();
        for (String each : Json.text(node, "content", "").split(",")) {
            if (!each.isBlank() && !each.equals("none")) {
                content.add(each.strip());
            }
        }
        return new Definition(Json.text(node, "storage", ""), Json.text(node, "type", ""), content, options);
    }

    /** One definition; empty when there is none. */
    Optional<JsonNode> definitionOf(String id) {
        try {
            return Optional.of(ground.api().get(ProxmoxApi.path("storage", id)));
        } catch (HostException e) {
            if (e.why() == HostException.Cause.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<Observed> read(String id) {
        return ground.tally().read(() -> {
            JsonNode definition = definitionOf(id).orElse(null);
            JsonNode state = definition == null ? null : states().get(id);
            return definition == null || state == null
                    ? Optional.empty()
                    : Optional.of(observe(definition, state, new HashMap<>()));
        });
    }

    @Override
    public void create(Definition definition) {
        ground.tally().change(() -> {
            Params params = Params.none().with("storage", definition.id()).with("type", definition.type());
            new TreeMap<>(definition.options()).forEach(params::with);
            ground.api().post("/storage", params.maybe("content", content(definition)));
        });
    }

    private static @Nullable String content(Definition definition) {
        return definition.content().isEmpty() ? null : String.join(",", new TreeSet<>(definition.content()));
    }

    @Override
    public void update(Definition definition) {
        ground.tally().change(() -> {
            JsonNode now = definitionOf(definition.id())
                    .orElseThrow(() -> new HostException(
                            HostException.Cause.NOT_FOUND, "storage '" + definition.id() + "' does not exist"));
            Definition is = definition(now);
            Set<String> fixed = FIXED.getOrDefault(is.type(), Set.of());
            Map<String, String> set = new LinkedHashMap<>();
            new TreeMap<>(definition.options()).forEach((name, value) -> {
                boolean same = value.equals(is.options().get(name));
                if (!same && fixed.contains(name)) {
                    throw new HostException(
                            HostException.Cause.REFUSED,
                            name + " of storage '" + is.id()
                                    + "' is fixed: only a new definition can change it; remove the storage and define it anew");
                }
                if (!same) {
                    set.put(name, value);
                }
            });
            if (!is.content().equals(definition.content())
                    && !definition.content().isEmpty()) {
                set.put("content", String.valueOf(content(definition)));
            }
            if (!set.isEmpty()) {
                String digest = Json.text(now, "digest", "");
                ground.api()
                        .put(
                                ProxmoxApi.path("storage", is.id()),
                                Params.of(set).maybe("digest", digest.isEmpty() ? null : digest));
            }
        });
    }

    @Override
    public void remove(String id) {
        ground.tally().change(() -> {
            ground.api().delete(ProxmoxApi.path("storage", id), Params.none());
        });
    }
}
