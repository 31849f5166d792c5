package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.api.type.Cidr;
import ai.thinkheads.phoenix.api.type.IpAddress;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.StartupConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Comparing and describing the fields that both kinds of guest have. */
public final class GuestFields {

    private GuestFields() {}

    /** Whether a field that both kinds have is the same. */
    public static boolean same(GuestField field, GuestConfig wish, GuestConfig seen) {
        return switch (field) {
            case HOSTNAME -> wish.hostname().equals(seen.hostname());
            case CORES -> wish.cores() == seen.cores();
            case MEMORY -> wish.memory().equals(seen.memory());
            case NICS -> sameNics(wish.nics(), seen.nics());
            case DNS ->
                canonical(wish.nameservers()).equals(canonical(seen.nameservers()))
                        && Objects.equals(wish.searchDomain(), seen.searchDomain());
            case ON_BOOT -> wish.onBoot() == seen.onBoot();
            case STARTUP -> wish.startup().equals(seen.startup());
            case TAGS -> wish.tags().equals(seen.tags());
            case DESCRIPTION ->
                wish.description().strip().equals(seen.description().strip());
            case MARK -> Objects.equals(wish.mark(), seen.mark());
            default -> throw new IllegalArgumentException(field + " is a field of one kind only");
        };
    }

    /** What changing a field that both kinds have does. */
    public static String describe(GuestField field, GuestConfig wish, GuestConfig seen) {
        return switch (field) {
            case HOSTNAME -> change("host name", seen.hostname(), wish.hostname());
            case CORES -> change("cores", seen.cores(), wish.cores());
            case MEMORY -> size("memory", seen.memory(), wish.memory());
            case NICS -> describeNics(wish.nics(), seen.nics());
            case DNS ->
                change(
                        "name resolution",
                        dns(seen.nameservers(), seen.searchDomain()),
                        dns(wish.nameservers(), wish.searchDomain()));
            case ON_BOOT -> wish.onBoot() ? "start with the host" : "start with the host no more";
            case STARTUP -> change("place in the host's boot order", startup(seen.startup()), startup(wish.startup()));
            case TAGS -> change("tags", list(seen.tags()), list(wish.tags()));
            case DESCRIPTION -> "change the description";
            case MARK -> "change Phoenix's mark";
            default -> throw new IllegalArgumentException(field + " is a field of one kind only");
        };
    }

    /** {@code change cores from 2 to 4}. */
    public static String change(String what, @Nullable Object before, @Nullable Object after) {
        return "change " + what + " from " + (before == null ? "none" : before) + " to "
                + (after == null ? "none" : after);
    }

    /** {@code 3, 10s after it, 60s to shut down}; null when all of it is left to the host. */
    private static @Nullable String startup(StartupConfig startup) {
        List<String> words = new ArrayList<>();
        if (startup.order() != null) {
            words.add(startup.order().toString());
        }
        if (startup.upDelay() != null) {
            words.add(startup.upDelay().toSeconds() + "s after it");
        }
        if (startup.downDelay() != null) {
            words.add(startup.downDelay().toSeconds() + "s to shut down");
        }
        return words.isEmpty() ? null : String.join(", ", words);
    }

    /** {@code grow memory from 2Gi to 4Gi}. */
    public static String size(String what, ByteSize before, ByteSize after) {
        return (after.compareTo(before) > 0 ? "grow " : "reduce ") + what + " from " + before + " to " + after;
    }

    /** The elements in a fixed order. */
    public static String list(Collection<String> words) {
        return words.isEmpty() ? "none" : String.join(", ", new TreeSet<>(words));
    }

    /**
     * The cards that a guest has to have, in the order in which it has them already: a card that stays keeps its place and its
     * hardware address, a new one comes last.
     */
    public static List<Nic> merge(List<Nic> wish, List<Nic> seen) {
        Map<String, Nic> wanted = byName(wish);
        List<Nic> merged = new ArrayList<>();
        for (Nic each : seen) {
            Nic now = wanted.remove(each.name());
            if (now != null) {
                merged.add(now.mac() != null ? now : withMac(now, each.mac()));
            }
        }
        merged.addAll(wanted.values());
        return merged;
    }

    private static boolean sameNics(List<Nic> wish, List<Nic> seen) {
        Map<String, Nic> has = byName(seen);
        return wish.size() == seen.size()
                && wish.stream().allMatch(each -> {
                    Nic other = has.get(each.name());
                    return other != null && sameNic(each, other);
                });
    }

    private static boolean sameNic(Nic wish, Nic seen) {
        return wish.bridge().equals(seen.bridge())
                && Objects.equals(address(wish.address()), address(seen.address()))
                && Objects.equals(canonical(wish.gateway()), canonical(seen.gateway()))
                && (wish.mac() == null || wish.mac().equalsIgnoreCase(seen.mac()))
                && Objects.equals(wish.vlan(), seen.vlan())
                && Objects.equals(wish.mtu(), seen.mtu())
                && wish.firewall() == seen.firewall();
    }

    private static List<String> canonical(List<String> addresses) {
        return addresses.stream().map(each -> String.valueOf(canonical(each))).toList();
    }

    /** An address in one form, since IPv6 has many; what is none stays as it is. */
    private static @Nullable String canonical(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return IpAddress.parse(text).toString();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static @Nullable String address(@Nullable String text) {
        if (text == null || text.equals("dhcp")) {
            return text;
        }
        try {
            return Cidr.parse(text).toString();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String describeNics(List<Nic> wish, List<Nic> seen) {
        Map<String, Nic> before = byName(seen);
        List<String> words = new ArrayList<>();
        for (Nic each : wish) {
            Nic old = before.remove(each.name());
            if (old == null) {
                words.add("add network card " + each.name() + " on " + each.bridge()
                        + (each.address() == null ? "" : " with " + each.address()));
            } else if (!sameNic(each, old)) {
                words.add("change network card " + each.name() + ": " + differences(each, old));
            }
        }
        before.keySet().forEach(name -> words.add("remove network card " + name));
        return words.isEmpty() ? "change network cards" : String.join("; ", words);
    }

    private static String differences(Nic wish, Nic seen) {
        List<String> words = new ArrayList<>();
        differ(words, "bridge", seen.bridge(), wish.bridge());
        differ(words, "address", address(seen.address()), address(wish.address()));
        differ(words, "gateway", seen.gateway(), wish.gateway());
        if (wish.mac() != null && !wish.mac().equalsIgnoreCase(seen.mac())) {
            differ(words, "mac", seen.mac(), wish.mac());
        }
        differ(words, "vlan", seen.vlan(), wish.vlan());
        differ(words, "mtu", seen.mtu(), wish.mtu());
        differ(words, "firewall", seen.firewall(), wish.firewall());
        return String.join(", ", words);
    }

    private static void differ(List<String> words, String what, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            words.add(what + " from " + (before == null ? "none" : before) + " to " + (after == null ? "none" : after));
        }
    }

    private static Map<String, Nic> byName(List<Nic> nics) {
        Map<String, Nic> byName = new LinkedHashMap<>();
        nics.forEach(nic -> byName.put(nic.name(), nic));
        return byName;
    }

    private static Nic withMac(Nic nic, @Nullable String mac) {
        return new Nic(
                nic.name(), nic.bridge(), nic.address(), nic.gateway(), mac, nic.vlan(), nic.mtu(), nic.firewall());
    }

    private static String dns(List<String> servers, @Nullable String domain) {
        if (servers.isEmpty() && domain == null) {
            return "the host's";
        }
        return (String.join(" ", servers) + (domain == null ? "" : " in " + domain)).strip();
    }

    /** The word of an enum constant in messages. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
