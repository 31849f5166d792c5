package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Annotations;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.proof.simulation.Scenario.Timed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Makes scenarios from seeds: a graph of resources, edits of it, and bad times. */
final class Scenarios {

    private static final List<String> OPERATIONS = List.of(
            "*",
            "*",
            "read",
            "read",
            "create-container",
            "clone-container",
            "start-container",
            "update-container",
            "attach-container",
            "template-container",
            "snapshot-container",
            "destroy-container",
            "grow-container",
            "create-dataset",
            "set-dataset",
            "create-pool",
            "create-storage",
            "apply-network",
            "bootstrap-template",
            "exec",
            "create-virtual-machine");
    private static final List<String> MAKING = List.of(
            "create-container",
            "clone-container",
            "attach-container",
            "attach-virtual-machine",
            "create-virtual-machine",
            "clone-virtual-machine",
            "template-container",
            "snapshot-container",
            "grow-container",
            "update-container",
            "start-container",
            "create-dataset",
            "create-storage",
            "apply-network",
            "exec");
    /** After these nobody knows whether it was done. */
    private static final List<Fault.Type> UNKNOWN_END =
            List.of(Fault.Type.LOSE_REPLY, Fault.Type.STALL, Fault.Type.GARBLE);

    private static final Map<String, String> FROSTY = Map.of("stop", "freeze", "start", "thaw");
    private static final List<String> BY_HAND = List.of(
            "stop",
            "start",
            "edit-memory",
            "destroy",
            "set-dataset",
            "remove-storage",
            "delete-file",
            "set-bridge",
            "protect",
            "lock",
            "lock-file",
            "lock-storage",
            "fill",
            "break-feature",
            "export-pool",
            "stage-network");

    /** What is seldom edited otherwise. */
    private static final List<String> RARE = List.of(
            "Hypervisor/lab",
            "NetworkBridge/lan",
            "NetworkBridge/inner",
            "ZfsPool/tank",
            "ZfsPool/slow",
            "StoragePool/files",
            "StoragePool/shelf",
            "GpuDriver/nvidia",
            "LxcTemplate/alpine",
            "Secret/token",
            "Feature/keeper",
            "Feature/tuning");

    private static final List<String> WIDER_HANDS = Stream.concat(
                    BY_HAND.stream(), Stream.of("break-device", "destroy", "edit-memory"))
            .toList();

    private Scenarios() {}

    /** What people do to machines. */
    static List<String> hands() {
        return WIDER_HANDS.stream().distinct().toList();
    }

    static Scenario of(long seed) {
        return of(seed, Generation.THOROUGH);
    }

    static Scenario of(long seed, Generation generation) {
        return new Maker(new SplittableRandom(seed), generation).make(seed, generation);
    }

    /** One scenario in the making. */
    private static final class Maker {
        private final RandomGenerator random;
        private final boolean newer;
        private final boolean wide;
        private final Garden garden;
        private final List<Timed> ops = new ArrayList<>();
        private final Map<String, String> ofGit = new LinkedHashMap<>();
        private final List<String> keys;

        Maker(RandomGenerator random, Generation generation) {
            this.random = random;
            this.newer = generation.has(Generation.FROSTY);
            this.wide = generation.has(Generation.WIDE);
            this.garden = new Garden(random, generation);
            this.keys = garden.keys();
        }

        Scenario make(long seed, Generation generation) {
            Map<String, String> all = garden.manifests();
            boolean git = chance(0.3);
            if (git) {
                for (String key : List.copyOf(all.keySet())) {
                    if ((key.startsWith("ZfsDataset/data") || key.startsWith("LxcContainer/own")) && chance(0.7)) {
                        ofGit.put(key, String.valueOf(all.remove(key)));
                    }
                }
                git = !ofGit.isEmpty();
            }
            if (git) {
                all.put(
                        "GitRepository/fleet",
                        "kind: GitRepository\nmetadata: {name: fleet}\nspec: {url: \"https://git.example.org/fleet\", prune: "
                                + chance(0.7) + "}\n");
                at(0, new Op.Push(List.copyOf(ofGit.values()), false));
            }
            List<String> manifests = new ArrayList<>(all.values());
            shuffle(manifests);
            at(1, new Op.Apply(manifests));
            int edits = 4 + random.nextInt(8);
            for (int i = 0; i < edits; i++) {
                int when = within();
                Op op = git && chance(0.3) ? gitOp() : edit();
                at(when, op);
                if (wide) {
                    soonAfter(when, op);
                }
            }
            int troubles = random.nextInt(7);
            for (int i = 0; i < troubles; i++) {
                at(chance(0.5) ? 1 + random.nextInt(75) : within(), trouble());
            }
            if (wide) {
                whileItIsBusy();
            }
            return new Scenario(seed, generation, List.of(0.02, 0.1, 0.3).get(random.nextInt(3)), ops);
        }

        /** Whoever changes something reads what it needs, and says yes; and that is when things go wrong. */
        private void soonAfter(int when, Op op) {
            if (op instanceof Op.Apply apply) {
                for (String manifest : apply.manifests()) {
                    if (chance(0.5)) {
                        at(
                                when + 20 + random.nextInt(60),
                                new Op.Agree(Parsed.resource(manifest).key().toString()));
                    }
                }
            } else if (op instanceof Op.Delete delete && chance(0.5)) {
                at(when + 20 + random.nextInt(60), new Op.Agree(delete.key()));
            }
            if (chance(0.3)) {
                at(when, chance(0.7) ? break_() : die());
            }
        }

        /** Everything is made in the first minutes: the time for troubles. */
        private void whileItIsBusy() {
            int troubles = 1 + random.nextInt(7);
            for (int i = 0; i < troubles; i++) {
                int when = 1 + random.nextInt(chance(0.5) ? 20 : 120);
                switch (random.nextInt(6)) {
                    case 0, 1, 2 -> at(when, break_());
                    case 3 -> at(when, die());
                    case 4 ->
                        at(
                                when,
                                new Op.Hand(
                                        one(List.of("lock", "lock-file", "lock-storage", "lock-storage")),
                                        one(List.of("StoragePool/fast", "StoragePool/files")),
                                        random.nextInt(4)));
                    default -> at(when, byHand());
                }
            }
        }

        /** An operation that makes something goes wrong, most often so that nobody knows whether it was done. */
        private Op break_() {
            Fault.Type type = chance(0.6) ? one(UNKNOWN_END) : one(List.of(Fault.Type.values()));
            String operation = chance(0.3) ? "*" : one(MAKING);
            return new Op.Break(operation, type, random.nextInt(operation.equals("*") ? 60 : 3), 1 + random.nextInt(2));
        }

        private Op die() {
            return new Op.Die(1 + random.nextInt(chance(0.5) ? 30 : 300), Duration.ofSeconds(random.nextInt(60)));
        }

        private void at(int seconds, Op op) {
            ops.add(new Timed(Duration.ofSeconds(seconds), op));
        }

        private int within() {
            return chance(0.5) ? 2 + random.nextInt(240) : 240 + random.nextInt(1_560);
        }

        private boolean chance(double p) {
            return random.nextDouble() < p;
        }

        private <T> T one(List<T> of) {
            return of.get(random.nextInt(of.size()));
        }

        private void shuffle(List<String> list) {
            for (int i = list.size() - 1; i > 0; i--) {
                java.util.Collections.swap(list, i, random.nextInt(i + 1));
            }
        }

        private String guest() {
            return one(keys.stream()
                    .filter(key -> key.startsWith("LxcContainer/") || key.startsWith("VirtualMachine/"))
                    .toList());
        }

        private String any() {
            if (wide && chance(0.2)) {
                List<String> there = RARE.stream().filter(keys::contains).toList();
                return one(there);
            }
            return chance(0.6) ? guest() : one(keys);
        }

        private Op edit() {
            String key = any();
            return switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> new Op.Apply(List.of(garden.vary(key)));
                case 5 ->
                    new Op.Apply(List.of(garden.vary(key), garden.vary(one(keys))).stream()
                            .distinct()
                            .toList());
                case 6, 7 -> new Op.Delete(key.equals("Hypervisor/lab") ? guest() : key);
                case 8 -> new Op.Annotate(key, Annotations.PAUSED, chance(0.7) ? "true" : null);
                case 9 -> new Op.Agree(key);
                case 10 -> new Op.Annotate(guest(), Annotations.RECONCILE_AT, "2026-01-01T00:05:00Z");
                default -> new Op.Annotate(guest(), Annotations.RESTARTED_AT, "2026-01-01T00:04:00Z");
            };
        }

        private Op gitOp() {
            if (chance(0.15)) {
                return new Op.PushNonsense();
            }
            if (chance(0.15)) {
                return new Op.GitFails(1 + random.nextInt(3));
            }
            for (String key : List.copyOf(ofGit.keySet())) {
                if (chance(0.5)) {
                    ofGit.put(key, garden.vary(key));
                }
            }
            List<String> commit = new ArrayList<>(ofGit.values());
            if (commit.size() > 1 && chance(0.3)) {
                commit.remove(random.nextInt(commit.size()));
            }
            return new Op.Push(commit, chance(0.3));
        }

        private Op trouble() {
            return switch (random.nextInt(12)) {
                case 0, 1, 2, 3 ->
                    new Op.Break(
                            one(OPERATIONS),
                            one(List.of(Fault.Type.values())),
                            random.nextInt(4),
                            1 + random.nextInt(3));
                case 4, 5, 6 -> byHand();
                case 7, 8 -> new Op.Kill(chance(0.8), Duration.ofSeconds(random.nextInt(90)));
                case 9 -> new Op.Stale(1 + random.nextInt(3), chance(0.5));
                case 10 -> new Op.StoreFails(1 + random.nextInt(4), chance(0.5));
                default -> chance(0.3) ? new Op.PowerCycle() : byHand();
            };
        }

        private Op byHand() {
            String verb = one(wide ? WIDER_HANDS : BY_HAND);
            if (newer && chance(0.5)) {
                verb = FROSTY.getOrDefault(verb, verb);
            }
            String target = switch (verb) {
                case "set-dataset" ->
                    one(keys.stream()
                            .filter(key -> key.startsWith("ZfsDataset/"))
                            .toList());
                case "remove-storage", "lock-storage" -> one(List.of("StoragePool/fast", "StoragePool/files"));
                case "delete-file" -> "LxcTemplate/debian";
                case "set-bridge", "stage-network" -> "NetworkBridge/lan";
                case "fill", "export-pool" -> "ZfsPool/tank";
                case "break-device" -> "ZfsPool/slow";
                default -> guest();
            };
            return new Op.Hand(verb, target, random.nextInt(4));
        }
    }
}
