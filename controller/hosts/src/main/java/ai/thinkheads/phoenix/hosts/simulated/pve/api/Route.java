package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A method of the API.
 *
 * @param path with variable parts in braces; one that ends in {@code +} takes all that is left
 * @param allowed refuses who may not
 * @param tokens whether tokens may call it
 */
record Route(String method, List<String> path, Rules rules, Allowed allowed, boolean tokens, Handler handler) {

    /** What answers. */
    @FunctionalInterface
    interface Handler {
        ApiAnswer answer(Call call);
    }

    /** What the method declares about who may call it. */
    @FunctionalInterface
    interface Allowed {
        void check(Call call, Access access);
    }

    static final Allowed ANYBODY = (call, access) -> {};

    /** Any one of these privileges at a path, in which parts of the request's path stand in braces. */
    static Allowed any(String path, String... privileges) {
        return (call, access) -> {
            String at = path;
            for (Map.Entry<String, String> each : call.vars().entrySet()) {
                at = at.replace("{" + each.getKey() + "}", each.getValue());
            }
            access.require(call.caller(), at, privileges);
        };
    }

    static Route of(String method, String path, Rules rules, Allowed allowed, Handler handler) {
        return new Route(method, List.of(path.substring(1).split("/")), rules, allowed, true, handler);
    }

    Route with(Rules others) {
        return new Route(method, path, others, allowed, tokens, handler);
    }

    Route withoutTokens() {
        return new Route(method, path, rules, allowed, false, handler);
    }

    /** The variable parts of a path that fits; null when it does not. */
    @Nullable
    Map<String, String> match(String verb, List<String> parts) {
        boolean open = path.getLast().endsWith("+}");
        boolean fits = verb.equals(method) && (open ? parts.size() >= path.size() : parts.size() == path.size());
        if (!fits) {
            return null;
        }
        Map<String, String> vars = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String wanted = path.get(i);
            if (wanted.endsWith("+}")) {
                vars.put(wanted.substring(1, wanted.length() - 2), String.join("/", parts.subList(i, parts.size())));
            } else if (wanted.startsWith("{")) {
                vars.put(wanted.substring(1, wanted.length() - 1), parts.get(i));
            } else if (!wanted.equals(parts.get(i))) {
                return null;
            }
        }
        return vars;
    }
}
