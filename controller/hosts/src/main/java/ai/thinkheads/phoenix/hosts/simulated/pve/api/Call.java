package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.util.Map;

/**
 * A request whose caller is known and whose parameters are in order.
 *
 * @param vars what stands for the variable parts of the path
 */
record Call(ApiRequest request, Map<String, String> vars, Caller caller) {

    /** A part of the path. */
    String in(String name) {
        return vars.getOrDefault(name, "");
    }

    int vmid() {
        return Integer.parseInt(in("vmid"));
    }

    /** A parameter; empty when it was not given. */
    String param(String name) {
        return request.params().getOrDefault(name, "");
    }

    boolean has(String name) {
        return request.params().containsKey(name);
    }

    boolean flag(String name) {
        return Properties.on(param(name));
    }

    int number(String name, int usual) {
        Integer value = Properties.number(param(name));
        return value == null ? usual : value;
    }

    Map<String, String> params() {
        return request.params();
    }
}
