package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.nvidia.NvidiaText;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one script tells about a machine, in named sections; {@link LinuxNode} and others make sense of them. Pure but for its text.
 *
 * @param sections what each part of the script printed
 */
record HostFacts(Map<String, String> sections) {

    private static final String MARKER = "== phoenix ";

    /** {@code $1}: the state folder. Each part prints what it finds and is silent about what there is not. */
    static final String SCRIPT = String.join(
            "\n",
            "s() { echo; echo '" + MARKER + "'\"$1\"; }",
            // Only Debian's own file knows the point release; on what is made of Debian it names Debian's.
            "s version; if grep -qs '^ID=debian$' /etc/os-release; then cat /etc/debian_version; else"
                    + " sed -n 's/^PRETTY_NAME=//p' /etc/os-release | tr -d '\"'; fi",
            "s kernel; uname -r",
            "s hostname; hostname",
            "s timezone; readlink -f /etc/localtime",
            "s resolv; if [ -e /run/systemd/resolve/resolv.conf ] && [ -L /etc/resolv.conf ];"
                    + " then cat /run/systemd/resolve/resolv.conf; else cat /etc/resolv.conf; fi 2>/dev/null",
            "s cpus; nproc",
            "s memory; grep MemTotal /proc/meminfo",
            "s arc; cat /sys/module/zfs/parameters/zfs_arc_max 2>/dev/null;"
                    + " grep -h ^c_max /proc/spl/kstat/zfs/arcstats 2>/dev/null",
            "s packages; dpkg-query -W -f '${db:Status-Abbrev}${Package}\\n' 2>/dev/null | sed -n 's/^ii *//p'",
            "s cards; if command -v lspci >/dev/null; then lspci -Dmm | grep -E '\"(VGA|3D|Display)[^\"]*\"'; else",
            "  for d in /sys/bus/pci/devices/*; do [ -e \"$d/class\" ] && read -r c <\"$d/class\" && case $c in 0x03*)",
            "    echo \"${d##*/} \\\"Display controller\\\" \\\"$(cat \"$d/vendor\")\\\" \\\"$(cat \"$d/device\")\\\"\";; esac;"
                    + " done; fi",
            "s boot; cat /proc/sys/kernel/random/boot_id",
            "s reboot; if [ -e /run/reboot-required ]; then cat /run/reboot-required /run/reboot-required.pkgs 2>/dev/null; fi",
            "s mark; cat \"$1/node.json\" 2>/dev/null",
            "s storages; cat \"$1/storages.json\" 2>/dev/null",
            "s gpu-smi; if command -v nvidia-smi >/dev/null; then timeout 20 nvidia-smi "
                    + String.join(" ", NvidiaText.QUERY) + " 2>&1; echo \"rc $?\"; fi",
            "s gpu-loaded; cat /sys/module/nvidia/version 2>/dev/null ||"
                    + " sed -n '1s/.*Module[^.]* \\([0-9][0-9]*[.][0-9.]*\\).*/\\1/p' /proc/driver/nvidia/version 2>/dev/null",
            "s gpu-open; cat /proc/driver/nvidia/version 2>/dev/null; modinfo -F license nvidia 2>/dev/null",
            "s gpu-installed; modinfo -F version nvidia 2>/dev/null ||"
                    + " { command -v nvidia-smi >/dev/null && cat \"$1/nvidia-version\" 2>/dev/null; }",
            "s gpu-minors; grep -rsH '" + NvidiaText.MINOR + "' " + NvidiaText.CARDS,
            "s gpu-nodes; ls -1d /dev/nvidia* 2>/dev/null",
            "s gpu-vfio; ls -1 /sys/bus/pci/drivers/vfio-pci 2>/dev/null",
            "s end; true");

    static HostFacts parse(String text) {
        Map<String, String> sections = new HashMap<>();
        String name = "";
        StringBuilder body = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (line.startsWith(MARKER)) {
                sections.put(name, body.toString().strip());
                name = line.substring(MARKER.length());
                body.setLength(0);
            } else {
                body.append(line).append('\n');
            }
        }
        sections.put(name, "");
        if (!name.equals("end")) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "the host's answer about itself ended after " + (name.isEmpty() ? "nothing" : "'" + name + "'")
                            + "; it is asked again");
        }
        return new HostFacts(Map.copyOf(sections));
    }

    /** What a part printed; empty for nothing. */
    String get(String section) {
        return sections.getOrDefault(section, "");
    }

    List<String> lines(String section) {
        return get(section)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
