package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.nvidia.NvidiaText;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The graphics cards of a node and NVIDIA's driver, of which the API knows the place on the bus and the shell the rest. */
final class ProxmoxGpus implements Gpus {

    private static final Duration INSTALLATION = Duration.ofMinutes(30);
    private static final String WHAT = "the driver of graphics cards (GpuDriver)";
    private static final String INSTALLER = "/var/tmp/phoenix-nvidia.run";
    private static final String BINDING = "/etc/modprobe.d/phoenix-vfio.conf";
    private static final Set<String> SHARED =
            Set.of("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset");
    private static final Observed NONE = new Observed(null, null, false, false, false, List.of(), List.of());

    private final Ground ground;

    ProxmoxGpus(Ground ground) {
        this.ground = ground;
    }

    @Override
    public Observed read() {
        return ground.tally().read(this::observe);
    }

    Observed observe() {
        if (!ground.shell().isThere()) {
            return NONE;
        }
        List<String> smi = new ArrayList<>(List.of("nvidia-smi"));
        smi.addAll(NvidiaText.QUERY);
        NvidiaText.Table table = NvidiaText.table(
                ask(smi.toArray(String[]::new)).lines().toList(),
                ask("grep", "-rsH", NvidiaText.MINOR, NvidiaText.CARDS).lines().toList());
        List<String> nodes = ask("find", "/dev", "-maxdepth", "1", "-name", "nvidia*")
                .lines()
                .filter(SHARED::contains)
                .sorted()
                .toList();
        String loaded = blank(ask("cat", "/sys/module/nvidia/version"));
        String installed = blank(ask("modinfo", "--field", "version", "nvidia"));
        return new Observed(
                installed,
                loaded,
                ask("cat", "/proc/driver/nvidia/version").contains("Open Kernel"),
                !ask("find", "/sys/bus/pci/drivers/vfio-pci", "-maxdepth", "1", "-name", "0000:*")
                        .isBlank(),
                table.persistence(),
                table.devices(),
                nodes);
    }

    private String ask(String... argv) {
        return ground.shell().quietly("looking at graphics cards", List.of(argv));
    }

    private static @Nullable String blank(String text) {
        return text.isBlank() ? null : text.strip();
    }

    @Override
    public void installDriver(DriverConfig config) {
        ground.tally().change(() -> {
            if (config.vfio()) {
                bind();
                return;
            }
            ground.shell().output(WHAT, List.of("rm", "-f", BINDING));
            String url = config.url();
            String sum = config.sha256();
            if (url == null || sum == null) {
                run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "nvidia-driver");
            } else {
                run("curl", "--fail", "--silent", "--show-error", "--location", "--output", INSTALLER, url);
                ground.shell()
                        .output(
                                "checking the checksum of " + url,
                                List.of("sha256sum", "--check", "--status"),
                                sum + "  " + INSTALLER + "\n",
                                INSTALLATION);
                run(
                        "sh",
                        INSTALLER,
                        "--silent",
                        "--dkms",
                        "--ui=none",
                        "--kernel-module-type=" + (config.open() ? "open" : "proprietary"));
                run("rm", "-f", INSTALLER);
            }
            if (config.persistence()) {
                ask("nvidia-smi", "--persistence-mode=1");
            }
        });
    }

    /** Cards go to vfio-pci at the next boot. */
    private void bind() {
        Set<String> ids = new TreeSet<>();
        for (JsonNode each : ground.api().get(ground.path("hardware", "pci"))) {
            if (Json.text(each, "vendor", "").equals("0x10de")) {
                ids.add("10de:" + Json.text(each, "device", "").replaceFirst("^0x", ""));
            }
        }
        if (ids.isEmpty()) {
            throw new HostException(
                    HostException.Cause.REFUSED, "no graphics card of NVIDIA's was found on the PCI bus");
        }
        ground.shell()
                .require(WHAT)
                .write(
                        BINDING,
                        "# Written by Phoenix.\noptions vfio-pci ids=" + String.join(",", ids)
                                + "\nsoftdep nvidia pre: vfio-pci\nsoftdep nouveau pre: vfio-pci\n",
                        "644");
        run("update-initramfs", "-u");
    }

    private void run(String... argv) {
        ground.shell().output(WHAT, List.of(argv), "", INSTALLATION);
    }

    @Override
    public void setPersistence(boolean on) {
        ground.tally().change(() -> run("nvidia-smi", "--persistence-mode=" + (on ? "1" : "0")));
    }

    @Override
    public void removeDriver() {
        ground.tally().change(() -> {
            run("rm", "-f", BINDING);
            String own = ask("find", "/usr/bin", "-maxdepth", "1", "-name", "nvidia-uninstall");
            if (own.isBlank()) {
                run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "remove", "--yes", "nvidia-driver");
            } else {
                run("nvidia-uninstall", "--silent");
            }
        });
    }
}
