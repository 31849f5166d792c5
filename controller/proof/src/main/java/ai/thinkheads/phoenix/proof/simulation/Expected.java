package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.proof.simulation.Coverage.Part;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What has to occur in a thousand runs, so that what they prove is not proved of nothing. */
final class Expected {

    /**
     * By kind, the operations of its steps; without {@code copy-template}, {@code mount-dataset} and {@code clean-up-guest}, which no
     * run has come to yet and tests of their own show.
     */
    private static final List<String> STEPS = List.of(
            "CloudImage download-template",
            "GitRepository apply-commit",
            "GpuDriver install-gpu-driver remove-gpu-driver set-gpu-persistence",
            "Hypervisor adopted install-feature install-packages mark-host reboot remove-feature set-arc-max set-dns set-hostname set-timezone",
            "LxcContainer adopted attach-volume change-guest change-volume clone-guest create-guest delete-snapshot destroy-guest destroy-volume detach-volume freeze-guest grow-volume install-feature make-template mark-guest release-guest remove-feature replace-guest restart-guest set-owner shutdown-guest start-guest take-snapshot thaw-guest verify-features",
            "LxcTemplate bootstrap-template delete-template download-template",
            "NetworkBridge change-bridge confirm-network create-bridge release-bridge remove-bridge",
            "Secret forget-value seal-value",
            "StoragePool create-storage redefine-storage remove-storage update-storage",
            "VirtualMachine attach-volume change-guest clone-guest create-guest destroy-guest destroy-volume detach-volume grow-volume install-feature make-template mark-guest move-volume release-guest remove-feature restart-guest shutdown-guest start-guest",
            "ZfsDataset chown-dataset create-dataset destroy-dataset release-dataset set-dataset",
            "ZfsPool add-vdev attach-device create-pool destroy-pool import-pool release-pool remove-device replace-device set-dataset set-pool");

    private static final Map<Part, List<String>> ALL = Map.ofEntries(
            Map.entry(Part.FAULT, words(EnumSet.allOf(Fault.Type.class))),
            // The simulated machine can do all that is asked of it, and denies nothing.
            Map.entry(
                    Part.ANSWER,
                    words(EnumSet.complementOf(
                            EnumSet.of(HostException.Cause.DENIED, HostException.Cause.UNSUPPORTED)))),
            Map.entry(Part.READ, List.of("stale", "torn")),
            Map.entry(Part.STORE, List.of("refused", "answer lost", "Conflict")),
            Map.entry(Part.CONTROLLER, List.of("killed", "killed and its state deleted")),
            Map.entry(
                    Part.PERSON,
                    Stream.concat(Scenarios.hands().stream(), Stream.of("freeze", "thaw", "power-cycle"))
                            .toList()),
            Map.entry(Part.CLIENT, List.of("apply", "delete", "annotate", "refused", "to be tried again")),
            Map.entry(
                    Part.GIT,
                    List.of(
                            "fetch",
                            "commit",
                            "history rewritten",
                            "commit that is gone",
                            "commit that makes no sense",
                            "no answer")),
            Map.entry(Part.EFFECT, words(EnumSet.allOf(Effect.class))),
            Map.entry(
                    Part.CONDITION,
                    List.of(
                            "Ready",
                            "Synced",
                            "Drifted",
                            "Degraded",
                            "Stale",
                            "Paused",
                            "RestartRequired",
                            "RebootRequired",
                            "UnusedVolumes",
                            "not Ready: ConsentRequired",
                            "not Ready: WaitingForDependency")),
            Map.entry(Part.STEP, steps()));

    private Expected() {}

    static Map<Part, List<String>> all() {
        return ALL;
    }

    private static List<String> steps() {
        return STEPS.stream()
                .flatMap(line -> {
                    List<String> words = Arrays.asList(line.split(" "));
                    return words.stream().skip(1).map(operation -> words.getFirst() + " " + operation);
                })
                .toList();
    }

    private static List<String> words(Set<? extends Enum<?>> values) {
        return values.stream().map(Expected::word).toList();
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
