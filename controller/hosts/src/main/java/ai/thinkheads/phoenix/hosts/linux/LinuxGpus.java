package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.nvidia.NvidiaText;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** NVIDIA's cards by {@code nvidia-smi} and the kernel's own files; the driver by NVIDIA's installer. */
final class LinuxGpus implements Gpus {

    private static final Duration INSTALLING = Duration.ofMinutes(30);
    private static final List<String> SHARED = List.of(
            "/dev/nvidiactl", "/dev/nvidia-modeset", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-caps");
    private static final String DOWNLOAD = String.join(
            "\n",
            "set -e; mkdir -p -- \"$1\"; f=$1/nvidia-driver.run",
            "if command -v curl >/dev/null; then curl -fsSL --retry 3 -o \"$f\" -- \"$2\"; else wget -q -O \"$f\" -- \"$2\"; fi",
            "echo \"$3  $f\" | sha256sum -c --status || { rm -f -- \"$f\"; exit 7; }",
            "echo \"$f\"");

    private final LinuxGround ground;

    LinuxGpus(LinuxGround ground) {
        this.ground = ground;
    }

    private HostFacts facts() {
        return HostFacts.parse(
                ground.commands().script(HostFacts.SCRIPT, ground.roots().state()));
    }

    @Override
    public Observed read() {
        return ground.tally().read(() -> observe(facts()));
    }

    static Observed observe(HostFacts facts) {
        List<String> lines = facts.lines("gpu-smi");
        boolean answered = !lines.isEmpty() && lines.getLast().equals("rc 0");
        NvidiaText.Table table =
                NvidiaText.table(answered ? lines.subList(0, lines.size() - 1) : List.of(), facts.lines("gpu-minors"));
        String loaded = first(facts, "gpu-loaded");
        List<String> nodes =
                facts.lines("gpu-nodes").stream().filter(SHARED::contains).toList();
        return new Observed(
                installed(facts, loaded),
                loaded,
                facts.get("gpu-open").contains("Open Kernel")
                        || facts.get("gpu-open").contains("MIT/GPL"),
                isVfio(facts),
                table.persistence(),
                table.devices(),
                nodes);
    }

    /** What the module on disk says, else, where no tool can read it, the module in use. */
    private static @Nullable String installed(HostFacts facts, @Nullable String loaded) {
        String installed = first(facts, "gpu-installed");
        return installed == null && !facts.get("gpu-smi").isEmpty() ? loaded : installed;
    }

    private static boolean isVfio(HostFacts facts) {
        return facts.lines("cards").stream()
                .map(line -> line.split(" ")[0])
                .anyMatch(facts.lines("gpu-vfio")::contains);
    }

    private static @Nullable String first(HostFacts facts, String section) {
        List<String> lines = facts.lines(section);
        return lines.isEmpty() ? null : lines.getFirst();
    }

    /** Why the driver needs a boot; null when it does not. */
    static @Nullable String rebootRequired(HostFacts facts, Observed gpus) {
        String installed = gpus.installedVersion();
        String loaded = gpus.loadedVersion();
        if (gpus.vfio() || installed == null || facts.get("cards").isEmpty()) {
            return null;
        }
        return installed.equals(loaded)
                ? null
                : "nvidia driver " + installed + " is installed and " + (loaded == null ? "none" : loaded)
                        + " is loaded";
    }

    @Override
    public void installDriver(DriverConfig config) {
        ground.tally().change(() -> {
            String url = config.url();
            String sha256 = config.sha256();
            if (config.vfio()) {
                throw new HostException(
                        HostException.Cause.UNSUPPORTED,
                        "the linux driver runs no virtual machines, so no card is bound to vfio-pci; set spec.mode to"
                                + " Container");
            }
            if (url == null || sha256 == null) {
                throw new HostException(
                        HostException.Cause.UNSUPPORTED,
                        "the linux driver installs NVIDIA's own installer; set spec.source with its url and sha256");
            }
            Invocation download = HostCommands.scripted(
                            DOWNLOAD, ground.roots().stateFile("downloads"), url, sha256.toLowerCase(Locale.ROOT))
                    .within(INSTALLING);
            Outcome fetched = ground.commands().run(download);
            if (fetched.exitCode() == 7) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "what " + url + " gave has another sha256 than spec.source.sha256; nothing was installed");
            }
            if (!fetched.ok()) {
                throw new HostException(
                        HostException.Cause.FAILED, "cannot download " + url + ": " + HostCommands.said(fetched));
            }
            run(config, fetched.stdout().strip());
        });
    }

    private void run(DriverConfig config, String file) {
        Invocation install = Invocation.of(
                        "sh",
                        file,
                        "--silent",
                        "--no-questions",
                        "--ui=none",
                        "--kernel-module-type=" + (config.open() ? "open" : "proprietary"))
                .within(INSTALLING);
        Outcome outcome = ground.commands().run(install);
        if (!outcome.ok()) {
            throw new HostException(
                    HostException.Cause.FAILED,
                    "NVIDIA's installer of " + config.version() + " ended with " + outcome.exitCode() + ": "
                            + HostCommands.said(outcome) + "; /var/log/nvidia-installer.log on the host tells more");
        }
        ground.commands().write(ground.roots().stateFile("nvidia-version"), config.version() + "\n", "0644");
        ground.commands().run(Invocation.of("rm", "-f", "--", file));
        if (config.persistence()) {
            ground.commands().run(Invocation.of("nvidia-smi", "-pm", "1"));
        }
    }

    @Override
    public void setPersistence(boolean on) {
        ground.tally().change(() -> {
            ground.commands().answer("nvidia-smi", "-pm", on ? "1" : "0");
        });
    }

    @Override
    public void removeDriver() {
        ground.tally().change(() -> {
            ground.commands()
                    .answer(Invocation.of("nvidia-uninstall", "--silent").within(INSTALLING));
            ground.commands().run(Invocation.of("rm", "-f", "--", ground.roots().stateFile("nvidia-version")));
        });
    }
}
