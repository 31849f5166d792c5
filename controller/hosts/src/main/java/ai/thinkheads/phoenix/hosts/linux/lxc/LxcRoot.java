package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.IdMap;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig.MountPoint;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is done to the root file system of a container from outside: unpacking it, the few files that tell it its name and
 * addresses, its device nodes, and mounts that come and go while it runs.
 *
 * <p>What lies in a container is its owner's, who may have put a symbolic link anywhere; nothing is written through one.
 */
final class LxcRoot {

    private static final Duration UNPACK = Duration.ofHours(1);

    /**
     * LXC maps numbers by {@code newuidmap}, which lets even root have only what these files say. {@code $1} the kind of number, then
     * first and count for each range.
     */
    private static final String ALLOW = String.join(
            "\n",
            "f=/etc/sub$1id; shift",
            "while [ $# -gt 0 ]; do",
            "  grep -qsxF \"root:$1:$2\" $f || printf 'root:%s:%s\\n' \"$1\" \"$2\" >>$f || exit 1; shift 2; done");

    /** {@code $1} archive, {@code $2} target, {@code $3} tar's option for the compression. */
    private static final String UNPACK_SCRIPT = String.join(
            "\n",
            "set -e; chmod 0755 \"$2\"; cd \"$2\"",
            "tar $3 --exclude='./dev/*' --exclude='dev/*' --numeric-owner --xattrs --xattrs-include=security.capability"
                    + " -xpf - <\"$1\"",
            "[ -e sbin/init ] || [ -L sbin/init ] || [ -e init ] || { echo 'the archive holds no /sbin/init, so nothing could be"
                    + " started in it' >&2; exit 1; }",
            "case $(readlink sbin/init) in *busybox*) echo busybox;; *) echo other;; esac");

    /**
     * Gives the files of a fresh root file system to the numbers that the container is mapped to: the top, and the map in lines of
     * {@code u 0 100000 65536}. Unpacking within a user namespace would do the same, but not on file systems in user space, which
     * ask for the host's numbers. What changing an owner takes from a file, its set-id bits and capabilities, is put back.
     */
    private static final String SHIFT = String.join(
            "\n",
            "use strict; use POSIX ();",
            "my ($top, $map) = @ARGV; my (%ranges, %seen);",
            "my $arm = (POSIX::uname())[4] =~ /^(aarch64|riscv64)$/;",
            "for (split /\\n/, $map) { my ($kind, @range) = split / /; push @{$ranges{$kind}}, \\@range; }",
            "sub mapped { my ($kind, $id) = @_;",
            "  for (@{$ranges{$kind}}) { my ($c, $h, $n) = @$_; return $id - $c + $h if $id >= $c && $id < $c + $n; }",
            "  die \"the archive has files of ${kind}id $id, which spec.idMaps does not map\\n\"; }",
            "sub shift_all { my ($path) = @_;",
            "  my ($device, $inode, $mode, $links, $uid, $gid) = lstat $path or die \"$path: $!\\n\";",
            "  my ($link, $folder, $file) = (-l _, -d _, -f _);",
            "  return if !$folder && $links > 1 && $seen{\"$device $inode\"}++;",
            "  my ($name, $value) = ('security.capability', \"\\0\" x 32);",
            "  my $size = $file ? syscall($arm ? 9 : 192, $path, $name, $value, 32) : -1;",
            "  POSIX::lchown(mapped('u', $uid), mapped('g', $gid), $path) or die \"$path: $!\\n\";",
            "  chmod $mode & 07777, $path if !$link && $mode & 06000;",
            "  if ($size == 20) { my ($magic, @rest) = unpack('V5', $value);",
            "    my $new = pack('V6', 0x03000000 | $magic & 1, @rest, mapped('u', 0));",
            "    syscall($arm ? 6 : 189, $path, $name, $new, 24, 0); }",
            "  if ($folder) { opendir(my $d, $path) or die \"$path: $!\\n\"; my @names = readdir $d; closedir $d;",
            "    for (@names) { shift_all(\"$path/$_\") unless $_ eq '.' || $_ eq '..'; } } }",
            "shift_all($top);");

    /** {@code $1} root; {@code $2} host name; {@code $3} text of resolv.conf or {@code -} for the host's; then card and mode pairs. */
    private static final String FILES = String.join(
            "\n",
            "cd \"$1\" || exit 1; name=$2; resolv=$3; shift 3",
            "put() { # FOLDER FILE: standard input becomes that file; no link is followed",
            "  p=.; for d in $(echo \"$1\" | tr / ' '); do p=$p/$d; [ -d \"$p\" ] && [ ! -L \"$p\" ] || return 0; done",
            "  t=$(mktemp \"$p/.phoenix.XXXXXX\") || return 1",
            "  cat >\"$t\" && chmod 0644 \"$t\" && chown --reference=\"$p\" \"$t\" && mv -f -T \"$t\" \"$p/$2\"",
            "}",
            "printf '%s\\n' \"$name\" | put etc hostname",
            "if [ -L etc ]; then :; elif [ ! -e etc/hosts ] && [ ! -L etc/hosts ]; then",
            "  printf '127.0.0.1 localhost\\n127.0.1.1 %s\\n::1 localhost\\n' \"$name\" | put etc hosts",
            "elif [ -f etc/hosts ] && [ ! -L etc/hosts ]; then",
            "  { sed '/^127\\.0\\.1\\.1[[:space:]]/d' etc/hosts; printf '127.0.1.1 %s\\n' \"$name\"; } | put etc hosts; fi",
            "if [ \"$resolv\" != - ]; then printf '%s' \"$resolv\" | put etc resolv.conf",
            "elif [ ! -L etc/resolv.conf ]; then",
            "  for f in /run/systemd/resolve/resolv.conf /etc/resolv.conf; do",
            "    [ -e $f ] && { put etc resolv.conf <$f; break; }; done; fi",
            "lease= interfaces='auto lo\niface lo inet loopback'",
            "while [ $# -gt 0 ]; do",
            "  if [ \"$2\" = dhcp ]; then lease=\"$lease$1 \"; interfaces=\"$interfaces\nauto $1\niface $1 inet dhcp\"",
            "    printf '[Match]\\nName=%s\\n[Network]\\nDHCP=yes\\n' \"$1\" | put etc/systemd/network \"$1.network\"",
            "  else interfaces=\"$interfaces\nauto $1\niface $1 inet manual\"",
            "    printf '[Match]\\nName=%s\\n[Link]\\nUnmanaged=yes\\n' \"$1\" | put etc/systemd/network \"$1.network\"; fi",
            "  shift 2; done",
            "printf '%s\\n' \"$interfaces\" | put etc/network interfaces",
            "if [ -n \"$lease\" ] || [ -e etc/phoenix-dhcp ]; then printf '%s\\n' \"$lease\" | put etc phoenix-dhcp; fi",
            "exit 0");

    /** {@code $1} folder; then path, file name, mode, owner for each. Says type and number of each. */
    private static final String NODES = String.join(
            "\n",
            "set -e; mkdir -p -m 0711 -- \"$1\"; top=$1; shift",
            "while [ $# -gt 0 ]; do",
            "  [ -e \"$1\" ] || { echo \"the host has no device $1\" >&2; exit 3; }",
            "  if [ -c \"$1\" ]; then t=c; elif [ -b \"$1\" ]; then t=b; else echo \"$1 is not a device\" >&2; exit 3; fi",
            "  n=$(stat -L -c '%t %T' \"$1\"); major=$((0x${n% *})); minor=$((0x${n#* }))",
            "  rm -f -- \"$top/$2\"; mknod -m \"$3\" \"$top/$2\" $t $major $minor; chown \"$4\" \"$top/$2\"",
            "  echo \"$t $major:$minor\"; shift 4",
            "done");

    /**
     * Mounts a folder of the host in a running container: {@code $0} process, source, target, whether read-only. The kernel's newer
     * calls carry a mount from one mount namespace into another.
     */
    private static final String PLUG = String.join(
            "\n",
            "use strict; use POSIX (); use Fcntl;",
            "my ($pid, $source, $target, $readonly) = @ARGV;",
            "my $arm = (POSIX::uname())[4] =~ /^(aarch64|riscv64)$/;",
            "my $tree = syscall(428, -100, $source, 1 | 02000000 | 0x8000); $tree >= 0 or die \"open $source: $!\\n\";",
            "if ($readonly) { my $a = pack('QQQQ', 1, 0, 0, 0); syscall(442, $tree, my $e = '', 0x1000, $a, 32) == 0"
                    + " or die \"read-only: $!\\n\"; }",
            "sysopen(my $ns, \"/proc/$pid/ns/mnt\", O_RDONLY) or die \"process $pid: $!\\n\";",
            "sysopen(my $root, \"/proc/$pid/root\", O_RDONLY) or die \"process $pid: $!\\n\";",
            "syscall($arm ? 268 : 308, fileno($ns), 0x20000) == 0 or die \"setns: $!\\n\";",
            "syscall($arm ? 50 : 81, fileno($root)) == 0 or die \"fchdir: $!\\n\"; chroot '.' or die \"chroot: $!\\n\";",
            "my $path = ''; for (grep { length } split m{/}, $target) { $path .= \"/$_\"; -l $path and die \"$path is a link\\n\";"
                    + " -d $path or mkdir $path, 0755; }",
            "syscall(429, $tree, my $empty = '', -100, $path, 4) == 0 or die \"mount on $target: $!\\n\";");

    private static final String UNPLUG = String.join(
            "\n",
            "use strict; use POSIX (); use Fcntl;",
            "my ($pid, $target) = @ARGV;",
            "my $arm = (POSIX::uname())[4] =~ /^(aarch64|riscv64)$/;",
            "sysopen(my $ns, \"/proc/$pid/ns/mnt\", O_RDONLY) or die \"process $pid: $!\\n\";",
            "sysopen(my $root, \"/proc/$pid/root\", O_RDONLY) or die \"process $pid: $!\\n\";",
            "syscall($arm ? 268 : 308, fileno($ns), 0x20000) == 0 or die \"setns: $!\\n\";",
            "syscall($arm ? 50 : 81, fileno($root)) == 0 or die \"fchdir: $!\\n\"; chroot '.' or die \"chroot: $!\\n\";",
            "my $done = syscall($arm ? 39 : 166, $target, 8);",
            "$done == 0 or $! == POSIX::EINVAL or $! == POSIX::ENOENT or die \"unmount $target: $!\\n\";");

    private final LinuxGround ground;

    LxcRoot(LinuxGround ground) {
        this.ground = ground;
    }

    /** Unpacks an archive into an empty folder, with the owners that the container's mapping asks for; says whether init is busybox. */
    boolean unpack(String archive, String target, ContainerConfig config) {
        String answer = ground.commands()
                .answer(HostCommands.scripted(UNPACK_SCRIPT, archive, target, compression(archive))
                        .within(UNPACK));
        if (config.unprivileged()) {
            StringBuilder map = new StringBuilder();
            for (IdMap each : LxcText.maps(config)) {
                map.append(each.type()).append(' ').append(each.containerId()).append(' ');
                map.append(each.hostId()).append(' ').append(each.size()).append('\n');
            }
            ground.commands()
                    .answer(Commands.Invocation.of("perl", "-e", SHIFT, target, map.toString())
                            .within(UNPACK));
        }
        return answer.strip().endsWith("busybox");
    }

    /** Lets root's containers have the numbers that this one is mapped to. */
    void allowMaps(ContainerConfig config) {
        if (config.unprivileged()) {
            for (String type : List.of("u", "g")) {
                List<String> arguments = new ArrayList<>(List.of(type));
                LxcText.maps(config).stream()
                        .filter(each -> each.type().equals(type))
                        .forEach(each ->
                                arguments.addAll(List.of(String.valueOf(each.hostId()), String.valueOf(each.size()))));
                ground.commands().script(ALLOW, arguments.toArray(String[]::new));
            }
        }
    }

    private static String compression(String archive) {
        for (Map.Entry<String, String> each : Map.of(
                        ".zst", "--zstd", ".gz", "--gzip", ".tgz", "--gzip", ".xz", "--xz", ".bz2", "--bzip2")
                .entrySet()) {
            if (archive.endsWith(each.getKey())) {
                return each.getValue();
            }
        }
        return "--no-auto-compress";
    }

    /** The host's numbers of a user and a group of a container, as {@code 100000:100000}. */
    static String owner(ContainerConfig config, long uid, long gid) {
        return config.unprivileged() ? mapped(config, "u", uid) + ":" + mapped(config, "g", gid) : uid + ":" + gid;
    }

    private static long mapped(ContainerConfig config, String type, long id) {
        for (IdMap each : LxcText.maps(config)) {
            if (each.type().equals(type) && id >= each.containerId() && id < each.containerId() + each.size()) {
                return each.hostId() + id - each.containerId();
            }
        }
        throw new HostException(
                HostException.Cause.REFUSED,
                "spec.idMaps maps no " + (type.equals("u") ? "user " : "group ") + id + "; the container needs one");
    }

    /** Writes what tells the container its name and addresses. It must not be running. */
    void writeFiles(String root, ContainerConfig config) {
        StringBuilder resolv = new StringBuilder();
        config.nameservers()
                .forEach(each -> resolv.append("nameserver ").append(each).append('\n'));
        if (config.searchDomain() != null) {
            resolv.insert(0, "search " + config.searchDomain() + "\n");
        }
        List<String> arguments = new ArrayList<>(
                List.of(root, config.hostname(), config.nameservers().isEmpty() ? "-" : resolv.toString()));
        for (Nic nic : config.nics()) {
            arguments.add(nic.name());
            arguments.add("dhcp".equals(nic.address()) ? "dhcp" : "static");
        }
        ground.commands().script(FILES, arguments.toArray(String[]::new));
    }

    /** Makes the container's own nodes of the host's devices, with the owners that it is to see. */
    Map<String, LxcFile.Node> makeNodes(int vmid, ContainerConfig config) {
        if (config.devices().isEmpty()) {
            return Map.of();
        }
        String folder = ground.roots().stateFile("devices/" + vmid);
        List<String> arguments = new ArrayList<>(List.of(folder));
        List<String> sources = new ArrayList<>();
        for (ContainerConfig.DeviceNode each : config.devices()) {
            String name = each.path().replaceFirst("^/", "").replace('/', '-');
            sources.add(folder + "/" + name);
            arguments.addAll(List.of(
                    each.path(),
                    name,
                    each.mode() == null ? "0660" : each.mode(),
                    owner(config, each.uid() == null ? 0 : each.uid(), each.gid() == null ? 0 : each.gid())));
        }
        ground.commands().script("mkdir -p -m 0755 -- \"$1\"", ground.roots().stateFile("devices"));
        var invocation = HostCommands.scripted(NODES, arguments.toArray(String[]::new));
        var outcome = ground.commands().run(invocation);
        if (outcome.exitCode() == 3) {
            throw new HostException(
                    HostException.Cause.NOT_FOUND,
                    "spec.devices: " + HostCommands.said(outcome) + "; load its driver, or take it out");
        }
        if (!outcome.ok()) {
            throw HostCommands.failed(invocation, outcome);
        }
        List<String> numbers = outcome.stdout().lines().toList();
        Map<String, LxcFile.Node> nodes = new TreeMap<>();
        for (int i = 0; i < sources.size(); i++) {
            nodes.put(config.devices().get(i).path(), new LxcFile.Node(numbers.get(i), sources.get(i)));
        }
        return nodes;
    }

    void removeNodes(int vmid) {
        ground.commands()
                .script("rm -rf --one-file-system -- \"$1\"", ground.roots().stateFile("devices/" + vmid));
    }

    /** Mounts in a running container what it has in its configuration already. */
    void plug(long pid, String source, MountPoint mount) {
        ground.commands()
                .answer("perl", "-e", PLUG, String.valueOf(pid), source, mount.path(), mount.readOnly() ? "1" : "");
    }

    /** Takes a mount out of a running container; what is in use stays. */
    void unplug(long pid, MountPoint mount) {
        ground.commands().answer("perl", "-e", UNPLUG, String.valueOf(pid), mount.path());
    }
}
