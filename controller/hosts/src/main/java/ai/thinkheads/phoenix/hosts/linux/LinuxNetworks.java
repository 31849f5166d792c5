package ai.thinkheads.phoenix.hosts.linux;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.command.HostCommands;
import ai.thinkheads.phoenix.hosts.linux.NetworkFacts.Staged;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.Networks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Bridges by iproute2. A change is first only staged, in a file; then applied to the running system alone, while the host itself
 * waits with the way back in its hands, so that neither Phoenix's death nor a lost connection matters; and only when it is
 * confirmed is it written where the next boot reads it. A reboot before that is a way back too. Interfaces that are not Phoenix's
 * are never touched, but for the ports that a manifest names.
 */
final class LinuxNetworks implements Networks {

    static final String FILE = "networks.json";

    private static final String STAGED = "networks.staged.json";
    private static final String PENDING = "networks.pending.json";

    /**
     * {@code $1} state folder, {@code $2} seconds, {@code $3} a token. Of several that wait, only the one whose token is in the file
     * acts; the paths are in the arguments of the waiting process, so nothing else has to live.
     */
    private static final String GUARD = String.join(
            "\n",
            "set -e; cd \"$1\"; now=$(date +%s); t=$((now + $2))",
            "printf '%s %s\\n' \"$t\" \"$3\" >networks.revert",
            "w='sleep \"$2\"; cd \"$1\" || exit; read -r at token <networks.revert || exit; [ \"$token\" = \"$3\" ] || exit;"
                    + " ip -force -batch networks.back; nft -f networks.back.nft;"
                    + " rm -f networks.revert networks.pending.json networks.before.json networks.staged.json'",
            "if [ -d /run/systemd/system ]; then",
            "  systemd-run -q --collect --unit=\"phoenix-network-$3\" /bin/sh -c \"$w\" phoenix \"$1\" \"$2\" \"$3\"",
            "else setsid /bin/sh -c \"$w\" phoenix \"$1\" \"$2\" \"$3\" </dev/null >/dev/null 2>&1 & fi");

    private static final String CONFIRM = String.join(
            "\n",
            "cd \"$1\" && [ -e networks.revert ] || exit 3",
            "rm -f networks.revert && rm -f networks.pending.json networks.before.json networks.back networks.back.nft",
            "true");

    private final LinuxGround ground;
    private final ReentrantLock changing = new ReentrantLock();

    LinuxNetworks(LinuxGround ground) {
        this.ground = ground;
    }

    private HostCommands commands() {
        return ground.commands();
    }

    private NetworkFacts facts() {
        LinuxRoots roots = ground.roots();
        return NetworkFacts.parse(
                commands().script(NetworkFacts.SCRIPT, roots.state(), roots.interfaces(), roots.networkd()));
    }

    /** All bridges, in one command. */
    Map<String, Observed> observe() {
        return facts().bridges();
    }

    @Override
    public Optional<Observed> read(String name) {
        return ground.tally().read(() -> Optional.ofNullable(observe().get(name)));
    }

    @Override
    public Map<String, String> staged() {
        return ground.tally().read(() -> {
            Map<String, String> all = new TreeMap<>();
            facts().staged().forEach(each -> all.put(each.name(), each.config() == null ? "removed" : "changed"));
            return all;
        });
    }

    @Override
    public void stage(BridgeConfig config) {
        change(facts -> {
            NetworkPlan.check(config, facts);
            Observed there = facts.bridges().get(config.name());
            boolean theirs = facts.foreign().contains(config.name());
            if (theirs && (there == null || !sameButMark(config, there.config()))) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "bridge " + config.name()
                                + " is configured by a file of the host that is not Phoenix's; take it out of"
                                + " /etc/network or /etc/systemd/network, then Phoenix sets it up");
            }
            stage(facts, new Staged(config.name(), config));
        });
    }

    private static boolean sameButMark(BridgeConfig one, BridgeConfig other) {
        return new TreeSet<>(one.ports()).equals(new TreeSet<>(other.ports()))
                && java.util.Objects.equals(one.address(), other.address())
                && java.util.Objects.equals(one.gateway(), other.gateway())
                && one.vlanAware() == other.vlanAware()
                && (one.mtu() == null || other.mtu() == null || one.mtu().equals(other.mtu()))
                && java.util.Objects.equals(one.nat(), other.nat());
    }

    @Override
    public void stageRemoval(String name) {
        change(facts -> {
            if (!facts.next().containsKey(name)) {
                throw new HostException(
                        HostException.Cause.NOT_FOUND, "the host has no bridge " + name + " that is Phoenix's");
            }
            if (facts.foreign().contains(name)) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "bridge " + name
                                + " is configured by a file of the host that is not Phoenix's; remove it there");
            }
            stage(facts, new Staged(name, null));
        });
    }

    private void stage(NetworkFacts facts, Staged one) {
        List<Staged> all = new ArrayList<>(facts.staged());
        all.removeIf(each -> each.name().equals(one.name()));
        all.add(one);
        StateFile.write(commands(), ground.roots(), STAGED, all);
    }

    @Override
    public void discard() {
        change(facts -> remove(STAGED));
    }

    private void remove(String file) {
        commands().answer("rm", "-f", "--", ground.roots().stateFile(file));
    }

    private void change(java.util.function.Consumer<NetworkFacts> work) {
        ground.tally().change(() -> {
            changing.lock();
            try {
                work.accept(facts());
            } finally {
                changing.unlock();
            }
        });
    }

    @Override
    public void apply(Duration revertAfter) {
        change(facts -> {
            Map<String, BridgeConfig> next = facts.next();
            LinuxRoots roots = ground.roots();
            StateFile.write(commands(), roots, PENDING, List.copyOf(next.values()));
            // A change on top of one that is not confirmed goes back to what was before both.
            List<String> back = NetworkPlan.back(facts.links(), facts.current(), next, facts.foreign());
            if (facts.deadline() == null) {
                commands().write(roots.stateFile("networks.back"), lines(back), "0600");
                commands().write(roots.stateFile("networks.back.nft"), NetworkPlan.rules(facts.noted()), "0600");
            } else {
                String more = commands().script("cat -- \"$1\"", roots.stateFile("networks.back"));
                commands().write(roots.stateFile("networks.back"), lines(back) + more, "0600");
            }
            String token = String.valueOf(ground.clock().now().toEpochMilli());
            commands().script(GUARD, roots.state(), String.valueOf(Math.max(1, revertAfter.toSeconds())), token);
            run(facts, next);
            remove(STAGED);
        });
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private void run(NetworkFacts facts, Map<String, BridgeConfig> next) {
        List<String> steps = NetworkPlan.steps(
                facts.links(),
                facts.current(),
                next,
                facts.staged().stream().map(Staged::name).collect(Collectors.toSet()));
        Invocation ip = Invocation.of("ip", "-batch", "-").with(lines(steps).getBytes(StandardCharsets.UTF_8));
        String failure = null;
        Outcome done = steps.isEmpty() ? new Outcome(0, "", "") : commands().run(ip);
        if (!done.ok()) {
            failure = "ip said: " + HostCommands.said(done);
        } else if (natDiffers(facts, next)) {
            failure = rules(next);
        }
        if (failure != null) {
            takeBack();
            throw new HostException(
                    HostException.Cause.FAILED,
                    "the change of the network could not be applied and was taken back: " + failure);
        }
    }

    private static boolean natDiffers(NetworkFacts facts, Map<String, BridgeConfig> next) {
        return !facts.translated().isEmpty() || next.values().stream().anyMatch(each -> each.nat() != null);
    }

    private @Nullable String rules(Map<String, BridgeConfig> next) {
        Outcome outcome = commands()
                .run(Invocation.of("nft", "-f", "-")
                        .with(NetworkPlan.rules(next).getBytes(StandardCharsets.UTF_8)));
        if (!outcome.ok()) {
            return "nft said: " + HostCommands.said(outcome);
        }
        if (next.values().stream().anyMatch(each -> each.nat() != null)) {
            Outcome forward = commands().run(Invocation.of("sysctl", "-q", "-w", "net.ipv4.ip_forward=1"));
            return forward.ok() ? null : "sysctl said: " + HostCommands.said(forward);
        }
        return null;
    }

    private void takeBack() {
        commands()
                .run(HostCommands.scripted(
                        "cd \"$1\" && ip -force -batch networks.back; nft -f networks.back.nft;"
                                + " rm -f networks.revert networks.pending.json networks.staged.json",
                        ground.roots().state()));
    }

    @Override
    public void confirm() {
        change(facts -> {
            Map<String, BridgeConfig> pending = facts.pending();
            if (pending == null) {
                throw new HostException(
                        HostException.Cause.REFUSED,
                        "there is no change of the network to confirm; it was confirmed or taken back already");
            }
            persist(facts, pending);
            StateFile.write(commands(), ground.roots(), FILE, List.copyOf(pending.values()));
            // The files are right before the way back is thrown away.
            Outcome outcome =
                    commands().run(HostCommands.scripted(CONFIRM, ground.roots().state()));
            if (outcome.exitCode() == 3) {
                StateFile.write(
                        commands(),
                        ground.roots(),
                        FILE,
                        List.copyOf(facts.noted().values()));
                persist(facts, facts.noted());
                throw new HostException(
                        HostException.Cause.REFUSED, "the host took the change of the network back a moment ago");
            }
        });
    }

    /** Writes what the next boot reads. */
    private void persist(NetworkFacts facts, Map<String, BridgeConfig> bridges) {
        LinuxRoots roots = ground.roots();
        Map<String, BridgeConfig> ours = new TreeMap<>(bridges);
        ours.keySet().removeAll(facts.foreign());
        commands().write(roots.stateFile("nat.nft"), NetworkPlan.rules(ours), "0644");
        if (facts.networkd()) {
            Map<String, String> files = NetworkFiles.networkd(ours);
            commands()
                    .script(
                            "cd \"$1\" || exit 1; shift; for f in 50-phoenix-*; do k=no; for n; do [ \"$n\" != \"$f\" ] || k=yes; done;"
                                    + " [ $k = yes ] || rm -f -- \"$f\"; done",
                            java.util.stream.Stream.concat(
                                            java.util.stream.Stream.of(roots.networkd()), files.keySet().stream())
                                    .toArray(String[]::new));
            files.forEach((name, text) -> commands().write(LinuxRoots.confined(roots.networkd(), name), text, "0644"));
            return;
        }
        commands().script("mkdir -p -- \"$1\"", roots.interfaces());
        commands()
                .write(
                        roots.interfaces() + "/phoenix",
                        NetworkFiles.interfaces(ours, roots.stateFile("nat.nft")),
                        "0644");
    }
}
