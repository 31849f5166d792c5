package ai.thinkheads.phoenix.proof.bench;

import java.util.List;
import java.util.Locale;

/**
 * One measured figure.
 *
 * @param name what was measured
 * @param unit of the values
 * @param values every measurement, in the order in which they were made
 * @param target what it should be, in words; empty where nothing is promised
 */
record Figure(String name, String unit, List<Double> values, String target) {

    Figure {
        values = List.copyOf(values);
    }

    static Figure of(String name, String unit, double value, String target) {
        return new Figure(name, unit, List.of(value), target);
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    double smallest() {
        return values.stream().min(Double::compare).orElseThrow();
    }

    double largest() {
        return values.stream().max(Double::compare).orElseThrow();
    }

    static String text(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.3f", value);
    }
}
