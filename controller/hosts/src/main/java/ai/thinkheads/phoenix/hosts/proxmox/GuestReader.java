package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.port.Digest;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Nic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads guests of one kind. With a shell the configuration files are read, which say everything and are read all at once. Without,
 * the API is asked for each guest's configuration when the listing shows another guest than before, and for a few others in every
 * pass, so that the number of calls does not grow with the number of guests.
 */
final class GuestReader<C extends GuestConfig> {

    /** So many guests whose listing is unchanged are read again in a pass without a shell. */
    private static final int AGAIN = 8;

    /** So many guests that have not told their addresses yet are asked in a pass. */
    private static final int ASKED = 16;

    /** Uptimes are whole seconds, so that a start seems to move by as much. */
    private static final Duration JITTER = Duration.ofSeconds(3);

    private final Ground ground;
    private final GuestMapping<C, ?> mapping;
    private final Map<Integer, Known> known = new ConcurrentHashMap<>();
    private final Map<Integer, Life> lives = new ConcurrentHashMap<>();
    private volatile GuestMapping.Surroundings surroundings = new GuestMapping.Surroundings(1, Map.of());
    private long pass;

    /**
     * A configuration read by the API.
     *
     * @param summary what the listing said then
     */
    private record Known(String summary, GuestFile file, long pass) {}

    /**
     * What is known of a running guest since it was started.
     *
     * @param addresses empty until it has told them
     */
    private record Life(
            Instant startedAt,
            List<String> addresses,
            @Nullable Boolean agent) {}

    GuestReader(Ground ground, GuestMapping<C, ?> mapping) {
        this.ground = ground;
        this.mapping = mapping;
    }

    /** The next read looks at that guest anew. */
    void forget(int vmid) {
        known.remove(vmid);
    }

    /** All guests of this kind on the node. */
    synchronized Map<Integer, Guests.Observed<C>> all(
            JsonNode listing, @Nullable Map<Integer, String> files, GuestMapping.Surroundings host) {
        surroundings = host;
        pass++;
        Set<Integer> again = files == null ? oldest() : Set.of();
        int[] asked = {0};
        Map<Integer, Guests.Observed<C>> all = new HashMap<>();
        Set<Integer> seen = new java.util.HashSet<>();
        for (JsonNode each : listing) {
            int vmid = (int) Json.number(each, "vmid", 0);
            GuestFile file = file(vmid, each, files, again);
            if (file != null) {
                seen.add(vmid);
                all.put(vmid, observe(vmid, file, each, asked));
            }
        }
        Set<Integer> hidden = new TreeSet<>(files == null ? known.keySet() : files.keySet());
        hidden.removeAll(seen);
        for (int vmid : hidden) {
            unlisted(vmid, files == null ? null : files.get(vmid), asked).ifPresent(guest -> all.put(vmid, guest));
        }
        known.keySet().retainAll(all.keySet());
        lives.keySet().retainAll(all.keySet());
        return all;
    }

    /**
     * A guest that the listing does not show and that was there a moment ago. Proxmox leaves out what the caller may not see, and
     * what cannot be seen must not be taken for gone.
     *
     * @throws HostException when it may not be seen, with the privilege
     */
    private Optional<Guests.Observed<C>> unlisted(int vmid, @Nullable String text, int[] asked) {
        try {
            JsonNode status = ground.api().get(path(vmid, "status", "current"));
            GuestFile file = text == null ? byApi(vmid).orElse(null) : GuestFile.parse(text);
            return file == null ? Optional.empty() : Optional.of(observe(vmid, file, status, asked));
        } catch (HostException e) {
            if (e.why() == HostException.Cause.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private @Nullable GuestFile file(
            int vmid, JsonNode listed, @Nullable Map<Integer, String> files, Set<Integer> again) {
        if (files != null) {
            String text = files.get(vmid);
            return text == null ? null : GuestFile.parse(text);
        }
        String summary = summary(listed);
        Known before = known.get(vmid);
        if (before != null && before.summary().equals(summary) && !again.contains(vmid)) {
            return before.file();
        }
        GuestFile fresh = byApi(vmid).orElse(null);
        if (fresh != null) {
            known.put(vmid, new Known(summary, fresh, pass));
        }
        return fresh;
    }

    private Set<Integer> oldest() {
        return known.entrySet().stream()
                .sorted(java.util.Comparator.comparingLong(
                        each -> each.getValue().pass()))
                .limit(AGAIN)
                .map(Map.Entry::getKey)
                .collect(java.util.stream.Collectors.toSet());
    }

    private static String summary(JsonNode listed) {
        StringBuilder text = new StringBuilder();
        for (String each :
                List.of("name", "status", "lock", "tags", "template", "cpus", "maxmem", "maxswap", "maxdisk")) {
            text.append(Json.text(listed, each, "-")).append('|');
        }
        return text.toString();
    }

    /** One guest as it is now. */
    Optional<Guests.Observed<C>> one(int vmid) {
        JsonNode status;
        GuestFile file;
        try {
            status = ground.api().get(path(vmid, "status", "current"));
            file = file(vmid).orElse(null);
        } catch (HostException e) {
            if (e.why() == HostException.Cause.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        if (file == null) {
            return Optional.empty();
        }
        known.remove(vmid);
        return Optional.of(observe(vmid, file, status, new int[1]));
    }

    /** A guest's configuration as it is now; empty when there is no such guest. */
    Optional<GuestFile> file(int vmid) {
        return ground.shell().isThere() ? byShell(vmid).map(GuestFile::parse) : byApi(vmid);
    }

    /** The text of a guest's file. */
    Optional<String> byShell(int vmid) {
        String what = "reading the configuration of " + mapping.word() + " " + vmid;
        Outcome outcome = ground.shell().run(what, Invocation.of("cat", mapping.folder() + "/" + vmid + ".conf"));
        if (!outcome.ok() && outcome.stderr().contains("No such file")) {
            return Optional.empty();
        }
        if (!outcome.ok()) {
            throw HostShell.failed(what, List.of("cat"), outcome);
        }
        return Optional.of(outcome.stdout());
    }

    private Optional<GuestFile> byApi(int vmid) {
        try {
            JsonNode config = ground.api().get(path(vmid, "config"));
            JsonNode pending = ground.api().get(path(vmid, "pending"));
            JsonNode snapshots = ground.api().get(path(vmid, "snapshot"));
            return Optional.of(ApiGuest.file(config, pending, snapshots));
        } catch (HostException e) {
            if (e.why() == HostException.Cause.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    String path(int vmid, String... parts) {
        List<String> all = new ArrayList<>(List.of(mapping.path(), String.valueOf(vmid)));
        all.addAll(List.of(parts));
        return ground.path(all.toArray(String[]::new));
    }

    private Guests.Observed<C> observe(int vmid, GuestFile file, JsonNode status, int[] asked) {
        boolean running = Json.text(status, "status", "").equals("running");
        C effective = mapping.read(vmid, file.current(), file.lxc(), surroundings);
        boolean waits = !file.pending().isEmpty() || !file.deleted().isEmpty();
        C config = waits ? mapping.read(vmid, file.next(), file.lxc(), surroundings) : effective;
        Set<GuestField> pending = EnumSet.noneOf(GuestField.class);
        for (GuestField field : mapping.fields()) {
            if (waits && !mapping.value(config, field).equals(mapping.value(effective, field))) {
                pending.add(field);
            }
        }
        List<String> volumes = new ArrayList<>();
        file.current().forEach((key, value) -> {
            if (key.matches("rootfs|(mp|scsi|virtio|sata|ide)\\d+")) {
                volumes.add(value);
            }
        });
        Life life = running ? life(vmid, effective, Json.number(status, "uptime", 0), asked) : null;
        if (!running) {
            lives.remove(vmid);
        }
        Boolean agent = mapping.kind() == GuestKind.CONTAINER
                ? null
                : Boolean.valueOf(life != null && Boolean.TRUE.equals(life.agent()));
        return new Guests.Observed<>(
                vmid,
                config,
                effective,
                pending,
                running,
                false,
                file.isTemplate(),
                file.lock(),
                Digest.of(file.digest()),
                file.snapshots(),
                List.copyOf(file.unused().values()),
                Options.clonedFrom(volumes),
                life == null ? List.of() : life.addresses(),
                life == null ? null : life.startedAt(),
                agent,
                null);
    }

    private Life life(int vmid, C config, long uptime, int[] asked) {
        Instant start = ground.clock().now().minusSeconds(uptime).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        Life before = lives.get(vmid);
        boolean same = before != null
                && Duration.between(before.startedAt(), start).abs().compareTo(JITTER) <= 0;
        Life fresh = same && before != null ? before : new Life(start, List.of(), null);
        boolean complete = !fresh.addresses().isEmpty()
                && (mapping.kind() == GuestKind.CONTAINER || Boolean.TRUE.equals(fresh.agent()));
        if (!complete && asked[0] < ASKED) {
            fresh = ask(vmid, config, fresh.startedAt(), asked);
        }
        lives.put(vmid, fresh);
        return fresh;
    }

    /** Addresses that were given need no question; those that were leased are the guest's to tell. */
    private Life ask(int vmid, C config, Instant start, int[] asked) {
        if (mapping.kind() == GuestKind.CONTAINER) {
            List<String> given = given(config);
            if (!given.isEmpty() || config.nics().isEmpty()) {
                return new Life(start, given, null);
            }
            asked[0]++;
            return new Life(start, ApiGuest.containerAddresses(ground.api().get(path(vmid, "interfaces"))), null);
        }
        if (!(config instanceof ai.thinkheads.phoenix.hosts.port.VmConfig machine) || !machine.agent()) {
            return new Life(start, List.of(), false);
        }
        asked[0]++;
        try {
            JsonNode answer = ground.api().get(path(vmid, "agent", "network-get-interfaces"));
            List<String> told = ApiGuest.machineAddresses(answer);
            List<String> given = given(config);
            return new Life(start, told.isEmpty() ? given : told, true);
        } catch (HostException e) {
            if (e.why() == HostException.Cause.UNREACHABLE) {
                throw e;
            }
            return new Life(start, List.of(), false);
        }
    }

    /** Every card's address, when all of them were given by hand. */
    private static List<String> given(GuestConfig config) {
        List<String> all = new ArrayList<>();
        for (Nic nic : config.nics()) {
            String address = nic.address();
            if ("dhcp".equals(address)) {
                return List.of();
            }
            if (address != null) {
                all.add(address.contains("/") ? address.substring(0, address.indexOf('/')) : address);
            }
        }
        return all;
    }
}
