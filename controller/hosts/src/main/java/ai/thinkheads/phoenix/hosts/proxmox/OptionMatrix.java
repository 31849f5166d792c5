package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.proxmox.GuestOption.Right;
import ai.thinkheads.phoenix.hosts.proxmox.GuestOption.Taking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Every option of Proxmox's calls for containers and virtual machines, and the page about them. Options that Phoenix never writes
 * stay as a person has set them.
 */
public final class OptionMatrix {

    /** Where the page lies in the project. */
    static final Path PAGE = Path.of("docs", "proxmox-options.md");

    /** Name, when, who, oldest version, field, note. */
    private static final String CONTAINERS = """
            arch | creation | | 8 | | The template says it.
            bwlimit | creation | | 8 | |
            cmode | restart | | 8 | |
            console | restart | | 8 | |
            cores | live | | 8 | cores |
            cpulimit | live | | 8 | cpuLimit |
            cpuunits | live | | 8 | |
            debug | restart | | 8 | |
            delete | call | | 8 | * | Options that have to go.
            description | live | | 8 | description | Holds Phoenix's mark too.
            dev[n] | live | root | 8 | devices, gpu | A new one at once; a changed or removed one at the next start. Over spec.shell when Phoenix has a token.
            digest | call | | 8 | * | In every change, so that nobody's edit is overwritten.
            entrypoint | restart | | 9 | |
            env | restart | | 9 | |
            features | restart | some | 8 | features | Others than nesting, and all of a privileged container, over spec.shell when Phoenix has a token.
            force | creation | | 8 | | Overwrites a guest.
            ha-managed | creation | | 9 | |
            hookscript | live | root | 8 | |
            hostname | live | | 8 | hostname | Inside at the next start.
            ignore-unpack-errors | creation | | 8 | |
            lock | live | root | 8 | | A lock is named with the command that clears it; Phoenix clears none.
            memory | live | | 8 | memory |
            mp[n] | live | some | 8 | mounts | A new one at once; a changed or removed one at the next start. Directories of the host over spec.shell when Phoenix has a token.
            nameserver | restart | | 8 | dns.servers |
            net[n] | live | | 8 | network.interfaces |
            node | call | | 8 | * | spec.node of the Hypervisor.
            onboot | live | | 8 | startup.onBoot |
            ostemplate | creation | | 8 | template |
            ostype | restart | | 8 | | The template says it.
            password | creation | | 8 | |
            pool | creation | | 8 | |
            protection | live | | 8 | | A protected guest is not deleted, and that is said.
            restore | creation | | 8 | |
            revert | call | | 8 | |
            rootfs | restart | | 8 | rootDisk | Its volume is made at creation; it grows at once by a call of its own.
            searchdomain | restart | | 8 | dns.searchDomain |
            ssh-public-keys | creation | | 8 | |
            start | creation | | 8 | | Started by a call of its own.
            startup | live | | 8 | startup |
            storage | creation | | 8 | | Every volume names its storage.
            swap | live | | 8 | swap |
            tags | live | | 8 | tags | Phoenix's own is among them.
            template | restart | | 8 | | isTemplate is a call of its own.
            timezone | restart | | 8 | |
            tty | restart | | 8 | |
            unique | creation | | 8 | |
            unprivileged | creation | | 8 | unprivileged |
            unused[n] | live | | 8 | mounts | Taken away to destroy a volume that was detached, with consent.
            vmid | call | | 8 | vmid |
            """;

    private static final String MACHINES = """
            acpi | restart | | 8 | |
            affinity | restart | | 8 | |
            agent | restart | | 8 | agent |
            allow-ksm | restart | | 9 | |
            amd-sev | restart | | 8 | |
            arch | restart | | 8 | |
            archive | creation | | 8 | |
            args | restart | root | 8 | |
            audio0 | restart | | 8 | |
            autostart | restart | | 8 | |
            background_delay | call | | 8 | |
            balloon | live | | 8 | |
            bios | restart | | 8 | |
            boot | restart | | 8 | disks | Written at creation: the first disk.
            bootdisk | restart | | 8 | |
            bwlimit | creation | | 8 | |
            cdrom | restart | | 8 | |
            cicustom | live | | 8 | cloudInit.userData | A snippet that Phoenix writes over spec.shell. Inside at the next start.
            cipassword | live | | 8 | cloudInit.password | Inside at the next start.
            citype | live | | 8 | |
            ciupgrade | live | | 8 | |
            ciuser | live | | 8 | cloudInit.user | Inside at the next start.
            cores | restart | | 8 | cores |
            cpu | restart | | 8 | cpuType | Flags that a person has set stay.
            cpulimit | live | | 8 | |
            cpuunits | live | | 8 | |
            delete | call | | 8 | * | Options that have to go.
            description | live | | 8 | description | Holds Phoenix's mark too, and the names of the cards.
            digest | call | | 8 | * | In every change, so that nobody's edit is overwritten.
            efidisk0 | restart | | 8 | |
            force | call | | 8 | |
            freeze | restart | | 8 | |
            ha-managed | creation | | 9 | |
            hookscript | live | root | 8 | |
            hostpci[n] | restart | some | 8 | gpu.devices | Without a mapping over spec.shell when Phoenix has a token.
            hotplug | restart | | 8 | |
            hugepages | restart | | 8 | |
            ide[n] | restart | | 8 | cloudInit | The drive that cloud-init reads; a person's disks there are read.
            import-working-storage | call | | 8 | |
            intel-tdx | restart | | 9 | |
            ipconfig[n] | live | | 8 | network.interfaces.address | Inside at the next start.
            ivshmem | restart | | 8 | |
            keephugepages | restart | | 8 | |
            keyboard | restart | | 8 | |
            kvm | restart | | 8 | |
            live-restore | creation | | 8 | |
            localtime | restart | | 8 | |
            lock | live | root | 8 | | A lock is named with the command that clears it; Phoenix clears none.
            machine | restart | | 8 | |
            memory | restart | | 8 | memory | At once only where a person has set hotplug and numa for it.
            migrate_downtime | live | | 8 | |
            migrate_speed | live | | 8 | |
            name | live | | 8 | hostname |
            nameserver | live | | 8 | cloudInit.dns.servers | Inside at the next start.
            net[n] | live | | 8 | network.interfaces |
            node | call | | 8 | * | spec.node of the Hypervisor.
            numa | restart | | 8 | |
            numa[n] | restart | | 8 | |
            onboot | live | | 8 | startup.onBoot |
            ostype | restart | | 8 | | Written at creation: l26.
            parallel[n] | restart | | 8 | |
            pool | creation | | 8 | |
            protection | live | | 8 | | A protected guest is not deleted, and that is said.
            reboot | restart | | 8 | |
            revert | call | | 8 | |
            rng0 | restart | | 8 | |
            sata[n] | restart | | 8 | | A person's disks there are read.
            scsi[n] | live | | 8 | disks |
            scsihw | restart | | 8 | disks | Written at creation: virtio-scsi-single.
            searchdomain | live | | 8 | cloudInit.dns.searchDomain | Inside at the next start.
            serial[n] | restart | some | 8 | |
            shares | live | | 8 | |
            skiplock | call | root | 8 | |
            smbios1 | restart | | 8 | |
            smp | restart | | 8 | |
            sockets | restart | | 8 | cores | Brought to 1 when the cores change.
            spice_enhancements | restart | | 8 | |
            sshkeys | live | | 8 | cloudInit.sshKeys | Inside at the next start.
            start | creation | | 8 | | Started by a call of its own.
            startdate | restart | | 8 | |
            startup | live | | 8 | startup |
            storage | creation | | 8 | | Every disk names its storage.
            tablet | live | | 8 | |
            tags | live | | 8 | tags | Phoenix's own is among them.
            tdf | restart | | 8 | |
            template | restart | | 8 | | isTemplate is a call of its own.
            tpmstate0 | restart | | 8 | |
            unique | creation | | 8 | |
            unused[n] | live | | 8 | disks | Taken away to destroy a disk that was detached, with consent.
            usb[n] | live | some | 8 | |
            vcpus | restart | | 8 | |
            vga | restart | | 8 | |
            virtio[n] | live | | 8 | | A person's disks there are read.
            virtiofs[n] | restart | | 8 | |
            vmgenid | restart | | 8 | |
            vmid | call | | 8 | vmid |
            vmstatestorage | live | | 8 | |
            watchdog | restart | | 8 | |
            """;

    private OptionMatrix() {}

    /** Every option of that kind of guest, by name. */
    static List<GuestOption> of(GuestKind kind) {
        return (kind == GuestKind.CONTAINER ? CONTAINERS : MACHINES)
                .lines()
                .map(line -> row(kind, line.split("\\|", -1)))
                .toList();
    }

    private static GuestOption row(GuestKind kind, String[] cells) {
        Right right = switch (cells[2].strip()) {
            case "root" -> Right.ROOT;
            case "some" -> Right.SOME_ROOT;
            default -> Right.USUAL;
        };
        return new GuestOption(
                kind,
                cells[0].strip(),
                Taking.valueOf(cells[1].strip().toUpperCase(Locale.ROOT)),
                right,
                Integer.parseInt(cells[3].strip()),
                cells[4].strip(),
                cells[5].strip());
    }

    /** The page. */
    static String page() {
        StringBuilder out = new StringBuilder("""
                # Options of Proxmox VE

                What the `proxmox` driver does with every parameter of the API's calls that create and change guests, in Proxmox VE
                8.4 and 9. *Applied live*, *pending until restart*, *only at creation* and *root only* are what Phoenix writes, and
                when it comes into force. *Not supported* options are never written: a person's value stays as it is, through every
                change, and through a clone as Proxmox copies it. For those the second column still says what Proxmox does with
                them. Written by `make docs` from a table that is tested against Proxmox's own description of its API and
                against the API of the simulated machine.
                """);
        section(out, "Containers", GuestKind.CONTAINER);
        section(out, "Virtual machines", GuestKind.VIRTUAL_MACHINE);
        return out.toString();
    }

    private static void section(StringBuilder out, String title, GuestKind kind) {
        out.append("\n## ").append(title).append("\n\n");
        out.append("| Option | Class | In Proxmox a value counts | Field of the manifest | |\n|---|---|---|---|---|\n");
        for (GuestOption option : of(kind)) {
            String field = option.field().equals("*") || option.field().isEmpty()
                    ? ""
                    : "`" + option.field().replace(", ", "`, `") + "`";
            String note = (option.oldest() > 8 ? "Since " + option.oldest() + ". " : "") + option.note();
            out.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(option.name(), option.group(), option.inProxmox(), field, note.strip()));
        }
    }

    /**
     * Writes the page.
     *
     * @param arguments the project's folder
     */
    public static void main(String[] arguments) throws IOException {
        Files.writeString(Path.of(arguments[0]).resolve(PAGE), page());
    }
}
