package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.proxmox.GuestOption.Right;
import ai.thinkheads.phoenix.hosts.proxmox.GuestOption.Taking;
import ai.thinkheads.phoenix.hosts.proxmox.TestApi.Answer;
import ai.thinkheads.phoenix.hosts.proxmox.TestApi.Request;
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
        ModelNode node = new ModelNode();
        ModelGuest guest = new ModelGuest(option.kind() == GuestKind.CONTAINER, VMID);
        guest.running = true;
        guest.current.put("unprivileged", "1");
        node.guests.put(VMID, guest);
        String name = option.name().replace("[n]", "3");

        if (option.taking() == Taking.CALL) {
            assertThat(option.field().isEmpty() || !option.note().isEmpty() || name.equals("vmid"))
                    .isTrue();
            return;
        }
        if (option.taking() == Taking.CREATION) {
            if (Set.of("arch", "unprivileged").contains(name) && guest.container) {
                Answer refused = put(node, option.kind(), name, "1", true);
                assertThat(refused.message()).contains("read-only option: '" + name + "'");
            }
            return;
        }
        if (option.name().equals("unused[n]")) {
            guest.current.put(name, "tank:subvol-101-disk-7");
            assertThat(put(node, option.kind(), "delete", name, false).message())
                    .isEmpty();
            assertThat(guest.current).doesNotContainKey(name);
            return;
        }
        String anybodys = value(option, false);
        Answer byToken = put(node, option.kind(), name, anybodys, false);
        if (option.right() == Right.ROOT) {
            assertThat(byToken.message()).containsPattern("root@pam|only root");
        } else {
            assertThat(byToken.message()).isEmpty();
        }
        if (option.right() == Right.SOME_ROOT) {
            assertThat(put(node, option.kind(), name, value(option, true), false)
                            .message())
                    .containsPattern("root@pam|only root");
        }
        guest.current.remove(name);
        guest.pending.remove(name);
        assertThat(put(node, option.kind(), name, value(option, option.right() != Right.USUAL), true)
                        .message())
                .isEmpty();
        boolean live = option.taking() == Taking.LIVE;
        assertThat(guest.current.containsKey(name)).isEqualTo(live);
        assertThat(guest.pending.containsKey(name)).isEqualTo(!live);
    }

    private static Answer put(ModelNode node, GuestKind kind, String name, String value, boolean root) {
        return node.answer(new Request(
                "PUT",
                "/nodes/pve/" + path(kind) + "/" + VMID + "/config",
                Map.of(name, List.of(value)),
                root ? Map.of("cookie", "x") : Map.of("authorization", "x")));
    }

    private static String value(GuestOption option, boolean roots) {
        return switch (option.name()) {
            case "features" -> roots ? "nesting=1,keyctl=1" : "nesting=1";
            case "mp[n]" -> roots ? "/srv,mp=/srv" : "tank:8,mp=/data";
            case "hostpci[n]", "usb[n]" -> roots ? "host=01:00.0" : "mapping=card";
            case "serial[n]" -> roots ? "/dev/ttyS0" : "socket";
            case "net[n]" -> option.kind() == GuestKind.CONTAINER ? "name=eth3,bridge=vmbr0" : "virtio,bridge=vmbr0";
            case "scsi[n]", "virtio[n]", "sata[n]", "ide[n]" -> "tank:8";
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
