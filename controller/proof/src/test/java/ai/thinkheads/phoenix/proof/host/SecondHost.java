package ai.thinkheads.phoenix.proof.host;

import ai.thinkheads.phoenix.hosts.linux.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Another host on this machine, in network, mount, host name and process namespaces of its own, which only ssh leads to. */
final class SecondHost implements AutoCloseable {

    static final String ADDRESS = "10.88.0.2";

    private final Machine machine;
    private final Path folder;
    private final Process process;

    SecondHost(Machine machine, Path folder) throws IOException {
        this.machine = machine;
        this.folder = folder;
        for (String key : List.of("host", "user")) {
            machine.run(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-f",
                    folder.resolve(key).toString());
        }
        Files.createDirectory(folder.resolve("over"));
        Files.writeString(
                folder.resolve("config"),
                String.join(
                        "\n",
                        "Port 22",
                        "ListenAddress " + ADDRESS,
                        "HostKey " + folder.resolve("host"),
                        "PidFile none",
                        "AuthorizedKeysFile " + folder.resolve("user.pub"),
                        "PermitRootLogin prohibit-password",
                        "PasswordAuthentication no",
                        "UsePAM no",
                        "StrictModes no",
                        ""));
        Path script = folder.resolve("second-host.sh");
        try (InputStream text = SecondHost.class.getResourceAsStream("second-host.sh")) {
            Files.write(script, text.readAllBytes());
        }
        process = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "--mount",
                        "--uts",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--propagation",
                        "private",
                        "bash",
                        script.toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        connect();
    }

    private void connect() {
        until(() -> process.children().findFirst().isPresent());
        String inner =
                String.valueOf(process.children().findFirst().orElseThrow().pid());
        // The child exists a moment before it is in its namespaces.
        until(() -> !machine.tried("readlink", "/proc/" + inner + "/ns/net")
                .stdout()
                .equals(machine.run("readlink", "/proc/self/ns/net") + "\n"));
        machine.run("ip", "link", "add", "wire0", "type", "veth", "peer", "name", "wire1", "netns", inner);
        machine.run("ip", "addr", "add", "10.88.0.1/30", "dev", "wire0");
        machine.run("ip", "link", "set", "wire0", "up");
        until(() -> machine.tried("bash", "-c", "exec 3<>/dev/tcp/" + ADDRESS + "/22")
                .ok());
        until(() -> inside("zpool list").ok());
    }

    private void until(java.util.function.BooleanSupplier condition) {
        for (int i = 0; i < 100; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            machine.pause(100);
        }
        throw new IllegalStateException("the second host does not come up; see " + folder.resolve("log"));
    }

    /** Runs a script there as a person who sits at it. */
    ai.thinkheads.phoenix.hosts.command.Commands.Outcome inside(String script) {
        return machine.tried(
                "ssh",
                "-q",
                "-i",
                folder.resolve("user").toString(),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "BatchMode=yes",
                "-o",
                "ConnectTimeout=2",
                "root@" + ADDRESS,
                script);
    }

    String privateKey() throws IOException {
        return Files.readString(folder.resolve("user"));
    }

    String hostKey() throws IOException {
        return Files.readString(folder.resolve("host.pub")).strip();
    }

    @Override
    public void close() {
        inside("zpool destroy -f tank");
        process.children().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
        machine.tried("ip", "link", "del", "wire0");
    }
}
