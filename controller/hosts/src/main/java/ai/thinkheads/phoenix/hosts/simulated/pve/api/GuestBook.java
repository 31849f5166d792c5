package ai.thinkheads.phoenix.hosts.simulated.pve.api;

import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.simulated.Extras;
import ai.thinkheads.phoenix.hosts.simulated.pve.GuestOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/**
 * The options of guests as they were written. The model knows the greater part of them in its own terms; here is how they were
 * put, and what the model has no terms for; it is kept on the machine. Whatever changed in the model since then goes before what was written.
 */
final class GuestBook {

    private static final String FOLDER = "guests/";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Extras kept;
    private final Map<Integer, Page> pages = new HashMap<>();

    /** Opens the book that a machine has. */
    GuestBook(Extras kept) {
        this.kept = kept;
        kept.below(FOLDER).forEach((vmid, text) -> pages.put(Integer.valueOf(vmid), JSON.readValue(text, Page.class)));
    }

    private final Map<Integer, Text> texts = new HashMap<>();

    /** A file as it was written last, and of what. */
    private record Text(Object guest, Page page, String text) {}

    /**
     * A guest's page.
     *
     * @param written every option as it was written
     * @param seen the model's own options at that time
     * @param waiting options that the model does not know, and that wait for a restart, as they will be
     * @param leaving such options that go with it
     */
    record Page(
            Map<String, String> written, Map<String, String> seen, Map<String, String> waiting, Set<String> leaving) {

        static final Page EMPTY = new Page(Map.of(), Map.of(), Map.of(), Set.of());

        Page {
            written = Map.copyOf(written);
            seen = Map.copyOf(seen);
            waiting = Map.copyOf(waiting);
            leaving = Set.copyOf(leaving);
        }
    }

    private synchronized Page page(Guests.Observed<? extends GuestConfig> guest) {
        Page page = pages.getOrDefault(guest.vmid(), Page.EMPTY);
        boolean settles =
                !guest.running() && !(page.waiting().isEmpty() && page.leaving().isEmpty());
        if (settles) {
            Map<String, String> written = new TreeMap<>(page.written());
            written.putAll(page.waiting());
            page.leaving().forEach(written::remove);
            page = new Page(written, page.seen(), Map.of(), Set.of());
            write(guest.vmid(), page);
        }
        return page;
    }

    /** What is kept about a guest that the model does not know. */
    synchronized void write(int vmid, Page page) {
        pages.put(vmid, page);
        kept.keep(FOLDER + vmid, JSON.writeValueAsString(page));
    }

    synchronized void forget(int vmid) {
        texts.remove(vmid);
        if (pages.remove(vmid) != null) {
            kept.remove(FOLDER + vmid);
        }
    }

    /** The options with what waits for a restart. */
    Map<String, String> config(Guests.Observed<? extends GuestConfig> guest) {
        Page page = page(guest);
        Map<String, String> all = laidOver(page, GuestOptions.of(guest.config()));
        all.putAll(page.waiting());
        page.leaving().forEach(all::remove);
        return withState(guest, all);
    }

    /** The options that are in force. */
    Map<String, String> current(Guests.Observed<? extends GuestConfig> guest) {
        Page page = page(guest);
        Map<String, String> next = GuestOptions.of(guest.config());
        Map<String, String> now = GuestOptions.of(guest.effective());
        Map<String, String> all = laidOver(page, next);
        next.forEach((key, value) -> {
            if (!value.equals(now.get(key))) {
                all.remove(key);
            }
        });
        now.forEach((key, value) -> {
            if (!value.equals(next.get(key))) {
                all.put(key, value);
            }
        });
        return withState(guest, all);
    }

    private static Map<String, String> laidOver(Page page, Map<String, String> model) {
        Map<String, String> all = new TreeMap<>();
        page.written().forEach((key, value) -> {
            String before = page.seen().get(key);
            if (before == null || before.equals(model.get(key))) {
                all.put(key, value);
            }
        });
        model.forEach((key, value) -> {
            if (!value.equals(page.seen().get(key))) {
                String written = page.written().get(key);
                all.put(key, written == null ? value : GuestText.changed(key, written, value));
            }
        });
        return all;
    }

    private static Map<String, String> withState(
            Guests.Observed<? extends GuestConfig> guest, Map<String, String> all) {
        if (guest.lock() != null) {
            all.put("lock", guest.lock());
        }
        if (guest.template()) {
            all.put("template", "1");
        }
        for (int i = 0; i < guest.unused().size(); i++) {
            all.put("unused" + i, guest.unused().get(i));
        }
        all.computeIfPresent("description", (key, text) -> text.endsWith("\n") ? text : text + "\n");
        return all;
    }

    /** The option in each of its states: {@code key}, {@code value}, {@code pending}, {@code delete}. */
    List<Map<String, Object>> pending(Guests.Observed<? extends GuestConfig> guest) {
        Map<String, String> now = current(guest);
        Map<String, String> next = config(guest);
        Set<String> keys = new TreeSet<>(now.keySet());
        keys.addAll(next.keySet());
        return keys.stream()
                .map(key -> {
                    Map<String, Object> each = new TreeMap<>();
                    each.put("key", key);
                    String value = now.get(key);
                    String pending = next.get(key);
                    if (value != null) {
                        each.put("value", Values.typed(key, value, guest));
                    }
                    if (pending == null) {
                        each.put("delete", 1);
                    } else if (!pending.equals(value)) {
                        each.put("pending", Values.typed(key, pending, guest));
                    }
                    return each;
                })
                .toList();
    }

    /** The configuration file. */
    synchronized String text(Guests.Observed<? extends GuestConfig> guest) {
        Page page = page(guest);
        Text known = texts.get(guest.vmid());
        // An unchanged guest is the same object.
        if (known == null || known.guest() != guest || known.page() != page) {
            known = new Text(guest, page, write(guest));
            texts.put(guest.vmid(), known);
        }
        return known.text();
    }

    private String write(Guests.Observed<? extends GuestConfig> guest) {
        Map<String, String> now = current(guest);
        StringBuilder text = new StringBuilder(512);
        section(text, now);
        GuestOptions.raw(guest.effective()).forEach(line -> text.append(line).append('\n'));
        Map<String, String> next = config(guest);
        Set<String> gone = new TreeSet<>(now.keySet());
        gone.removeAll(next.keySet());
        Map<String, String> changed = new TreeMap<>(next);
        changed.entrySet().removeIf(each -> each.getValue().equals(now.get(each.getKey())));
        if (!gone.isEmpty() || !changed.isEmpty()) {
            text.append("\n[pve:pending]\n");
            if (!gone.isEmpty()) {
                text.append("delete: ").append(String.join(",", gone)).append('\n');
            }
            section(text, changed);
        }
        guest.snapshots().forEach(each -> {
            text.append("\n[").append(each.name()).append("]\n");
            Map<String, String> options = new TreeMap<>(Map.of("description", each.description()));
            if (each.takenAt() != null) {
                options.put("snaptime", String.valueOf(each.takenAt().getEpochSecond()));
            }
            section(text, options);
        });
        return text.toString();
    }

    private static void section(StringBuilder text, Map<String, String> options) {
        options.getOrDefault("description", "")
                .lines()
                .forEach(line -> text.append('#')
                        .append(line.replace("%", "%25").replace("\r", "%0D").replace(":", "%3A"))
                        .append('\n'));
        options.forEach((key, value) -> {
            if (!key.equals("description")) {
                text.append(key).append(": ").append(value).append('\n');
            }
        });
    }

    /** What a client shows to say which state it has seen. */
    String digest(Guests.Observed<? extends GuestConfig> guest) {
        return sha1(text(guest));
    }

    static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
