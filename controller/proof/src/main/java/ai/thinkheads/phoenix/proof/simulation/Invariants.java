package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.DeletionPolicy;
import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.Reference;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.GuestFacts;
import ai.thinkheads.phoenix.engine.plan.Step;
import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Nic;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import ai.thinkheads.phoenix.hosts.simulated.LedgerEntry;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks on while a run goes on, and notes what must not be. */
final class Invariants {

    private static final Set<String> DATA = Set.of("pool", "dataset", "volume", "snapshot", "guest");

    private final Trace trace;
    private final Coverage coverage;
    private final List<Violation> violations = new ArrayList<>();
    /** By their numbers. */
    private final Map<Long, Running> steps = new LinkedHashMap<>();

    private final Map<ResourceKey, Integer> passes = new HashMap<>();
    private final Map<ResourceKey, Long> passBegan = new HashMap<>();
    private final Map<ResourceKey, Long> pausedSince = new HashMap<>();
    private final Set<String> met = new HashSet<>();
    private final Map<ResourceKey, String> uids = new HashMap<>();
    private int ledgerSeen;
    private long sequence;

    /** A step that runs. */
    record Running(long number, Step step, Resource<?, ?> resource, Incarnation life) {}

    private final Canaries canaries = new Canaries();

    Canaries canaries() {
        return canaries;
    }

    /** Something that others can see. */
    void visible(String where, String text) {
        String secret = canaries.in(text);
        if (secret != null) {
            violated(Invariant.SECRETS_STAY_SECRET, where + ": " + text.replace(secret, "(a secret)"));
        }
    }

    Invariants(Trace trace, Coverage coverage) {
        this.trace = trace;
        this.coverage = coverage;
    }

    List<Violation> violations() {
        return List.copyOf(violations);
    }

    void violated(Invariant invariant, String what) {
        trace.add("violated", invariant.word() + ": " + what);
        if (violations.size() < 20) {
            violations.add(new Violation(invariant, what));
        }
    }

    /** What the machine's ledger held before the controller came does not count. */
    void startLedgerAt(int size) {
        ledgerSeen = size;
    }

    /** The controller and what it knew are gone. */
    void incarnationEnds(boolean stateLost) {
        steps.clear();
        passes.clear();
        passBegan.clear();
        if (stateLost) {
            met.clear();
            uids.clear();
            pausedSince.clear();
        }
    }

    void passBegins(ResourceKey key) {
        passBegan.put(key, sequence++);
        int running = passes.merge(key, 1, Integer::sum);
        if (running > 1) {
            violated(Invariant.ONE_AT_A_TIME, key + " is worked on " + running + " times at once");
        }
    }

    void passEnds(ResourceKey key) {
        passes.merge(key, -1, Integer::sum);
    }

    Running begin(Step step, Resource<?, ?> resource, Incarnation life) {
        Running running = new Running(sequence++, step, resource, life);
        coverage.count(Coverage.Part.STEP, name(running));
        coverage.count(Coverage.Part.EFFECT, Expected.word(step.effect()));
        String word = step.consent();
        if (word != null && !consents(resource).contains(word)) {
            violated(Invariant.CONSENT_FIRST, resource.key() + ": " + step.action() + " ran without " + word);
        }
        boolean grave = step.effect() == Effect.DESTROYS_DATA || step.effect() == Effect.REPLACE;
        if (word == null && grave && !isToGo(resource) && !step.operation().equals("clean-up-guest")) {
            violated(Invariant.CONSENT_FIRST, resource.key() + ": " + step.action() + " asks for no consent");
        }
        visible("step of " + resource.key(), step.action());
        Long paused = pausedSince.get(resource.key());
        Long began = passBegan.get(resource.key());
        if (paused != null && began != null && paused < began) {
            violated(Invariant.PAUSED_IS_LEFT_ALONE, resource.key() + ": " + step.action());
        }
        if (!resource.isDeleting()) {
            for (Reference need : resource.spec().references()) {
                if (!met.contains(need.target() + " " + need.condition())) {
                    violated(
                            Invariant.NEEDS_FIRST,
                            resource.key() + ": " + step.action() + " ran, and " + need.target() + " never was "
                                    + need.condition());
                }
            }
        }
        steps.put(running.number(), running);
        return running;
    }

    /**
     * @param well whether it came to its end
     */
    void end(Running running, boolean well) {
        steps.remove(running.number());
        if (!well && !running.life().isDead()) {
            coverage.count(Coverage.Part.STEP_FAILED, name(running));
        }
    }

    /** The steps that run at this moment, by kind and operation. */
    List<String> running() {
        return steps.values().stream().map(Invariants::name).toList();
    }

    private static String name(Running running) {
        return running.resource().kind().name() + " " + running.step().operation();
    }

    /** A status was written. */
    void conditions(Resource<?, ?> now) {
        now.status().plan().forEach(step -> visible("plan of " + now.key(), step.action()));
        for (Condition condition : now.status().conditions()) {
            visible("condition of " + now.key(), String.valueOf(condition.getMessage()));
            if ("True".equals(condition.getStatus())) {
                coverage.count(Coverage.Part.CONDITION, condition.getType());
            } else if (condition.getType().equals(Conditions.READY)) {
                coverage.count(Coverage.Part.CONDITION, "not Ready: " + condition.getReason());
            }
        }
    }

    private static Set<String> consents(Resource<?, ?> resource) {
        return Stream.of(resource.annotation(Annotations.CONSENT).orElse("").split(","))
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    /** A resource was written. */
    void stored(Resource<?, ?> now, boolean gone) {
        ResourceKey key = now.key();
        String uid = String.valueOf(now.metadata().getUid());
        if (gone || !uid.equals(uids.get(key))) {
            met.removeIf(each -> each.startsWith(key + " "));
            pausedSince.remove(key);
            uids.put(key, uid);
        }
        if (gone) {
            return;
        }
        for (Condition condition : now.status().conditions()) {
            if ("True".equals(condition.getStatus())) {
                met.add(key + " " + condition.getType());
            }
        }
        if (now.annotation(Annotations.PAUSED).map("true"::equals).orElse(false)) {
            pausedSince.putIfAbsent(key, sequence++);
        } else {
            pausedSince.remove(key);
        }
    }

    /** Whether a resource's Ready may be held against the machine: it has become so, or is so for another spec. */
    static boolean claims(Resource<?, ?> now) {
        return now.has(Conditions.READY) && now.status().observedGeneration() == now.generation() && !now.isDeleting();
    }

    /** The machine was changed by a call: nothing may have gone that had not to go. */
    void ledger(List<LedgerEntry> ledger) {
        for (LedgerEntry entry : ledger.subList(Math.min(ledgerSeen, ledger.size()), ledger.size())) {
            if (!entry.created()
                    && DATA.contains(entry.what())
                    && !entry.operation().equals("person")
                    && !entry.operation().startsWith("template-")) {
                boolean agreed =
                        steps.values().stream().anyMatch(each -> !each.life().isDead() && mayRemove(each));
                if (!agreed) {
                    violated(
                            Invariant.NOTHING_LOST,
                            entry.what() + " " + entry.name() + " went by " + entry.operation() + " while "
                                    + steps.values().stream()
                                            .map(each -> each.resource().key() + ": "
                                                    + each.step().action())
                                            .toList());
                }
            }
        }
        ledgerSeen = ledger.size();
    }

    private static boolean isToGo(Resource<?, ?> resource) {
        return resource.isDeleting() && resource.spec().deletionPolicy() == DeletionPolicy.DELETE;
    }

    private static boolean mayRemove(Running running) {
        Step step = running.step();
        if (step.consent() != null) {
            return consents(running.resource()).contains(step.consent());
        }
        return isToGo(running.resource()) || step.operation().equals("clean-up-guest");
    }

    /** Nothing is there twice. */
    void twice(HostState state, List<Resource<?, ?>> stored) {
        Map<String, String> seen = new HashMap<>();
        Stream.<Guests.Observed<? extends GuestConfig>>concat(
                        state.containers().values().stream(), state.virtualMachines().values().stream())
                .forEach(guest -> guest(guest, seen));
        for (Resource<?, ?> each : stored) {
            if (each.facts() instanceof GuestFacts facts && facts.vmid() != null) {
                once(
                        seen,
                        "number " + facts.vmid() + " in the status",
                        each.key().toString());
            }
        }
    }

    private void guest(Guests.Observed<? extends GuestConfig> guest, Map<String, String> seen) {
        GuestConfig config = guest.config();
        String me = "guest " + guest.vmid();
        if (config.mark() != null) {
            once(seen, "the guest of " + config.mark().owner(), me);
        }
        for (Nic nic : config.nics()) {
            if (nic.address() != null && !nic.address().equals("dhcp")) {
                once(seen, "address " + nic.address(), me);
            }
            if (nic.mac() != null) {
                once(seen, "hardware address " + nic.mac(), me);
            }
        }
        volumes(config).forEach(volume -> once(seen, "volume " + volume, me));
        guest.unused().forEach(volume -> once(seen, "volume " + volume, me));
    }

    private static List<String> volumes(GuestConfig config) {
        List<String> volumes = new ArrayList<>();
        if (config instanceof ContainerConfig container) {
            volumes.add(String.valueOf(container.rootDisk().volume()));
            container.mounts().stream()
                    .map(ContainerConfig.MountPoint::volume)
                    .filter(each -> each != null)
                    .forEach(volumes::add);
        } else if (config instanceof VmConfig machine) {
            machine.disks().stream()
                    .map(VmConfig.Disk::volume)
                    .filter(each -> each != null)
                    .forEach(volumes::add);
        }
        return volumes;
    }

    private void once(Map<String, String> seen, String what, String who) {
        String before = seen.putIfAbsent(what, who);
        if (before != null) {
            violated(Invariant.NOTHING_TWICE, what + ": " + before + " and " + who);
        }
    }
}
