package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import ai.thinkheads.phoenix.hosts.simulated.guest.Packages;
import ai.thinkheads.phoenix.hosts.simulated.guest.Paths;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The machine itself. */
final class SimulatedNode implements Node {

    private final Operations operations;

    SimulatedNode(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Observed read() {
        return operations.read("read-one", SimulatedNode::observe);
    }

    static Observed observe(Transaction transaction) {
        Row.Node row = transaction.node();
        Map<String, String> cards = new TreeMap<>();
        transaction.gpu().cards().forEach(card -> cards.put(card.pci(), card.model()));
        Map<String, Disk> disks = new TreeMap<>();
        transaction.disks((path, disk) -> {
            if (disk.present()) {
                disks.put(
                        path,
                        new Disk(
                                disk.size(),
                                SimulatedZfsPools.usedBy(transaction, path, disk),
                                SimulatedZfsPools.signature(transaction, path, disk)));
            }
        });
        return new Observed(
                row.version(),
                row.kernel(),
                row.hostname(),
                row.timezone(),
                row.dns(),
                row.searchDomain(),
                row.cpus(),
                row.memory(),
                row.arcMax(),
                transaction.contents(row.inside()).packages().keySet(),
                cards,
                disks,
                row.bootId(),
                SimulatedGpus.rebootRequired(transaction.gpu()),
                row.mark());
    }

    @Override
    public void setHostname(String hostname) {
        change("set-hostname", row -> {
            if (!hostname.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
                throw Transaction.refused("hostname: '" + hostname + "' is not a host name");
            }
            return Edit.of(row).hostname(hostname).done();
        });
    }

    @Override
    public void setTimezone(String timezone) {
        change("set-timezone", row -> {
            if (!timezone.matches("[A-Za-z_+-]+(/[A-Za-z0-9_+-]+)*")) {
                throw Transaction.refused("timezone: no such zone '" + timezone + "'");
            }
            return Edit.of(row).timezone(timezone).done();
        });
    }

    @Override
    public void setDns(List<String> servers, @Nullable String searchDomain) {
        change("set-dns", row -> Edit.of(row).dns(servers, searchDomain).done());
    }

    @Override
    public void setArcMax(ByteSize arcMax) {
        change("set-arc-max", row -> {
            if (arcMax.bytes() < 64L << 20 || arcMax.compareTo(row.memory()) >= 0) {
                throw Transaction.refused("zfs_arc_max: must be from 64Mi to less than the memory, " + row.memory());
            }
            return Edit.of(row).arcMax(arcMax).done();
        });
    }

    @Override
    public void setMark(Mark mark) {
        change("mark-host", row -> Edit.of(row).mark(mark).done());
    }

    private void change(String operation, UnaryOperator<Row.Node> change) {
        operations.run(
                Operations.Request.of(operation, "nodeset", ""),
                transaction -> transaction.node(change.apply(transaction.node())));
    }

    @Override
    public void installPackages(Set<String> packages) {
        operations.run(Operations.Request.of("install-packages", "aptinstall", ""), transaction -> {
            Inside host = transaction.contents(transaction.node().inside());
            Inside after = Packages.install(host, packages);
            keep(transaction, after);
        });
    }

    /** Puts the host's own system in place. */
    static void keep(Transaction transaction, Inside after) {
        Row.Node row = transaction.node();
        if (!after.equals(transaction.contents(row.inside()))) {
            transaction.node(Edit.of(row).inside(transaction.keep(after)).done());
        }
    }

    @Override
    public void reboot() {
        operations.run(Operations.Request.of("reboot", "reboot", ""), transaction -> {
            Boot.down(transaction);
            Boot.up(transaction, operations.machine());
        });
    }

    @Override
    public void ensureDirectory(String path, @Nullable Long uid, @Nullable Long gid, @Nullable String mode) {
        operations.run(Operations.Request.of("ensure-directory", "mkdir", path), transaction -> {
            if (!path.startsWith("/") || Paths.climbs(path)) {
                throw Transaction.refused(
                        "cannot make directory '" + path + "': it is not an absolute path without '..'");
            }
            Inside host = transaction.contents(transaction.node().inside());
            Inside.Node old = host.files().get(path);
            if (old != null && !"d".equals(old.type())) {
                throw new HostException(
                        HostException.Cause.REFUSED, "cannot make directory '" + path + "': a file is there");
            }
            Map<String, Inside.Node> files = new HashMap<>(host.files());
            Inside.Node before = old == null ? new Inside.Node("d", null, 0755, 0, 0) : old;
            files.put(
                    path,
                    new Inside.Node(
                            "d",
                            null,
                            mode == null ? before.mode() : Integer.parseInt(mode, 8),
                            uid == null ? before.uid() : uid,
                            gid == null ? before.gid() : gid));
            keep(
                    transaction,
                    new Inside(
                            host.distribution(),
                            files,
                            host.packages(),
                            host.enabled(),
                            host.active(),
                            host.containers()));
        });
    }

    /** A changed copy of the row. */
    static final class Edit {
        private final Row.Node row;
        private String version;
        private String hostname;
        private String timezone;
        private List<String> dns;
        private @Nullable String searchDomain;
        private int cpus;
        private ByteSize memory;
        private ByteSize arcMax;
        private List<String> nics;
        private String bootId;
        private long boots;
        private @Nullable Mark mark;
        private long inside;

        private Edit(Row.Node row) {
            this.row = row;
            this.version = row.version();
            this.hostname = row.hostname();
            this.timezone = row.timezone();
            this.dns = row.dns();
            this.searchDomain = row.searchDomain();
            this.cpus = row.cpus();
            this.memory = row.memory();
            this.arcMax = row.arcMax();
            this.nics = row.nics();
            this.bootId = row.bootId();
            this.boots = row.boots();
            this.mark = row.mark();
            this.inside = row.inside();
        }

        static Edit of(Row.Node row) {
            return new Edit(row);
        }

        Edit version(String value) {
            version = value;
            return this;
        }

        Edit hostname(String value) {
            hostname = value;
            return this;
        }

        Edit timezone(String value) {
            timezone = value;
            return this;
        }

        Edit dns(List<String> servers, @Nullable String domain) {
            dns = List.copyOf(servers);
            searchDomain = domain;
            return this;
        }

        Edit hardware(int threads, ByteSize size, List<String> ports) {
            cpus = threads;
            memory = size;
            nics = List.copyOf(ports);
            return this;
        }

        Edit arcMax(ByteSize value) {
            arcMax = value;
            return this;
        }

        Edit booted(String id) {
            bootId = id;
            boots++;
            return this;
        }

        Edit mark(@Nullable Mark value) {
            mark = value;
            return this;
        }

        Edit inside(long number) {
            inside = number;
            return this;
        }

        Row.Node done() {
            return new Row.Node(
                    version,
                    row.kernel(),
                    hostname,
                    timezone,
                    dns,
                    searchDomain,
                    cpus,
                    memory,
                    arcMax,
                    nics,
                    bootId,
                    boots,
                    mark,
                    inside);
        }
    }
}
