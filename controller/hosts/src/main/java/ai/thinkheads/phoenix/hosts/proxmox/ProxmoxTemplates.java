package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Archives and images in storages. Proxmox downloads and checks them itself; distributions come from its own list of templates. Of
 * what it keeps it knows no checksum, so that a file is trusted by its name, which begins with the checksum that it was downloaded
 * against.
 */
final class ProxmoxTemplates implements Templates {

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /** The names under which the list has the suites of distributions; the first is the present one. */
    private static final Map<String, List<String[]>> SUITES = Map.of(
            "debian",
            List.of(new String[] {"trixie", "debian-13"}, new String[] {"bookworm", "debian-12"}, new String[] {
                "bullseye", "debian-11"
            }),
            "ubuntu",
            List.of(new String[] {"noble", "ubuntu-24.04"}, new String[] {"jammy", "ubuntu-22.04"}, new String[] {
                "plucky", "ubuntu-25.04"
            }),
            "alpine",
            List.of(new String[] {"3.22", "alpine-3.22"}, new String[] {"3.21", "alpine-3.21"}));

    private final Ground ground;
    private final ProxmoxStorages storages;

    ProxmoxTemplates(Ground ground, ProxmoxStorages storages) {
        this.ground = ground;
        this.storages = storages;
    }

    /** A file of a listing; empty when it is another kind of volume. */
    static Optional<Observed> observe(Storages.Definition storage, JsonNode volume) {
        String id = Json.text(volume, "volid", "");
        String content = Json.text(volume, "content", "");
        Type type = content.equals("vztmpl") ? Type.ROOTFS : content.equals("import") ? Type.DISK_IMAGE : null;
        if (type == null || id.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Observed(
                id,
                storage.id(),
                type,
                new ByteSize(Math.max(0, Json.number(volume, "size", 0))),
                null,
                directory(storage, type) + "/" + id.substring(id.lastIndexOf('/') + 1)));
    }

    private static String directory(Storages.Definition storage, Type type) {
        String path =
                storage.options().getOrDefault("path", storage.type().equals("nfs") ? "/mnt/pve/" + storage.id() : "");
        return path + (type == Type.ROOTFS ? "/template/cache" : "/import");
    }

    @Override
    public Optional<Observed> read(String volumeId) {
        return ground.tally().read(() -> find(volumeId));
    }

    private Optional<Observed> find(String volumeId) {
        JsonNode definition = storages.definitionOf(Options.storage(volumeId)).orElse(null);
        if (definition == null) {
            return Optional.empty();
        }
        Storages.Definition storage = ProxmoxStorages.definition(definition);
        JsonNode content = ground.api().get(ground.path("storage", storage.id(), "content"));
        for (JsonNode each : content) {
            if (Json.text(each, "volid", "").equals(volumeId)) {
                return observe(storage, each);
            }
        }
        return Optional.empty();
    }

    @Override
    public String volumeId(String storage, Type type, String fileName) {
        return storage + ":" + content(type) + "/" + name(type, fileName);
    }

    private static String content(Type type) {
        return type == Type.ROOTFS ? "vztmpl" : "import";
    }

    /** Proxmox tells an image's format by its name's end and does not know {@code .img}, which cloud images in qcow2 often have. */
    private static String name(Type type, String fileName) {
        boolean known = fileName.matches("(?i).*\\.(qcow2|raw|vmdk|ova|ovf)");
        return type == Type.ROOTFS || known ? fileName : fileName + ".qcow2";
    }

    @Override
    public void download(String storage, Type type, String fileName, String url, String sha256) {
        ground.tally().change(() -> fetch(storage, type, name(type, fileName), url, "sha256", sha256));
    }

    private void fetch(String storage, Type type, String fileName, String url, String algorithm, String checksum) {
        Params params = Params.none()
                .with("content", content(type))
                .with("filename", fileName)
                .with("url", url);
        if (checksum.matches("[0-9a-fA-F]{32,128}")) {
            params.with("checksum", checksum).with("checksum-algorithm", algorithm);
        }
        ground.tasks().await(ground.api().post(ground.path("storage", storage, "download-url"), params));
    }

    @Override
    public void copyFile(String storage, Type type, String fileName, String path) {
        ground.tally().change(() -> {
            String what = "copying " + path + " into storage " + storage;
            ground.shell().require(what);
            JsonNode definition = storages.definitionOf(storage)
                    .orElseThrow(() -> new HostException(
                            HostException.Cause.NOT_FOUND, "storage '" + storage + "' does not exist"));
            String directory = directory(ProxmoxStorages.definition(definition), type);
            String target = directory + "/" + name(type, fileName);
            ground.shell().output(what, List.of("mkdir", "-p", directory));
            // Under its name it appears only when it is whole.
            ground.shell().output(what, List.of("cp", "--", path, target + ".phoenix-part"), "", PATIENCE);
            ground.shell().output(what, List.of("mv", "--", target + ".phoenix-part", target));
        });
    }

    @Override
    public void bootstrap(String storage, String fileName, String distribution, @Nullable String suite) {
        ground.tally().change(() -> {
            JsonNode best = offered(distribution, suite);
            String location = Json.text(best, "location", "");
            String end = location.replaceFirst("^.*\\.tar\\.", ".tar.");
            if (!fileName.endsWith(end)) {
                throw new HostException(
                        HostException.Cause.UNSUPPORTED,
                        "Proxmox offers " + distribution + " as " + end + " only: use spec.source.url " + location
                                + " with its sha256 instead of spec.source.bootstrap");
            }
            String sum = Json.text(best, "sha512sum", "");
            fetch(storage, Type.ROOTFS, fileName, location, "sha512", sum);
        });
    }

    /** The newest template of that distribution in Proxmox's list. */
    private JsonNode offered(String distribution, @Nullable String suite) {
        List<String[]> suites = SUITES.get(distribution.toLowerCase(Locale.ROOT));
        String prefix = suites == null
                ? distribution
                : suites.stream()
                        .filter(each -> suite == null || each[0].equals(suite))
                        .map(each -> each[1])
                        .findFirst()
                        .orElse(distribution + "-" + suite);
        JsonNode list = ground.api().get(ground.path("aplinfo"));
        if (list.isEmpty() && ground.shell().isThere()) {
            ground.shell().output("updating the list of templates", List.of("pveam", "update"), "", PATIENCE);
            list = ground.api().get(ground.path("aplinfo"));
        }
        JsonNode best = null;
        for (JsonNode each : list) {
            String name = Json.text(each, "template", "");
            boolean fits = name.startsWith(prefix + "-")
                    && Json.text(each, "section", "").equals("system");
            if (fits && (best == null || name.compareTo(Json.text(best, "template", "")) > 0)) {
                best = each;
            }
        }
        if (best == null) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    list.isEmpty()
                            ? "the host has no list of templates yet; run pveam update on it"
                            : "Proxmox offers no template " + prefix
                                    + "; see pveam available on the host, or use spec.source.url");
        }
        return best;
    }

    @Override
    public void delete(String volumeId) {
        ground.tally()
                .change(() -> ground.tasks()
                        .await(ground.api()
                                .delete(
                                        ground.path("storage", Options.storage(volumeId), "content", volumeId),
                                        Params.none())));
    }
}
