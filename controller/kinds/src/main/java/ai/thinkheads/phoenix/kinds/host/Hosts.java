package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorFacts;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.api.v1alpha1.SecretRef;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.engine.time.Clock;
import ai.thinkheads.phoenix.hosts.port.Host;
import ai.thinkheads.phoenix.hosts.port.HostDriver;
import ai.thinkheads.phoenix.hosts.port.HostException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The open hosts, one for each Hypervisor resource. A host is opened when it is first asked for, and again when the part of the
 * spec that says how to reach it, or one of its credentials, has changed.
 */
public final class Hosts implements AutoCloseable {

    /** The key under which a driver finds the private key that {@code spec.shell.key} names. */
    public static final String SHELL_KEY = "ssh-privatekey";

    private final Map<HypervisorSpec.Driver, HostDriver> drivers;
    private final Vault vault;
    private final Clock clock;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    @Inject
    public Hosts(Map<HypervisorSpec.Driver, HostDriver> drivers, Vault vault, Clock clock) {
        this.drivers = Map.copyOf(drivers);
        this.vault = vault;
        this.clock = clock;
    }

    /**
     * The Hypervisor that a resource lives on: itself, the one that its spec names, or the only one there is.
     *
     * @throws ReconcileException when there is no such Hypervisor, or several and none is named
     */
    public Resource<HypervisorSpec, HypervisorFacts> hypervisor(Resource<?, ?> resource, Resources resources) {
        var itself = resource.as(Kinds.HYPERVISOR);
        if (itself.isPresent()) {
            return itself.get();
        }
        String named = resource.spec().hypervisor();
        if (named != null) {
            return resources
                    .get(Kinds.HYPERVISOR, named)
                    .orElseThrow(() -> missing(
                            resource.key(), "spec.hypervisor names Hypervisor/" + named + ", which does not exist"));
        }
        List<Resource<HypervisorSpec, HypervisorFacts>> all = resources.list(Kinds.HYPERVISOR);
        if (all.isEmpty()) {
            throw missing(resource.key(), "there is no Hypervisor; apply one first");
        }
        if (all.size() > 1) {
            String names = all.stream().map(Resource::name).collect(Collectors.joining(", "));
            throw missing(resource.key(), "there are several Hypervisors; set spec.hypervisor to one of " + names);
        }
        return all.getFirst();
    }

    /**
     * The open host of a Hypervisor.
     *
     * @throws HostException when it cannot be opened
     * @throws ReconcileException when this build has no such driver, or a credential is missing
     */
    public Host open(Resource<HypervisorSpec, HypervisorFacts> hypervisor) {
        return slots.computeIfAbsent(hypervisor.name(), name -> new Slot()).open(hypervisor);
    }

    /** How often each host was asked and changed since this controller started, by Hypervisor. */
    public Map<String, Host.Counters> counters() {
        Map<String, Host.Counters> counters = new TreeMap<>();
        slots.forEach((name, slot) -> counters.put(name, slot.counters()));
        return counters;
    }

    /** Closes the host of a Hypervisor that went away; it is opened again when somebody asks for it. */
    public void forget(String hypervisor) {
        Slot slot = slots.get(hypervisor);
        if (slot != null) {
            slot.close();
        }
    }

    @Override
    public void close() {
        slots.values().forEach(Slot::close);
    }

    private static ReconcileException missing(ResourceKey key, String cause) {
        return new ReconcileException("HypervisorMissing", key + ": " + cause, true, null);
    }

    private Map<String, String> credentials(Resource<HypervisorSpec, HypervisorFacts> hypervisor) {
        Map<String, String> values = new TreeMap<>();
        SecretRef credentials = hypervisor.spec().credentials();
        if (credentials != null) {
            values.putAll(values(hypervisor.key(), "spec.credentials", credentials));
        }
        HypervisorSpec.Shell shell = hypervisor.spec().shell();
        if (shell != null && shell.key() != null) {
            Map<String, String> found = values(hypervisor.key(), "spec.shell.key", shell.key());
            String key = found.getOrDefault(
                    SHELL_KEY, found.size() == 1 ? found.values().iterator().next() : null);
            if (key == null) {
                throw incomplete(
                        hypervisor.key(),
                        "spec.shell.key names Secret/" + shell.key().name() + ", which has " + found.size()
                                + " keys and none of them is " + SHELL_KEY + "; set spec.shell.key.key");
            }
            values.put(SHELL_KEY, key);
        }
        return values;
    }

    private Map<String, String> values(ResourceKey of, String field, SecretRef ref) {
        Map<String, String> all = vault.all(ref.name());
        if (all.isEmpty()) {
            throw incomplete(of, field + " names Secret/" + ref.name() + ", which has no values yet");
        }
        String key = ref.key();
        if (key == null) {
            return all;
        }
        String value = all.get(key);
        if (value == null) {
            throw incomplete(
                    of,
                    field + ".key names '" + key + "', but Secret/" + ref.name() + " has only "
                            + String.join(", ", new TreeMap<>(all).keySet()));
        }
        return Map.of(key, value);
    }

    private static ReconcileException incomplete(ResourceKey of, String cause) {
        return new ReconcileException("CredentialsMissing", of + ": " + cause, true, null);
    }

    private HostDriver driver(Resource<HypervisorSpec, HypervisorFacts> hypervisor) {
        HypervisorSpec.Driver wanted = hypervisor.spec().driver();
        HostDriver driver = drivers.get(wanted);
        if (driver == null) {
            throw new ReconcileException(
                    "DriverMissing",
                    hypervisor.key() + ": spec.driver: driver " + word(wanted)
                            + " is not part of this build, which has "
                            + (drivers.isEmpty()
                                    ? "none"
                                    : drivers.keySet().stream()
                                            .map(Hosts::word)
                                            .sorted()
                                            .collect(Collectors.joining(", "))),
                    false,
                    null);
        }
        return driver;
    }

    private static String word(HypervisorSpec.Driver driver) {
        return driver.name().toLowerCase(Locale.ROOT);
    }

    /** How a host is reached: what has to be equal for an open one to go on. Credentials are compared by fingerprint. */
    private record Reach(
            HypervisorSpec.Driver driver,
            @Nullable String endpoint,
            @Nullable String node,
            HypervisorSpec.@Nullable Shell shell,
            HypervisorSpec.@Nullable Simulated simulated,
            Map<String, String> credentials) {}

    /** The place of one host. Opening is exclusive and can take a while; using what was opened, and counting, waits for nobody. */
    private final class Slot {

        private final ReentrantLock opening = new ReentrantLock();
        private final ReentrantLock lock = new ReentrantLock();
        private final Silence silence = new Silence(clock);
        private @Nullable Reach tried;
        private @Nullable Host host;
        private @Nullable Reach reach;
        private Host.Counters earlier = new Host.Counters(0, 0);

        Host open(Resource<HypervisorSpec, HypervisorFacts> hypervisor) {
            HostDriver driver = driver(hypervisor);
            Map<String, String> credentials = credentials(hypervisor);
            HypervisorSpec spec = hypervisor.spec();
            Map<String, String> fingerprints = new TreeMap<>();
            credentials.forEach((key, value) -> fingerprints.put(key, vault.fingerprint(value)));
            Reach wanted = new Reach(
                    spec.driver(), spec.endpoint(), spec.node(), spec.shell(), spec.simulated(), fingerprints);
            opening.lock();
            try {
                Host open = current(wanted);
                if (open != null) {
                    return open;
                }
                leave();
                if (!wanted.equals(tried)) {
                    silence.end();
                    tried = wanted;
                }
                Host opened = silence.ask(() -> driver.open(hypervisor.name(), spec, credentials));
                lock.lock();
                try {
                    host = opened;
                    reach = wanted;
                } finally {
                    lock.unlock();
                }
                return opened;
            } finally {
                opening.unlock();
            }
        }

        private @Nullable Host current(Reach wanted) {
            lock.lock();
            try {
                return wanted.equals(reach) ? host : null;
            } finally {
                lock.unlock();
            }
        }

        Host.Counters counters() {
            lock.lock();
            try {
                return sum(host);
            } finally {
                lock.unlock();
            }
        }

        void close() {
            // What is being opened is not left open.
            opening.lock();
            try {
                leave();
            } finally {
                opening.unlock();
            }
        }

        private void leave() {
            Host open;
            lock.lock();
            try {
                open = host;
                if (open != null) {
                    earlier = sum(open);
                    host = null;
                    reach = null;
                }
            } finally {
                lock.unlock();
            }
            if (open != null) {
                open.close();
            }
        }

        private Host.Counters sum(@Nullable Host open) {
            if (open == null) {
                return earlier;
            }
            Host.Counters now = open.counters();
            return new Host.Counters(earlier.reads() + now.reads(), earlier.changes() + now.changes());
        }
    }
}
