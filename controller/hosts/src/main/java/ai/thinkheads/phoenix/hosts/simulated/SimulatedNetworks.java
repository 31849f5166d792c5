package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Networks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The machine's bridges: what is in force, and what waits for a reload. */
final class SimulatedNetworks implements Networks {

    static final String PHOENIX = "phoenix";

    private final Operations operations;

    SimulatedNetworks(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Optional<Observed> read(String name) {
        return operations.read(
                "read-one",
                transaction -> transaction
                        .bridge(name)
                        .map(row ->
                                observe(transaction, row, guests(transaction).getOrDefault(name, 0))));
    }

    static Observed observe(Transaction transaction, Row.Bridge row, int guests) {
        boolean portsThere = transaction.node().nics().containsAll(row.config().ports());
        Instant deadline = transaction.reload().map(Row.Reload::deadline).orElse(null);
        return new Observed(row.config(), portsThere, guests, deadline);
    }

    /** How many cards of guests are attached to each bridge. */
    static Map<String, Integer> guests(Transaction transaction) {
        Map<String, Integer> count = new HashMap<>();
        transaction.guests((vmid, guest) -> {
            GuestConfig config = guest.effective();
            config.nics().forEach(nic -> count.merge(nic.bridge(), 1, Integer::sum));
        });
        return count;
    }

    @Override
    public Map<String, String> staged() {
        return operations.read("read-one", transaction -> {
            Map<String, String> all = new TreeMap<>();
            transaction.staged((name, row) -> all.put(
                    name,
                    (row.config() == null ? "removed" : "changed")
                            + (row.by().equals(PHOENIX) ? "" : " by " + row.by())));
            return all;
        });
    }

    @Override
    public void stage(BridgeConfig config) {
        operations.run(
                Operations.Request.of("stage-network", "networkupdate", config.name()),
                transaction -> stage(transaction, config.name(), config, PHOENIX));
    }

    @Override
    public void stageRemoval(String name) {
        operations.run(
                Operations.Request.of("stage-network-removal", "networkdelete", name),
                transaction -> stage(transaction, name, null, PHOENIX));
    }

    static void stage(Transaction transaction, String name, @Nullable BridgeConfig config, String by) {
        Map<String, BridgeConfig> next = staging(transaction);
        if (config == null) {
            if (next.remove(name) == null) {
                throw Transaction.missing("iface: interface '" + name + "' does not exist");
            }
        } else {
            check(transaction, config, next);
        }
        Row.Staged row = new Row.Staged(config, by);
        boolean unchanged = transaction.bridge(name).map(Row.Bridge::config).equals(Optional.ofNullable(config));
        if (unchanged) {
            transaction.remove(Table.STAGED, name);
        } else {
            transaction.put(Table.STAGED, name, row);
        }
    }

    private static void check(Transaction transaction, BridgeConfig config, Map<String, BridgeConfig> others) {
        if (!config.name().matches("[a-z][a-z0-9_]{1,14}")) {
            throw Transaction.refused("iface: invalid interface name '" + config.name() + "'");
        }
        if (transaction.node().nics().contains(config.name())) {
            throw Transaction.refused("iface: interface already exists: '" + config.name() + "' is a network port");
        }
        for (String port : config.ports()) {
            String nic = port.contains(".") ? port.substring(0, port.indexOf('.')) : port;
            if (!transaction.node().nics().contains(nic)) {
                throw Transaction.refused("bridge_ports: bridge '" + config.name() + "': unable to find bridge port '"
                        + port + "'; the host has " + transaction.node().nics());
            }
        }
        others.values().stream()
                .filter(other -> !other.name().equals(config.name()))
                .forEach(other -> {
                    if (config.gateway() != null && other.gateway() != null) {
                        throw Transaction.refused(
                                "gateway: default gateway already exists on interface '" + other.name() + "'");
                    }
                    config.ports().stream()
                            .filter(other.ports()::contains)
                            .findFirst()
                            .ifPresent(port -> {
                                throw Transaction.refused("bridge_ports: port '" + port
                                        + "' is already used on interface '" + other.name() + "'");
                            });
                    if (config.address() != null && config.address().equals(other.address())) {
                        throw Transaction.refused("cidr: address " + config.address() + " is already on interface '"
                                + other.name() + "'");
                    }
                });
        if (config.nat() != null
                && !config.nat().equals("auto")
                && !others.containsKey(config.nat())
                && !transaction.node().nics().contains(config.nat())) {
            throw Transaction.refused("bridge '" + config.name() + "': there is no interface '" + config.nat()
                    + "' to translate addresses to");
        }
    }

    /** The bridges as they will be after a reload. */
    private static Map<String, BridgeConfig> staging(Transaction transaction) {
        Map<String, BridgeConfig> next = new TreeMap<>();
        transaction.bridges((name, row) -> next.put(name, row.config()));
        transaction.staged((name, row) -> {
            if (row.config() == null) {
                next.remove(name);
            } else {
                next.put(name, row.config());
            }
        });
        return next;
    }

    @Override
    public void discard() {
        operations.run(Operations.Request.of("discard-network", "networkrevert", ""), SimulatedNetworks::dropStaged);
    }

    private static void dropStaged(Transaction transaction) {
        List<String> names = new ArrayList<>();
        transaction.staged((name, row) -> names.add(name));
        names.forEach(name -> transaction.remove(Table.STAGED, name));
    }

    @Override
    public void apply(Duration revertAfter) {
        operations.run(Operations.Request.of("apply-network", "srvreload", "networking"), transaction -> {
            List<BridgeConfig> before = new ArrayList<>();
            transaction.bridges((name, row) -> before.add(row.config()));
            Instant deadline = transaction.now().plus(revertAfter);
            // An earlier reload that was not confirmed goes back to what was before it.
            transaction.reload(new Row.Reload(
                    deadline, transaction.reload().map(Row.Reload::before).orElse(List.copyOf(before))));
            replace(transaction, staging(transaction));
            dropStaged(transaction);
        });
    }

    private static void replace(Transaction transaction, Map<String, BridgeConfig> next) {
        List<String> old = new ArrayList<>();
        transaction.bridges((name, row) -> old.add(name));
        old.stream().filter(name -> !next.containsKey(name)).forEach(name -> transaction.remove(Table.BRIDGE, name));
        next.forEach((name, config) -> {
            if (!transaction.bridge(name).map(Row.Bridge::config).equals(Optional.of(config))) {
                transaction.put(Table.BRIDGE, name, new Row.Bridge(config));
            }
        });
    }

    /** The deadline has passed without a confirmation. */
    static boolean revert(Transaction transaction) {
        Optional<Row.Reload> reload = transaction.reload();
        if (reload.isEmpty() || transaction.now().isBefore(reload.get().deadline())) {
            return false;
        }
        Map<String, BridgeConfig> before = new TreeMap<>();
        reload.get().before().forEach(config -> before.put(config.name(), config));
        replace(transaction, before);
        transaction.reload(null);
        return true;
    }

    @Override
    public void confirm() {
        operations.run(Operations.Request.of("confirm-network", "networkconfirm", ""), transaction -> {
            if (transaction.reload().isEmpty()) {
                throw Transaction.refused(
                        "there is no change of the network to confirm; it was confirmed or taken back already");
            }
            transaction.reload(null);
        });
    }
}
