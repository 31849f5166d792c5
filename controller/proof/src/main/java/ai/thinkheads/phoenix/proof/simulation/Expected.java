package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.proof.simulation.Coverage.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What has to occur in a few hundred runs. */
final class Expected {

    private Expected() {}

    static Map<Part, List<String>> all() {
        return Map.of(
                Part.FAULT, words(Fault.Type.values()),
                Part.EFFECT, words(Effect.values()));
    }

    static List<String> words(Enum<?>[] values) {
        return Arrays.stream(values).map(Expected::word).toList();
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Stream<String> none() {
        return Stream.of();
    }
}
