package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Further cloud-config documents of virtual machines. The API has no place for them: they are files of Phoenix's in a storage that
 * keeps snippets, which cloud-init merges below what the options say ({@code cicustom: vendor=}).
 */
final class Snippets {

    private final Ground ground;
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    Snippets(Ground ground) {
        this.ground = ground;
    }

    /** Directories that hold snippets, by storage. */
    static Map<String, String> directories(JsonNode storages) {
        Map<String, String> all = new TreeMap<>();
        for (JsonNode each : storages) {
            String path = Json.text(each, "path", "");
            if (!path.isEmpty()
                    && List.of(Json.text(each, "content", "").split(",")).contains("snippets")) {
                all.put(Json.text(each, "storage", ""), path + "/snippets");
            }
        }
        return all;
    }

    /** What the host was found to hold. */
    void found(Map<String, String> files) {
        texts.keySet().retainAll(files.keySet());
        texts.putAll(files);
    }

    Map<String, String> texts() {
        return Map.copyOf(texts);
    }

    /** Writes a machine's document, where it has one, and gives the option that names it. */
    Map<String, String> write(int vmid, VmConfig machine) {
        VmConfig.CloudInit cloudInit = machine.cloudInit();
        String text = cloudInit == null ? null : cloudInit.userData();
        if (text == null) {
            return Map.of();
        }
        ground.shell().require("a cloud-config document (spec.cloudInit.userData)");
        Map.Entry<String, String> place = directories(ground.api().get("/storage")).entrySet().stream()
                .findFirst()
                .orElseThrow(() -> new HostException(
                        HostException.Cause.REFUSED,
                        "no storage of the host keeps snippets, which spec.cloudInit.userData needs: add snippets to the"
                                + " content of a storage of type dir"));
        String id = VmMapping.snippet(place.getKey(), vmid);
        String path = place.getValue() + "/phoenix-" + vmid + ".yaml";
        if (!text.equals(texts.get(id))) {
            ground.shell().output("writing a cloud-config document", List.of("mkdir", "-p", place.getValue()));
            ground.shell()
                    .require("a cloud-config document")
                    .write(path, text.endsWith("\n") ? text : text + "\n", "600");
            texts.put(id, text);
        }
        return Map.of("cicustom", "vendor=" + id);
    }

    /** Takes a destroyed machine's document away. */
    void remove(int vmid) {
        String id = texts.keySet().stream()
                .filter(each -> each.endsWith(":snippets/phoenix-" + vmid + ".yaml"))
                .findFirst()
                .orElse(null);
        if (id != null && ground.shell().isThere()) {
            @Nullable
            String directory = directories(ground.api().get("/storage")).get(Options.storage(id));
            if (directory != null) {
                ground.shell()
                        .output(
                                "removing a cloud-config document",
                                List.of("rm", "-f", directory + "/phoenix-" + vmid + ".yaml"));
            }
            texts.remove(id);
        }
    }
}
