package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec.Simulated.Fault;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is asked of the machine: counts it, lets it suffer the fault that waits for it, takes its locks, lets it take its
 * time, and records its task. Checks are made when an operation is asked for, and again when its work is done.
 */
final class Operations {

    /** How long a client waits for an answer that does not come. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long an allocation holds a storage. */
    private static final Duration ALLOCATION = Duration.ofMillis(300);

    private final Machine machine;
    private final Faults faults;
    private final Latencies latencies;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private volatile boolean closed;
    private volatile @Nullable Instant cutOffUntil;

    Operations(Machine machine, Faults faults, Latencies latencies) {
        this.machine = machine;
        this.faults = faults;
        this.latencies = latencies;
    }

    /**
     * What is asked for.
     *
     * @param name as faults and the ledger name it
     * @param latency under which name its duration is found
     * @param task Proxmox's word for the task
     * @param id the object of the task
     * @param files lock files that it waits for and holds until it is done
     * @param allocates lock files that it waits for and holds while it allocates
     * @param holds guests that it holds by their {@code lock} property while it runs, and the word for it
     */
    record Request(
            String name,
            String latency,
            String task,
            String id,
            List<String> files,
            List<String> allocates,
            Map<Integer, String> holds) {

        static Request of(String name, String task, String id) {
            return new Request(name, name, task, id, List.of(), List.of(), Map.of());
        }

        Request files(String... names) {
            return new Request(name, latency, task, id, List.of(names), allocates, holds);
        }

        /** Allocates in those storages. */
        Request allocating(java.util.Collection<String> storages) {
            List<String> locks =
                    storages.stream().distinct().sorted().map(Locks::storage).toList();
            return new Request(name, latency, task, id, files, locks, holds);
        }

        private List<String> allFiles() {
            return java.util.stream.Stream.concat(files.stream(), allocates.stream())
                    .toList();
        }

        Request holds(Map<Integer, String> words) {
            return new Request(name, latency, task, id, files, allocates, words);
        }

        Request latency(String key) {
            return new Request(name, key, task, id, files, allocates, holds);
        }
    }

    Machine machine() {
        return machine;
    }

    Latencies latencies() {
        return latencies;
    }

    Host.Counters counters() {
        return new Host.Counters(reads.get(), changes.get());
    }

    void countRead() {
        reads.incrementAndGet();
    }

    void countChange() {
        changes.incrementAndGet();
    }

    /** A question put to the machine. */
    <T> T read(String name, Function<Transaction, T> body) {
        reachable();
        countRead();
        Fault.Type fault = faults.take(name).orElse(null);
        if (fault != null) {
            suffer(name, fault);
        }
        pause(latencies.of(name));
        settleNetwork();
        return machine.look(body);
    }

    /** A question that is not put to the state alone. */
    <T> T ask(String name, java.util.function.Supplier<T> body) {
        reachable();
        countRead();
        Fault.Type fault = faults.take(name).orElse(null);
        if (fault != null) {
            suffer(name, fault);
        }
        return body.get();
    }

    /** Work that makes its own transactions. */
    <T> T act(String name, java.util.function.Supplier<T> body) {
        reachable();
        countChange();
        Fault.Type fault = faults.take(name).orElse(null);
        if (fault == Fault.Type.REFUSE || fault == Fault.Type.FAIL_TASK) {
            suffer(name, fault);
        }
        T result = body.get();
        if (fault != null) {
            suffer(name, fault);
        }
        return result;
    }

    /** An operation without a result. */
    void run(Request request, java.util.function.Consumer<Transaction> body) {
        call(request, transaction -> {
            body.accept(transaction);
            return Boolean.TRUE;
        });
    }

    /** An operation. */
    <T> T call(Request request, Function<Transaction, T> body) {
        reachable();
        countChange();
        Fault.Type fault = faults.take(request.name()).orElse(null);
        if (fault == Fault.Type.REFUSE) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    request.name() + " " + request.id() + " was refused: a fault that was asked for");
        }
        settleNetwork();
        Duration duration = latencies.of(request.latency());
        boolean waits = !duration.isZero() || fault == Fault.Type.FAIL_TASK;
        T result = waits ? slowly(request, duration, fault, body) : atOnce(request, body);
        if (fault != null) {
            suffer(request.name(), fault);
        }
        return result;
    }

    private <T> T atOnce(Request request, Function<Transaction, T> body) {
        T done = machine.guarded(() -> {
            if (machine.locks().tryTake(request.allFiles()) != null) {
                return null;
            }
            try {
                return worked(request, body);
            } finally {
                machine.locks().release(request.allFiles());
            }
        });
        if (done != null) {
            return done;
        }
        machine.locks().take(request.allFiles());
        try {
            return worked(request, body);
        } finally {
            machine.locks().release(request.allFiles());
        }
    }

    private <T> T slowly(
            Request request, Duration duration, Fault.@Nullable Type fault, Function<Transaction, T> body) {
        machine.locks().take(request.files());
        boolean holding = false;
        try {
            machine.guarded(() -> {
                machine.rehearse(request.name(), body);
                machine.locks().setBusy(request.holds());
                return Boolean.TRUE;
            });
            holding = true;
            if (fault == Fault.Type.FAIL_TASK) {
                pause(duration.dividedBy(2));
                Tasks.Running task = begin(request);
                task.done(machine.clock().now(), "a fault that was asked for");
                throw new HostException(
                        HostException.Cause.FAILED,
                        request.name() + " " + request.id()
                                + " failed in its task: a fault that was asked for; try again");
            }
            pause(duration.minus(allocate(request, duration)));
            machine.locks().clearBusy(request.holds());
            holding = false;
            return worked(request, body);
        } finally {
            if (holding) {
                machine.locks().clearBusy(request.holds());
            }
            machine.locks().release(request.files());
        }
    }

    /** Holds the storages' locks for as long as an allocation takes. */
    private Duration allocate(Request request, Duration duration) {
        if (request.allocates().isEmpty()) {
            return Duration.ZERO;
        }
        machine.locks().take(request.allocates());
        try {
            Duration part = duration.compareTo(ALLOCATION) < 0 ? duration : ALLOCATION;
            pause(part);
            return part;
        } finally {
            machine.locks().release(request.allocates());
        }
    }

    private <T> T worked(Request request, Function<Transaction, T> body) {
        Tasks.Running task = begin(request);
        String error = "unexpected status";
        try {
            T result = machine.change(request.name(), transaction -> {
                T made = body.apply(transaction);
                transaction.warnings.forEach(line -> machine.tasks().warned(task, line));
                return made;
            });
            error = null;
            return result;
        } catch (HostException e) {
            error = e.getMessage();
            throw e;
        } finally {
            task.done(machine.clock().now(), error);
        }
    }

    private Tasks.Running begin(Request request) {
        String node =
                machine.guarded(() -> machine.row(Table.NODE, "1") instanceof Row.Node row ? row.hostname() : "pve");
        return machine.tasks()
                .begin(node, request.task(), request.id(), machine.clock().now());
    }

    private void suffer(String name, Fault.Type fault) {
        switch (fault) {
            case REFUSE ->
                throw new HostException(HostException.Cause.REFUSED, name + " was refused: a fault that was asked for");
            case FAIL_TASK ->
                throw new HostException(
                        HostException.Cause.FAILED, name + " failed: a fault that was asked for; try again");
            case LOSE_REPLY ->
                throw new HostException(
                        HostException.Cause.UNREACHABLE,
                        "the answer to " + name + " was lost: connection reset by peer; look before trying again");
            case STALL -> {
                if (name.equals("apply-network")) {
                    cutOffUntil = machine.look(Transaction::reload)
                            .map(Row.Reload::deadline)
                            .orElse(null);
                }
                pause(PATIENCE);
                throw new HostException(
                        HostException.Cause.UNREACHABLE,
                        "no answer to " + name + " within " + PATIENCE.toSeconds() + " s; look before trying again");
            }
            case GARBLE ->
                throw new HostException(
                        HostException.Cause.UNREACHABLE,
                        "the answer to " + name
                                + " makes no sense: unexpected character '<' at 1; look before trying again");
        }
    }

    /** Waits as long as the operation takes. A client that is interrupted stops waiting and knows nothing. */
    void pause(Duration duration) {
        if (duration.isZero()) {
            return;
        }
        machine.clock().sleep(duration);
        if (Thread.currentThread().isInterrupted()) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE, "interrupted while waiting for the simulated host");
        }
    }

    private void reachable() {
        if (closed) {
            throw new HostException(HostException.Cause.UNREACHABLE, "the host was closed; open it again");
        }
        Instant until = cutOffUntil;
        if (until != null) {
            if (machine.clock().now().isBefore(until)) {
                throw new HostException(
                        HostException.Cause.UNREACHABLE,
                        "no route to the host since the network was changed; it takes the change back at " + until);
            }
            cutOffUntil = null;
        }
    }

    private void settleNetwork() {
        if (machine.guarded(() -> machine.row(Table.RELOAD, "1")) instanceof Row.Reload reload
                && !machine.clock().now().isBefore(reload.deadline())) {
            machine.change("revert-network", transaction -> SimulatedNetworks.revert(transaction));
        }
    }

    void close() {
        closed = true;
    }
}
