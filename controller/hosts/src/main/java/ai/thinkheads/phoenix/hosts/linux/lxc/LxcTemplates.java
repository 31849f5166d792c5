package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.Commands;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.LinuxGround;
import ai.thinkheads.phoenix.hosts.linux.LinuxRoots;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import ai.thinkheads.phoenix.hosts.port.Storages;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Archives of root file systems in storages that are folders, where Proxmox would keep them too: {@code template/cache} for them and
 * {@code import} for disk images. A file appears under its name when it is complete; its checksum lies beside it.
 */
final class LxcTemplates implements Templates {

    private static final Duration LONG = Duration.ofHours(2);

    /** {@code $1} id, {@code $2} folder of each storage: its files with their sizes, then the files that checksums lie in. */
    private static final String LIST = String.join(
            "\n",
            "while [ $# -gt 0 ]; do",
            "  find \"$2/template/cache\" \"$2/import\" -maxdepth 1 -type f ! -name '.*' -printf \"$1\\t%s\\t%p\\n\" 2>/dev/null",
            "  grep -Hs '' \"$2\"/template/cache/.*.sha256 \"$2\"/import/.*.sha256",
            "  shift 2",
            "done; true");

    /** {@code $1} target, {@code $2} URL, {@code $3} checksum. */
    private static final String FETCH = String.join(
            "\n",
            "set -e; target=$1 url=$2 sum=$3; mkdir -p -- \"${target%/*}\"",
            "part=\"${target%/*}/.part.${target##*/}\"; trap 'rm -f -- \"$part\"' EXIT",
            "if command -v curl >/dev/null; then curl -sSfL --retry 2 --connect-timeout 20 -o \"$part\" -- \"$url\"",
            "elif command -v wget >/dev/null; then wget -q -O \"$part\" -- \"$url\"",
            "else echo 'the host has neither curl nor wget; add one of them to spec.packages of its Hypervisor' >&2; exit 4; fi",
            "is=$(sha256sum <\"$part\"); is=${is%% *}",
            "[ \"$is\" = \"$sum\" ] || { echo \"what $url gives has the checksum $is, not $sum\" >&2; exit 5; }",
            "printf '%s\\n' \"$is\" >\"${target%/*}/.${target##*/}.sha256\"; sync \"$part\"; mv -T -- \"$part\" \"$target\"");

    private static final String COPY = String.join(
            "\n",
            "set -e; target=$1; mkdir -p -- \"${target%/*}\"; part=\"${target%/*}/.part.${target##*/}\"",
            "trap 'rm -f -- \"$part\"' EXIT; [ -f \"$2\" ] || { echo \"no such file on the host: $2\" >&2; exit 6; }",
            "cp --reflink=auto -- \"$2\" \"$part\"; sync \"$part\"; mv -T -- \"$part\" \"$target\"");

    private static final String INITTAB = String.join(
            "\n",
            "id:2:initdefault:",
            "si::sysinit:/etc/init.d/rcS",
            "l2:2:wait:/etc/init.d/rc 2",
            "l0:0:wait:/sbin/halt -d -f",
            "l6:6:wait:/sbin/reboot -d -f",
            "pf::powerwait:/sbin/init 0",
            "pn::powerfailnow:/sbin/init 0",
            "ca::ctrlaltdel:/sbin/init 6");

    /** {@code $1} target, {@code $2} distribution, {@code $3} suite, {@code $4} packages, {@code $5} inittab or nothing. */
    private static final String DEBOOTSTRAP = String.join(
            "\n",
            "set -e; target=$1; mkdir -p -- \"${target%/*}\"",
            "command -v debootstrap >/dev/null || { echo 'debootstrap is not installed; add it to spec.packages of the Hypervisor'"
                    + " >&2; exit 4; }",
            "d=$(mktemp -d /var/tmp/phoenix-bootstrap.XXXXXX); part=\"${target%/*}/.part.${target##*/}\"",
            "trap 'rm -rf --one-file-system -- \"$d\"; rm -f -- \"$part\"' EXIT",
            "case $2 in ubuntu) c=main,universe; m=http://archive.ubuntu.com/ubuntu;; *) c=main; m=http://deb.debian.org/debian;; esac",
            "debootstrap --variant=minbase --components=$c --include=\"$4\" \"$3\" \"$d/r\" $m >\"$d/log\" 2>&1 ||"
                    + " { tail -n 5 \"$d/log\" >&2; exit 1; }",
            "rm -rf \"$d\"/r/var/cache/apt/archives/*.deb \"$d\"/r/var/lib/apt/lists/*",
            "[ -z \"$5\" ] || printf '%s\\n' \"$5\" >\"$d/r/etc/inittab\"",
            ": >\"$d/r/etc/machine-id\"; rm -f \"$d/r/etc/hostname\" \"$d/r/etc/resolv.conf\"; : >\"$d/r/etc/resolv.conf\"",
            "tar -C \"$d/r\" --numeric-owner --xattrs --xattrs-include=security.capability -caf \"$part\" .",
            "sync \"$part\"; mv -T -- \"$part\" \"$target\"");

    /** {@code $1} target. An init that waits for signals, a shell, and nothing that would touch the network. */
    private static final String BUSYBOX = String.join(
            "\n",
            "set -e; target=$1; mkdir -p -- \"${target%/*}\"",
            "b=$(command -v busybox) || { echo 'busybox is not installed; add busybox-static to spec.packages of the Hypervisor' >&2;"
                    + " exit 4; }",
            "! ldd \"$b\" >/dev/null 2>&1 || { echo 'busybox needs libraries; install busybox-static' >&2; exit 4; }",
            "d=$(mktemp -d /var/tmp/phoenix-bootstrap.XXXXXX); part=\"${target%/*}/.part.${target##*/}\"",
            "trap 'rm -rf --one-file-system -- \"$d\"; rm -f -- \"$part\"' EXIT; r=$d/r",
            "mkdir -p $r/bin $r/sbin $r/usr/bin $r/usr/sbin $r/etc/init.d $r/dev $r/proc $r/sys $r/tmp $r/root $r/run $r/var/log $r/mnt",
            "chmod 1777 $r/tmp; chmod 700 $r/root; cp \"$b\" $r/bin/busybox; chmod 755 $r/bin/busybox",
            "for p in $(\"$b\" --list-full); do case $p in linuxrc|bin/busybox) ;; */*) mkdir -p \"$r/${p%/*}\";"
                    + " [ -e \"$r/$p\" ] || ln -s /bin/busybox \"$r/$p\";; esac; done",
            "echo 'root:x:0:0:root:/root:/bin/sh' >$r/etc/passwd; echo 'root:x:0:' >$r/etc/group",
            "printf '::sysinit:/etc/init.d/rcS\\n::ctrlaltdel:/bin/umount -a -r\\n' >$r/etc/inittab",
            "printf '#!/bin/sh\\nfor i in $(cat /etc/phoenix-dhcp 2>/dev/null); do udhcpc -b -t 3 -i $i >/dev/null 2>&1 & done\\n'"
                    + " >$r/etc/init.d/rcS; chmod 755 $r/etc/init.d/rcS",
            "tar -C \"$r\" --numeric-owner --owner=0 --group=0 -caf \"$part\" .; sync \"$part\"; mv -T -- \"$part\" \"$target\"");

    private static final Map<String, String> SUITES = Map.of("debian", "bookworm", "ubuntu", "noble");
    private static final String PACKAGES = "iproute2,iputils-ping,ca-certificates,netbase";

    private final LinuxGround ground;

    LxcTemplates(LinuxGround ground) {
        this.ground = ground;
    }

    @Override
    public Optional<Observed> read(String volumeId) {
        return ground.tally()
                .read(() -> Optional.ofNullable(
                        readAll(ground.storages().definitions()).get(volumeId)));
    }

    /** All files of all storages, in one command. */
    Map<String, Observed> readAll(Map<String, Storages.Definition> storages) {
        List<String> arguments = new ArrayList<>();
        storages.values()
                .forEach(each -> ground.storages().folder(each).ifPresent(folder -> {
                    arguments.add(each.id());
                    arguments.add(folder);
                }));
        Map<String, Observed> all = new HashMap<>();
        if (arguments.isEmpty()) {
            return all;
        }
        List<String> lines = ground.commands()
                .script(LIST, arguments.toArray(String[]::new))
                .lines()
                .toList();
        Map<String, String> sums = new HashMap<>();
        for (String line : lines) {
            int at = line.lastIndexOf(".sha256:");
            if (at > 0) {
                sums.put(
                        line.substring(0, at).replaceFirst("/\\.([^/]+)$", "/$1"),
                        line.substring(at + 8).strip());
            }
        }
        for (String line : lines) {
            String[] words = line.split("\t", 3);
            if (words.length == 3) {
                String path = words[2];
                Type type = path.contains("/template/cache/") ? Type.ROOTFS : Type.DISK_IMAGE;
                String id = volumeId(words[0], type, path.substring(path.lastIndexOf('/') + 1));
                all.put(
                        id,
                        new Observed(id, words[0], type, new ByteSize(Long.parseLong(words[1])), sums.get(path), path));
            }
        }
        return all;
    }

    /** The archive of a volume id on the host. */
    String path(String volumeId) {
        int colon = volumeId.indexOf(':');
        int slash = volumeId.lastIndexOf('/');
        if (colon < 0 || slash < colon) {
            throw new HostException(
                    Cause.REFUSED,
                    "'" + volumeId + "' is not the id of a template, such as library:vztmpl/debian.tar.zst");
        }
        Type type = volumeId.startsWith("import/", colon + 1) ? Type.DISK_IMAGE : Type.ROOTFS;
        String path = target(volumeId.substring(0, colon), type, volumeId.substring(slash + 1));
        if (!ground.commands().run(HostCommands.scripted("[ -f \"$1\" ]", path)).ok()) {
            throw new HostException(Cause.NOT_FOUND, "there is no template " + volumeId + " on the host");
        }
        return path;
    }

    private String target(String storage, Type type, String fileName) {
        Storages.Definition definition = ground.storages().usable(storage, type == Type.ROOTFS ? "vztmpl" : "import");
        String folder = ground.storages()
                .folder(definition)
                .orElseThrow(() -> new HostException(
                        Cause.REFUSED, "storage '" + storage + "' keeps no files; use one of type dir for templates"));
        if (!fileName.matches("[A-Za-z0-9][A-Za-z0-9._+~-]*")) {
            throw new HostException(
                    Cause.REFUSED, "'" + fileName + "' contains characters that a file name here must not have");
        }
        return LinuxRoots.confined(folder + (type == Type.ROOTFS ? "/template/cache" : "/import"), fileName);
    }

    @Override
    public String volumeId(String storage, Type type, String fileName) {
        return storage + ":" + (type == Type.ROOTFS ? "vztmpl" : "import") + "/" + fileName;
    }

    @Override
    public void download(String storage, Type type, String fileName, String url, String sha256) {
        ground.tally().change(() -> {
            String target = fresh(storage, type, fileName);
            run(fileName, HostCommands.scripted(FETCH, target, url, sha256.toLowerCase(java.util.Locale.ROOT)));
        });
    }

    @Override
    public void copyFile(String storage, Type type, String fileName, String path) {
        ground.tally().change(() -> run(fileName, HostCommands.scripted(COPY, fresh(storage, type, fileName), path)));
    }

    @Override
    public void bootstrap(String storage, String fileName, String distribution, @Nullable String suite) {
        ground.tally().change(() -> {
            String target = fresh(storage, Type.ROOTFS, fileName);
            if (distribution.equals("busybox")) {
                run(fileName, HostCommands.scripted(BUSYBOX, target));
                return;
            }
            String fallback = SUITES.get(distribution);
            if (fallback == null) {
                throw new HostException(
                        Cause.UNSUPPORTED,
                        "spec.source.bootstrap.distribution: the linux driver builds debian, ubuntu and busybox, not "
                                + distribution + "; give url or file instead");
            }
            boolean systemd = LxcMachine.parse(ground.commands().script(LxcMachine.SCRIPT))
                    .systemd();
            run(
                    fileName,
                    HostCommands.scripted(
                            DEBOOTSTRAP,
                            target,
                            distribution,
                            suite == null ? fallback : suite,
                            (systemd ? "systemd-sysv,dbus," : "sysvinit-core,") + PACKAGES,
                            systemd ? "" : INITTAB));
        });
    }

    private String fresh(String storage, Type type, String fileName) {
        String target = target(storage, type, fileName);
        if (ground.commands()
                .run(HostCommands.scripted("[ -e \"$1\" ]", target))
                .ok()) {
            throw new HostException(
                    Cause.REFUSED, "file '" + fileName + "' already exists in storage '" + storage + "'");
        }
        return target;
    }

    private void run(String fileName, Commands.Invocation invocation) {
        Commands.Invocation patient = invocation.within(LONG);
        Commands.Outcome outcome = ground.commands().run(patient);
        if (!outcome.ok()) {
            String said = HostCommands.said(outcome);
            Cause cause = switch (outcome.exitCode()) {
                case 4 -> Cause.UNSUPPORTED;
                case 5 -> Cause.REFUSED;
                case 6 -> Cause.NOT_FOUND;
                default -> HostCommands.cause(said) == Cause.NO_SPACE ? Cause.NO_SPACE : Cause.FAILED;
            };
            throw new HostException(
                    cause, "template " + fileName + ": " + (said.isEmpty() ? "it took too long" : said));
        }
    }

    @Override
    public void delete(String volumeId) {
        ground.tally().change(() -> {
            String path = path(volumeId);
            int slash = path.lastIndexOf('/');
            ground.commands()
                    .script(
                            "rm -f -- \"$1\" \"$2\"",
                            path,
                            path.substring(0, slash) + "/." + path.substring(slash + 1) + ".sha256");
        });
    }
}
