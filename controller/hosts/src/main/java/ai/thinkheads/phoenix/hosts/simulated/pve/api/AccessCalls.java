package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /access}: {@code PVE/API2/AccessControl.pm}, {@code PVE/API2/User.pm}, {@code PVE/API2/ACL.pm}. */
final class AccessCalls {

    private final Access access;

    AccessCalls(Access access) {
        this.access = access;
    }

    List<Route> routes() {
        Route.Allowed modify = Route.any("/access", "User.Modify");
        return List.of(
                Route.of("POST", "/access/ticket", Rules.of("""
                                        username!: str
                                        password!: str
                                        realm: str
                                        otp: str
                                        path: str
                                        privs: str
                                        new-format: bool
                                        tfa-challenge: str
                                        """), Route.ANYBODY, this::ticket)
                        .withoutTokens(),
                Route.of(
                        "GET",
                        "/access/permissions",
                        Rules.of("path: str\nuserid: str"),
                        Route.ANYBODY,
                        this::permissions),
                Route.of(
                        "GET",
                        "/access/users",
                        Rules.of("enabled: bool\nfull: bool"),
                        Route.ANYBODY,
                        call -> ApiAnswer.of(access.users())),
                Route.of("POST", "/access/users", Rules.of("""
                                userid!: userid
                                comment: str
                                email: str
                                enable: bool
                                expire: int 0..
                                firstname: str
                                groups: str
                                keys: str
                                lastname: str
                                password: str
                                """), modify, this::addUser),
                Route.of("DELETE", "/access/users/{userid}", Rules.NONE, modify, call -> {
                    access.removeUser(call.in("userid"));
                    return ApiAnswer.of(null);
                }),
                Route.of(
                        "GET",
                        "/access/users/{userid}/token",
                        Rules.NONE,
                        this::ownOr,
                        call -> ApiAnswer.of(access.tokens(call.in("userid")))),
                Route.of(
                        "POST",
                        "/access/users/{userid}/token/{tokenid}",
                        Rules.of("comment: str\nexpire: int 0..\nprivsep: bool"),
                        this::ownOr,
                        this::addToken),
                Route.of("DELETE", "/access/users/{userid}/token/{tokenid}", Rules.NONE, this::ownOr, call -> {
                    access.removeToken(call.in("userid"), call.in("tokenid"));
                    return ApiAnswer.of(null);
                }),
                Route.of("GET", "/access/roles", Rules.NONE, Route.ANYBODY, call -> roles()),
                Route.of("GET", "/access/acl", Rules.NONE, Route.ANYBODY, call -> ApiAnswer.of(access.list())),
                Route.of(
                        "PUT", "/access/acl", Rules.of("""
                                path!: str
                                roles!: str
                                delete: bool
                                groups: str
                                propagate: bool
                                tokens: str
                                users: str
                                """), Route.any("/access", "Permissions.Modify"), this::modify));
    }

    private void ownOr(Call call, Access rights) {
        if (!call.caller().user().equals(call.in("userid"))) {
            rights.require(call.caller(), "/access", "User.Modify");
        }
    }

    private ApiAnswer ticket(Call call) {
        String realm = call.param("realm");
        String user = call.param("username");
        return ApiAnswer.of(access.login(
                user.contains("@") || realm.isEmpty() ? user : user + "@" + realm, call.param("password")));
    }

    private ApiAnswer permissions(Call call) {
        String who = call.param("userid");
        Caller caller = call.caller();
        if (!who.isEmpty() && !who.equals(caller.whole())) {
            access.require(caller, "/access", "Sys.Audit");
            int mark = who.indexOf('!');
            caller = mark < 0 ? new Caller(who, null) : new Caller(who.substring(0, mark), who.substring(mark + 1));
        }
        return ApiAnswer.of(access.tree(caller, call.has("path") ? call.param("path") : null));
    }

    private ApiAnswer addUser(Call call) {
        access.addUser(call.param("userid"), call.param("password"), call.param("comment"));
        return ApiAnswer.of(null);
    }

    private ApiAnswer addToken(Call call) {
        boolean separate = !call.has("privsep") || call.flag("privsep");
        long expire = call.has("expire") ? Long.parseLong(call.param("expire")) : 0;
        String secret = access.addToken(call.in("userid"), call.in("tokenid"), separate, expire, call.param("comment"));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("full-tokenid", call.in("userid") + "!" + call.in("tokenid"));
        all.put("info", new TreeMap<>(Map.of("privsep", separate ? "1" : "0", "expire", expire)));
        all.put("value", secret);
        return ApiAnswer.of(all);
    }

    private ApiAnswer roles() {
        List<Object> all = new ArrayList<>();
        new TreeMap<>(access.roles())
                .forEach((name, privileges) -> all.add(Map.of(
                        "roleid", name, "special", 1, "privs", String.join(",", new java.util.TreeSet<>(privileges)))));
        return ApiAnswer.of(all);
    }

    private ApiAnswer modify(Call call) {
        boolean propagate = !call.has("propagate") || call.flag("propagate");
        String whole = call.param("users").isEmpty() ? call.param("tokens") : call.param("users");
        for (String who : whole.split(",")) {
            for (String role : call.param("roles").split(",")) {
                access.modify(
                        new Access.Entry(call.param("path"), who, who.contains("!"), role, propagate),
                        call.flag("delete"));
            }
        }
        return ApiAnswer.of(null);
    }
}
