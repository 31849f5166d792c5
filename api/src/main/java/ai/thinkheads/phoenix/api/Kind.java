package ai.thinkheads.phoenix.api;

import java.util.List;

/**
 * One entry of the catalogue {@link Kinds}.
 *
 * @param name the singular CamelCase kind
 * @param plural the lower-case plural, used in paths
 * @param shortNames abbreviations for the command line, the preferred one first
 * @param scope what part of a host it is about
 * @param specType the type of {@code spec}
 * @param factsType the type of the kind's own part of {@code status}
 * @param columns what {@code get} prints beside name, readiness and age
 * @param summary one sentence for people
 */
public record Kind<S extends Spec, F extends Facts>(
        String name,
        String plural,
        List<String> shortNames,
        Scope scope,
        Class<S> specType,
        Class<F> factsType,
        List<Column> columns,
        String summary) {

    public Kind {
        shortNames = List.copyOf(shortNames);
        columns = List.copyOf(columns);
    }

    public String singular() {
        return name.toLowerCase(java.util.Locale.ROOT);
    }

    /** Which part of a host a kind is about; {@code phoenixctl setup} applies {@link #HOST} kinds only. */
    public enum Scope {
        /** Part of the hypervisor itself. */
        HOST,
        /** A container or a virtual machine. */
        GUEST,
        /** Lives in the controller only. */
        CONTROLLER
    }

    /**
     * A column of {@code get}.
     *
     * @param title the heading, in capitals as kubectl prints it
     * @param path a JSON path from the resource, for example {@code .status.vmid}
     * @param wide whether it shows in {@code -o wide} only
     */
    public record Column(String title, String path, boolean wide) {}
}
