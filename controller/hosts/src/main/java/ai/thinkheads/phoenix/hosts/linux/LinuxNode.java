package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.api.type.ByteSize;
import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.port.Gpus;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Mark;
import ai.thinkheads.phoenix.hosts.port.Node;
import ai.thinkheads.phoenix.hosts.port.ZfsPools;
import ai.thinkheads.phoenix.hosts.zfs.Disks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The machine itself, by Debian's own files and tools. */
final class LinuxNode implements Node {

    static final String FILE = "node.json";

    private static final Duration INSTALLING = Duration.ofMinutes(20);
    private static final Duration REBOOTING = Duration.ofMinutes(15);
    private static final Pattern CARD = Pattern.compile("(\\S+) \"[^\"]*\" \"([^\"]*)\" \"([^\"]*)\".*");
    private static final String ZONES = "/usr/share/zoneinfo/";

    private final LinuxGround ground;
    private final Disks disks;

    LinuxNode(LinuxGround ground, Disks disks) {
        this.ground = ground;
        this.disks = disks;
    }

    private HostCommands commands() {
        return ground.commands();
    }

    /** Everything that one script tells. */
    HostFacts facts() {
        return HostFacts.parse(
                commands().script(HostFacts.SCRIPT, ground.roots().state()));
    }

    @Override
    public Observed read() {
        return ground.tally().read(() -> {
            Disks.Listing listing = disks.read();
            Map<String, ZfsPools.Observed> pools =
                    ground.zfs().isPresent() ? ground.zfs().readPools(listing) : Map.of();
            List<String> importable = ground.zfs().readImportable(listing, pools.keySet());
            HostFacts facts = facts();
            return observe(facts, listing.disks(pools, importable), LinuxGpus.observe(facts));
        });
    }

    /** What the facts say, and the cards that were made out of the same facts. */
    static Observed observe(HostFacts facts, Map<String, Disk> disks, Gpus.Observed gpus) {
        List<String> dns = new ArrayList<>();
        String search = null;
        for (String line : facts.lines("resolv")) {
            String[] words = line.split("\\s+");
            if (words.length > 1 && words[0].equals("nameserver")) {
                dns.add(words[1]);
            } else if (words.length > 1 && (words[0].equals("search") || words[0].equals("domain"))) {
                search = words[1].equals(".") ? null : words[1];
            }
        }
        Map<String, String> cards = new TreeMap<>();
        for (String line : facts.lines("cards")) {
            Matcher card = CARD.matcher(line);
            if (card.matches()) {
                cards.put(card.group(1), card.group(2) + " " + card.group(3));
            }
        }
        // Without lspci the bus gives numbers only; the driver knows the name.
        for (Gpus.Device device : gpus.devices()) {
            cards.computeIfPresent(device.pci(), (pci, model) -> model.startsWith("0x") ? device.model() : model);
        }
        String zone = facts.get("timezone");
        return new Observed(
                facts.get("version"),
                facts.get("kernel"),
                facts.get("hostname"),
                zone.startsWith(ZONES)
                        ? zone.substring(ZONES.length()).replaceFirst("^Etc/(UTC|UCT|Zulu)$", "UTC")
                        : "UTC",
                dns,
                search,
                (int) number(facts, "cpus", "\\d+"),
                new ByteSize(number(facts, "memory", "\\d+") << 10),
                new ByteSize(arcMax(facts)),
                new TreeSet<>(facts.lines("packages")),
                cards,
                disks,
                facts.get("boot"),
                rebootRequired(facts, gpus),
                StateFile.value(FILE, facts.get("mark"), Mark.class));
    }

    /** The first number in a section. */
    private static long number(HostFacts facts, String section, String pattern) {
        Matcher number = Pattern.compile(pattern).matcher(facts.get(section));
        if (!number.find()) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "the host's answer about its " + section + " makes no sense: '" + facts.get(section) + "'");
        }
        return Long.parseLong(number.group());
    }

    /** The bound that was set, else the one that the module has chosen; zero where there is none. */
    private static long arcMax(HostFacts facts) {
        long chosen = 0;
        for (String line : facts.lines("arc")) {
            if (line.matches("[1-9]\\d*")) {
                return Long.parseLong(line);
            }
            if (line.startsWith("c_max")) {
                chosen = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return chosen;
    }

    private static @Nullable String rebootRequired(HostFacts facts, Gpus.Observed gpus) {
        List<String> lines = facts.lines("reboot");
        if (!lines.isEmpty()) {
            List<String> packages = lines.stream()
                    .filter(line -> !line.contains("***"))
                    .distinct()
                    .sorted()
                    .toList();
            return packages.isEmpty()
                    ? "the host says that it has to be restarted"
                    : "the host has to be restarted for " + String.join(", ", packages);
        }
        return LinuxGpus.rebootRequired(facts, gpus);
    }

    @Override
    public void setHostname(String hostname) {
        ground.tally().change(() -> {
            commands()
                    .script(
                            "old=$(hostname) && printf '%s\\n' \"$1\" >/etc/hostname && hostname -- \"$1\" &&"
                                    + " if grep -q '^127\\.0\\.1\\.1[[:space:]]' /etc/hosts; then n=$(sed"
                                    + " \"s/^127\\.0\\.1\\.1[[:space:]].*/127.0.1.1 $1/\" /etc/hosts) && printf '%s\\n' \"$n\" >/etc/hosts; fi",
                            checked(hostname, "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", "a host name"));
        });
    }

    private static String checked(String value, String pattern, String what) {
        if (!value.matches(pattern)) {
            throw new HostException(HostException.Cause.REFUSED, "'" + value + "' is not " + what);
        }
        return value;
    }

    @Override
    public void setTimezone(String timezone) {
        ground.tally().change(() -> {
            String zone = LinuxRoots.confined(ZONES, timezone);
            if (!commands().run(Invocation.of("test", "-f", zone)).ok()) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "the host knows no time zone '" + timezone
                                + "'; see timedatectl list-timezones, or install tzdata");
            }
            commands()
                    .script("ln -sfn -- \"$1\" /etc/localtime && printf '%s\\n' \"$2\" >/etc/timezone", zone, timezone);
        });
    }

    @Override
    public void setDns(List<String> servers, @Nullable String searchDomain) {
        ground.tally().change(() -> {
            StringBuilder plain = new StringBuilder();
            servers.forEach(each -> plain.append("nameserver ").append(each).append('\n'));
            if (searchDomain != null) {
                plain.append("search ").append(searchDomain).append('\n');
            }
            commands()
                    .answer(HostCommands.scripted(
                                    String.join(
                                            "\n",
                                            "if [ -L /etc/resolv.conf ] && [ -d /run/systemd/resolve ]; then",
                                            "  mkdir -p /etc/systemd/resolved.conf.d && printf '[Resolve]\\nDNS=%s\\nDomains=%s\\n' \"$1\" \"$2\""
                                                    + " >/etc/systemd/resolved.conf.d/phoenix.conf && systemctl restart systemd-resolved",
                                            "else",
                                            "  n=$(cat; [ ! -e /etc/resolv.conf ] || grep -vE '^[[:space:]]*(nameserver|search|domain)"
                                                    + "[[:space:]]' /etc/resolv.conf)",
                                            "  printf '%s\\n' \"$n\" >/etc/resolv.conf",
                                            "fi"),
                                    String.join(" ", servers),
                                    searchDomain == null ? "" : searchDomain)
                            .with(plain.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        });
    }

    @Override
    public void installPackages(Set<String> packages) {
        ground.tally().change(() -> install(commands(), packages));
    }

    /** Installs what is missing of these. */
    static void install(HostCommands commands, Set<String> packages) {
        packages.forEach(each -> checked(each, "[a-z0-9][a-z0-9+.-]+", "the name of a package"));
        Set<String> there = new TreeSet<>(
                commands.script("dpkg-query -W -f '${db:Status-Abbrev}${Package}\\n' | sed -n 's/^ii *//p'")
                        .lines()
                        .toList());
        Set<String> missing = new TreeSet<>(packages);
        missing.removeAll(there);
        if (missing.isEmpty()) {
            return;
        }
        List<String> argv = new ArrayList<>(List.of(
                "apt-get",
                "-q",
                "-y",
                "-o",
                "DPkg::Lock::Timeout=300",
                "-o",
                "Dpkg::Options::=--force-confold",
                "install"));
        argv.addAll(missing);
        Invocation install =
                new Invocation(argv, Map.of("DEBIAN_FRONTEND", "noninteractive"), new byte[0], INSTALLING, null);
        Outcome outcome = commands.run(install);
        if (!outcome.ok()) {
            // Lists that are old or missing are the usual reason; a second try tells.
            commands.run(Invocation.of("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update")
                    .within(INSTALLING));
            outcome = commands.run(install);
        }
        if (!outcome.ok()) {
            throw HostCommands.failed(install, outcome);
        }
    }

    @Override
    public void setArcMax(ByteSize arcMax) {
        ground.tally().change(() -> {
            Outcome outcome = commands()
                    .run(HostCommands.scripted(
                            "p=/sys/module/zfs/parameters/zfs_arc_max; [ -e $p ] || exit 3; echo \"$1\" >$p &&"
                                    + " printf 'options zfs zfs_arc_max=%s\\n' \"$1\" >/etc/modprobe.d/phoenix-zfs.conf &&"
                                    + " if [ -e /usr/share/initramfs-tools/hooks/zfs ]; then update-initramfs -u >/dev/null; fi",
                            String.valueOf(arcMax.bytes())));
            if (outcome.exitCode() == 3) {
                throw new HostException(
                        HostException.Cause.UNSUPPORTED,
                        "the host's kernel has no zfs module, so its ARC has no bound to set; remove spec.zfs.arcMax");
            }
            if (!outcome.ok()) {
                throw HostCommands.failed(Invocation.of("set", "zfs_arc_max"), outcome);
            }
        });
    }

    @Override
    public void setMark(Mark mark) {
        ground.tally().change(() -> StateFile.write(commands(), ground.roots(), FILE, mark));
    }

    @Override
    public void reboot() {
        ground.tally().change(() -> {
            String before = bootId();
            commands()
                    .run(
                            HostCommands.scripted(
                                    "setsid sh -c 'sleep 2; systemctl reboot || reboot || reboot -f' </dev/null >/dev/null 2>&1 &"));
            Duration end = ground.clock().elapsed().plus(REBOOTING);
            while (ground.clock().elapsed().compareTo(end) < 0
                    && !Thread.currentThread().isInterrupted()) {
                ground.clock().sleep(Duration.ofSeconds(3));
                try {
                    if (!bootId().equals(before)) {
                        return;
                    }
                } catch (HostException e) {
                    if (e.why() != HostException.Cause.UNREACHABLE) {
                        throw e;
                    }
                }
            }
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "the host was rebooted and is not back after " + REBOOTING.toMinutes()
                            + " minutes; look at its console");
        });
    }

    private String bootId() {
        return commands().answer("cat", "/proc/sys/kernel/random/boot_id").strip();
    }

    @Override
    public void ensureDirectory(String path, @Nullable Long uid, @Nullable Long gid, @Nullable String mode) {
        ground.tally().change(() -> {
            if (!path.startsWith("/") || List.of(path.split("/")).contains("..")) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "cannot make directory '" + path + "': it is not an absolute path without '..'");
            }
            commands()
                    .script(
                            "if [ -e \"$1\" ] && [ ! -d \"$1\" ]; then echo \"$1 is not a directory\" >&2; exit 1; fi;"
                                    + " mkdir -p -- \"$1\" && { [ -z \"$2$3\" ] || chown -- \"$2${3:+:$3}\" \"$1\"; } &&"
                                    + " { [ -z \"$4\" ] || chmod -- \"$4\" \"$1\"; }",
                            path,
                            uid == null ? "" : uid.toString(),
                            gid == null ? "" : gid.toString(),
                            mode == null ? "" : mode);
        });
    }
}
