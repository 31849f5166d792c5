package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.hosts.simulated.pve.Notes;
import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code /nodes/{node}/network}: {@code PVE/API2/Network.pm}. Changes are staged, and applied together. Of the kinds of interfaces
 * the model has bridges and ports.
 */
final class NetworkCalls {

    private static final Rules OPTIONS = Rules.of("""
            type!: enum bridge|bond|eth|alias|vlan|fabric|OVSBridge|OVSBond|OVSPort|OVSIntPort|vnet|unknown
            address: str
            address6: str
            autostart: bool
            bridge_ports: str
            bridge_vids: str
            bridge_vlan_aware: bool
            cidr: cidr
            cidr6: cidr
            comments: str
            comments6: str
            gateway: str
            gateway6: str
            mtu: int 1280..65520
            netmask: str
            netmask6: int 0..128
            slaves: str
            vlan-id: int 1..4094
            vlan-raw-device: iface
            """);

    private final Ground ground;
    /** What the model has no place for: notes, and addresses that are kept although the method is manual. */
    private final Map<String, String> comments = new TreeMap<>();

    private final Set<String> manual = new TreeSet<>();

    NetworkCalls(Ground ground) {
        this.ground = ground;
    }

    List<Route> routes() {
        String all = "/nodes/{node}/network";
        Route.Allowed modify = Route.any("/nodes/{node}", "Sys.Modify");
        return List.of(
                Route.of("GET", all, Rules.of("type: str"), Route.ANYBODY, this::list),
                Route.of("POST", all, OPTIONS.and(Rules.of("iface!: iface")), modify, this::create),
                Route.of("PUT", all, Rules.of("regenerate-frr: bool"), modify, this::apply),
                Route.of("DELETE", all, Rules.NONE, modify, this::discard),
                Route.of("GET", all + "/{iface}", Rules.NONE, Route.ANYBODY, this::one),
                Route.of("PUT", all + "/{iface}", OPTIONS.and(Rules.of("delete: str")), modify, this::change),
                Route.of("DELETE", all + "/{iface}", Rules.NONE, modify, this::remove));
    }

    /** The bridges as they will be when what is staged is applied. */
    private Map<String, BridgeConfig> staging() {
        Map<String, BridgeConfig> all = new TreeMap<>();
        ground.state().bridges().forEach((name, each) -> all.put(name, each.config()));
        ground.host().console().staged().forEach((name, each) -> {
            if (each.isPresent()) {
                all.put(name, each.get());
            } else {
                all.remove(name);
            }
        });
        return all;
    }

    private synchronized ApiAnswer list(Call call) {
        List<Object> all = new ArrayList<>();
        Map<String, BridgeConfig> bridges = staging();
        Set<String> ports = new TreeSet<>();
        bridges.values().forEach(each -> ports.addAll(each.ports()));
        String type = call.param("type");
        int priority = 3;
        for (String port : ports) {
            if (type.isEmpty() || type.equals("eth")) {
                all.add(new LinkedHashMap<>(Map.of(
                        "iface",
                        port,
                        "type",
                        "eth",
                        "exists",
                        1,
                        "active",
                        1,
                        "method",
                        "manual",
                        "method6",
                        "manual",
                        "families",
                        List.of("inet"),
                        "priority",
                        priority++)));
            }
        }
        for (BridgeConfig each : bridges.values()) {
            if (type.isEmpty() || type.contains("bridge")) {
                Map<String, Object> view = view(each, priority++);
                view.put("iface", each.name());
                all.add(view);
            }
        }
        String changes = changes();
        return changes.isEmpty() ? ApiAnswer.of(all) : ApiAnswer.of(all, Map.of("changes", changes));
    }

    private Map<String, Object> view(BridgeConfig bridge, int priority) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("type", "bridge");
        all.put("autostart", 1);
        all.put("priority", priority);
        all.put("families", List.of("inet"));
        String address = bridge.address();
        all.put("method", address == null || manual.contains(bridge.name()) ? "manual" : "static");
        all.put("method6", "manual");
        Networks.Observed live = ground.state().bridges().get(bridge.name());
        if (live != null && live.active()) {
            all.put("active", 1);
        }
        if (address != null) {
            all.put("cidr", address);
            all.put("address", address.replaceFirst("/.*", ""));
            all.put("netmask", address.replaceFirst(".*/", ""));
        }
        put(all, "gateway", bridge.gateway());
        put(all, "mtu", bridge.mtu() == null ? null : String.valueOf(bridge.mtu()));
        all.put("bridge_ports", String.join(" ", bridge.ports()));
        all.put("bridge_stp", "off");
        all.put("bridge_fd", "0");
        if (bridge.vlanAware()) {
            all.put("bridge_vlan_aware", 1);
            all.put("bridge_vids", "2-4094");
        }
        String notes = notes(bridge);
        put(all, "comments", notes.isEmpty() ? null : notes);
        return all;
    }

    private String notes(BridgeConfig bridge) {
        String text = comments.getOrDefault(bridge.name(), "");
        String nat = bridge.nat();
        String whole =
                new Notes(text, bridge.mark(), nat == null ? Map.of() : Map.of("cards", Map.of("nat", nat))).whole();
        return whole.isEmpty() || whole.endsWith("\n") ? whole : whole + "\n";
    }

    private static void put(Map<String, Object> all, String key, @Nullable Object value) {
        if (value != null) {
            all.put(key, value);
        }
    }

    /** The difference that waits, as {@code diff -u} shows it. */
    private String changes() {
        StringBuilder text = new StringBuilder();
        Map<String, Optional<BridgeConfig>> staged = ground.host().console().staged();
        staged.forEach((name, each) -> {
            if (ground.state().bridges().containsKey(name)) {
                text.append("-auto ")
                        .append(name)
                        .append("\n-iface ")
                        .append(name)
                        .append('\n');
            }
            if (each.isPresent()) {
                text.append("+auto ")
                        .append(name)
                        .append("\n+iface ")
                        .append(name)
                        .append('\n');
            }
        });
        return staged.isEmpty()
                ? ""
                : "--- /etc/network/interfaces\n+++ /etc/network/interfaces.new\n@@ -1,1 +1,1 @@\n" + text;
    }

    private BridgeConfig existing(String name) {
        BridgeConfig found = staging().get(name);
        if (found == null) {
            throw ApiError.param("iface", "interface does not exist");
        }
        return found;
    }

    private synchronized ApiAnswer one(Call call) {
        BridgeConfig found = existing(call.in("iface"));
        int before = (int) staging().keySet().stream()
                .filter(each -> each.compareTo(found.name()) < 0)
                .count();
        return ApiAnswer.of(view(found, before + 4));
    }

    private synchronized ApiAnswer create(Call call) {
        String name = call.param("iface");
        if (staging().containsKey(name)) {
            throw ApiError.param("iface", "interface already exists");
        }
        requireBridge(call);
        requireGateway(call, name);
        stage(call, name, null);
        return ApiAnswer.of(null);
    }

    private static void requireBridge(Call call) {
        if (!call.param("type").equals("bridge")) {
            throw ApiError.die(
                    "interfaces of type '" + call.param("type") + "' are not a part of this simulated machine");
        }
    }

    private void requireGateway(Call call, String name) {
        staging().values().forEach(each -> {
            if (call.has("gateway") && !each.name().equals(name) && each.gateway() != null) {
                throw ApiError.param("gateway", "Default gateway already exists on interface '" + each.name() + "'.");
            }
        });
    }

    /** Half of it is kept when it is not sent; the method is found out from this request alone. */
    private void stage(Call call, String name, @Nullable BridgeConfig before) {
        Set<String> gone = new TreeSet<>(Arrays.asList(call.param("delete").split("[,; ]+")));
        String address = call.has("cidr")
                ? call.param("cidr")
                : call.has("address")
                        ? call.param("address") + "/" + bits(call.param("netmask"))
                        : before == null || gone.contains("cidr") || gone.contains("address") ? null : before.address();
        if (address != null && !call.has("cidr") && !call.has("address")) {
            manual.add(name);
        } else {
            manual.remove(name);
        }
        String gateway = call.has("gateway")
                ? call.param("gateway")
                : before == null || gone.contains("gateway") ? null : before.gateway();
        List<String> ports = call.has("bridge_ports")
                ? Arrays.stream(call.param("bridge_ports").split("[,; ]+"))
                        .filter(each -> !each.isEmpty() && !each.equals("none"))
                        .toList()
                : before == null || gone.contains("bridge_ports") ? List.of() : before.ports();
        Integer mtu = call.has("mtu")
                ? Properties.number(call.param("mtu"))
                : before == null || gone.contains("mtu") ? null : before.mtu();
        boolean aware = call.has("bridge_vlan_aware")
                ? call.flag("bridge_vlan_aware")
                : before != null && !gone.contains("bridge_vlan_aware") && before.vlanAware();
        String text = call.has("comments")
                ? call.param("comments")
                : before == null || gone.contains("comments") ? "" : notes(before);
        Notes notes = Notes.parse(text);
        comments.put(name, notes.text());
        String nat = notes.extra().getOrDefault("cards", Map.of()).get("nat");
        try {
            ground.host()
                    .networks()
                    .stage(new BridgeConfig(name, ports, address, gateway, aware, mtu, nat, notes.mark()));
        } catch (HostException e) {
            int colon = e.getMessage().indexOf(": ");
            throw colon > 0 && e.getMessage().substring(0, colon).matches("[a-z_]+")
                    ? ApiError.param(
                            e.getMessage().substring(0, colon), e.getMessage().substring(colon + 2))
                    : e;
        }
    }

    private static int bits(String mask) {
        if (!mask.contains(".")) {
            Integer number = Properties.number(mask);
            return number == null ? 24 : number;
        }
        return Arrays.stream(mask.split("\\."))
                .mapToInt(each -> Integer.bitCount(Integer.parseInt(each)))
                .sum();
    }

    private synchronized ApiAnswer change(Call call) {
        BridgeConfig before = existing(call.in("iface"));
        requireBridge(call);
        requireGateway(call, before.name());
        stage(call, before.name(), before);
        return ApiAnswer.of(null);
    }

    private synchronized ApiAnswer remove(Call call) {
        existing(call.in("iface"));
        ground.host().networks().stageRemoval(call.in("iface"));
        return ApiAnswer.of(null);
    }

    private synchronized ApiAnswer discard(Call call) {
        ground.host().networks().discard();
        return ApiAnswer.of(null);
    }

    private ApiAnswer apply(Call call) {
        return ApiAnswer.of(ground.tasks().fork(call.caller(), "srvreload", "networking", log -> {
            // Nothing takes it back: who wants that has to see to it himself.
            ground.host().networks().apply(Duration.ofHours(1));
            ground.host().networks().confirm();
        }));
    }
}
