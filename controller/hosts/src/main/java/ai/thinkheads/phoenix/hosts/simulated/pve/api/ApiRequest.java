package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.Map;

/**
 * A request.
 *
 * @param path below {@code /api2/json}, decoded
 * @param params of the query and of the body, decoded
 * @param headers by their names in small letters
 */
public record ApiRequest(String method, String path, Map<String, String> params, Map<String, String> headers) {

    @Override
    public String toString() {
        return method + " " + path + " " + params.keySet();
    }
}
