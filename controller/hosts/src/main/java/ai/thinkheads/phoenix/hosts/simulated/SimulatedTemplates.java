package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The archives and images in the machine's storages. Downloads need no network: any URL gives a plausible file. */
final class SimulatedTemplates implements Templates {

    private static final Map<String, String> SUITES =
            Map.of("debian", "trixie", "ubuntu", "noble", "alpine", "3.22", "busybox", "1.37");

    private final Operations operations;

    SimulatedTemplates(Operations operations) {
        this.operations = operations;
    }

    @Override
    public Optional<Observed> read(String volumeId) {
        return operations.read(
                "read-one", transaction -> transaction.file(volumeId).map(row -> observe(volumeId, row)));
    }

    static Observed observe(String volumeId, Row.File row) {
        return new Observed(volumeId, row.storage(), row.type(), row.size(), row.sha256(), row.path());
    }

    @Override
    public String volumeId(String storage, Type type, String fileName) {
        return storage + ":" + content(type) + "/" + fileName;
    }

    private static String content(Type type) {
        return type == Type.ROOTFS ? "vztmpl" : "import";
    }

    @Override
    public void download(String storage, Type type, String fileName, String url, String sha256) {
        operations.run(request("download-template", storage, fileName), transaction -> {
            if (url.contains(".invalid/")) {
                throw new HostException(
                        HostException.Cause.FAILED, "download of " + url + " failed: unable to resolve host address");
            }
            String given = transaction.machine().published().getOrDefault(url, sha256);
            if (!sha256.isEmpty() && !given.equalsIgnoreCase(sha256)) {
                throw new HostException(
                        HostException.Cause.FAILED,
                        "checksum mismatch: got '" + given + "' != expect '" + sha256 + "'");
            }
            add(
                    transaction,
                    storage,
                    type,
                    fileName,
                    type == Type.ROOTFS ? ByteSize.ofMi(124) : ByteSize.ofMi(592),
                    sha256,
                    url);
        });
    }

    private static Operations.Request request(String name, String storage, String fileName) {
        return Operations.Request.of(name, "download", fileName).files(Locks.storage(storage));
    }

    @Override
    public void copyFile(String storage, Type type, String fileName, String path) {
        operations.run(request("copy-template", storage, fileName), transaction -> {
            boolean there =
                    transaction.contents(transaction.node().inside()).files().containsKey(path);
            boolean kept = isKept(transaction, path);
            if (!there && !kept) {
                throw Transaction.missing("cannot copy '" + path + "': no such file on the host");
            }
            add(transaction, storage, type, fileName, ByteSize.ofMi(120), null, path);
        });
    }

    private static boolean isKept(Transaction transaction, String path) {
        boolean[] kept = {false};
        transaction.files((id, row) -> kept[0] |= row.path().equals(path));
        return kept[0];
    }

    @Override
    public void bootstrap(String storage, String fileName, String distribution, @Nullable String suite) {
        operations.run(request("bootstrap-template", storage, fileName), transaction -> {
            String fallback = SUITES.get(distribution);
            if (fallback == null) {
                throw Transaction.refused("cannot bootstrap '" + distribution + "': only "
                        + new java.util.TreeSet<>(SUITES.keySet()) + " can be built");
            }
            String of = distribution + "/" + (suite == null ? fallback : suite);
            add(transaction, storage, Type.ROOTFS, fileName, ByteSize.ofMi(96), null, of);
        });
    }

    private void add(
            Transaction transaction,
            String storage,
            Type type,
            String fileName,
            ByteSize size,
            @Nullable String sha256,
            String from) {
        String volumeId = volumeId(storage, type, fileName);
        Row.Storage row = SimulatedStorages.usable(transaction, storage, content(type));
        if (!fileName.matches("[A-Za-z0-9][A-Za-z0-9._+~-]*")) {
            throw Transaction.refused(
                    "filename: '" + fileName + "' contains characters that a file name here must not have");
        }
        if (transaction.file(volumeId).isPresent()) {
            throw Transaction.refused("file '" + fileName + "' already exists in storage '" + storage + "'");
        }
        String dataset = SimulatedStorages.dataset(transaction, row);
        Volumes.charge(transaction, row, storage, dataset, size.bytes(), "'" + volumeId + "'");
        String directory = type == Type.ROOTFS ? "/template/cache/" : "/import/";
        String path = SimulatedStorages.option(row, "path") + directory + fileName;
        transaction.put(
                Table.FILE,
                volumeId,
                new Row.File(storage, type, fileName, size, sha256, path, distribution(fileName, from)));
        transaction.born("file", volumeId);
    }

    private static String distribution(String fileName, String from) {
        if (from.matches("[a-z]+/[a-z0-9.]+")) {
            return from;
        }
        String text = (fileName + " " + from).toLowerCase(Locale.ROOT);
        if (text.contains("ubuntu") || text.contains("noble") || text.contains("jammy")) {
            return text.contains("jammy") || text.contains("22.04") ? "ubuntu/jammy" : "ubuntu/noble";
        }
        if (text.contains("alpine")) {
            return "alpine/3.22";
        }
        return text.contains("bookworm") || text.contains("debian-12") ? "debian/bookworm" : "debian/trixie";
    }

    @Override
    public void delete(String volumeId) {
        operations.run(Operations.Request.of("delete-template", "imgdel", volumeId), transaction -> {
            Row.File file = transaction
                    .file(volumeId)
                    .orElseThrow(() -> Transaction.missing("volume '" + volumeId + "' does not exist"));
            transaction.remove(Table.FILE, volumeId);
            transaction.gone("file", volumeId);
            transaction
                    .storage(file.storage())
                    .ifPresent(row -> Volumes.refund(
                            transaction,
                            SimulatedStorages.dataset(transaction, row),
                            file.size().bytes()));
        });
    }
}
