package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.nvidia.NvidiaText;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.ZfsDatasets;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedConsole;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.guest.Inside;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one table of the machine's programs, and the files that show its state: the guests' configurations, the network, the disks'
 * names, mounted datasets with their owners, what the kernel tells in {@code /proc} and {@code /sys}.
 */
final class HostDesk implements SimulatedConsole.Desk {

    private static final String INTERFACES = "/etc/network/interfaces";
    private static final String ARC = "/sys/module/zfs/parameters/zfs_arc_max";
    private static final String VFIO = "/etc/modprobe.d/phoenix-vfio.conf";

    private final SimulatedHost host;
    private final GuestFiles guests;
    private final Map<String, Program> programs = new TreeMap<>();

    HostDesk(SimulatedHost host, GuestFiles guests, Timers timers) {
        this.host = host;
        this.guests = guests;
        Supplier<HostState> state = host.console()::state;
        GuestPrograms guest = new GuestPrograms(host, state, guests);
        BlockPrograms block = new BlockPrograms(state);
        GpuPrograms gpu = new GpuPrograms(host, state);
        ProbePrograms probes = new ProbePrograms(host, state);
        NodePrograms node = new NodePrograms(host, state);
        programs.put("zfs", new ZfsProgram(host, state)::run);
        programs.put("zpool", new ZpoolProgram(host, state)::run);
        programs.put("pct", guest::pct);
        programs.put("qm", guest::qm);
        programs.put("pvesm", node::storages);
        programs.put("pveam", node::templates);
        programs.put("pveversion", node::version);
        programs.put("lsblk", block::lsblk);
        programs.put("blkid", block::blkid);
        programs.put("nvidia-smi", gpu::smi);
        programs.put("nvidia-uninstall", gpu::uninstall);
        programs.put("modinfo", gpu::modinfo);
        programs.put("bash", probes::bash);
        programs.put("curl", run -> {
            int asked = probes.curl(run);
            return asked == Program.NOT_MINE ? gpu.curl(run) : asked;
        });
        programs.put("sha256sum", gpu::check);
        programs.put("sh", gpu::install);
        programs.put("apt-get", gpu::apt);
        programs.put("hostnamectl", node::hostname);
        programs.put("hostname", node::hostname);
        programs.put("timedatectl", node::time);
        programs.put("reboot", node::reboot);
        programs.put("ip", node::ip);
        programs.put("ifreload", run -> 0);
        programs.put("systemd-run", timers::start);
        programs.put("systemctl", timers::control);
    }

    @Override
    public Map<String, Program> programs() {
        return programs;
    }

    @Override
    public Map<String, Inside.Node> files(HostState state) {
        Map<String, Inside.Node> all = new TreeMap<>();
        guests.texts(state).forEach((path, text) -> all.put(path, new Inside.Node("f", text, 0640, 0, 33)));
        file(all, INTERFACES, Interfaces.write(state));
        file(all, ARC, state.node().arcMax().bytes() + "\n");
        file(all, "/proc/sys/kernel/random/boot_id", state.node().bootId() + "\n");
        file(all, "/etc/hostname", state.node().hostname() + "\n");
        file(all, "/etc/timezone", state.node().timezone() + "\n");
        file(all, "/etc/resolv.conf", resolver(state));
        cards(all, state.gpus());
        DiskNames names = DiskNames.of(state);
        names.paths().forEach(path -> all.put(path, new Inside.Node("f", "", 0660, 0, 6)));
        names.links().forEach((link, path) -> all.put(link, new Inside.Node("l", path, 0777, 0, 0)));
        state.datasets().values().forEach(dataset -> mount(all, dataset));
        return all;
    }

    private static void file(Map<String, Inside.Node> all, String path, String text) {
        all.put(path, new Inside.Node("f", text, 0644, 0, 0));
    }

    private static String resolver(HostState state) {
        StringBuilder text = new StringBuilder();
        String search = state.node().searchDomain();
        if (search != null) {
            text.append("search ").append(search).append('\n');
        }
        state.node()
                .dns()
                .forEach(each -> text.append("nameserver ").append(each).append('\n'));
        return text.toString();
    }

    private static void cards(Map<String, Inside.Node> all, Gpus.Observed gpus) {
        if (gpus.installedVersion() != null) {
            all.put("/usr/bin/nvidia-uninstall", new Inside.Node("f", "", 0755, 0, 0));
        }
        if (gpus.loadedVersion() != null && !gpus.vfio()) {
            String version = gpus.loadedVersion();
            file(all, "/sys/module/nvidia/version", version + "\n");
            file(
                    all,
                    "/proc/driver/nvidia/version",
                    "NVRM version: NVIDIA UNIX " + (gpus.open() ? "Open Kernel Module" : "x86_64 Kernel Module") + "  "
                            + version + "\n");
        }
        gpus.deviceNodes().forEach(path -> file(all, path, ""));
        gpus.devices().forEach(device -> {
            String node = device.node();
            if (node != null) {
                file(all, node, "");
            }
            if (node != null && gpus.loadedVersion() != null && !gpus.vfio()) {
                file(
                        all,
                        NvidiaText.CARDS + "/" + device.pci() + "/information",
                        "Model: \t\t " + device.model() + "\nGPU UUID: \t " + device.uuid() + "\nBus Location: \t "
                                + device.pci() + "\n" + NvidiaText.MINOR + ": \t "
                                + node.replaceFirst(".*nvidia", "") + "\n");
            }
            if (gpus.vfio()) {
                all.put(
                        "/sys/bus/pci/drivers/vfio-pci/" + device.pci(),
                        new Inside.Node("l", "/sys/devices/" + device.pci(), 0777, 0, 0));
            }
        });
    }

    private static void mount(Map<String, Inside.Node> all, ZfsDatasets.Observed dataset) {
        String at = dataset.mountpoint();
        if (at != null && !at.equals("/")) {
            String mode = dataset.mode();
            Long uid = dataset.uid();
            Long gid = dataset.gid();
            all.put(
                    at,
                    new Inside.Node(
                            "d",
                            null,
                            mode == null ? 0755 : Integer.parseInt(mode, 8),
                            uid == null ? 0 : uid,
                            gid == null ? 0 : gid));
        }
    }

    @Override
    public boolean takes(String path) {
        return path.equals(VFIO) || path.matches("/etc/pve/(lxc|qemu-server)/\\d+\\.conf");
    }

    @Override
    public void written(String path, Inside.@Nullable Node before, Inside.@Nullable Node after) {
        if (takes(path) && !path.equals(VFIO)) {
            guests.written(path, after == null ? null : after.text());
        } else if (path.equals(VFIO)) {
            if (after != null) {
                bindCards();
            }
        } else if (path.equals(INTERFACES) && after != null) {
            host.person().replaceBridges(Interfaces.bridges(String.valueOf(after.text())));
        } else if (path.equals(ARC) && after != null) {
            String digits = String.valueOf(after.text()).strip();
            if (digits.matches("\\d{1,18}")) {
                host.node().setArcMax(new ByteSize(Long.parseLong(digits)));
            }
        } else if (before != null && after != null && after.type().equals("d")) {
            owner(path, before, after);
        }
    }

    private void bindCards() {
        Gpus.Observed gpus = host.console().state().gpus();
        String version = gpus.installedVersion();
        host.gpus()
                .installDriver(new Gpus.DriverConfig(
                        version == null ? "0" : version, null, null, gpus.open(), true, gpus.persistence()));
    }

    private void owner(String path, Inside.Node before, Inside.Node after) {
        host.console().state().datasets().values().stream()
                .filter(each -> path.equals(each.mountpoint()))
                .findFirst()
                .ifPresent(dataset -> host.zfsDatasets()
                        .setOwner(
                                dataset.name(),
                                before.uid() == after.uid() ? null : Long.valueOf(after.uid()),
                                before.gid() == after.gid() ? null : Long.valueOf(after.gid()),
                                before.mode() == after.mode()
                                        ? null
                                        : String.format(java.util.Locale.ROOT, "%04o", after.mode())));
    }
}
