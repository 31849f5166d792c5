package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Which Proxmox VE a machine has, as far as a caller can tell: 9, or 8.4, which lacks parameters and parts of values, and has one
 * privilege where 9 has several. From the descriptions of both APIs, and {@code PVE/AccessControl.pm}.
 *
 * @param beforeNine whether it is 8.4
 */
record Release(boolean beforeNine) {

    static final Release NINE = new Release(false);

    private static final Set<String> NEW_PARAMETERS = Set.of(
            "allow-ksm", "entrypoint", "env", "ha-managed", "intel-tdx", "regenerate-frr", "snapshot-as-volume-chain");
    private static final Set<String> NEW_PARTS = Set.of("host-managed", "idmap", "keepattrs");

    /** What may be asked of the agent in a machine was one privilege, with what is typed into the machine's monitor. */
    private static final String AGENT = "VM.GuestAgent.";

    private static final String MONITOR = "VM.Monitor";

    /** Of a version such as {@code 9.2.11}. */
    static Release of(String version) {
        return new Release(version.startsWith("8."));
    }

    /** A call as it is in this version. */
    Route route(Route route) {
        return beforeNine ? route.with(rules(route.rules())) : route;
    }

    /** Parameters as they are in this version. */
    Rules rules(Rules rules) {
        if (!beforeNine) {
            return rules;
        }
        Map<String, Rule> all = new LinkedHashMap<>(rules.named());
        all.keySet().removeAll(NEW_PARAMETERS);
        all.replaceAll((name, rule) -> rule.older());
        return new Rules(all);
    }

    /** The parts of a value as they are in 8.4. */
    static Rules parts(Rules nine) {
        Map<String, Rule> all = new LinkedHashMap<>(nine.named());
        all.keySet().removeAll(NEW_PARTS);
        return new Rules(all);
    }

    /** The roles that this version brings along. */
    Map<String, Set<String>> roles() {
        if (!beforeNine) {
            return Roles.BUILT_IN;
        }
        Map<String, Set<String>> all = new HashMap<>();
        Roles.BUILT_IN.forEach((name, privileges) -> all.put(name, privileges(privileges, name.contains("Auditor"))));
        return all;
    }

    private Set<String> privileges(Set<String> nine, boolean looksOnly) {
        Set<String> all = new TreeSet<>(nine);
        boolean agent = all.removeIf(each -> each.startsWith(AGENT));
        all.remove("VM.Replicate");
        if (agent && !looksOnly) {
            all.add(MONITOR);
        }
        return all;
    }

    /** Every privilege that there is. */
    Set<String> privileges() {
        return beforeNine ? privileges(Roles.all(), false) : Roles.all();
    }

    /** The privileges of 9 in the words of this version. */
    String[] named(String... nine) {
        UnaryOperator<String> older = each -> each.startsWith(AGENT) ? MONITOR : each;
        return beforeNine ? java.util.Arrays.stream(nine).map(older).distinct().toArray(String[]::new) : nine;
    }
}
