package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.proxmox.GuestOption.Right;
import ai.thinkheads.phoenix.hosts.proxmox.GuestOption.Taking;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.ApiAnswer;
import ai.thinkheads.phoenix.hosts.simulated.pve.api.ApiRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The table of options is whole, and every row of it is so. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OptionMatrixTest {

    private static final int VMID = 101;

    /** Which of the driver's fields stand in which option. */
    private static final Map<GuestField, String> CONTAINER_FIELDS = Map.ofEntries(
            Map.entry(GuestField.HOSTNAME, "hostname"),
            Map.entry(GuestField.CORES, "cores"),
            Map.entry(GuestField.CPU_LIMIT, "cpulimit"),
            Map.entry(GuestField.MEMORY, "memory"),
            Map.entry(GuestField.SWAP, "swap"),
            Map.entry(GuestField.NICS, "net[n]"),
            Map.entry(GuestField.DNS, "nameserver"),
            Map.entry(GuestField.FEATURES, "features"),
            Map.entry(GuestField.ON_BOOT, "onboot"),
            Map.entry(GuestField.STARTUP, "startup"),
            Map.entry(GuestField.TAGS, "tags"),
            Map.entry(GuestField.DESCRIPTION, "description"));

    private static final Map<GuestField, String> MACHINE_FIELDS = Map.ofEntries(
            Map.entry(GuestField.HOSTNAME, "name"),
            Map.entry(GuestField.CORES, "cores"),
            Map.entry(GuestField.CPU_TYPE, "cpu"),
            Map.entry(GuestField.MEMORY, "memory"),
            Map.entry(GuestField.NICS, "net[n]"),
            Map.entry(GuestField.DNS, "nameserver"),
            Map.entry(GuestField.CLOUD_INIT, "sshkeys"),
            Map.entry(GuestField.AGENT, "agent"),
            Map.entry(GuestField.PCI, "hostpci[n]"),
            Map.entry(GuestField.ON_BOOT, "onboot"),
            Map.entry(GuestField.STARTUP, "startup"),
            Map.entry(GuestField.TAGS, "tags"),
            Map.entry(GuestField.DESCRIPTION, "description"));

    static Stream<GuestOption> options() {
        return Stream.of(GuestKind.values()).flatMap(kind -> OptionMatrix.of(kind).stream());
    }

    private static String path(GuestKind kind) {
        return kind == GuestKind.CONTAINER ? "lxc" : "qemu";
    }

    private static Set<String> parameters(ApiSchema schema, GuestKind kind, boolean changing) {
        String base = "/nodes/{node}/" + path(kind);
        Set<String> all =
                new TreeSet<>(schema.options("PUT " + base + "/{vmid}/config").keySet());
        all.addAll(schema.options("POST " + base + "/{vmid}/config").keySet());
        if (!changing) {
            all.addAll(schema.options("POST " + base).keySet());
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(GuestKind.class)
    void the_table_has_every_option_of_the_api_and_no_other(GuestKind kind) {
        List<ApiSchema> schemas = ApiSchema.all();
        assumeTrue(schemas.size() == 2, "Proxmox's description of its API (shared/pve) is not at hand");
        int[] majors = {8, 9};
        for (int i = 0; i < majors.length; i++) {
            int major = majors[i];
            Set<String> ours = new TreeSet<>();
            Set<String> changing = new TreeSet<>();
            OptionMatrix.of(kind).stream()
                    .filter(option -> option.oldest() <= major)
                    .forEach(option -> {
                        ours.add(option.name());
                        if (option.taking() != Taking.CREATION) {
                            changing.add(option.name());
                        }
                    });
            assertThat(ours).isEqualTo(parameters(schemas.get(i), kind, false));
            // What counts only at creation is no parameter of a change, or one that is refused.
            changing.addAll(kind == GuestKind.CONTAINER ? Set.of("arch", "unprivileged") : Set.of());
            assertThat(changing).as("may be changed later").isEqualTo(parameters(schemas.get(i), kind, true));
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void a_row_is_what_a_host_does_with_the_option(GuestOption option) {
        String name = option.name().replace("[n]", "3");
        if (option.taking() == Taking.CALL) {
            assertThat(option.field().isEmpty() || !option.note().isEmpty() || name.equals("vmid"))
                    .isTrue();
            return;
        }
        ApiRig rig = running(option.kind());
        if (option.taking() == Taking.CREATION) {
            if (Set.of("arch", "unprivileged").contains(name) && option.kind() == GuestKind.CONTAINER) {
                assertThat(put(rig, option.kind(), name, name.equals("arch") ? "amd64" : "1")
                                .message())
                        .contains("read-only option: '" + name + "'");
            }
            return;
        }
        if (option.name().equals("unused[n]")) {
            unused(rig, option.kind());
            return;
        }
        ApiAnswer byToken = put(rig, option.kind(), name, value(option, false));
        if (option.right() == Right.ROOT) {
            assertThat(byToken.message()).containsPattern("root@pam|only root");
        } else {
            assertThat(byToken.message()).isEmpty();
        }
        if (option.right() == Right.SOME_ROOT) {
            assertThat(put(rig, option.kind(), name, value(option, true)).message())
                    .containsPattern("root@pam|only root");
        }
        ApiRig roots = running(option.kind());
        roots.login("root@pam", "rootpw123");
        if (name.equals("lock") || name.equals("template")) {
            return;
        }
        assertThat(put(roots, option.kind(), name, value(option, option.right() != Right.USUAL))
                        .message())
                .isEmpty();
        // The model lets a new device of a running container wait, and plugs every disk of a machine in at once.
        boolean live = name.matches("(ide|sata)3") || option.taking() == Taking.LIVE && !name.equals("dev3");
        JsonNode now = roots.good("GET", config(option.kind()), "current", "1");
        JsonNode next = roots.good("GET", config(option.kind()));
        String written = name.equals("cdrom") ? "ide2" : name;
        assertThat(next.has(written)).as("it is written").isTrue();
        assertThat(next.path(written).equals(now.path(written)))
                .as("it is in force")
                .isEqualTo(live);
    }

    /** What was taken off stays, until it is deleted under the name that it then has. */
    private static void unused(ApiRig rig, GuestKind kind) {
        String slot = kind == GuestKind.CONTAINER ? "mp4" : "scsi4";
        rig.good("POST", config(kind).replace("config", "status/stop"));
        rig.good("PUT", config(kind), slot, kind == GuestKind.CONTAINER ? "local:1,mp=/x" : "local:1");
        rig.good("PUT", config(kind), "delete", slot);
        assertThat(rig.good("GET", config(kind)).has("unused0")).isTrue();
        rig.good("PUT", config(kind), "delete", "unused0");
        assertThat(rig.good("GET", config(kind)).has("unused0")).isFalse();
    }

    private static ApiRig running(GuestKind kind) {
        ApiRig rig = new ApiRig();
        rig.root("mkdir -p /srv; echo > /dev/fuse");
        if (kind == GuestKind.CONTAINER) {
            rig.good("POST", "/nodes/pve/lxc", "vmid", "101", "ostemplate", ApiRig.TEMPLATE, "rootfs", "local:2");
        } else {
            rig.good("POST", "/nodes/pve/qemu", "vmid", "101", "scsi0", "local:2");
        }
        rig.good("POST", config(kind).replace("config", "status/start"));
        return rig;
    }

    private static String config(GuestKind kind) {
        return "/nodes/pve/" + path(kind) + "/" + VMID + "/config";
    }

    private static ApiAnswer put(ApiRig rig, GuestKind kind, String name, String value) {
        return rig.call("PUT", config(kind), name, value);
    }

    private static String value(GuestOption option, boolean roots) {
        return switch (option.name()) {
            case "features" -> roots ? "nesting=1,keyctl=1" : "nesting=1";
            case "mp[n]" -> roots ? "/srv,mp=/srv" : "local:8,mp=/data";
            case "hostpci[n]", "usb[n]" -> roots ? "host=0000:01:00.0" : "mapping=card";
            case "serial[n]" -> roots ? "/dev/ttyS0" : "socket";
            case "net[n]" -> option.kind() == GuestKind.CONTAINER ? "name=eth3,bridge=vmbr0" : "virtio,bridge=vmbr0";
            case "scsi[n]", "virtio[n]", "sata[n]", "ide[n]" -> "local:8";
            default -> usual(option);
        };
    }

    /** A value that fits the option's form and is not its default. */
    private static String usual(GuestOption option) {
        boolean container = option.kind() == GuestKind.CONTAINER;
        return switch (option.name()) {
            case "dev[n]" -> "/dev/fuse";
            case "memory", "swap", "balloon" -> "700";
            case "cores" -> "2";
            case "hookscript" -> "local:snippets/hook";
            case "ostype" -> container ? "ubuntu" : "win11";
            case "cmode" -> "shell";
            case "lock" -> "backup";
            case "rootfs" -> "local:101/vm-101-disk-0.raw,size=2G,mountoptions=noatime";
            case "arch" -> "aarch64";
            case "bios" -> "ovmf";
            case "citype" -> "nocloud";
            case "hugepages" -> "any";
            case "scsihw" -> "megasas";
            case "vmstatestorage" -> "local";
            case "cdrom" -> "none";
            case "sshkeys" -> "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIJustATestKeyThatIsLongEnough%20me%40here";
            case "name", "hostname" -> "other";
            case "startup" -> "order=3";
            case "description" -> "words";
            case "ipconfig[n]" -> "ip=dhcp";
            default -> "1";
        };
    }

    @ParameterizedTest
    @MethodSource("options")
    void what_the_driver_takes_for_roots_alone_is(GuestOption option) {
        GuestMapping<?, ?> mapping = option.kind() == GuestKind.CONTAINER ? new ContainerMapping() : new VmMapping();
        String name = option.name().replace("[n]", "3");
        Map<String, String> options = Map.of("unprivileged", "1");
        if (option.field().isEmpty() || option.right() == Right.USUAL) {
            assertThat(option.field().isEmpty() ? null : mapping.rootOnly(name, value(option, true), options))
                    .isNull();
            return;
        }
        assertThat(mapping.rootOnly(name, value(option, true), options)).isNotNull();
        if (option.right() == Right.SOME_ROOT) {
            assertThat(mapping.rootOnly(name, value(option, false), options)).isNull();
        }
    }

    @Test
    void what_the_driver_calls_changeable_while_a_guest_runs_is() {
        agree(new ContainerMapping(), CONTAINER_FIELDS);
        agree(new VmMapping(), MACHINE_FIELDS);
    }

    private static void agree(GuestMapping<?, ?> mapping, Map<GuestField, String> fields) {
        List<GuestOption> all = OptionMatrix.of(mapping.kind());
        fields.forEach((field, name) -> {
            GuestOption option = all.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            assertThat(option.field()).as(name).isNotEmpty();
            assertThat(mapping.online().contains(field)).as(name).isEqualTo(option.taking() == Taking.LIVE);
        });
    }

    @Test
    void the_page_is_up_to_date() throws IOException {
        Path top = Path.of("").toAbsolutePath();
        while (!Files.exists(top.resolve("docs"))) {
            top = java.util.Objects.requireNonNull(top.getParent());
        }
        assertThat(top.resolve(OptionMatrix.PAGE)).as("run make docs").hasContent(OptionMatrix.page());
    }
}
