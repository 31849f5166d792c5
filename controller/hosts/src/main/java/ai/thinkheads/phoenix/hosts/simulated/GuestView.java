package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.Digest;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Guests as they are observed; what was made of an unchanged guest is used again. Used only with the machine's lock held. */
final class GuestView<C extends GuestConfig> {

    private final GuestForm<C, ?> form;
    private final Map<Integer, Seen<C>> seen = new HashMap<>();

    private record Seen<C extends GuestConfig>(
            Row.Guest row, @Nullable String lock, Guests.Observed<C> observed) {}

    GuestView(GuestForm<C, ?> form) {
        this.form = form;
    }

    Guests.Observed<C> observe(Transaction transaction, int vmid, Row.Guest row) {
        String busy = transaction.machine().locks().busy(vmid);
        String lock = row.lock() != null ? row.lock() : busy;
        Seen<C> before = seen.get(vmid);
        if (before != null && before.row() == row && Objects.equals(before.lock(), lock)) {
            return before.observed();
        }
        Guests.Observed<C> fresh = make(vmid, row, lock);
        seen.put(vmid, new Seen<>(row, lock, fresh));
        return fresh;
    }

    String digest(Transaction transaction, int vmid, Row.Guest row) {
        return observe(transaction, vmid, row).digest().text();
    }

    /** All guests of this kind. */
    Map<Integer, Guests.Observed<C>> all(Transaction transaction) {
        Map<Integer, Guests.Observed<C>> all = new HashMap<>();
        transaction.guests((vmid, row) -> {
            if (row.kind() == form.kind()) {
                all.put(vmid, observe(transaction, vmid, row));
            }
        });
        seen.keySet().retainAll(all.keySet());
        return all;
    }

    private Guests.Observed<C> make(int vmid, Row.Guest row, @Nullable String lock) {
        C config = form.type().cast(row.config());
        C effective = form.type().cast(row.effective());
        Set<GuestField> pending = EnumSet.noneOf(GuestField.class);
        if (config != effective) {
            for (GuestField field : form.fields()) {
                if (!form.value(config, field).equals(form.value(effective, field))) {
                    pending.add(field);
                }
            }
        }
        List<Guests.Snapshot> snapshots = row.snapshots().stream()
                .map(each -> new Guests.Snapshot(each.name(), each.description(), each.takenAt()))
                .toList();
        Boolean agent =
                effective instanceof VmConfig machine ? Boolean.valueOf(row.running() && machine.agent()) : null;
        return new Guests.Observed<>(
                vmid,
                config,
                effective,
                pending,
                row.running(),
                row.frozen(),
                row.template(),
                lock,
                Digest.of(() -> ConfigText.digest(row)),
                snapshots,
                row.unused(),
                row.clonedFrom(),
                row.running() && (row.kind() == GuestKind.CONTAINER || Boolean.TRUE.equals(agent))
                        ? addresses(vmid, effective)
                        : List.of(),
                row.startedAt(),
                agent,
                null);
    }

    /** The addresses of a running guest: those that it was given, and leases that depend on its number only. */
    static List<String> addresses(int vmid, GuestConfig config) {
        List<String> all = new ArrayList<>();
        int number = 0;
        for (Nic nic : config.nics()) {
            String address = nic.address();
            if ("dhcp".equals(address)) {
                all.add("10.99." + (vmid / 250 % 250 + number) % 250 + "." + (vmid % 250 + 2));
            } else if (address != null) {
                all.add(address.contains("/") ? address.substring(0, address.indexOf('/')) : address);
            }
            number++;
        }
        return all;
    }
}
