package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What a system is before anybody has done anything to it. */
public final class Systems {

    private static final Map<String, String> RELEASES = Map.of(
            "trixie", "13",
            "bookworm", "12",
            "bullseye", "11",
            "noble", "24.04",
            "jammy", "22.04");

    private static final Map<String, Inside> FRESH = new ConcurrentHashMap<>();

    private Systems() {}

    /**
     * A guest of that distribution.
     *
     * @param distribution such as {@code debian/trixie}
     * @param machine whether it is a cloud image for virtual machines, which comes with the guest agent
     */
    public static Inside fresh(String distribution, boolean machine) {
        return FRESH.computeIfAbsent(distribution + " " + machine, key -> make(distribution, machine));
    }

    private static Inside make(String distribution, boolean machine) {
        String name = distribution.contains("/") ? distribution.substring(0, distribution.indexOf('/')) : distribution;
        String suite = distribution.contains("/") ? distribution.substring(distribution.indexOf('/') + 1) : "";
        Map<String, Inside.Node> files = new HashMap<>();
        file(files, "/etc/os-release", osRelease(name, suite));
        file(files, "/etc/debian_version", RELEASES.getOrDefault(suite, suite) + "\n");
        file(
                files,
                "/etc/passwd",
                "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
        file(files, "/etc/group", "root:x:0:\nadm:x:4:\nsudo:x:27:\nnogroup:x:65534:\n");
        file(files, "/etc/hosts", "127.0.0.1 localhost\n");
        file(files, "/etc/timezone", "Etc/UTC\n");
        file(files, "/etc/fstab", "");
        for (String directory : new String[] {
            "/bin",
            "/boot",
            "/dev",
            "/etc/apt/sources.list.d",
            "/etc/apt/keyrings",
            "/etc/default",
            "/etc/systemd/system",
            "/etc/sysctl.d",
            "/etc/cron.d",
            "/etc/sudoers.d",
            "/etc/ssl/certs",
            "/home",
            "/lib/systemd/system",
            "/mnt",
            "/opt",
            "/proc",
            "/root",
            "/run",
            "/srv",
            "/sys",
            "/usr/bin",
            "/usr/lib/systemd/system",
            "/usr/local/bin",
            "/usr/local/lib",
            "/usr/local/sbin",
            "/usr/local/share/ca-certificates",
            "/usr/sbin",
            "/usr/share",
            "/var/cache",
            "/var/lib",
            "/var/log"
        }) {
            files.put(directory, Inside.Node.directory(0755));
        }
        files.put("/tmp", Inside.Node.directory(01777));
        files.put("/var/tmp", Inside.Node.directory(01777));
        Map<String, String> packages = new TreeMap<>();
        packages.put("apt", "3.0.3");
        packages.put("systemd", "257.7-1");
        packages.put("coreutils", "9.7-3");
        packages.put("dash", "0.5.12-12");
        Set<String> services = Set.of();
        if (machine) {
            packages.put("cloud-init", "25.1.4-1");
            packages.put("openssh-server", "1:10.0p1-7");
            packages.put("qemu-guest-agent", "1:10.0.2+ds-2");
            services = Set.of("ssh", "qemu-guest-agent");
        }
        return new Inside(distribution, files, packages, services, Set.of(), Map.of());
    }

    /** The hypervisor's own system. */
    public static Inside host() {
        Inside plain = fresh("debian/trixie", false);
        Map<String, Inside.Node> files = new HashMap<>(plain.files());
        for (String directory : new String[] {"/etc/pve", "/var/lib/vz", "/etc/modprobe.d", "/etc/network"}) {
            files.put(directory, Inside.Node.directory(0755));
        }
        Map<String, String> packages = new TreeMap<>(plain.packages());
        packages.put("pve-manager", "9.2.11");
        packages.put("proxmox-ve", "9.2.0");
        packages.put("zfsutils-linux", "2.3.4-pve1");
        packages.put("openssh-server", "1:10.0p1-7");
        packages.put("ifupdown2", "3.3.0-1+pmx10");
        Set<String> services = Set.of("ssh", "pveproxy", "pvedaemon", "pvestatd");
        return new Inside(plain.distribution(), files, packages, services, services, Map.of());
    }

    private static void file(Map<String, Inside.Node> files, String path, String text) {
        files.put(path, Inside.Node.file(text, 0644));
    }

    private static String osRelease(String name, String suite) {
        String version = RELEASES.getOrDefault(suite, suite);
        String pretty = name.equals("ubuntu")
                ? "Ubuntu " + version + " LTS"
                : "Debian GNU/Linux " + version + " (" + suite + ")";
        return "PRETTY_NAME=\"" + pretty + "\"\nID=" + name + "\nVERSION_ID=\"" + version + "\"\nVERSION_CODENAME="
                + suite + "\n" + (name.equals("ubuntu") ? "ID_LIKE=debian\nUBUNTU_CODENAME=" + suite + "\n" : "");
    }
}
