package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a host's LXC and kernel can do. Pure but for the text it is parsed from.
 *
 * @param version of LXC; empty where it is not installed
 * @param unified whether limits go to cgroup v2; a hybrid host has its controllers in v1
 * @param controllers that limits can be set with: {@code memory}, {@code cpu}, {@code devices} and so on
 * @param swap whether swap can be limited
 * @param apparmor whether the kernel enforces AppArmor profiles
 * @param systemd whether systemd can be the init of a container: it wants a cgroup hierarchy of its own
 * @param cpus of the machine, which a container without a limit may all use
 * @param ram of the machine, likewise
 */
record LxcMachine(
        String version,
        boolean unified,
        Set<String> controllers,
        boolean swap,
        boolean apparmor,
        boolean systemd,
        int cpus,
        ByteSize ram) {

    /** What {@link #parse} makes sense of. */
    static final String SCRIPT = String.join(
            "\n",
            "echo \"version $(lxc-start --version 2>/dev/null)\"",
            "echo \"type $(stat -f -c %T /sys/fs/cgroup 2>/dev/null)\"",
            "echo \"v2 $(cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null)\"",
            "echo \"v1 $(cd /sys/fs/cgroup 2>/dev/null && for c in memory cpu cpuset pids devices freezer systemd; do",
            "  grep -q \" /sys/fs/cgroup/[^ ]*$c[^ ]* cgroup \" /proc/mounts && printf '%s ' $c; done)\"",
            "ls /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes /sys/fs/cgroup/*/memory.swap.max 2>/dev/null |"
                    + " sed -n '1s/.*/swap yes/p'",
            "echo \"apparmor $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)\"",
            "echo \"cpus $(getconf _NPROCESSORS_ONLN 2>/dev/null)\"",
            "sed -n 's/^MemTotal: *\\([0-9]*\\) kB/kilobytes \\1/p' /proc/meminfo");

    private static final double PERIOD = 100_000;

    LxcMachine {
        controllers = Set.copyOf(controllers);
    }

    static LxcMachine parse(String text) {
        String version = "";
        boolean unified = false;
        boolean swap = false;
        boolean apparmor = false;
        int cpus = 1;
        ByteSize memory = new ByteSize(0);
        Set<String> v1 = new HashSet<>();
        Set<String> v2 = new HashSet<>();
        for (String line : text.lines().toList()) {
            List<String> words = List.of(line.strip().split("\\s+"));
            List<String> rest = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "version" -> version = String.join(" ", rest);
                case "type" -> unified = rest.contains("cgroup2fs");
                case "v1" -> v1.addAll(rest);
                case "v2" -> v2.addAll(rest);
                case "swap" -> swap = true;
                case "apparmor" -> apparmor = rest.contains("Y");
                case "cpus" ->
                    cpus = rest.size() == 1 && rest.getFirst().matches("[1-9]\\d{0,3}")
                            ? Integer.parseInt(rest.getFirst())
                            : 1;
                // In whole mebibytes, which a manifest can say in a word.
                case "kilobytes" ->
                    memory = rest.size() == 1 && rest.getFirst().matches("\\d{1,15}")
                            ? ByteSize.ofMi(Long.parseLong(rest.getFirst()) >> 10)
                            : memory;
                default -> {
                    // A line of a shell's complaint says nothing.
                }
            }
        }
        if (unified) {
            // Devices are limited by programs in the kernel there, for which there is no controller to be seen.
            v2.add("devices");
        }
        return new LxcMachine(
                version, unified, unified ? v2 : v1, swap, apparmor, unified || v1.contains("systemd"), cpus, memory);
    }

    boolean has(String controller) {
        return controllers.contains(controller);
    }

    /** A key of the configuration for something of a cgroup, such as {@code lxc.cgroup2.memory.max}. */
    String key(String name) {
        return (unified ? "lxc.cgroup2." : "lxc.cgroup.") + name;
    }

    String memory() {
        return unified ? "memory.max" : "memory.limit_in_bytes";
    }

    /** Limits the sum of memory and swap in v1, swap alone in v2. */
    String swapLimit() {
        return unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes";
    }

    String swapValue(ContainerConfig config) {
        long bytes = config.swap().bytes() + (unified ? 0 : config.memory().bytes());
        return String.valueOf(bytes);
    }

    String cpu() {
        return unified ? "cpu.max" : "cpu.cfs_quota_us";
    }

    /** So many cores' time in each period; nobody is tied to particular cores. */
    String cpuValue(ContainerConfig config) {
        Double limit = config.cpuLimit();
        double cores = limit == null ? config.cores() : Math.min(limit, config.cores());
        String quota = String.valueOf(Math.max(1000, Math.round(cores * PERIOD)));
        return unified ? quota + " 100000" : quota;
    }

    /** The limits of a container that this host does not enforce, in words. */
    List<String> unenforced(ContainerConfig config) {
        List<String> words = new ArrayList<>();
        if (!has("memory")) {
            words.add("spec.memory: the kernel of this host has no cgroup controller for memory; " + config.memory()
                    + " is not enforced");
        } else if (!swap) {
            words.add(String.format(
                    Locale.ROOT,
                    "spec.swap: this host does not count swap (boot it with swapaccount=1); %s is not enforced",
                    config.swap()));
        }
        if (!has("cpu")) {
            words.add("spec.cores: the kernel of this host has no cgroup controller for CPU time; it is not limited");
        }
        if (config.apparmor() != null && !apparmor && !config.apparmor().equals("unconfined")) {
            words.add("spec.apparmor: this host has no AppArmor; profile " + config.apparmor() + " is not enforced");
        }
        return words;
    }
}
