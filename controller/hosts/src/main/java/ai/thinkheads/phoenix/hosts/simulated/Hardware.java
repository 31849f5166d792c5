package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated;
import ai.thinkheads.phoenix.hosts.simulated.guest.Systems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The machine that a manifest describes: fresh from Proxmox's installer, and with later changes of its hardware. */
final class Hardware {

    private static final String SYSTEM_DISK = "/dev/disk/by-id/nvme-SYSTEM_512GB";
    private static final List<String> NICS = List.of("enp5s0");

    private Hardware() {}

    /** Takes over what the manifest says of the hardware. */
    static void takeOver(Transaction transaction, String name, @Nullable Simulated spec) {
        if (transaction.isNew()) {
            install(transaction, name);
        }
        int cpus = spec == null || spec.cpus() == null ? 12 : spec.cpus();
        ByteSize memory = spec == null || spec.memory() == null ? ByteSize.ofGi(96) : spec.memory();
        List<String> nics = spec == null || spec.nics().isEmpty() ? NICS : spec.nics();
        Row.Node before = transaction.node();
        Row.Node after =
                SimulatedNode.Edit.of(before).hardware(cpus, memory, nics).done();
        if (!after.equals(before)) {
            transaction.node(after);
        }
        disks(transaction, spec);
        cards(transaction, spec);
    }

    private static void install(Transaction transaction, String name) {
        String hostname = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        transaction.node(new Row.Node(
                "9.2.11",
                "6.17.4-1-pve",
                hostname,
                "Etc/UTC",
                List.of("9.9.9.9"),
                null,
                1,
                ByteSize.ofGi(1),
                ByteSize.ofGi(8),
                NICS,
                Identities.boot(1, transaction.now()),
                1,
                null,
                0));
        SimulatedNode.keep(transaction, Systems.host());
        transaction.put(Table.DISK, SYSTEM_DISK, new Row.Disk(ByteSize.ofGi(512), true, "LVM2_member", "/"));
        transaction.put(
                Table.STORAGE,
                "local",
                new Row.Storage(
                        "dir", Set.of("vztmpl", "iso", "import", "backup", "snippets"), Map.of("path", "/var/lib/vz")));
        transaction.gpu(new Row.Gpu(null, null, false, false, false, false, List.of()));
    }

    private static void disks(Transaction transaction, @Nullable Simulated spec) {
        Map<String, ByteSize> wanted = new LinkedHashMap<>();
        if (spec == null) {
            wanted.put("/dev/disk/by-id/nvme-SIMULATED_2TB_A", ByteSize.parse("2Ti"));
            wanted.put("/dev/disk/by-id/nvme-SIMULATED_2TB_B", ByteSize.parse("2Ti"));
            wanted.put("/dev/disk/by-id/nvme-SIMULATED_4TB_C", ByteSize.parse("4Ti"));
        } else {
            spec.disks().forEach(disk -> wanted.put(disk.path(), disk.size()));
        }
        Map<String, Row.Disk> there = new HashMap<>();
        transaction.disks(there::put);
        wanted.forEach((path, size) -> {
            Row.Disk old = there.get(path);
            Row.Disk fresh = new Row.Disk(
                    size, true, old == null ? null : old.signature(), old == null ? null : old.mountedAt());
            if (!fresh.equals(old)) {
                transaction.put(Table.DISK, path, fresh);
            }
        });
        there.forEach((path, disk) -> {
            if (disk.present() && disk.mountedAt() == null && !wanted.containsKey(path)) {
                transaction.put(Table.DISK, path, new Row.Disk(disk.size(), false, disk.signature(), null));
            }
        });
    }

    private static void cards(Transaction transaction, @Nullable Simulated spec) {
        List<Row.Gpu.Card> cards = new ArrayList<>();
        if (spec == null) {
            cards.add(card("NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), "0000:01:00.0"));
            cards.add(card("NVIDIA GeForce RTX 5060 Ti", ByteSize.ofGi(16), "0000:02:00.0"));
        } else {
            int bus = 1;
            for (Simulated.Gpu gpu : spec.gpus()) {
                String counted = String.format(Locale.ROOT, "0000:%02x:00.0", bus++);
                cards.add(card(gpu.model(), gpu.memory(), gpu.pci() == null ? counted : gpu.pci()));
            }
        }
        Row.Gpu row = transaction.gpu();
        if (!row.cards().equals(cards)) {
            transaction.gpu(row.withCards(List.copyOf(cards)));
        }
    }

    private static Row.Gpu.Card card(String model, ByteSize memory, String pci) {
        return new Row.Gpu.Card(model, memory, pci, "GPU-" + Identities.uuid("gpu " + pci + " " + model));
    }
}
