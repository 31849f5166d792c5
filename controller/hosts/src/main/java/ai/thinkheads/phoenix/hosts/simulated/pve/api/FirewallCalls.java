package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.simulated.Extras;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code /nodes/{node}/lxc|qemu/{vmid}/firewall}: {@code PVE/API2/Firewall/VM.pm}, {@code PVE/API2/Firewall/Rules.pm}. What is said
 * is kept as under {@code /etc/pve/firewall}; no packet is looked at.
 */
final class FirewallCalls {

    private static final String FOLDER = "firewall/";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LEVELS = "enum emerg|alert|crit|err|warning|notice|info|debug|nolog";
    private static final Set<String> ACTIONS = Set.of("ACCEPT", "DROP", "REJECT");
    private static final Set<String> NUMBERS = Set.of("enable", "dhcp", "ipfilter", "macfilter", "ndp", "radv", "pos");
    private static final Set<String> PASSING = Set.of("pos", "digest", "delete", "moveto");
    private static final Rules RULE = Rules.of("""
        comment: str
        dest: str
        digest: str
        dport: str
        enable: int 0..
        icmp-type: str
        iface: str
        log: %s
        macro: str
        proto: str
        source: str
        sport: str
        """.formatted(LEVELS));
    private static final String KIND = "type%s: enum in|out|forward|group\naction%s: str";

    private final Extras kept;

    FirewallCalls(Extras kept) {
        this.kept = kept;
    }

    /** What one guest's file says; the first rule counts first. */
    private record File(Map<String, String> options, List<Map<String, String>> rules) {}

    List<Route> routes(Flavour flavour) {
        String one = "/nodes/{node}/" + flavour.name() + "/{vmid}/firewall";
        Route.Allowed audit = Route.any("/vms/{vmid}", "VM.Audit");
        Route.Allowed change = Route.any("/vms/{vmid}", "VM.Config.Network");
        return List.of(
                Route.of("GET", one + "/options", Rules.NONE, audit, this::options),
                Route.of("PUT", one + "/options", Rules.of("""
                    delete: str
                    dhcp: bool
                    digest: str
                    enable: bool
                    ipfilter: bool
                    log_level_in: %s
                    log_level_out: %s
                    macfilter: bool
                    ndp: bool
                    policy_in: enum ACCEPT|REJECT|DROP
                    policy_out: enum ACCEPT|REJECT|DROP
                    radv: bool
                    """.formatted(LEVELS, LEVELS)), change, this::setOptions),
                Route.of("GET", one + "/rules", Rules.NONE, audit, this::rules),
                Route.of(
                        "POST",
                        one + "/rules",
                        RULE.and(Rules.of(KIND.formatted("!", "!"), "pos: int 0..")),
                        change,
                        this::add),
                Route.of("GET", one + "/rules/{pos}", Rules.NONE, audit, this::rule),
                Route.of(
                        "PUT",
                        one + "/rules/{pos}",
                        RULE.and(Rules.of(KIND.formatted("", ""), "delete: str\nmoveto: int 0..")),
                        change,
                        this::edit),
                Route.of("DELETE", one + "/rules/{pos}", Rules.of("digest: str"), change, this::remove));
    }

    private static String name(int vmid) {
        return FOLDER + vmid + ".fw";
    }

    /** The guest is gone, and its rules with it. */
    void forget(int vmid) {
        kept.remove(name(vmid));
    }

    /** A clone has the rules of what it was made from. */
    void copy(int from, int to) {
        kept.text(name(from)).ifPresent(text -> kept.keep(name(to), text));
    }

    private File read(Call call) {
        return kept.text(name(call.vmid()))
                .map(text -> JSON.readValue(text, File.class))
                .orElse(new File(Map.of(), List.of()));
    }

    private synchronized void write(Call call, File file) {
        kept.keep(name(call.vmid()), JSON.writeValueAsString(file));
    }

    private static String digest(Object what) {
        return GuestBook.sha1(JSON.writeValueAsString(what));
    }

    private static void requireDigest(Call call, Object what) {
        if (call.has("digest") && !call.param("digest").equals(digest(what))) {
            throw ApiError.die("detected modified configuration - file changed by other user? Try again.");
        }
    }

    private static Map<String, Object> typed(Map<String, String> texts) {
        Map<String, Object> all = new TreeMap<>();
        texts.forEach((key, value) -> all.put(key, NUMBERS.contains(key) ? (Object) Integer.valueOf(value) : value));
        return all;
    }

    // ---- options

    private ApiAnswer options(Call call) {
        Map<String, String> options = new TreeMap<>(read(call).options());
        Map<String, Object> all = typed(options);
        all.put("digest", digest(options));
        return ApiAnswer.of(all);
    }

    private ApiAnswer setOptions(Call call) {
        File file = read(call);
        Map<String, String> options = new TreeMap<>(file.options());
        requireDigest(call, options);
        said(call).forEach((key, value) -> options.put(key, switched(call, key, value)));
        deleted(call).forEach(options::remove);
        write(call, new File(options, file.rules()));
        return ApiAnswer.of(null);
    }

    private static String switched(Call call, String key, String value) {
        return NUMBERS.contains(key) ? call.flag(key) ? "1" : "0" : value;
    }

    private static Map<String, String> said(Call call) {
        Map<String, String> said = new TreeMap<>(call.params());
        said.keySet().removeAll(PASSING);
        return said;
    }

    private static List<String> deleted(Call call) {
        return call.has("delete") ? List.of(call.param("delete").split("[,; ]+")) : List.of();
    }

    // ---- rules

    private ApiAnswer rules(Call call) {
        List<Map<String, String>> rules = read(call).rules();
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            all.add(view(rules, i));
        }
        return ApiAnswer.of(all);
    }

    private ApiAnswer rule(Call call) {
        File file = read(call);
        return ApiAnswer.of(view(file.rules(), position(call, file)));
    }

    private static Map<String, Object> view(List<Map<String, String>> rules, int at) {
        Map<String, Object> all = new LinkedHashMap<>(typed(rules.get(at)));
        all.put("pos", at);
        all.put("digest", digest(rules));
        return all;
    }

    private static int position(Call call, File file) {
        String text = call.in("pos");
        int at = text.matches("\\d{1,6}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
        if (at >= file.rules().size()) {
            throw ApiError.die("no rule at position " + text);
        }
        return at;
    }

    /** A new rule is the first one, wherever it is asked for. */
    private ApiAnswer add(Call call) {
        File file = read(call);
        Map<String, String> rule = said(call);
        rule.putIfAbsent("enable", "0");
        verify(rule);
        List<Map<String, String>> rules = new ArrayList<>(file.rules());
        rules.addFirst(rule);
        write(call, new File(file.options(), rules));
        return ApiAnswer.of(null);
    }

    /** Moves a rule, or changes it. */
    private ApiAnswer edit(Call call) {
        File file = read(call);
        requireDigest(call, file.rules());
        int at = position(call, file);
        List<Map<String, String>> rules = new ArrayList<>(file.rules());
        int to = call.number("moveto", at);
        Map<String, String> rule = new TreeMap<>(rules.get(at));
        if (to != at) {
            // Before the one that stands there now.
            rules.add(Math.min(to, rules.size()), rule);
            rules.remove(to <= at ? at + 1 : at);
        } else {
            rule.putAll(said(call));
            deleted(call).forEach(rule::remove);
            verify(rule);
            rules.set(at, rule);
        }
        write(call, new File(file.options(), rules));
        return ApiAnswer.of(null);
    }

    private ApiAnswer remove(Call call) {
        File file = read(call);
        requireDigest(call, file.rules());
        List<Map<String, String>> rules = new ArrayList<>(file.rules());
        rules.remove(position(call, file));
        write(call, new File(file.options(), rules));
        return ApiAnswer.of(null);
    }

    private static void verify(Map<String, String> rule) {
        Map<String, String> errors = new TreeMap<>();
        String action = rule.getOrDefault("action", "");
        if (!action.matches("[A-Za-z][A-Za-z0-9_-]{1,19}")) {
            errors.put("action", "value does not match the regex pattern");
        } else if (!"group".equals(rule.get("type")) && !ACTIONS.contains(action)) {
            errors.put("action", "unknown action '" + action + "'");
        }
        for (String port : List.of("dport", "sport")) {
            if (rule.containsKey(port) && !rule.containsKey("proto") && !rule.containsKey("macro")) {
                errors.put("proto", "missing property - '" + port + "' requires this property");
            }
        }
        if (!errors.isEmpty()) {
            throw ApiError.params(errors);
        }
    }
}
