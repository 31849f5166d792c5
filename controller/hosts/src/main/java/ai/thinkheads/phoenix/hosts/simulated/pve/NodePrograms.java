package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Networks.BridgeConfig;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The machine's name, time, network and power at its own command line, and what its storages hold. */
final class NodePrograms {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SimulatedHost host;
    private final Supplier<HostState> state;

    NodePrograms(SimulatedHost host, Supplier<HostState> state) {
        this.host = host;
        this.state = state;
    }

    int hostname(Run run) {
        List<String> args = run.args();
        if (!args.isEmpty()
                && (args.getFirst().equals("set-hostname") || args.getFirst().equals("hostname"))) {
            if (args.size() > 1) {
                host.node().setHostname(args.get(1));
                return 0;
            }
        }
        String name = state.get().node().hostname();
        if (run.name().equals("hostname") || args.contains("--static") || args.contains("hostname")) {
            run.println(name);
        } else {
            run.println(" Static hostname: " + name + "\n       Icon name: computer-server\nOperating System: Debian"
                    + " GNU/Linux 13 (trixie)\n          Kernel: Linux "
                    + state.get().node().kernel() + "\n    Architecture: x86-64");
        }
        return 0;
    }

    int time(Run run) {
        List<String> args = run.args();
        if (args.size() > 1 && args.getFirst().equals("set-timezone")) {
            host.node().setTimezone(args.get(1));
            return 0;
        }
        String zone = state.get().node().timezone();
        if (args.contains("show")) {
            run.println(args.contains("--value") ? zone : "Timezone=" + zone + "\nNTP=yes\nNTPSynchronized=yes");
        } else {
            run.println("                Time zone: " + zone + "\nSystem clock synchronized: yes\n              NTP"
                    + " service: active");
        }
        return 0;
    }

    int reboot(Run run) {
        host.node().reboot();
        return 0;
    }

    int version(Run run) {
        String version = state.get().node().version();
        run.println("pve-manager/" + version + "/simulated (running kernel: "
                + state.get().node().kernel() + ")");
        return 0;
    }

    /** {@code ip}, whose links and addresses are those of the bridges. */
    int ip(Run run) {
        Switches switches = Switches.parse(run.args(), Set.of("dev"));
        String what = switches.words().isEmpty() ? "" : switches.words().getFirst();
        boolean json = switches.has("j", "json");
        boolean addresses = what.startsWith("a");
        if (!addresses && !what.startsWith("l")) {
            return what.startsWith("r") ? route(run, json) : Program.NOT_MINE;
        }
        ArrayNode list = JSON.createArrayNode();
        StringBuilder text = new StringBuilder();
        int index = 1;
        List<BridgeConfig> links = new ArrayList<>();
        links.add(new BridgeConfig("lo", List.of(), "127.0.0.1/8", null, false, 65536, null, null));
        new TreeMap<>(state.get().bridges()).values().forEach(each -> links.add(each.config()));
        for (BridgeConfig each : links) {
            link(list.addObject(), each, index, addresses);
            text.append(index++)
                    .append(": ")
                    .append(each.name())
                    .append(": <BROADCAST,MULTICAST,UP,LOWER_UP> mtu ")
                    .append(mtu(each))
                    .append(" state UP\n");
            if (addresses && each.address() != null) {
                text.append("    inet ")
                        .append(each.address())
                        .append(" scope global ")
                        .append(each.name())
                        .append('\n');
            }
        }
        run.out().accept(json ? JSON.writeValueAsString(list) + "\n" : text.toString());
        return 0;
    }

    private static int mtu(BridgeConfig bridge) {
        Integer mtu = bridge.mtu();
        return mtu == null ? 1500 : mtu;
    }

    private static void link(ObjectNode node, BridgeConfig bridge, int index, boolean addresses) {
        node.put("ifindex", index).put("ifname", bridge.name());
        node.putArray("flags").add("BROADCAST").add("MULTICAST").add("UP").add("LOWER_UP");
        node.put("mtu", mtu(bridge)).put("operstate", "UP");
        String address = bridge.address();
        if (addresses) {
            ArrayNode infos = node.putArray("addr_info");
            if (address != null && address.contains("/")) {
                String[] pair = address.split("/");
                infos.addObject()
                        .put("family", address.contains(":") ? "inet6" : "inet")
                        .put("local", pair[0])
                        .put("prefixlen", Integer.parseInt(pair[1]))
                        .put("scope", "global")
                        .put("label", bridge.name());
            }
        }
    }

    private int route(Run run, boolean json) {
        ArrayNode list = JSON.createArrayNode();
        StringBuilder text = new StringBuilder();
        new TreeMap<>(state.get().bridges()).values().forEach(each -> {
            String gateway = each.config().gateway();
            if (gateway != null) {
                list.addObject()
                        .put("dst", "default")
                        .put("gateway", gateway)
                        .put("dev", each.config().name());
                text.append("default via ")
                        .append(gateway)
                        .append(" dev ")
                        .append(each.config().name())
                        .append('\n');
            }
        });
        run.out().accept(json ? JSON.writeValueAsString(list) + "\n" : text.toString());
        return 0;
    }

    /** {@code pvesm status} and {@code pvesm list}. */
    int storages(Run run) {
        String verb = run.args().isEmpty() ? "" : run.args().getFirst();
        HostState now = state.get();
        if (verb.equals("status")) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("Name", "Type", "Status", "Total (KiB)", "Used (KiB)", "Available (KiB)", "%"));
            new TreeMap<>(now.storages()).forEach((name, each) -> {
                long total = each.total().bytes() >> 10;
                long free = each.available().bytes() >> 10;
                rows.add(List.of(
                        name,
                        each.definition().type(),
                        each.active() ? "active" : "inactive",
                        String.valueOf(total),
                        String.valueOf(total - free),
                        String.valueOf(free),
                        String.format(
                                java.util.Locale.ROOT, "%.2f%%", total == 0 ? 0 : (total - free) * 100.0 / total)));
            });
            run.out().accept(Columns.table(rows, "  "));
            return 0;
        }
        if (verb.equals("list") && run.args().size() > 1) {
            String storage = run.args().get(1);
            if (!now.storages().containsKey(storage)) {
                return run.fail(255, "storage '" + storage + "' does not exist");
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("Volid", "Format", "Type", "Size", "VMID"));
            new TreeMap<>(now.templates()).forEach((id, each) -> {
                if (each.storage().equals(storage)) {
                    boolean rootfs = id.contains(":vztmpl/");
                    rows.add(List.of(
                            id,
                            rootfs ? "tgz" : "qcow2",
                            rootfs ? "vztmpl" : "import",
                            String.valueOf(each.size().bytes()),
                            ""));
                }
            });
            run.out().accept(Columns.table(rows, " "));
            return 0;
        }
        return run.fail(
                255, "ERROR: pvesm " + verb + " is not a part of this simulated machine; it has status and list");
    }

    /** {@code pveam update} and {@code pveam list}. */
    int templates(Run run) {
        String verb = run.args().isEmpty() ? "" : run.args().getFirst();
        if (verb.equals("update")) {
            run.println("update successful");
            return 0;
        }
        if (verb.equals("list") && run.args().size() > 1) {
            String storage = run.args().get(1);
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NAME", "SIZE"));
            new TreeMap<>(state.get().templates()).forEach((id, each) -> {
                if (each.storage().equals(storage) && id.contains(":vztmpl/")) {
                    rows.add(List.of(id, Columns.blockSize(each.size().bytes())));
                }
            });
            run.out().accept(Columns.table(rows, "  "));
            return 0;
        }
        return run.fail(
                255, "ERROR: pveam " + verb + " is not a part of this simulated machine; it has update and list");
    }
}
