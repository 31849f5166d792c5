package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import java.util.Set;

/** How values come out in JSON: numbers of containers as numbers, many of machines as strings. Nobody planned it. */
final class Values {

    private static final Set<String> STRINGS = Set.of("memory", "description", "name", "hostname", "tags", "startup");

    private Values() {}

    static Object typed(String key, String value, Guests.Observed<? extends GuestConfig> guest) {
        boolean container = guest.config() instanceof ContainerConfig;
        boolean text = STRINGS.contains(key) && !(container && key.equals("memory"));
        return !text && value.matches("-?(0|[1-9]\\d{0,17})") ? Long.valueOf(value) : value;
    }
}
