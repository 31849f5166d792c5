package ai.thinkheads.phoenix.hosts.linux.lxc;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.Digest;
import ai.thinkheads.phoenix.hosts.port.GuestField;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The containers below a folder, as one script tells of them, however many there are. Pure but for its text.
 *
 * @param texts the configuration by folder
 * @param partial folders that something was making when it ended
 * @param running by folder
 */
record LxcListing(Map<String, String> texts, Set<String> partial, Map<String, Running> running) {

    /** {@code $1}: the folder of the containers; {@code $2}: the number of the only one that is asked for, or nothing. */
    static final String SCRIPT = String.join(
            "\n",
            "cd \"$1\" 2>/dev/null || { echo '== end'; exit 0; }",
            "filter='.*'",
            "if [ -n \"$2\" ]; then",
            "  set -- \"$1\" \"$2\" $(grep -lsF \"" + LxcText.HEAD.replace("\"", "\\\"")
                    + "$2,\" -- */config /dev/null)",
            "  first=${3%/config}",
            "  [ $# -gt 2 ] || { echo '== end'; exit 0; }",
            "  [ $# -gt 3 ] || filter=\"^$first\\$\"",
            "else set -- \"$1\" '' */config; fi",
            "top=$1; shift 2",
            "echo '== config'; grep -Hs '' -- \"$@\" /dev/null",
            "echo '== partial'; ls -d -- */partial 2>/dev/null",
            "echo '== state'",
            "if command -v lxc-ls >/dev/null; then",
            "  s=$(lxc-ls -P \"$top\" --active -f -F NAME,STATE,PID,IPV4,IPV6 --filter=\"$filter\")",
            "  echo \"$s\"",
            "  echo '== since'; stat -c '%n %Y' /proc/self $(echo \"$s\" | awk '$3 ~ /^[0-9]+$/ { print \"/proc/\" $3 }') 2>/dev/null",
            "fi",
            "echo '== end'");

    private static final Pattern HEADER = Pattern.compile("NAME\\s+STATE\\s+PID\\s+IPV4\\s+IPV6\\s*");

    /** Numbers from here on are made up for somebody else's containers. */
    static final int FOREIGN = 100_000_000;

    /**
     * What is running.
     *
     * @param frozen whether the freezer holds it
     */
    record Running(long pid, boolean frozen, @Nullable Instant since, List<String> addresses) {}

    LxcListing {
        texts = Map.copyOf(texts);
        partial = Set.copyOf(partial);
        running = Map.copyOf(running);
    }

    static LxcListing parse(String answer) {
        Map<String, StringBuilder> texts = new TreeMap<>();
        Set<String> partial = new HashSet<>();
        Map<String, String> states = new HashMap<>();
        Map<Long, Instant> since = new HashMap<>();
        String section = "";
        for (String line : answer.lines().toList()) {
            if (line.startsWith("== ")) {
                section = line.substring(3);
            } else {
                switch (section) {
                    case "config" -> {
                        int at = line.indexOf("/config:");
                        if (at > 0) {
                            texts.computeIfAbsent(line.substring(0, at), _ -> new StringBuilder())
                                    .append(line, at + "/config:".length(), line.length())
                                    .append('\n');
                        }
                    }
                    case "partial" -> partial.add(line.replaceFirst("/partial$", ""));
                    case "state" -> {
                        if (states.isEmpty()
                                && !line.isBlank()
                                && !HEADER.matcher(line).matches()) {
                            // Taken for nothing, it would make every container a stopped one.
                            throw new HostException(
                                    HostException.Cause.UNREACHABLE,
                                    "lxc-ls printed '" + line.strip()
                                            + "', which is in no form that Phoenix knows; nothing is done before it is");
                        }
                        states.put(line.split("\\s+", 2)[0], line);
                    }
                    case "since" -> {
                        String[] words = line.split(" ");
                        if (words.length == 2 && words[0].matches("/proc/\\d{1,18}") && words[1].matches("\\d{1,12}")) {
                            since.put(
                                    Long.valueOf(words[0].substring("/proc/".length())),
                                    Instant.ofEpochSecond(Long.parseLong(words[1])));
                        }
                    }
                    default -> {
                        // What comes before the first section is nothing of the script's.
                    }
                }
            }
        }
        if (!section.equals("end")) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "the host's answer about its containers ended too early; it is asked again");
        }
        Map<String, Running> running = new HashMap<>();
        states.forEach((name, line) -> running(line, since, name, running));
        Map<String, String> whole = new HashMap<>();
        texts.forEach((name, text) -> whole.put(name, text.toString()));
        return new LxcListing(whole, partial, running);
    }

    /** A line such as {@code web RUNNING 4711 10.0.0.5, 172.17.0.1 -}. */
    private static void running(String line, Map<Long, Instant> since, String name, Map<String, Running> running) {
        String[] words = line.strip().split("[\\s,]+");
        if (words.length >= 3 && words[2].matches("\\d{1,18}") && !words[1].equals("STOPPED")) {
            long pid = Long.parseLong(words[2]);
            List<String> addresses = new ArrayList<>();
            for (int i = 3; i < words.length; i++) {
                if (!words[i].equals("-")) {
                    addresses.add(words[i]);
                }
            }
            running.put(name, new Running(pid, words[1].equals("FROZEN"), since.get(pid), addresses));
        }
    }

    /**
     * A container.
     *
     * @param folder below the folder of the containers
     * @param file null when it is somebody else's, or cannot be read
     */
    record Entry(
            String folder,
            @Nullable LxcFile file,
            String text,
            @Nullable Running running,
            Guests.Observed<ContainerConfig> observed) {}

    /**
     * All of them by number.
     *
     * @param top the folder of the containers
     */
    Map<Integer, Entry> entries(String top, LxcMachine machine, Set<GuestField> online) {
        Map<Integer, Entry> all = new HashMap<>();
        Map<String, LxcText.Seen> damaged = new TreeMap<>();
        Map<String, LxcText.Seen> others = new TreeMap<>();
        for (Map.Entry<String, String> each : new TreeMap<>(texts).entrySet()) {
            String folder = each.getKey();
            LxcText.Seen seen = LxcText.parse(folder, each.getValue(), machine);
            LxcFile file = seen.file();
            if (file != null && !file.name().equals(folder)) {
                // A copy by hand is somebody's own; a folder that was renamed by hand is the one that was meant.
                file = texts.containsKey(file.name()) ? null : file.withName(folder);
            }
            if (file != null && !all.containsKey(file.vmid())) {
                all.put(file.vmid(), ours(file, each.getValue(), seen.config(), online));
            } else {
                (seen.damage() == null ? others : damaged).put(folder, seen);
            }
        }
        // One that cannot be read keeps its number, so that nobody else gets it.
        damaged.forEach((folder, seen) -> {
            LxcText.Damage damage = Objects.requireNonNull(seen.damage());
            Integer known = damage.vmid();
            int vmid = known == null || all.containsKey(known) ? free(folder, all) : known;
            String obstacle = "line " + damage.line() + " of " + top + "/" + folder
                    + "/config, the comment in which Phoenix keeps what it knows of the container, is not what Phoenix"
                    + " wrote: "
                    + damage.what() + "; put back a copy of the file, or destroy the container (lxc-destroy -P " + top
                    + " -n " + folder + ") to have it made anew";
            all.put(vmid, foreign(vmid, folder, seen.config(), obstacle));
        });
        // Those that have no number of their own get one after those that have.
        others.forEach((folder, seen) -> {
            int vmid = free(folder, all);
            String obstacle = LxcForeign.obstacle(String.valueOf(texts.get(folder)));
            all.put(vmid, foreign(vmid, folder, seen.config(), obstacle));
        });
        return all;
    }

    /** A made-up number that nobody has. */
    private static int free(String folder, Map<Integer, Entry> all) {
        int vmid = number(folder);
        while (all.containsKey(vmid)) {
            vmid++;
        }
        return vmid;
    }

    private static int number(String folder) {
        CRC32 crc = new CRC32();
        crc.update(folder.getBytes(StandardCharsets.UTF_8));
        return FOREIGN + (int) (crc.getValue() % FOREIGN);
    }

    private Entry ours(LxcFile file, String text, ContainerConfig config, Set<GuestField> online) {
        Running now = running.get(file.name());
        LxcFile.Started started = file.started();
        ContainerConfig effective = config;
        Set<GuestField> pending = new HashSet<>();
        if (now != null && started != null && started.pid() == now.pid()) {
            effective = LxcFile.edit(
                    started.config(), config, online, started.config().mounts(), config.mark());
            for (GuestField field : GuestField.values()) {
                if (!online.contains(field) && differ(field, config, effective)) {
                    pending.add(field);
                }
            }
        }
        List<Guests.Snapshot> snapshots = file.snapshots().stream()
                .map(each -> new Guests.Snapshot(each.name(), each.description(), each.takenAt()))
                .toList();
        Guests.Observed<ContainerConfig> observed = new Guests.Observed<>(
                file.vmid(),
                config,
                effective,
                pending,
                now != null,
                now != null && now.frozen(),
                file.template(),
                file.lock(),
                Digest.of(digest(text)),
                snapshots,
                file.unused(),
                file.clonedFrom(),
                now == null ? List.of() : now.addresses(),
                now == null ? null : now.since(),
                null,
                null);
        return new Entry(file.name(), file, text, now, observed);
    }

    private static boolean differ(GuestField field, ContainerConfig config, ContainerConfig effective) {
        return switch (field) {
            case HOSTNAME -> !config.hostname().equals(effective.hostname());
            case NICS -> !config.nics().equals(effective.nics());
            case DNS ->
                !config.nameservers().equals(effective.nameservers())
                        || !Objects.equals(config.searchDomain(), effective.searchDomain());
            case FEATURES -> !config.features().equals(effective.features());
            case APPARMOR -> !Objects.equals(config.apparmor(), effective.apparmor());
            case ID_MAPS -> !config.idMaps().equals(effective.idMaps());
            case DEVICES -> !config.devices().equals(effective.devices());
            case RAW -> !config.raw().equals(effective.raw());
            default -> false;
        };
    }

    private Entry foreign(int vmid, String folder, ContainerConfig config, @Nullable String obstacle) {
        String text = String.valueOf(texts.get(folder));
        Running now = running.get(folder);
        Guests.Observed<ContainerConfig> observed = new Guests.Observed<>(
                vmid,
                config,
                config,
                Set.of(),
                now != null,
                now != null && now.frozen(),
                false,
                partial.contains(folder) ? "create" : null,
                Digest.of(digest(text)),
                List.of(),
                List.of(),
                null,
                now == null ? List.of() : now.addresses(),
                now == null ? null : now.since(),
                null,
                obstacle);
        return new Entry(folder, null, text, now, observed);
    }

    /** The digest of a configuration's text. */
    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
