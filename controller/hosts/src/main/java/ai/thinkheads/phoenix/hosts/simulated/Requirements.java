package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** What a guest's configuration needs of the machine. */
final class Requirements {

    private static final Set<String> USUAL_NODES = Set.of(
            "/dev/fuse",
            "/dev/kvm",
            "/dev/null",
            "/dev/zero",
            "/dev/random",
            "/dev/urandom",
            "/dev/tty",
            "/dev/net/tun",
            "/dev/dri/card0",
            "/dev/dri/renderD128",
            "/dev/vhost-net",
            "/dev/ttyS0");

    private Requirements() {}

    /** Refuses what no guest may have. */
    static void common(Transaction transaction, GuestConfig config, String what) {
        if (!config.hostname().matches("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*")) {
            throw Transaction.refused("hostname: invalid format - '" + config.hostname() + "' is not a DNS name");
        }
        if (config.cores() < 1 || config.cores() > 8192) {
            throw Transaction.refused("cores: value must have a minimum value of 1");
        }
        Set<String> names = new HashSet<>();
        Set<String> macs = new HashSet<>();
        config.nics().forEach(nic -> {
            if (!names.add(nic.name())) {
                throw Transaction.refused(what + ": network interface name '" + nic.name() + "' is given twice");
            }
            if (nic.mac() != null && !macs.add(nic.mac())) {
                throw Transaction.refused(what + ": hardware address " + nic.mac() + " is given twice");
            }
            if (nic.vlan() != null
                    && transaction
                            .bridge(nic.bridge())
                            .map(row -> !row.config().vlanAware())
                            .orElse(false)) {
                throw Transaction.refused(what + ": bridge '" + nic.bridge() + "' is not vlan aware, a tag on '"
                        + nic.name() + "' needs that");
            }
        });
    }

    /** Fails when a bridge is not there. */
    static void bridges(Transaction transaction, GuestConfig config, String what) {
        config.nics().forEach(nic -> {
            if (transaction.bridge(nic.bridge()).isEmpty()) {
                throw new HostException(
                        HostException.Cause.FAILED,
                        what + " cannot start: bridge '" + nic.bridge() + "' does not exist");
            }
        });
    }

    /** The device files of the machine. */
    static Set<String> deviceNodes(Transaction transaction) {
        Set<String> all = new TreeSet<>(USUAL_NODES);
        all.addAll(SimulatedGpus.deviceNodes(transaction.gpu()));
        transaction.disks((path, row) -> all.add(path));
        return all;
    }

    /** Addresses of the machine's graphics cards. */
    static Set<String> pciDevices(Transaction transaction) {
        Set<String> all = new TreeSet<>();
        transaction.gpu().cards().forEach(card -> all.add(card.pci()));
        return all;
    }

    /** Whether there is such a directory on the machine. */
    static boolean isDirectory(Transaction transaction, String path) {
        if (path.equals("/")
                || SimulatedStorages.datasetAt(transaction, path) != null && isMountpoint(transaction, path)) {
            return true;
        }
        Inside host = transaction.contents(transaction.node().inside());
        Inside.Node node = host.files().get(path);
        return node != null
                ? "d".equals(node.type())
                : host.files().keySet().stream().anyMatch(each -> each.startsWith(path + "/"));
    }

    private static boolean isMountpoint(Transaction transaction, String path) {
        boolean[] found = {false};
        transaction.datasets((name, row) ->
                found[0] |= row.volsize() == null && path.equals(SimulatedZfsDatasets.mountpoint(transaction, name)));
        return found[0];
    }
}
