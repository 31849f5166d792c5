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

    private Scenarios() {}

    static Scenario of(long seed) {
        return new Maker(new SplittableRandom(seed), isFrosty(seed)).make(seed);
    }

    /** Every fifth seed has frozen containers. Those that found something before there were such make what they made then. */
    static boolean isFrosty(long seed) {
        return Math.floorMod(seed, 5) == 3;
    }

    /** One scenario in the making. */
    private static final class Maker {
        private final RandomGenerator random;
        private final boolean newer;
        private final Garden garden;
        private final List<Timed> ops = new ArrayList<>();
        private final Map<String, String> ofGit = new LinkedHashMap<>();
        private final List<String> keys;

        Maker(RandomGenerator random, boolean newer) {
            this.random = random;
            this.newer = newer;
            this.garden = new Garden(random, newer);
            this.keys = garden.keys();
        }

        Scenario make(long seed) {
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
                at(within(), git && chance(0.3) ? gitOp() : edit());
            }
            int troubles = random.nextInt(7);
            for (int i = 0; i < troubles; i++) {
                at(chance(0.5) ? 1 + random.nextInt(75) : within(), trouble());
            }
            return new Scenario(seed, List.of(0.02, 0.1, 0.3).get(random.nextInt(3)), ops);
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
            String verb = one(BY_HAND);
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
                default -> guest();
            };
            return new Op.Hand(verb, target, random.nextInt(4));
        }
    }
}
