package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The options that containers and virtual machines have in common. */
final class Options {

    private static final Pattern SHARED = Pattern.compile("^[^:]+:base(?:vol)?-(\\d+)-[^/]+/.+");

    private Options() {}

    static int integer(Map<String, String> options, String key, int fallback) {
        String value = options.getOrDefault(key, "");
        return value.matches("\\d{1,9}") ? Integer.parseInt(value) : fallback;
    }

    static ByteSize mebibytes(Map<String, String> options, String key, long fallback) {
        String value = options.getOrDefault(key, "");
        if (value.startsWith("current=")) {
            value = value.substring("current=".length());
        }
        return ByteSize.ofMi(value.matches("\\d{1,12}") ? Long.parseLong(value) : fallback);
    }

    /** Tags in the order in which Proxmox sorts them, without Phoenix's own. */
    static Set<String> tags(Map<String, String> options) {
        Set<String> tags = new TreeSet<>();
        for (String tag : options.getOrDefault("tags", "").split("[;, ]+")) {
            if (!tag.isEmpty() && !tag.equals(NoteMark.TAG)) {
                tags.add(tag);
            }
        }
        return tags;
    }

    /** The tags to write; null for none. */
    static @Nullable String tags(Set<String> tags, boolean marked) {
        Set<String> all = new TreeSet<>();
        tags.forEach(tag -> all.add(tag.toLowerCase(Locale.ROOT)));
        if (marked) {
            all.add(NoteMark.TAG);
        }
        return all.isEmpty() ? null : String.join(";", all);
    }

    static StartupConfig startup(Map<String, String> options) {
        Map<String, String> parts = PropertyString.parse(options.getOrDefault("startup", ""), "order");
        Integer order = parts.containsKey("order") ? integer(parts, "order", 0) : null;
        return order == null && parts.isEmpty()
                ? StartupConfig.UNSET
                : new StartupConfig(order, seconds(parts.get("up")), seconds(parts.get("down")));
    }

    private static @Nullable Duration seconds(@Nullable String text) {
        return text == null || !text.matches("\\d{1,9}") ? null : Duration.ofSeconds(Long.parseLong(text));
    }

    static @Nullable String startup(StartupConfig startup) {
        Map<String, String> parts = new LinkedHashMap<>();
        if (startup.order() != null) {
            parts.put("order", String.valueOf(startup.order()));
        }
        if (startup.upDelay() != null) {
            parts.put("up", String.valueOf(startup.upDelay().toSeconds()));
        }
        if (startup.downDelay() != null) {
            parts.put("down", String.valueOf(startup.downDelay().toSeconds()));
        }
        return parts.isEmpty() ? null : PropertyString.write(parts, null);
    }

    static List<String> words(@Nullable String text) {
        List<String> words = new ArrayList<>();
        for (String word : (text == null ? "" : text).split("[ ,;]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    static @Nullable String join(List<String> words) {
        return words.isEmpty() ? null : String.join(" ", words);
    }

    /** The options of that prefix, by number. */
    static List<Map.Entry<String, String>> numbered(Map<String, String> options, String prefix) {
        return options.entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix)
                        && each.getKey().length() > prefix.length()
                        && each.getKey().substring(prefix.length()).chars().allMatch(Character::isDigit))
                .sorted(java.util.Comparator.comparingInt(each -> GuestFile.index(each.getKey())))
                .toList();
    }

    /** The lowest number of that prefix that is free. */
    static String free(Map<String, String> options, String prefix) {
        int number = 0;
        while (options.containsKey(prefix + number)) {
            number++;
        }
        return prefix + number;
    }

    /** The storage in a volume's id. */
    static String storage(String volume) {
        int colon = volume.indexOf(':');
        return colon < 0 ? "" : volume.substring(0, colon);
    }

    /** The guest whose base volume one of these shares blocks with; null when none does. */
    static @Nullable Integer clonedFrom(Iterable<String> volumes) {
        for (String volume : volumes) {
            Matcher match = SHARED.matcher(volume);
            if (match.matches() && match.group(1).length() <= 9) {
                return Integer.valueOf(match.group(1));
            }
        }
        return null;
    }

    /** What a card of a guest has beside its name, bridge and hardware address. */
    static Map<String, String> card(Map<String, String> parts, Nic nic) {
        Map<String, String> card = new LinkedHashMap<>(parts);
        card.put("bridge", nic.bridge());
        put(card, "firewall", nic.firewall() ? "1" : null);
        put(card, "tag", nic.vlan() == null ? null : String.valueOf(nic.vlan()));
        put(card, "mtu", nic.mtu() == null ? null : String.valueOf(nic.mtu()));
        return card;
    }

    static void put(Map<String, String> parts, String key, @Nullable String value) {
        if (value == null) {
            parts.remove(key);
        } else {
            parts.put(key, value);
        }
    }

    static @Nullable Integer number(@Nullable String text) {
        return text == null || !text.matches("\\d{1,9}") ? null : Integer.valueOf(text);
    }

    /** Writes the fields that both kinds of guest have. */
    static void common(
            Change.Draft draft,
            Map<String, String> before,
            GuestConfig wish,
            Set<GuestField> fields,
            String nameOption,
            Map<String, String> cards) {
        if (fields.contains(GuestField.HOSTNAME)) {
            draft.put(nameOption, wish.hostname());
        }
        if (fields.contains(GuestField.CORES)) {
            draft.put("cores", String.valueOf(wish.cores()));
        }
        if (fields.contains(GuestField.MEMORY)) {
            draft.put("memory", Sizes.mebibytes(wish.memory()));
        }
        if (fields.contains(GuestField.DNS)) {
            draft.put("nameserver", join(wish.nameservers())).put("searchdomain", wish.searchDomain());
        }
        if (fields.contains(GuestField.ON_BOOT)) {
            boolean on = Json.isOn(before.getOrDefault("onboot", "0"));
            if (on != wish.onBoot()) {
                draft.put("onboot", wish.onBoot() ? "1" : null);
            }
        }
        if (fields.contains(GuestField.STARTUP)) {
            draft.put("startup", startup(wish.startup()));
        }
        notes(draft, before, wish, fields, cards);
    }

    private static void notes(
            Change.Draft draft,
            Map<String, String> before,
            GuestConfig wish,
            Set<GuestField> fields,
            Map<String, String> cards) {
        boolean text = fields.contains(GuestField.DESCRIPTION);
        boolean marks = fields.contains(GuestField.MARK);
        NoteMark is = NoteMark.parse(before.get("description"));
        Mark mark = marks ? wish.mark() : is.mark();
        if (text || marks || !cards.equals(is.cards())) {
            String notes = new NoteMark(text ? wish.description() : is.text(), mark, cards).notes();
            String now = before.get("description");
            boolean same = now != null && now.stripTrailing().equals(notes.stripTrailing());
            if (!same) {
                draft.put("description", notes.isBlank() ? null : notes);
            }
        }
        if (fields.contains(GuestField.TAGS) || marks) {
            draft.put("tags", tags(fields.contains(GuestField.TAGS) ? wish.tags() : tags(before), mark != null));
        }
    }

    /** The options of both kinds with which a guest is created. */
    static Map<String, String> creation(GuestConfig config, String nameOption, Map<String, String> cards) {
        Change.Draft draft = new Change.Draft(Map.of());
        common(draft, Map.of(), config, Set.of(GuestField.values()), nameOption, cards);
        return new LinkedHashMap<>(draft.done().set());
    }
}
