package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.HostClock;
import ai.thinkheads.phoenix.hosts.simulated.Extras;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Users, tokens, tickets and what they may do; as {@code PVE/AccessControl.pm} and {@code PVE/RPCEnvironment.pm} decide it. */
final class Access {

    private static final Duration TICKET_LIFETIME = Duration.ofHours(2);
    private static final String ROOT = "root@pam";
    private static final String NAME = "user.cfg";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Release release;
    private final Map<String, Set<String>> roles;
    private final Extras kept;
    private final HostClock clock;
    private final RandomGenerator random;
    private final Map<String, User> users = new TreeMap<>();
    private final Map<String, Token> tokens = new TreeMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Ticket> tickets = new LinkedHashMap<>();

    /** A password is kept as what it comes to, as {@code shadow.cfg} does. */
    private record User(String password, boolean enabled, String comment) {}

    private record Token(String secret, boolean separate, long expire, String comment) {}

    /** All of it but the tickets, as it is kept. */
    private record Kept(Map<String, User> users, Map<String, Token> tokens, List<Entry> entries) {}

    private record Ticket(String user, String prevention, Instant until) {}

    /**
     * Who may do what where.
     *
     * @param who a user or a token
     */
    record Entry(String path, String who, boolean token, String role, boolean propagate) {}

    Access(HostClock clock, RandomGenerator random, String rootPassword, Release release, Extras kept) {
        this.kept = kept;
        this.release = release;
        this.roles = release.roles();
        this.clock = clock;
        this.random = random;
        kept.text(NAME).map(text -> JSON.readValue(text, Kept.class)).ifPresent(before -> {
            users.putAll(before.users());
            tokens.putAll(before.tokens());
            entries.addAll(before.entries());
        });
        users.put(ROOT, new User(digest(ROOT, rootPassword), true, ""));
    }

    private void keep() {
        kept.keep(NAME, JSON.writeValueAsString(new Kept(users, tokens, entries)));
    }

    /** Empty for none, with which nobody logs in. */
    private static String digest(String user, String password) {
        return password.isEmpty() ? "" : GuestBook.sha1(user + "\0" + password);
    }

    /** Who sends this; refuses whoever cannot show it. */
    synchronized Caller authenticate(ApiRequest request) {
        String token = request.headers().getOrDefault("authorization", "");
        if (token.startsWith("PVEAPIToken=")) {
            return ofToken(token.substring("PVEAPIToken=".length()));
        }
        String cookie = request.headers().getOrDefault("cookie", "");
        int begin = cookie.indexOf("PVEAuthCookie=");
        if (begin < 0) {
            throw ApiError.unauthorized("No ticket");
        }
        String id = URLDecoder.decode(
                cookie.substring(begin + "PVEAuthCookie=".length())
                        .split(";", 2)[0]
                        .replace("+", "%2B"),
                StandardCharsets.UTF_8);
        Ticket ticket = tickets.get(id);
        if (ticket == null || clock.now().isAfter(ticket.until())) {
            throw ApiError.unauthorized("permission denied - invalid PVE ticket");
        }
        if (!request.method().equals("GET")
                && !ticket.prevention().equals(request.headers().get("csrfpreventiontoken"))) {
            throw ApiError.unauthorized("Permission denied - invalid csrf token");
        }
        return new Caller(ticket.user(), null);
    }

    private Caller ofToken(String text) {
        int equals = text.indexOf('=');
        String id = equals < 0 ? text : text.substring(0, equals);
        int mark = id.indexOf('!');
        Token known = tokens.get(id);
        if (mark < 0 || known == null || !same(known.secret(), text.substring(equals + 1))) {
            throw ApiError.unauthorized(known == null ? "no such token '" + id + "'" : "invalid token value!");
        }
        if (known.expire() > 0 && clock.now().getEpochSecond() > known.expire()) {
            throw ApiError.unauthorized("token '" + id + "' access expired");
        }
        String user = id.substring(0, mark);
        User owner = users.get(user);
        if (owner == null || !owner.enabled()) {
            throw ApiError.unauthorized("user '" + user + "' is disabled");
        }
        return new Caller(user, id.substring(mark + 1));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** A ticket for a user and a password, or for one whose ticket ends soon. */
    synchronized Map<String, Object> login(String user, String password) {
        String id = user.contains("@") ? user : user + "@pam";
        User known = users.get(id);
        Ticket renewed = tickets.get(password);
        boolean renews =
                renewed != null && renewed.user().equals(id) && !clock.now().isAfter(renewed.until());
        if (known == null
                || !known.enabled()
                || !renews && (known.password().isEmpty() || !same(known.password(), digest(id, password)))) {
            throw ApiError.unauthorized("authentication failure");
        }
        String ticket = "PVE:" + id + ":" + hex(clock.now().getEpochSecond()) + "::" + secret();
        String prevention = hex(clock.now().getEpochSecond()) + ":" + secret();
        tickets.put(ticket, new Ticket(id, prevention, clock.now().plus(TICKET_LIFETIME)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("username", id);
        answer.put("ticket", ticket);
        answer.put("CSRFPreventionToken", prevention);
        answer.put("cap", capabilities(new Caller(id, null)));
        return answer;
    }

    private Map<String, Object> capabilities(Caller caller) {
        Map<String, Object> all = new LinkedHashMap<>();
        Map<String, String> places = Map.of(
                "vms",
                "/vms",
                "storage",
                "/storage",
                "nodes",
                "/nodes",
                "access",
                "/access",
                "dc",
                "/",
                "sdn",
                "/sdn",
                "mapping",
                "/mapping");
        places.forEach((word, path) -> {
            Map<String, Object> granted = new TreeMap<>();
            privileges(caller, path).forEach(each -> granted.put(each, 1));
            all.put(word, granted);
        });
        return all;
    }

    private static String hex(long value) {
        return Long.toHexString(value).toUpperCase(java.util.Locale.ROOT);
    }

    private String secret() {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private String uuid() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
    }

    /** Makes a user. */
    synchronized void addUser(String id, String password, String comment) {
        if (users.containsKey(id)) {
            throw ApiError.die("create user failed: user '" + id + "' already exists");
        }
        users.put(id, new User(digest(id, password), true, comment));
        keep();
    }

    synchronized void removeUser(String id) {
        if (users.remove(id) == null) {
            throw ApiError.die("delete user failed: no such user ('" + id + "')");
        }
        tokens.keySet().removeIf(each -> each.startsWith(id + "!"));
        entries.removeIf(each -> each.who().equals(id) || each.who().startsWith(id + "!"));
        keep();
    }

    synchronized List<Object> users() {
        List<Object> all = new ArrayList<>();
        users.forEach((id, user) -> all.add(new TreeMap<>(
                Map.of("userid", id, "enable", user.enabled() ? 1 : 0, "comment", user.comment(), "expire", 0))));
        return all;
    }

    /**
     * Makes a token; its secret is told this once.
     *
     * @param expire seconds since 1970; 0 for never
     */
    synchronized String addToken(String user, String name, boolean separate, long expire, String comment) {
        if (!users.containsKey(user)) {
            throw ApiError.die("no such user ('" + user + "')");
        }
        String id = user + "!" + name;
        if (tokens.containsKey(id)) {
            throw ApiError.bad("Token already exists.");
        }
        String secret = uuid();
        tokens.put(id, new Token(secret, separate, expire, comment));
        keep();
        return secret;
    }

    /** Makes a token with a secret that is known already. */
    synchronized void addToken(String id, String secret, boolean separate) {
        tokens.put(id, new Token(secret, separate, 0, ""));
        keep();
    }

    synchronized void removeToken(String user, String name) {
        if (tokens.remove(user + "!" + name) == null) {
            throw ApiError.die("no such token '" + name + "' for user '" + user + "'");
        }
        keep();
    }

    synchronized List<Object> tokens(String user) {
        List<Object> all = new ArrayList<>();
        tokens.forEach((id, token) -> {
            if (id.startsWith(user + "!")) {
                all.add(Map.of(
                        "tokenid",
                        id.substring(user.length() + 1),
                        "privsep",
                        token.separate() ? 1 : 0,
                        "expire",
                        token.expire(),
                        "comment",
                        token.comment()));
            }
        });
        return all;
    }

    /** Adds entries, or takes them away. */
    synchronized void modify(Entry entry, boolean delete) {
        if (!roles.containsKey(entry.role())) {
            throw ApiError.param("roles", "role '" + entry.role() + "' does not exist");
        }
        entries.removeIf(each -> each.path().equals(entry.path())
                && each.who().equals(entry.who())
                && each.role().equals(entry.role()));
        if (!delete) {
            entries.add(entry);
        }
        keep();
    }

    synchronized List<Object> list() {
        List<Object> all = new ArrayList<>();
        entries.forEach(each -> all.add(Map.of(
                "path", each.path(),
                "ugid", each.who(),
                "type", each.token() ? "token" : "user",
                "roleid", each.role(),
                "propagate", each.propagate() ? 1 : 0)));
        return all;
    }

    /** What somebody may do at a path. A separate token may do what both it and its user were given. */
    synchronized Set<String> privileges(Caller caller, String path) {
        Set<String> own = caller.user().equals(ROOT) ? release.privileges() : granted(caller.user(), path);
        if (caller.token() == null) {
            return own;
        }
        Token token = tokens.get(caller.whole());
        if (token == null || !token.separate()) {
            return own;
        }
        Set<String> both = new TreeSet<>(granted(caller.whole(), path));
        both.retainAll(own);
        return both;
    }

    /** The roles of the closest place above count, and no others. */
    private Set<String> granted(String who, String path) {
        List<String> places = new ArrayList<>(List.of("/"));
        StringBuilder at = new StringBuilder();
        for (String part : path.split("/")) {
            if (!part.isEmpty()) {
                at.append('/').append(part);
                places.add(at.toString());
            }
        }
        Set<String> roles = new HashSet<>();
        for (String place : places) {
            Set<String> here = new HashSet<>();
            boolean last = place.equals(places.getLast());
            entries.forEach(each -> {
                if (each.who().equals(who) && each.path().equals(place) && (last || each.propagate())) {
                    here.add(each.role());
                }
            });
            if (!here.isEmpty()) {
                roles = here;
            }
        }
        Set<String> all = new TreeSet<>();
        if (!roles.contains("NoAccess")) {
            roles.forEach(each -> all.addAll(this.roles.getOrDefault(each, Set.of())));
        }
        return all;
    }

    /** The roles that there are, with their privileges. */
    Map<String, Set<String>> roles() {
        return roles;
    }

    /** Refuses who has none of these privileges at a path. */
    void require(Caller caller, String path, String... anyOf) {
        Set<String> has = privileges(caller, path);
        for (String each : anyOf) {
            if (has.contains(each)) {
                return;
            }
        }
        throw ApiError.permission(path, List.of(anyOf));
    }

    boolean may(Caller caller, String path, String privilege) {
        return privileges(caller, path).contains(privilege);
    }

    /** Where somebody may do what: {@code GET /access/permissions}. */
    synchronized Map<String, Object> tree(Caller caller, @Nullable String only) {
        Set<String> paths =
                new TreeSet<>(List.of("/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"));
        entries.forEach(each -> paths.add(each.path()));
        if (only != null) {
            paths.clear();
            paths.add(only);
        }
        Map<String, Object> all = new TreeMap<>();
        paths.forEach(path -> {
            Map<String, Object> here = new TreeMap<>();
            privileges(caller, path).forEach(each -> here.put(each, 1));
            if (!here.isEmpty() || only != null) {
                all.put(path, here);
            }
        });
        return all;
    }
}
