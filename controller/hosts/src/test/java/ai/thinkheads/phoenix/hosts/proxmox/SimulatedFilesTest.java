package ai.thinkheads.phoenix.hosts.proxmox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Networks;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.simulated.Lab;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.pve.SimulatedCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this driver reads in the simulated machine's files is what the machine is. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SimulatedFilesTest {

    private static final Mark MARK = new Mark("LxcContainer/web", Map.of("a", "5 % > 4: b"));

    @TempDir
    private Path directory;

    private SimulatedHost host;
    private SimulatedCommands commands;

    @BeforeEach
    void start() {
        Lab lab = new Lab(directory).ground();
        host = lab.host();
        commands = new SimulatedCommands(host, lab.clock());
    }

    private GuestFile file(String path) {
        return GuestFile.parse(commands.run(Invocation.of("cat", path)).stdout());
    }

    private static Nic nic(String name) {
        return new Nic(name, "vmbr0", "10.0.0.7/24", "10.0.0.1", null, null, 1400, true);
    }

    private <C extends GuestConfig> void same(GuestMapping<C, ?> mapping, Guests.Observed<C> guest) {
        GuestFile file = file(mapping.folder() + "/" + guest.vmid() + ".conf");
        GuestMapping.Surroundings surroundings = new GuestMapping.Surroundings(8, Map.of());
        assertThat(mapping.read(guest.vmid(), file.current(), file.lxc(), surroundings))
                .isEqualTo(guest.effective());
        assertThat(mapping.read(guest.vmid(), file.next(), file.lxc(), surroundings))
                .isEqualTo(guest.config());
    }

    @Test
    void a_container_with_everything() {
        ContainerConfig wish = new ContainerConfig(
                "web",
                3,
                1.5,
                ByteSize.ofGi(2),
                ByteSize.ofMi(256),
                new ContainerConfig.RootDisk("guests", ByteSize.ofGi(9), null),
                List.of(nic("eth0")),
                List.of("9.9.9.9", "1.1.1.1"),
                "lan",
                true,
                List.of(
                        new ContainerConfig.IdMap("u", 0, 100000, 65536),
                        new ContainerConfig.IdMap("g", 0, 100000, 65536)),
                Set.of("nesting", "keyctl"),
                "unconfined",
                List.of(new ContainerConfig.MountPoint(
                        null, "/data", null, "guests", ByteSize.ofMi(1536), null, false, true)),
                List.of(new ContainerConfig.DeviceNode("/dev/fuse", "0660", 0L, 108L)),
                List.of("lxc.cgroup2.devices.allow: c 10:200 rwm"),
                true,
                new StartupConfig(2, Duration.ofSeconds(5), Duration.ofSeconds(7)),
                Set.of("b", "a"),
                "What it is: 100 % tested\nsecond line\n",
                MARK);
        host.containers().create(950, wish, "library:vztmpl/debian.tar.zst");
        same(new ContainerMapping(), host.containers().read(950).orElseThrow());

        host.containers().start(950);
        host.containers().update(950, wish, Set.of(ai.thinkheads.phoenix.hosts.port.GuestField.DESCRIPTION), null);
        host.containers().snapshot(950, "before", "first");
        same(new ContainerMapping(), host.containers().read(950).orElseThrow());
        assertThat(file("/etc/pve/lxc/950.conf").snapshots())
                .isEqualTo(host.containers().read(950).orElseThrow().snapshots());
    }

    @Test
    void a_virtual_machine() {
        VmConfig wish = new VmConfig(
                "vm",
                2,
                "host",
                ByteSize.ofGi(4),
                List.of(new VmConfig.Disk(null, "guests", ByteSize.ofGi(20), null, true, true)),
                List.of(nic("lan")),
                List.of("9.9.9.9"),
                "lan",
                new VmConfig.CloudInit("admin", null, List.of("ssh-ed25519 AAAA a@b"), null),
                true,
                List.of(),
                false,
                StartupConfig.UNSET,
                Set.of("x"),
                "",
                MARK);
        host.virtualMachines().create(960, wish, "library:import/noble.img");
        same(new VmMapping(), host.virtualMachines().read(960).orElseThrow());
    }

    @Test
    void the_bridges() {
        Networks.BridgeConfig bridge =
                new Networks.BridgeConfig("vmbr5", List.of("enp6s0"), "10.5.0.1/24", null, true, 9000, "vmbr0", MARK);
        host.networks().stage(bridge);
        host.networks().apply(Duration.ofMinutes(1));
        host.networks().confirm();
        Map<String, Networks.BridgeConfig> read = InterfacesFile.bridges(
                commands.run(Invocation.of("cat", "/etc/network/interfaces")).stdout());
        host.read().bridges().forEach((name, seen) -> assertThat(read).containsEntry(name, seen.config()));
    }
}
