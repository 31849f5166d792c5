package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The programs of a system. A program is found when the base system, a package or a file in the search path provides it; what it
 * does is modelled for the usual ones, and any other succeeds without doing anything.
 */
final class Commands {

    private static final Map<String, Command> MODELLED = new HashMap<>();

    /** What is there before any package is installed. */
    static final Set<String> BASE = Set.copyOf(base());

    static {
        FileCommands.register(MODELLED);
        TextCommands.register(MODELLED);
        PackageCommands.register(MODELLED);
        ServiceCommands.register(MODELLED);
        NetworkCommands.register(MODELLED);
        SystemCommands.register(MODELLED);
        UserCommands.register(MODELLED);
        DockerCommands.register(MODELLED);
        PythonCommands.register(MODELLED);
    }

    private Commands() {}

    /** What a program does; gives its exit code. */
    @FunctionalInterface
    interface Command {
        int run(Call call);
    }

    private static Set<String> base() {
        return new TreeSet<>(List.of(
                ("sh bash dash ls cat echo printf mkdir rmdir rm touch cp mv ln chmod chown chgrp install grep egrep fgrep sed head tail "
                                + "cut tr sort uniq wc tee true false sleep id whoami groups useradd adduser groupadd addgroup usermod "
                                + "userdel groupdel passwd chpasswd hostname uname date env basename dirname realpath readlink stat find "
                                + "xargs awk mawk diff cmp sha1sum sha256sum sha512sum md5sum base64 mktemp seq nproc free df du uptime "
                                + "apt-get apt apt-cache apt-mark apt-key dpkg dpkg-query dpkg-reconfigure debconf-set-selections "
                                + "update-alternatives systemctl journalctl timedatectl hostnamectl localectl loginctl systemd-analyze "
                                + "sysctl ldconfig mount umount mountpoint modprobe lsmod dmesg sync kill pkill pgrep ps nohup timeout "
                                + "su runuser getent tar gzip gunzip xz zcat split paste nl tac rev fold expr yes printenv arch getconf "
                                + "update-initramfs test [ pwd flock ip ss logger perl mknod chroot truncate dd comm join tty stty "
                                + "update-grub proxmox-boot-tool lspci lsblk blkid swapon swapoff service deb-systemd-helper sync")
                        .split(" ")));
    }

    /** Runs a program. */
    static int run(Call call) {
        String name = call.argv().getFirst();
        String path = call.world().which(name.contains("/") ? call.path(name) : name);
        if (path == null) {
            boolean there = name.contains("/") && call.files().isFile(call.path(name));
            call.err().write("sh: 1: " + name + (there ? ": Permission denied\n" : ": not found\n"));
            return there ? 126 : 127;
        }
        Inside.Node file = call.files().get(path);
        if (file != null && !file.isDirectory()) {
            Integer code = file(call, path, file.content());
            if (code != null) {
                return code;
            }
        }
        Program program = call.world().programs().get(Paths.name(path));
        Call own = call;
        if (program != null) {
            String input = call.in().rest();
            int code = program.run(new Program.Run(
                    call.argv(), call.interpreter().environment(), input, call.out()::write, call.err()::write));
            if (code != Program.NOT_MINE) {
                return code;
            }
            own = new Call(call.argv(), call.interpreter(), new Call.Input(input), call.out(), call.err());
        }
        Command command = MODELLED.get(Paths.name(path));
        return command != null ? command.run(own) : other(own);
    }

    /** Runs a file that is a script of the shell; null when it is none. */
    private static @Nullable Integer file(Call call, String path, String text) {
        if (text.matches("(?s)#! ?(/usr)?/bin/(env )?(ba|da)?sh\\b.*")) {
            Interpreter child = call.interpreter().child(false);
            child.arguments(path, call.args());
            return child.script(text, call.interpreter().streams(call));
        }
        return null;
    }

    private static int other(Call call) {
        if (call.args().contains("--version") || call.args().equals(List.of("version"))) {
            String name = call.name();
            String version = call.world().packages().entrySet().stream()
                    .filter(each -> each.getKey().equals(name)
                            || Packages.item(each.getKey()).commands().contains(name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("1.0");
            call.println(name + " " + version);
        }
        return 0;
    }
}
