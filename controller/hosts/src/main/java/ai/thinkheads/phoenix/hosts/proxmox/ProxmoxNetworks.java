package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Networks;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bridges of a node. They are edited by the API into {@code interfaces.new} and applied by one reload. Before that a timer of
 * systemd is set on the host, which puts the old file back and reloads again unless it is stopped in time; it needs nobody to be
 * alive but the host. Reloading is refused while somebody else's edits are staged, which it would apply too.
 */
final class ProxmoxNetworks implements Networks {

    private static final String LIVE = "/etc/network/interfaces";
    private static final String BEFORE = "/etc/network/interfaces.phoenix-before";
    private static final String UNIT = "phoenix-network-revert";
    private static final String REVERT = "mv " + BEFORE + " " + LIVE + " && ifreload -a";
    private static final String WHAT = "changing the network with a way back (NetworkBridge)";
    private static final String NAT = "nat";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Run by ifupdown when the bridge comes up, and once when it is written. */
    private static final String NAT_SCRIPT = """
            #!/bin/sh
            # Written by Phoenix: translates addresses of guests on a bridge.
            [ -z "$IFACE" ] || [ "$IFACE" = "%1$s" ] || exit 0
            sysctl -q -w net.ipv4.ip_forward=1
            nft delete table ip phoenix_%1$s 2>/dev/null
            nft -f - <<'RULES'
            table ip phoenix_%1$s {
              chain postrouting {
                type nat hook postrouting priority srcnat;
                ip saddr %2$s %3$s masquerade
              }
            }
            RULES
            """;

    private final Ground ground;
    private final Set<String> ours = ConcurrentHashMap.newKeySet();

    ProxmoxNetworks(Ground ground) {
        this.ground = ground;
    }

    /** All bridges; how many cards are on each comes from the guests. */
    Map<String, Observed> all(Map<String, Integer> guests) {
        JsonNode answer = ground.api().getWhole(ground.path("network"));
        Map<String, BridgeConfig> live = null;
        if (!Json.text(answer, "changes", "").isEmpty() && ground.shell().isThere()) {
            // The API shows what is staged; what is in force is in the file.
            live = InterfacesFile.bridges(ground.shell().output("reading the network", List.of("cat", LIVE)));
        }
        Instant deadline = deadline();
        Map<String, Observed> all = new HashMap<>();
        Map<String, Boolean> active = new HashMap<>();
        Map<String, BridgeConfig> configs = new TreeMap<>();
        for (JsonNode each : answer.path("data")) {
            if (Json.text(each, "type", "").equals("bridge")) {
                String name = Json.text(each, "iface", "");
                configs.put(name, bridge(name, each));
                active.put(name, Json.flag(each, "active"));
            }
        }
        (live == null ? configs : live)
                .forEach((name, config) -> all.put(
                        name,
                        new Observed(
                                config, active.getOrDefault(name, false), guests.getOrDefault(name, 0), deadline)));
        return all;
    }

    static BridgeConfig bridge(String name, JsonNode node) {
        String address = Json.text(node, "cidr", Json.text(node, "cidr6", ""));
        String gateway = Json.text(node, "gateway", Json.text(node, "gateway6", ""));
        NoteMark notes = NoteMark.parse(Json.text(node, "comments", ""));
        return new BridgeConfig(
                name,
                Options.words(Json.text(node, "bridge_ports", "").replace("none", "")),
                address.isEmpty() ? null : address,
                gateway.isEmpty() ? null : gateway,
                Json.flag(node, "bridge_vlan_aware"),
                Options.number(Json.text(node, "mtu", "")),
                notes.cards().get(NAT),
                notes.mark());
    }

    @Override
    public Optional<Observed> read(String name) {
        return ground.tally().read(() -> Optional.ofNullable(all(cards()).get(name)));
    }

    /** How many cards are on each bridge, which only the whole host's reading knows. */
    private Map<String, Integer> cards() {
        return known;
    }

    private volatile Map<String, Integer> known = Map.of();

    /** What the last reading of the whole host found. */
    void found(Map<String, Integer> guests) {
        known = Map.copyOf(guests);
    }

    @Override
    public Map<String, String> staged() {
        return ground.tally().read(() -> {
            String diff = Json.text(ground.api().getWhole(ground.path("network")), "changes", "");
            Map<String, String> all = new TreeMap<>();
            InterfacesFile.touched(diff)
                    .forEach(name -> all.put(name, ours.contains(name) ? "changed" : "changed by somebody else"));
            return all;
        });
    }

    @Override
    public void stage(BridgeConfig config) {
        ground.tally().change(() -> {
            ours.add(config.name());
            Params params = Params.none().with("type", "bridge").with("autostart", "1");
            boolean six = config.address() != null && config.address().contains(":");
            params.maybe(six ? "cidr6" : "cidr", config.address())
                    .maybe(
                            config.gateway() != null && config.gateway().contains(":") ? "gateway6" : "gateway",
                            config.gateway())
                    .maybe("bridge_ports", config.ports().isEmpty() ? null : String.join(" ", config.ports()))
                    .maybe("bridge_vlan_aware", config.vlanAware() ? "1" : null)
                    .maybe("mtu", config.mtu() == null ? null : String.valueOf(config.mtu()));
            Map<String, String> more = config.nat() == null ? Map.of() : Map.of(NAT, config.nat());
            String notes = new NoteMark("", config.mark(), more).notes();
            params.maybe("comments", notes.isEmpty() ? null : notes);
            if (exists(config.name())) {
                // Whatever is not named would stay as it was.
                params.with("delete", removed(config, notes));
                ground.api().put(ground.path("network", config.name()), params);
            } else {
                ground.api().post(ground.path("network"), params.with("iface", config.name()));
            }
            translate(config);
        });
    }

    private static String removed(BridgeConfig config, String notes) {
        Map<String, Boolean> gone = new TreeMap<>();
        boolean six = config.address() != null && config.address().contains(":");
        gone.put("cidr", config.address() == null || six);
        gone.put("cidr6", config.address() == null || !six);
        gone.put("gateway", config.gateway() == null || config.gateway().contains(":"));
        gone.put("gateway6", config.gateway() == null || !config.gateway().contains(":"));
        gone.put("bridge_ports", config.ports().isEmpty());
        gone.put("bridge_vlan_aware", !config.vlanAware());
        gone.put("mtu", config.mtu() == null);
        gone.put("comments", notes.isEmpty());
        gone.values().removeIf(each -> !each);
        return String.join(",", gone.keySet());
    }

    private boolean exists(String name) {
        for (JsonNode each : ground.api().get(ground.path("network"))) {
            if (Json.text(each, "iface", "").equals(name)) {
                return true;
            }
        }
        return false;
    }

    private void translate(BridgeConfig config) {
        String via = config.nat();
        String address = config.address();
        if (via == null) {
            return;
        }
        if (address == null || address.contains(":")) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "bridge " + config.name() + " needs an IPv4 address for its guests' addresses to be translated");
        }
        String out = via.equals("auto") ? "oifname != \"" + config.name() + "\"" : "oifname \"" + via + "\"";
        String path = "/etc/network/if-up.d/phoenix-nat-" + config.name();
        ground.shell()
                .require("translating addresses (spec.nat)")
                .write(path, String.format(NAT_SCRIPT, config.name(), address, out), "755");
    }

    @Override
    public void stageRemoval(String name) {
        ground.tally().change(() -> {
            ours.add(name);
            ground.api().delete(ground.path("network", name), Params.none());
        });
    }

    @Override
    public void discard() {
        ground.tally().change(() -> {
            ground.api().delete(ground.path("network"), Params.none());
            ours.clear();
        });
    }

    @Override
    public void apply(Duration revertAfter) {
        ground.tally().change(() -> {
            ground.shell().require(WHAT);
            staged().forEach((name, how) -> {
                if (!ours.contains(name)) {
                    throw new HostException(
                            HostException.Cause.REFUSED,
                            "interface " + name
                                    + " has changes that somebody else has staged, and a reload would apply them"
                                    + " too: apply or revert them in the node's network page, then try again");
                }
            });
            boolean pending = deadline() != null;
            if (pending) {
                // Goes back to what was before the earlier change, which was not confirmed either.
                ground.shell().output(WHAT, List.of("systemctl", "stop", UNIT + ".timer"));
            } else {
                ground.shell().output(WHAT, List.of("cp", "--preserve=all", LIVE, BEFORE));
            }
            ground.shell()
                    .output(
                            WHAT,
                            List.of(
                                    "systemd-run",
                                    "--quiet",
                                    "--collect",
                                    "--unit=" + UNIT,
                                    "--on-active=" + Math.max(5, revertAfter.toSeconds()) + "s",
                                    "--timer-property=AccuracySec=1s",
                                    "/bin/sh",
                                    "-c",
                                    REVERT));
            ground.tasks().await(ground.api().put(ground.path("network"), Params.none()));
            ours.clear();
        });
    }

    @Override
    public void confirm() {
        ground.tally().change(() -> {
            if (deadline() == null) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "there is no change of the network to confirm; it was confirmed or taken back already");
            }
            ground.shell().output(WHAT, List.of("systemctl", "stop", UNIT + ".timer"));
            ground.shell().output(WHAT, List.of("rm", "-f", BEFORE));
        });
    }

    /** When the host takes an unconfirmed change back; null when it waits for none. */
    private @Nullable Instant deadline() {
        if (!ground.shell().isThere()) {
            return null;
        }
        String text = ground.shell()
                .quietly(
                        "looking at the timer of the network",
                        List.of("systemctl", "list-timers", "--output=json", UNIT + ".timer"));
        try {
            for (JsonNode each : JSON.readTree(text.isBlank() ? "[]" : text)) {
                long next = Json.number(each, "next", 0);
                if (Json.text(each, "unit", "").startsWith(UNIT) && next > 0) {
                    return Instant.ofEpochMilli(next / 1000);
                }
            }
        } catch (JacksonException e) {
            return null;
        }
        return null;
    }
}
