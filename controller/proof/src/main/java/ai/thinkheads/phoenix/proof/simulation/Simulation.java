package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One run: a scenario to its end, then quiet, and what has to hold then. */
final class Simulation {

    private static final Duration STEP = Duration.ofMinutes(5);
    private static final int MOST_STEPS = 30;
    /** Why a resource may be left other than Ready for good: somebody has to decide, or what was asked for cannot be had. */
    private static final Set<String> SAID = Set.of(
            "ConsentRequired",
            "WaitingForDependency",
            "InUse",
            "HypervisorMissing",
            "CannotShrink",
            "LayoutMismatch",
            "InvalidManifests",
            "InvalidSpec",
            "CannotReplace",
            "CannotSnapshot",
            "PendingChanges",
            "NoSpace",
            "SourceHasDirectory",
            "QuotaBelowUsed",
            "DatasetNotEmpty",
            "DatasetInUse",
            "PoolNotEmpty",
            "StorageInUse",
            "BridgeInUse",
            "CardsInUse",
            "OriginMissing");

    /** What only a reboot ends. */
    private static final Set<String> REBOOT = Set.of("RebootRequired", "DriverNotLoaded");

    /** What a machine may refuse for good. */
    private static final List<String> HOST_SAYS = List.of(
            "is still in use by a snapshot; delete the snapshot first",
            "there is a mount point at",
            "snapshot feature is not available");

    private final Scenario scenario;
    private final World world;
    private final Deeds deeds;

    private Simulation(Scenario scenario, Bugs bugs, int keptTrace) {
        this.scenario = scenario;
        this.world = new World(scenario.seed(), scenario.switching(), bugs, keptTrace, Ground.start());
        this.deeds = new Deeds(world);
        if (scenario.generation().has(Generation.WIDE)) {
            world.withWanderer();
        }
    }

    /**
     * What became of a run.
     *
     * @param hash of the trace
     * @param calls of hosts and store
     */
    record Run(
            Scenario scenario,
            String hash,
            List<Violation> violations,
            List<String> trace,
            long calls,
            long turns,
            Duration simulated,
            Coverage coverage) {
        boolean isGood() {
            return violations.isEmpty();
        }
    }

    static Run run(Scenario scenario, Bugs bugs, int keptTrace) {
        return new Simulation(scenario, bugs, keptTrace).run();
    }

    private Run run() {
        Invariants invariants = world.invariants();
        try {
            SimulatedHost ground = world.openAside(Ground.spec());
            invariants.startLedgerAt(ground.ledger().size());
            world.driver().halt();
            world.boot();
            for (Scenario.Timed each : scenario.ops()) {
                world.strands().advanceTo(max(each.at(), world.time().elapsed()));
                world.trace("op", each.op().toString());
                deeds.perform(each.op());
            }
            finish();
        } catch (Strands.Endless e) {
            invariants.violated(Invariant.CONVERGES, String.valueOf(e.getMessage()));
        }
        world.kill(true);
        return new Run(
                scenario,
                world.trace().hash(),
                invariants.violations(),
                world.trace().lines(),
                world.calls(),
                world.strands().turns(),
                world.time().elapsed(),
                world.coverage());
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private void pass(Duration duration) {
        world.strands().advanceTo(world.time().elapsed().plus(duration));
    }

    private void finish() {
        pass(Duration.ofMinutes(3));
        world.trace("op", "quiet");
        deeds.heal();
        pass(Duration.ofMinutes(1));
        deeds.applyAll();
        List<String> open = List.of("nothing was looked at");
        for (int i = 0; i < MOST_STEPS && !open.isEmpty(); i++) {
            pass(STEP);
            open = open();
        }
        Invariants invariants = world.invariants();
        if (!open.isEmpty()) {
            invariants.violated(Invariant.CONVERGES, String.join("; ", open));
            return;
        }
        world.replicas().forEach(Replica::stay);
        rests();
        SimulatedHost look = world.aside();
        if (look == null) {
            return;
        }
        HostState state = look.read();
        invariants.twice(state, world.stored().items());
        invariants.visible("the machine's settings", state.toString());
        world.stored()
                .items()
                .forEach(each -> invariants.visible(
                        "what is stored of " + each.key(),
                        ResourceCodec.tree(each).toString()));
        Ground.touched(state)
                .forEach(each -> invariants.violated(Invariant.FOREIGN_UNTOUCHED, each + " is not as it was"));
        for (Resource<?, ?> each : world.stored().items()) {
            if (Invariants.claims(each)) {
                List<String> lies = Truth.lies(each, state);
                if (!lies.isEmpty()) {
                    invariants.violated(
                            Invariant.READY_IS_TRUE, each.key() + " is said to be Ready in the end, and " + lies);
                }
            }
        }
        deeds.forgotten().forEach(each -> invariants.violated(Invariant.NOTHING_FORGOTTEN, each));
        world.replicas().forEach(each -> each.compare(world.stored()));
    }

    /** Another pass over what is read anew changes nothing. */
    private void rests() {
        SimulatedHost look = world.aside();
        Controller controller = world.controller();
        if (look == null || controller == null) {
            return;
        }
        HostState before = look.read();
        Map<ResourceKey, Object> specs = specs();
        List<ResourceKey> keys =
                world.stored().items().stream().map(Resource::key).toList();
        world.strands().start("again", () -> controller.engine().reconcileNow(keys, true));
        pass(Duration.ofMinutes(2));
        HostState after = look.read();
        if (!before.equals(after)) {
            world.invariants()
                    .violated(
                            Invariant.RESTS,
                            "the machine was changed once more: " + Differences.between(before, after));
        }
        if (!specs.equals(specs())) {
            world.invariants().violated(Invariant.RESTS, "what is stored was changed once more");
        }
        List<String> open = open();
        if (!open.isEmpty()) {
            world.invariants().violated(Invariant.RESTS, "not settled any more: " + String.join("; ", open));
        }
    }

    private static boolean mayReboot(List<Resource<?, ?>> all) {
        return all.stream()
                .anyMatch(each -> each.spec() instanceof HypervisorSpec host
                        && host.rebootPolicy() == HypervisorSpec.RebootPolicy.WHEN_REQUIRED);
    }

    private Map<ResourceKey, Object> specs() {
        Map<ResourceKey, Object> specs = new HashMap<>();
        world.stored().items().forEach(each -> specs.put(each.key(), each.spec()));
        return specs;
    }

    /** What is not settled. */
    private List<String> open() {
        List<String> open = new ArrayList<>();
        List<Resource<?, ?>> all = world.stored().items();
        Set<ResourceKey> unready = new HashSet<>();
        for (Resource<?, ?> each : all) {
            if (!each.has(Conditions.READY)) {
                unready.add(each.key());
            }
        }
        for (Resource<?, ?> each : all) {
            Condition ready = each.status().condition(Conditions.READY).orElse(null);
            if (ready == null) {
                open.add(each.key() + " was never looked at");
                continue;
            }
            boolean current = each.status().observedGeneration() == each.generation();
            boolean settled = current && !each.isDeleting() && "True".equals(ready.getStatus());
            boolean said = current && !"True".equals(ready.getStatus()) && SAID.contains(ready.getReason());
            if (said && ready.getReason().equals("WaitingForDependency")) {
                said = unready.stream()
                                .anyMatch(key ->
                                        String.valueOf(ready.getMessage()).contains(key.toString()))
                        || String.valueOf(ready.getMessage()).contains("not exist");
            }
            String message = String.valueOf(ready.getMessage());
            said |= current && HOST_SAYS.stream().anyMatch(message::contains);
            // Only a person may reboot it.
            boolean known = !mayReboot(all) && REBOOT.contains(ready.getReason());
            if (!settled && !said && !known) {
                open.add(each.key() + (each.isDeleting() ? " (deleting)" : "") + " is " + ready.getReason() + ": "
                        + ready.getMessage()
                        + (current
                                ? ""
                                : " (of generation " + each.status().observedGeneration() + ", it is at "
                                        + each.generation()
                                        + ", annotations "
                                        + each.metadata().getAnnotations().keySet().stream()
                                                .filter(name -> name.equals(Annotations.PAUSED))
                                                .toList()
                                        + ")"));
            }
        }
        return open;
    }
}
