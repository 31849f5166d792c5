package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import java.util.Set;

/** The options of guests and what their values may be. */
final class OptionRules {

    private static final String BOTH = """
            description: str
            nameserver: str
            onboot: bool
            protection: bool
            searchdomain: str
            startup: startup
            tags: str
            template: bool
            hookscript: volume-id
            unused[n]: str
            """;

    static final Rules CONTAINER = Rules.of(BOTH, """
            arch: enum amd64|i386|arm64|armhf|riscv32|riscv64
            cmode: enum shell|console|tty
            console: bool
            cores: int 1..8192
            cpulimit: num 0..8192
            cpuunits: int 0..500000
            debug: bool
            dev[n]: ct-dev
            entrypoint: str
            env: str
            features: ct-features
            hostname: dns-name
            lock: enum backup|create|destroyed|disk|fstrim|migrate|mounted|rollback|snapshot|snapshot-delete
            memory: int 16..
            mp[n]: ct-mp
            net[n]: ct-net
            ostype: enum debian|devuan|ubuntu|centos|fedora|opensuse|archlinux|alpine|gentoo|nixos|unmanaged
            rootfs: ct-rootfs
            swap: int 0..
            timezone: str
            tty: int 0..6
            unprivileged: bool
            """);

    static final Rules CONTAINER_CREATE = CONTAINER.and(Rules.of("""
            vmid!: vmid
            ostemplate!: str
            bwlimit: num 0..
            force: bool
            ha-managed: bool
            ignore-unpack-errors: bool
            password: str
            pool: str
            restore: bool
            ssh-public-keys: str
            start: bool
            storage: storage-id
            unique: bool
            """));

    static final Rules MACHINE = Rules.of(BOTH, """
            acpi: bool
            affinity: str
            agent: vm-agent
            allow-ksm: bool
            amd-sev: str
            arch: enum x86_64|aarch64
            args: str
            audio0: str
            autostart: bool
            balloon: int 0..
            bios: enum seabios|ovmf
            boot: str
            bootdisk: str
            cdrom: vm-disk
            cicustom: str
            cipassword: str
            citype: enum configdrive2|nocloud|opennebula
            ciupgrade: bool
            ciuser: str
            cores: int 1..
            cpu: str
            cpulimit: num 0..128
            cpuunits: int 1..262144
            efidisk0: str
            force: bool
            freeze: bool
            hostpci[n]: str
            hotplug: str
            hugepages: enum any|2|1024
            ide[n]: vm-disk
            intel-tdx: str
            ipconfig[n]: str
            ivshmem: str
            keephugepages: bool
            keyboard: str
            kvm: bool
            localtime: bool
            lock: enum backup|clone|create|migrate|rollback|snapshot|snapshot-delete|suspending|suspended
            machine: str
            memory: str
            migrate_downtime: num 0..
            migrate_speed: int 0..
            name: dns-name
            net[n]: vm-net
            numa: bool
            numa[n]: str
            ostype: enum other|wxp|w2k|w2k3|w2k8|wvista|win7|win8|win10|win11|l24|l26|solaris
            parallel[n]: str
            reboot: bool
            rng0: str
            sata[n]: vm-disk
            scsi[n]: vm-disk
            scsihw: enum lsi|lsi53c810|virtio-scsi-pci|virtio-scsi-single|megasas|pvscsi
            serial[n]: str
            shares: int 0..50000
            smbios1: str
            smp: int 1..
            sockets: int 1..
            spice_enhancements: str
            sshkeys: str
            startdate: str
            tablet: bool
            tdf: bool
            tpmstate0: str
            usb[n]: str
            vcpus: int 1..
            vga: str
            virtio[n]: vm-disk
            virtiofs[n]: str
            vmgenid: str
            vmstatestorage: storage-id
            watchdog: str
            """);

    static final Rules MACHINE_CREATE = MACHINE.and(Rules.of("""
            vmid!: vmid
            archive: str
            bwlimit: int 0..
            ha-managed: bool
            import-working-storage: storage-id
            live-restore: bool
            pool: str
            start: bool
            storage: storage-id
            unique: bool
            """));

    static final Rules CHANGE = Rules.of("""
            delete: str
            digest: str
            revert: str
            """);

    /** What says how a machine is made or changed, and is no option that it keeps. */
    static final Set<String> PASSING = Set.of(
            "vmid",
            "ostemplate",
            "bwlimit",
            "force",
            "ha-managed",
            "ignore-unpack-errors",
            "password",
            "pool",
            "restore",
            "ssh-public-keys",
            "start",
            "storage",
            "unique",
            "archive",
            "import-working-storage",
            "live-restore",
            "delete",
            "digest",
            "revert",
            "skiplock",
            "background_delay",
            "template",
            "cdrom");

    private OptionRules() {}
}
