package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.DeviceNode;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.RootDisk;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/** A configuration survives being written in Proxmox's options and being read again. */
@Tag("promise-1")
class MappingProperties {

    private static final GuestMapping.Surroundings HOST = new GuestMapping.Surroundings(8, Map.of());

    private final ContainerMapping containers = new ContainerMapping();
    private final VmMapping machines = new VmMapping();

    private static <T> @Nullable T maybe(Random random, T value) {
        return random.nextBoolean() ? value : null;
    }

    private static List<Nic> nics(Random random, String prefix) {
        List<Nic> nics = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4); i++) {
            String address = i % 2 == 0 ? "10.0." + random.nextInt(200) + ".7/24" : "dhcp";
            nics.add(new Nic(
                    prefix + i,
                    "vmbr" + random.nextInt(3),
                    maybe(random, address),
                    null,
                    "BC:24:11:00:00:0" + i,
                    maybe(random, 1 + random.nextInt(4000)),
                    maybe(random, 1400),
                    random.nextBoolean()));
        }
        return nics;
    }

    private static StartupConfig startup(Random random) {
        return new StartupConfig(
                maybe(random, random.nextInt(10)),
                maybe(random, Duration.ofSeconds(random.nextInt(90))),
                maybe(random, Duration.ofSeconds(random.nextInt(90))));
    }

    private static @Nullable Mark mark(Random random) {
        return maybe(random, new Mark("LxcContainer/a", Map.of("feature/x", "1@ab:c", "mount/data", "mp0|tank:v")));
    }

    static ContainerConfig container(Random random) {
        Set<String> features = new HashSet<>();
        for (String each : List.of("nesting", "keyctl", "fuse", "mount=cifs;nfs")) {
            if (random.nextBoolean()) {
                features.add(each);
            }
        }
        boolean marked = random.nextBoolean();
        return new ContainerConfig(
                "ct" + random.nextInt(1000),
                1 + random.nextInt(64),
                maybe(random, 1 + random.nextInt(7) / 2.0),
                ByteSize.ofMi(64 + random.nextInt(9000)),
                ByteSize.ofMi(random.nextInt(900)),
                new RootDisk("tank", ByteSize.ofMi(512L * (1 + random.nextInt(64))), "tank:subvol-101-disk-0"),
                nics(random, "eth"),
                random.nextBoolean() ? List.of("1.1.1.1", "9.9.9.9") : List.of(),
                maybe(random, "example.org"),
                random.nextBoolean(),
                random.nextBoolean() ? List.of(new IdMap("u", 0, 100000, 65536)) : List.of(),
                features,
                maybe(random, "unconfined"),
                random.nextBoolean()
                        ? List.of()
                        : List.of(
                                new MountPoint(
                                        "mp0",
                                        "/data",
                                        null,
                                        "tank",
                                        ByteSize.ofGi(4),
                                        "tank:subvol-101-disk-1",
                                        false,
                                        true),
                                new MountPoint("mp1", "/srv", "/tank/srv", null, null, null, true, false)),
                random.nextBoolean()
                        ? List.of()
                        : List.of(
                                new DeviceNode("/dev/nvidia0", "0666", null, 44L),
                                new DeviceNode("/dev/fuse", null, null, null)),
                random.nextBoolean() ? List.of() : List.of("lxc.cgroup2.devices.allow: c 10:200 rwm"),
                random.nextBoolean(),
                startup(random),
                random.nextBoolean() ? Set.of("lab", "web") : Set.of(),
                random.nextBoolean() ? "" : "two\nlines\n",
                marked ? mark(random) : null);
    }

    static VmConfig machine(Random random) {
        return new VmConfig(
                "vm" + random.nextInt(1000),
                1 + random.nextInt(64),
                random.nextBoolean() ? "host" : "x86-64-v2-AES",
                ByteSize.ofMi(256 + random.nextInt(9000)),
                List.of(
                        new VmConfig.Disk("scsi0", "tank", ByteSize.ofGi(8), "tank:vm-101-disk-0", true, true),
                        new VmConfig.Disk("scsi1", "tank", ByteSize.ofGi(2), "tank:vm-101-disk-1", false, false)),
                nics(random, random.nextBoolean() ? "eth" : "net"),
                random.nextBoolean() ? List.of("1.1.1.1") : List.of(),
                maybe(random, "example.org"),
                random.nextBoolean()
                        ? null
                        : new VmConfig.CloudInit(
                                "ops", "$6$abc$def", List.of("ssh-ed25519 AAAA+b/c= me@x", "ssh-rsa BBBB you"), null),
                random.nextBoolean(),
                random.nextBoolean() ? List.of() : List.of("0000:01:00.0", "0000:02:00.0"),
                random.nextBoolean(),
                startup(random),
                random.nextBoolean() ? Set.of("lab") : Set.of(),
                random.nextBoolean() ? "" : "notes\n",
                new Mark("VirtualMachine/a", Map.of()));
    }

    private static GuestFile file(Map<String, String> options, List<GuestFile.Line> lxc) {
        return new GuestFile(options, lxc, Map.of(), Set.of(), List.of(), "d");
    }

    /** What the host makes of the options of a creation: it allocates volumes. */
    private static Map<String, String> allocated(Map<String, String> options) {
        Map<String, String> made = new LinkedHashMap<>(options);
        made.replaceAll((key, value) -> value.replaceFirst("\\n?$", key.equals("description") ? "\n" : ""));
        return made;
    }

    private ContainerConfig made(ContainerConfig config) {
        Map<String, String> options = allocated(containers.creation(101, config, "local:vztmpl/x.tar.zst"));
        options.put(
                "rootfs",
                "tank:subvol-101-disk-0,size=" + Sizes.write(config.rootDisk().size()));
        if (options.containsKey("mp0")) {
            options.put("mp0", options.get("mp0") + ",size=4G");
        }
        return containers.read(101, options, containers.raw(config), HOST);
    }

    @Property(tries = 300)
    void a_container_makes_the_round_trip(@ForAll long seed) {
        ContainerConfig config = container(new Random(seed));

        assertThat(made(config)).isEqualTo(config);
    }

    @Property(tries = 300)
    void a_container_that_is_as_it_should_be_is_not_changed(@ForAll long seed) {
        ContainerConfig config = container(new Random(seed));
        Map<String, String> options = allocated(containers.creation(101, config, "x:y"));

        Change change = containers.update(101, file(options, containers.raw(config)), config, containers.fields());

        assertThat(change.isEmpty()).as("%s", change).isTrue();
        assertThat(change.lxc()).isNull();
    }

    @Property(tries = 300)
    void changing_all_fields_of_a_container_gives_the_other(@ForAll long seed, @ForAll long other) {
        ContainerConfig from = container(new Random(seed));
        ContainerConfig to = container(new Random(other));
        GuestFile before = file(allocated(containers.creation(101, from, "x:y")), containers.raw(from));

        Change change = containers.update(101, before, to, containers.fields());

        Map<String, String> after = new LinkedHashMap<>(before.current());
        change.delete().forEach(after::remove);
        after.putAll(change.set());
        List<GuestFile.Line> lxc = change.lxc() == null ? before.lxc() : change.lxc();
        ContainerConfig seen = containers.read(101, allocated(after), lxc, HOST);
        for (GuestField field : containers.fields()) {
            Object wanted = field == GuestField.NICS ? Set.copyOf(to.nics()) : containers.value(to, field);
            Object has = field == GuestField.NICS ? Set.copyOf(seen.nics()) : containers.value(seen, field);
            assertThat(has).as(field.name()).isEqualTo(wanted);
        }
    }

    @Property(tries = 300)
    void a_machine_that_is_changed_in_all_fields_is_the_other(@ForAll long seed, @ForAll long other) {
        VmConfig from = machine(new Random(seed));
        VmConfig to = machine(new Random(other));
        GuestFile before = file(allocated(machines.creation(101, from, "local:import/x.qcow2")), List.of());

        Change change = machines.update(101, before, to, machines.fields());

        Map<String, String> after = new LinkedHashMap<>(before.current());
        change.delete().forEach(after::remove);
        after.putAll(change.set());
        VmConfig seen = machines.read(101, allocated(after), List.of(), HOST);
        for (GuestField field : machines.fields()) {
            boolean unordered = field == GuestField.NICS || field == GuestField.PCI;
            Object wanted = machines.value(to, field);
            Object has = machines.value(seen, field);
            assertThat(unordered ? Set.copyOf((List<?>) has) : has)
                    .as(field.name())
                    .isEqualTo(unordered ? Set.copyOf((List<?>) wanted) : wanted);
        }
        Change again = machines.update(101, file(allocated(after), List.of()), to, machines.fields());
        assertThat(again.isEmpty()).as("%s", again).isTrue();
    }
}
