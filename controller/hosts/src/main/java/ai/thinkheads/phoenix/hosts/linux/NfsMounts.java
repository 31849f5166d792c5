package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Storages.Definition;
import java.time.Duration;
import java.util.List;

/** Folders of other machines that storages lie in: mounted now, and by systemd at the next boots where it runs. */
final class NfsMounts {

    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final HostCommands commands;
    private final LinuxRoots roots;

    NfsMounts(HostCommands commands, LinuxRoots roots) {
        this.commands = commands;
        this.roots = roots;
    }

    void mount(Definition definition) {
        String folder = LinuxRoots.confined(roots.mounts(), definition.id());
        String source =
                definition.options().get("server") + ":" + definition.options().get("export");
        String options = definition.options().getOrDefault("options", "");
        if (!(source + options).matches("[!-~]*")) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    "storage '" + definition.id() + "': server, export and options cannot hold spaces");
        }
        commands.script("mkdir -p -- \"$1\"", folder);
        if (!commands.run(Invocation.of("mountpoint", "-q", folder)).ok()) {
            String all = options.isEmpty() ? "nofail" : "nofail," + options;
            commands.answer(Invocation.of(List.of("mount", "-t", "nfs", "-o", all, source, folder))
                    .within(PATIENCE));
        }
        commands.script(
                "[ -d /run/systemd/system ] || exit 0; u=$(systemd-escape -p --suffix=mount \"$1\") &&"
                        + " printf '[Unit]\\nDescription=storage of Phoenix\\n[Mount]\\nWhat=%s\\nWhere=%s\\nType=nfs\\n"
                        + "Options=%s\\n[Install]\\nWantedBy=remote-fs.target\\n' \"$2\" \"$1\" \"$3\""
                        + " >\"/etc/systemd/system/$u\" && systemctl daemon-reload && systemctl -q enable \"$u\"",
                folder, source.replace("%", "%%"), options.isEmpty() ? "nofail" : "nofail," + options);
    }

    void remove(Definition definition) {
        String folder = LinuxRoots.confined(roots.mounts(), definition.id());
        commands.script(
                "if [ -d /run/systemd/system ]; then u=$(systemd-escape -p --suffix=mount \"$1\");"
                        + " systemctl -q disable \"$u\" 2>/dev/null; rm -f -- \"/etc/systemd/system/$u\"; systemctl daemon-reload; fi;"
                        + " ! mountpoint -q \"$1\" || umount \"$1\" || exit 1; rmdir -- \"$1\" 2>/dev/null || true",
                folder);
    }
}
