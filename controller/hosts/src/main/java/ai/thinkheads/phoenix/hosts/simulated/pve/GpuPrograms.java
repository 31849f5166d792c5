package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program;
import ai.thinkheads.phoenix.hosts.simulated.guest.Program.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The machine's graphics cards as NVIDIA's and the kernel's programs tell of them, and the driver's installation. */
final class GpuPrograms {

    private static final Pattern DOWNLOAD = Pattern.compile("NVIDIA-Linux-x86_64-([0-9.]+)\\.run$");
    private static final String UNKNOWN = "560.35.03";

    private final SimulatedHost host;
    private final Supplier<HostState> state;
    private volatile String downloaded = "";

    GpuPrograms(SimulatedHost host, Supplier<HostState> state) {
        this.host = host;
        this.state = state;
    }

    private Gpus.Observed gpus() {
        return state.get().gpus();
    }

    int smi(Run run) {
        Gpus.Observed gpus = gpus();
        if (gpus.installedVersion() == null && gpus.loadedVersion() == null) {
            return run.fail(127, "sh: 1: nvidia-smi: not found");
        }
        if (gpus.loadedVersion() == null || gpus.vfio()) {
            return run.fail(
                    9,
                    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest"
                            + " NVIDIA driver is installed and running.");
        }
        Switches switches = Switches.parse(run.args(), Set.of("pm", "i", "q"));
        String persistence = switches.value("", "persistence-mode");
        int at = run.args().indexOf("-pm");
        if (at >= 0 && at + 1 < run.args().size()) {
            persistence = run.args().get(at + 1);
        }
        if (!persistence.isEmpty()) {
            host.gpus().setPersistence(persistence.matches("1|ENABLED"));
            run.println("All done.");
            return 0;
        }
        String query = switches.value("", "query-gpu");
        if (query.isEmpty()) {
            return Program.NOT_MINE;
        }
        String format = switches.value("csv", "format");
        if (!format.contains("noheader")) {
            run.println(query.replace(",", ", "));
        }
        for (Gpus.Device device : gpus.devices()) {
            List<String> values = new ArrayList<>();
            for (String field : query.split(",")) {
                values.add(value(device, field.strip(), gpus, format.contains("nounits")));
            }
            run.println(String.join(", ", values));
        }
        return 0;
    }

    private static String value(Gpus.Device device, String field, Gpus.Observed gpus, boolean plain) {
        return switch (field) {
            case "index" -> String.valueOf(device.index());
            case "uuid", "gpu_uuid" -> device.uuid();
            case "name", "gpu_name" -> device.model();
            case "memory.total" -> (device.memory().bytes() >> 20) + (plain ? "" : " MiB");
            case "memory.used" -> "0" + (plain ? "" : " MiB");
            case "pci.bus_id", "gpu_bus_id" -> "0000" + device.pci().toUpperCase(java.util.Locale.ROOT);
            case "persistence_mode" -> gpus.persistence() ? "Enabled" : "Disabled";
            case "driver_version" -> String.valueOf(gpus.loadedVersion());
            default -> "[Not Supported]";
        };
    }

    int modinfo(Run run) {
        String installed = gpus().installedVersion();
        if (!run.args().contains("nvidia")) {
            return run.fail(1, "modinfo: ERROR: Module " + run.args().getLast() + " not found.");
        }
        if (installed == null) {
            return run.fail(1, "modinfo: ERROR: Module nvidia not found.");
        }
        Switches switches = Switches.parse(run.args(), Set.of("field", "F", "k"));
        String field = switches.value("", "field", "F");
        run.println(field.equals("version") ? installed : "version:        " + installed);
        return 0;
    }

    /** A download of NVIDIA's installer; every other one is the system's own. */
    int curl(Run run) {
        String url = url(run.args());
        if (url == null) {
            return Program.NOT_MINE;
        }
        downloaded = version(url);
        return Program.NOT_MINE;
    }

    private static @Nullable String url(List<String> args) {
        return args.stream()
                .filter(each -> DOWNLOAD.matcher(each).find())
                .findFirst()
                .orElse(null);
    }

    private static String version(String url) {
        Matcher matcher = DOWNLOAD.matcher(url);
        return matcher.find() ? matcher.group(1) : UNKNOWN;
    }

    /** The check of an installer that was downloaded: the model takes it for the one that was asked for. */
    int check(Run run) {
        boolean installer = run.args().contains("--check") && run.input().contains(".run") && !downloaded.isEmpty();
        return installer ? 0 : Program.NOT_MINE;
    }

    /** NVIDIA's installer, which is run by the shell. */
    int install(Run run) {
        boolean installer = run.args().size() > 1
                && run.args().getFirst().endsWith(".run")
                && run.args().contains("--silent")
                && !downloaded.isEmpty();
        if (!installer) {
            return Program.NOT_MINE;
        }
        boolean open = run.args().contains("--kernel-module-type=open");
        host.gpus().installDriver(new Gpus.DriverConfig(downloaded, null, null, open, false, gpus().persistence()));
        return 0;
    }

    int uninstall(Run run) {
        host.gpus().removeDriver();
        run.println("Uninstallation of existing driver is complete.");
        return 0;
    }

    /** Debian's package of the driver. */
    int apt(Run run) {
        if (!run.args().contains("nvidia-driver")) {
            return Program.NOT_MINE;
        }
        if (run.args().contains("install")) {
            host.gpus().installDriver(new Gpus.DriverConfig(UNKNOWN, null, null, false, false, false));
        } else if (run.args().contains("remove") || run.args().contains("purge")) {
            host.gpus().removeDriver();
        }
        return 0;
    }
}
