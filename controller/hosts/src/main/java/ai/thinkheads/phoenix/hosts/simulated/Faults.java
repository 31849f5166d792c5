package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Faults that wait for their operation: those of the manifest, and those that a test asks for. */
public final class Faults {

    private static final Pattern OF_A_GUEST = Pattern.compile("-(container|virtual-machine)$");
    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("attach-guest", "attach-volume"),
            Map.entry("reattach-guest", "reattach-volume"),
            Map.entry("detach-guest", "detach-volume"),
            Map.entry("grow-guest", "grow-volume"),
            Map.entry("destroy-unused-guest", "destroy-volume"),
            Map.entry("template-guest", "make-template"),
            Map.entry("snapshot-guest", "create-snapshot"),
            Map.entry("delete-snapshot-guest", "delete-snapshot"),
            Map.entry("rollback-guest", "rollback-snapshot"),
            Map.entry("chown-dataset", "set-owner"),
            Map.entry("stage-network", "create-bridge"),
            Map.entry("stage-network-removal", "remove-bridge"),
            Map.entry("exec", "install-feature"));

    private final Machine machine;
    private final List<Armed> armed = new ArrayList<>();
    private final List<Fault.Type> suffered = new ArrayList<>();
    private List<Fault> manifest = List.of();

    private static final class Armed {
        private final String operation;
        private final Fault.Type type;
        private int skip;
        private int times;

        Armed(String operation, Fault.Type type, int skip, int times) {
            this.operation = operation;
            this.type = type;
            this.skip = skip;
            this.times = times;
        }
    }

    Faults(Machine machine) {
        this.machine = machine;
    }

    /** The manifest's faults; those that happened before stay spent for as long as the list is the same. */
    void manifest(List<Fault> faults) {
        this.manifest = List.copyOf(faults);
        String of = faults.toString();
        machine.change("open", transaction -> {
            boolean same = transaction.faults().map(row -> row.of().equals(of)).orElse(false);
            if (!same && (!faults.isEmpty() || transaction.faults().isPresent())) {
                transaction.faults(new Row.Remaining(
                        of,
                        faults.stream()
                                .map(each -> each.times() == null ? 1 : each.times())
                                .toList()));
            }
            return of;
        });
    }

    /** The next operation of that name goes wrong; {@code *} stands for any. */
    public void failNext(String operation, Fault.Type type) {
        fail(operation, type, 0, 1);
    }

    /** After so many operations of that name have gone well, so many go wrong. */
    public synchronized void fail(String operation, Fault.Type type, int after, int times) {
        armed.add(new Armed(operation, type, after, times));
    }

    /** Forgets what was asked for by {@link #fail}. */
    public synchronized void clear() {
        armed.clear();
    }

    /** What went wrong of what was asked for by {@link #fail}, in order. */
    public synchronized List<Fault.Type> suffered() {
        return List.copyOf(suffered);
    }

    /** The fault that this operation has to suffer, which is then spent. */
    Optional<Fault.Type> take(String operation) {
        Optional<Fault.Type> asked = takeArmed(operation);
        return asked.isPresent() || manifest.isEmpty() ? asked : takeOfManifest(operation);
    }

    private synchronized Optional<Fault.Type> takeArmed(String operation) {
        for (Armed each : armed) {
            if (!matches(each.operation, operation)) {
                continue;
            }
            if (each.skip > 0) {
                each.skip--;
                continue;
            }
            each.times--;
            if (each.times == 0) {
                armed.remove(each);
            }
            suffered.add(each.type);
            return Optional.of(each.type);
        }
        return Optional.empty();
    }

    private Optional<Fault.Type> takeOfManifest(String operation) {
        return machine.change("fault", transaction -> {
            Row.Remaining remaining = transaction.faults().orElse(new Row.Remaining("", List.of()));
            for (int i = 0; i < Math.min(manifest.size(), remaining.times().size()); i++) {
                int left = remaining.times().get(i);
                if (left > 0 && matches(manifest.get(i).operation(), operation)) {
                    List<Integer> fewer = new ArrayList<>(remaining.times());
                    fewer.set(i, left - 1);
                    transaction.faults(new Row.Remaining(remaining.of(), fewer));
                    return Optional.of(manifest.get(i).type());
                }
            }
            return Optional.empty();
        });
    }

    /**
     * Operations go by the names that Phoenix's events give them, too: a guest is a container or a virtual machine, and what is
     * attached to one is a volume.
     */
    private static boolean matches(String pattern, String operation) {
        if (pattern.equals("*") || pattern.equals(operation)) {
            return true;
        }
        String general = OF_A_GUEST.matcher(operation).replaceFirst("-guest");
        return pattern.equals(general) || pattern.equals(ALIASES.get(general));
    }
}
