package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestOptions;
import ai.thinkheads.phoenix.hosts.simulated.pve.Properties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code /storage} and {@code /nodes/{node}/storage}: {@code PVE/API2/Storage/Config.pm}, {@code Status.pm}, {@code Content.pm}. */
final class StorageCalls {

    private static final Rules OPTIONS = Rules.of("""
            blocksize: str
            bwlimit: str
            content: str
            content-dirs: str
            create-base-path: bool
            create-subdirs: bool
            disable: bool
            format: enum raw|qcow2|subvol|vmdk
            is_mountpoint: str
            max-protected-backups: int -1..
            mkdir: bool
            mountpoint: str
            nodes: str
            options: str
            preallocation: enum off|metadata|falloc|full
            prune-backups: str
            saferemove: bool
            server: str
            shared: bool
            snapshot-as-volume-chain: bool
            sparse: bool
            tagged_only: bool
            username: str
            password: str
            domain: str
            nocow: bool
            namespace: str
            port: int 1..65535
            """);
    private static final Rules CREATE = OPTIONS.and(Rules.of("""
            storage!: storage-id
            type!: enum btrfs|cephfs|cifs|dir|esxi|iscsi|iscsidirect|lvm|lvmthin|nfs|pbs|rbd|zfs|zfspool
            export: str
            path: str
            pool: str
            portal: str
            share: str
            subdir: str
            target: str
            thinpool: str
            vgname: str
            base: str
            datastore: str
            """));
    private static final Rules CHANGE = OPTIONS.and(Rules.of("delete: str\ndigest: str"));
    private static final Map<String, String> USUAL_CONTENT = Map.of(
            "dir", "images,rootdir", "nfs", "images,rootdir", "zfspool", "images,rootdir", "lvmthin", "images,rootdir");
    /** What {@code pveam} has in its list. */
    private static final List<String> OFFERED = List.of(
            "alpine-3.22-default_20250617_amd64.tar.xz",
            "debian-12-standard_12.12-1_amd64.tar.zst",
            "debian-13-standard_13.1-2_amd64.tar.zst",
            "ubuntu-22.04-standard_22.04-1_amd64.tar.zst",
            "ubuntu-24.04-standard_24.04-2_amd64.tar.zst");

    private static final String SYSTEM_IMAGES = "http://download.proxmox.com/images/system/";
    private static final Set<String> FLAGS = Set.of("sparse", "disable", "shared", "mkdir");

    private final Ground ground;
    private final Backups backups;

    StorageCalls(Ground ground, Backups backups) {
        this.ground = ground;
        this.backups = backups;
    }

    List<Route> routes() {
        Route.Allowed allocate = Route.any("/storage", "Datastore.Allocate");
        Route.Allowed look = Route.any("/storage/{storage}", "Datastore.Audit", "Datastore.AllocateSpace");
        return List.of(
                Route.of("GET", "/storage", Rules.of("type: str"), Route.ANYBODY, this::definitions),
                Route.of("POST", "/storage", CREATE, allocate, this::create),
                Route.of(
                        "GET",
                        "/storage/{storage}",
                        Rules.NONE,
                        Route.any("/storage/{storage}", "Datastore.Allocate"),
                        this::definition),
                Route.of("PUT", "/storage/{storage}", CHANGE, allocate, this::change),
                Route.of("DELETE", "/storage/{storage}", Rules.NONE, allocate, this::remove),
                Route.of(
                        "GET",
                        "/nodes/{node}/storage",
                        Rules.of("content: str\nenabled: bool\nformat: bool\nstorage: storage-id\ntarget: node"),
                        Route.ANYBODY,
                        this::list),
                Route.of("GET", "/nodes/{node}/storage/{storage}/status", Rules.NONE, look, this::status),
                Route.of(
                        "GET",
                        "/nodes/{node}/storage/{storage}/content",
                        Rules.of("content: str\nvmid: vmid"),
                        look,
                        this::content),
                Route.of("GET", "/nodes/{node}/storage/{storage}/content/{volume+}", Rules.NONE, look, this::volume),
                Route.of(
                        "DELETE",
                        "/nodes/{node}/storage/{storage}/content/{volume+}",
                        Rules.of("delay: int 1..30"),
                        Route.any("/storage/{storage}", "Datastore.AllocateTemplate", "Datastore.Allocate"),
                        this::delete),
                Route.of(
                        "POST",
                        "/nodes/{node}/storage/{storage}/download-url",
                        Rules.of("""
                                content!: enum iso|vztmpl|import
                                filename!: str
                                url!: str
                                checksum: str
                                checksum-algorithm: enum md5|sha1|sha224|sha256|sha384|sha512
                                compression: str
                                verify-certificates: bool
                                """),
                        Route.any("/storage/{storage}", "Datastore.AllocateTemplate"),
                        this::download),
                Route.of("GET", "/nodes/{node}/aplinfo", Rules.NONE, Route.ANYBODY, call -> offered()),
                Route.of(
                        "POST",
                        "/nodes/{node}/aplinfo",
                        Rules.of("storage!: storage-id\ntemplate!: str"),
                        Route.ANYBODY,
                        this::downloadOffered));
    }

    // ---- definitions

    private String digest() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(ground.state().storages())
                .values()
                .forEach(each -> text.append(each.definition().type())
                        .append(new TreeSet<>(each.definition().content()))
                        .append(new TreeMap<>(each.definition().options())));
        return GuestBook.sha1(text.toString());
    }

    private Map<String, Object> view(Storages.Definition definition) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("storage", definition.id());
        all.put("type", definition.type());
        all.put("content", String.join(",", new TreeSet<>(definition.content())));
        new TreeMap<>(definition.options())
                .forEach((key, value) ->
                        all.put(key, FLAGS.contains(key) && value.matches("[01]") ? Integer.valueOf(value) : value));
        all.put("digest", digest());
        return all;
    }

    private ApiAnswer definitions(Call call) {
        List<Object> all = new ArrayList<>();
        new TreeMap<>(ground.state().storages())
                .values().stream()
                        .filter(each -> may(call, each.definition().id()))
                        .filter(each ->
                                !call.has("type") || each.definition().type().equals(call.param("type")))
                        .forEach(each -> all.add(view(each.definition())));
        return ApiAnswer.of(all);
    }

    private boolean may(Call call, String id) {
        Set<String> has = ground.access().privileges(call.caller(), "/storage/" + id);
        return has.contains("Datastore.Audit") || has.contains("Datastore.AllocateSpace");
    }

    private Storages.Observed existing(String id) {
        Storages.Observed found = ground.state().storages().get(id);
        if (found == null) {
            throw ApiError.die("storage '" + id + "' does not exist");
        }
        return found;
    }

    private ApiAnswer definition(Call call) {
        return ApiAnswer.of(view(existing(call.in("storage")).definition()));
    }

    private ApiAnswer create(Call call) {
        String id = call.param("storage");
        String type = call.param("type");
        if (ground.state().storages().containsKey(id)) {
            throw ApiError.die("create storage failed: storage ID '" + id + "' already defined");
        }
        if (!USUAL_CONTENT.containsKey(type)) {
            throw ApiError.die(
                    "create storage failed: storages of type '" + type + "' are not a part of this simulated machine");
        }
        Map<String, String> options = new TreeMap<>(call.params());
        String content = options.getOrDefault("content", USUAL_CONTENT.getOrDefault(type, ""));
        options.keySet().removeAll(Set.of("storage", "type", "content"));
        try {
            ground.host().storages().create(new Storages.Definition(id, type, words(content), options));
        } catch (HostException e) {
            throw ApiError.die("create storage failed: " + e.getMessage());
        }
        return ApiAnswer.of(new TreeMap<>(Map.of("storage", id, "type", type)));
    }

    private static Set<String> words(String text) {
        Set<String> all = new LinkedHashSet<>(List.of(text.split("[,; ]+")));
        all.remove("");
        return all;
    }

    private ApiAnswer change(Call call) {
        Storages.Definition before = existing(call.in("storage")).definition();
        if (call.has("digest") && !call.param("digest").equals(digest())) {
            throw ApiError.die(
                    "update storage failed: detected modified configuration - file changed by other user? Try again.");
        }
        Map<String, String> options = new TreeMap<>(before.options());
        Set<String> content = call.has("content") ? words(call.param("content")) : before.content();
        call.params().forEach((key, value) -> {
            if (!Set.of("digest", "delete", "content").contains(key)) {
                options.put(key, value);
            }
        });
        for (String key : words(call.param("delete"))) {
            options.remove(key);
            content = key.equals("content") ? words(USUAL_CONTENT.getOrDefault(before.type(), "")) : content;
        }
        ground.host().storages().update(new Storages.Definition(before.id(), before.type(), content, options));
        return ApiAnswer.of(new TreeMap<>(Map.of("storage", before.id(), "type", before.type())));
    }

    private ApiAnswer remove(Call call) {
        String id = call.in("storage");
        if (!ground.state().storages().containsKey(id)) {
            throw ApiError.die("delete storage failed: storage '" + id + "' does not exist");
        }
        ground.host().storages().remove(id);
        return ApiAnswer.of(null);
    }

    // ---- what is on them

    private Map<String, Object> space(Storages.Observed each) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("storage", each.definition().id());
        all.put("type", each.definition().type());
        all.put("content", String.join(",", new TreeSet<>(each.definition().content())));
        all.put("active", each.active() ? 1 : 0);
        all.put("enabled", Properties.on(each.definition().options().get("disable")) ? 0 : 1);
        all.put("shared", 0);
        all.put("total", each.total().bytes());
        all.put("avail", each.available().bytes());
        all.put("used", each.total().bytes() - each.available().bytes());
        return all;
    }

    private ApiAnswer list(Call call) {
        Set<String> wanted = words(call.param("content"));
        List<Object> all = new ArrayList<>();
        new TreeMap<>(ground.state().storages())
                .values().stream()
                        .filter(each -> may(call, each.definition().id()))
                        .filter(each ->
                                !call.has("storage") || each.definition().id().equals(call.param("storage")))
                        .filter(each -> wanted.isEmpty()
                                || !java.util.Collections.disjoint(
                                        wanted, each.definition().content()))
                        .forEach(each -> all.add(space(each)));
        return ApiAnswer.of(all);
    }

    private ApiAnswer status(Call call) {
        Storages.Observed found = ground.state().storages().get(call.in("storage"));
        if (found == null) {
            throw ApiError.bad("No such storage.");
        }
        Map<String, Object> all = space(found);
        all.remove("storage");
        return ApiAnswer.of(all);
    }

    private ApiAnswer content(Call call) {
        String id = call.in("storage");
        existing(id);
        HostState now = ground.state();
        List<Map<String, Object>> all = new ArrayList<>();
        new TreeMap<>(now.templates())
                .values().stream().filter(each -> each.storage().equals(id)).forEach(each -> all.add(file(each)));
        now.containers().values().forEach(each -> disks(all, id, each, "rootdir"));
        now.virtualMachines().values().forEach(each -> disks(all, id, each, "images"));
        all.addAll(backups.content(id));
        all.removeIf(each -> call.has("content") && !call.param("content").equals(each.get("content"))
                || call.has("vmid") && !call.param("vmid").equals(String.valueOf(each.get("vmid"))));
        return ApiAnswer.of(all);
    }

    private static Map<String, Object> file(Templates.Observed each) {
        String name = each.volumeId().substring(each.volumeId().indexOf('/') + 1);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("volid", each.volumeId());
        all.put("content", each.type() == Templates.Type.ROOTFS ? "vztmpl" : "import");
        all.put(
                "format",
                name.matches(".*\\.tar\\.\\w+")
                        ? "t" + name.substring(name.lastIndexOf('.') + 1)
                        : name.substring(name.lastIndexOf('.') + 1));
        all.put("size", each.size().bytes());
        all.put("ctime", 0);
        return all;
    }

    private static void disks(
            List<Map<String, Object>> all,
            String storage,
            Guests.Observed<? extends GuestConfig> guest,
            String content) {
        List<String> values = new ArrayList<>(GuestOptions.of(guest.config()).entrySet().stream()
                .filter(each -> each.getKey().matches("rootfs|(mp|scsi|virtio|sata|ide)\\d+"))
                .map(Map.Entry::getValue)
                .toList());
        values.addAll(guest.unused());
        for (String value : values) {
            Map<String, String> parts = Properties.parse(value, "volume");
            String volume = parts.getOrDefault("volume", "");
            if (Properties.storage(volume).equals(storage)) {
                var size = Properties.size(parts.get("size"));
                Map<String, Object> each = new LinkedHashMap<>();
                each.put("volid", volume);
                each.put("content", content);
                each.put("vmid", guest.vmid());
                each.put("format", volume.endsWith(".qcow2") ? "qcow2" : volume.contains("subvol") ? "subvol" : "raw");
                each.put("size", size == null ? 0 : size.bytes());
                all.add(each);
            }
        }
    }

    private String id(Call call) {
        String volume = call.in("volume");
        return volume.contains(":") ? volume : call.in("storage") + ":" + volume;
    }

    private ApiAnswer volume(Call call) {
        Templates.Observed found = ground.state().templates().get(id(call));
        if (found == null) {
            return backups.content(call.in("storage")).stream()
                    .filter(each -> id(call).equals(each.get("volid")))
                    .findFirst()
                    .map(ApiAnswer::of)
                    .orElseThrow(() -> ApiError.die("volume '" + id(call) + "' does not exist"));
        }
        Map<String, Object> all = file(found);
        all.put("path", found.path());
        return ApiAnswer.of(all);
    }

    private ApiAnswer delete(Call call) {
        return ApiAnswer.of(ground.tasks().fork(call.caller(), "imgdel", id(call).replace(':', '_'), log -> {
            if (backups.find(id(call)) == null) {
                ground.host().templates().delete(id(call));
            } else {
                backups.delete(id(call));
            }
        }));
    }

    private static ApiAnswer offered() {
        List<Object> all = new ArrayList<>();
        OFFERED.forEach(name -> all.add(new TreeMap<>(Map.of(
                "template",
                name,
                "package",
                name.replaceFirst("_.*", ""),
                "version",
                name.replaceFirst("^[^_]+_", "").replaceFirst("_.*", ""),
                "section",
                "system",
                "type",
                "lxc",
                "os",
                name.replaceFirst("-(standard|default).*", ""),
                "architecture",
                "amd64",
                "location",
                SYSTEM_IMAGES + name,
                "sha512sum",
                (GuestBook.sha1(name) + GuestBook.sha1(name + "+")).repeat(2).substring(0, 128)))));
        return ApiAnswer.of(all);
    }

    private ApiAnswer downloadOffered(Call call) {
        String name = call.param("template");
        String storage = call.param("storage");
        existing(storage);
        ground.access().require(call.caller(), "/storage/" + storage, "Datastore.AllocateTemplate");
        if (!OFFERED.contains(name)) {
            throw ApiError.param("template", "no such template");
        }
        return ApiAnswer.of(ground.tasks()
                .fork(
                        call.caller(),
                        "download",
                        name,
                        log -> ground.host()
                                .templates()
                                .download(storage, Templates.Type.ROOTFS, name, SYSTEM_IMAGES + name, "")));
    }

    private ApiAnswer download(Call call) {
        String storage = call.in("storage");
        existing(storage);
        if (!call.param("url").matches("https?://.*")) {
            throw ApiError.param("url", "value does not match the regex pattern");
        }
        if (call.has("checksum") != call.has("checksum-algorithm")) {
            throw ApiError.params(Map.of(
                    call.has("checksum") ? "checksum-algorithm" : "checksum",
                    "missing property - '" + (call.has("checksum") ? "checksum" : "checksum-algorithm")
                            + "' requires this property"));
        }
        if (call.param("content").equals("iso")) {
            throw ApiError.die("ISO images are not a part of this simulated machine");
        }
        Templates.Type type =
                call.param("content").equals("vztmpl") ? Templates.Type.ROOTFS : Templates.Type.DISK_IMAGE;
        return ApiAnswer.of(ground.tasks().fork(call.caller(), "download", call.param("filename"), log -> {
            log.accept("downloading " + call.param("url") + " to " + call.param("filename"));
            if (call.has("checksum")) {
                log.accept("calculating checksum...");
            }
            ground.host()
                    .templates()
                    .download(storage, type, call.param("filename"), call.param("url"), call.param("checksum"));
        }));
    }
}
