package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the two kinds of guests differ for those who call.
 *
 * @param name in paths: {@code lxc}, {@code qemu}
 * @param word in messages: {@code CT}, {@code VM}
 * @param task how the types of their tasks begin
 * @param folder of their files
 * @param online what comes into force in a running guest at once
 */
record Flavour(GuestKind kind, String name, String word, String task, String folder, Set<String> online) {

    static final Flavour CONTAINER = new Flavour(
            GuestKind.CONTAINER,
            "lxc",
            "CT",
            "vz",
            "lxc",
            Set.of(
                    "description",
                    "onboot",
                    "startup",
                    "protection",
                    "hostname",
                    "hookscript",
                    "cores",
                    "tags",
                    "lock",
                    "cpulimit",
                    "cpuunits",
                    "memory",
                    "swap",
                    "net"));

    static final Flavour MACHINE = new Flavour(
            GuestKind.VIRTUAL_MACHINE,
            "qemu",
            "VM",
            "qm",
            "qemu-server",
            Set.of(
                    "description",
                    "hookscript",
                    "lock",
                    "migrate_downtime",
                    "migrate_speed",
                    "name",
                    "onboot",
                    "protection",
                    "shares",
                    "startup",
                    "tags",
                    "vmstatestorage",
                    "net",
                    "scsi",
                    "virtio",
                    "usb",
                    "tablet",
                    "cpuunits",
                    "cpulimit",
                    "balloon",
                    "ciuser",
                    "cipassword",
                    "cicustom",
                    "citype",
                    "ciupgrade",
                    "ipconfig",
                    "nameserver",
                    "searchdomain",
                    "sshkeys"));

    private static final Map<String, List<String>> PRIVILEGES = Map.of(
            "VM.Config.CPU", List.of("cores", "cpulimit", "cpuunits", "cpu", "sockets", "vcpus", "numa", "affinity"),
            "VM.Config.Memory", List.of("memory", "swap", "balloon", "shares", "hugepages"),
            "VM.Config.Disk",
                    List.of("rootfs", "mp", "scsi", "virtio", "sata", "ide", "unused", "efidisk", "tpmstate", "scsihw"),
            "VM.Config.Network", List.of("net", "nameserver", "searchdomain", "hostname", "ipconfig"),
            "VM.Config.Cloudinit", List.of("ciuser", "cipassword", "cicustom", "citype", "ciupgrade", "sshkeys"),
            "VM.Config.HWType", List.of("machine", "vga", "bios", "ostype", "kvm", "acpi", "audio", "usb", "serial"));

    boolean isContainer() {
        return kind == GuestKind.CONTAINER;
    }

    boolean isOnline(String option) {
        return online.contains(option.replaceFirst("\\d+$", ""));
    }

    /** The privilege that it takes to change an option. */
    String privilege(String option) {
        String plain = option.replaceFirst("\\d+$", "");
        return PRIVILEGES.entrySet().stream()
                .filter(each -> each.getValue().contains(plain))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("VM.Config.Options");
    }

    /**
     * Refuses what only root@pam itself may set; {@code PVE/LXC.pm:check_ct_modify_config_perm}, {@code
     * PVE/API2/Qemu.pm:check_vm_modify_config_perm}.
     *
     * @param value null when it is removed
     */
    void requireRoot(Caller caller, String option, @Nullable String value) {
        if (caller.isRoot()) {
            return;
        }
        if (isContainer()) {
            container(option, value);
        } else if (isRootsMachineOption(option, value == null ? "" : value)) {
            throw ApiError.die("only root can set '" + option + "' config");
        }
    }

    private static void container(String option, @Nullable String value) {
        if (option.matches("dev\\d+") && value != null) {
            throw ApiError.forbidden("configuring device passthrough is only allowed for root@pam");
        }
        if (option.matches("mp\\d+") && value != null && value.startsWith("/")) {
            String type = value.startsWith("/dev/") ? "device" : "bind";
            throw ApiError.forbidden("mount point type " + type + " is only allowed for root@pam");
        }
        if (option.equals("features")
                && value != null
                && !value.replaceAll("nesting=\\w+,?", "").isEmpty()) {
            throw ApiError.forbidden("changing feature flags (except nesting) is only allowed for root@pam");
        }
        if (option.equals("lock") && value != null) {
            throw ApiError.forbidden("changing the lock is only allowed for root@pam");
        }
        if (option.equals("hookscript")) {
            throw ApiError.forbidden("changing the hookscript is only allowed for root@pam");
        }
    }

    private static boolean isRootsMachineOption(String option, String value) {
        return option.matches("args|hookscript|lock")
                || option.matches("(hostpci|usb)\\d+") && !value.contains("mapping=") && !value.startsWith("spice")
                || option.matches("(serial|parallel)\\d+") && value.startsWith("/");
    }
}
