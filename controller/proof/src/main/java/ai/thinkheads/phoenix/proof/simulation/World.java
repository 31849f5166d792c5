package ai.thinkheads.phoenix.proof.simulation;

import ai.thinkheads.phoenix.api.Conditions;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import ai.thinkheads.phoenix.engine.secret.MemoryVault;
import ai.thinkheads.phoenix.engine.store.MemoryStore;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreException;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHost;
import ai.thinkheads.phoenix.hosts.simulated.SimulatedHostDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Everything of one run: time, strands, the machine, Git, and one controller after the other. */
final class World {

    /** The name of the machine. */
    static final String HOST = "lab";

    /** As long after somebody changed the machine, a controller may still speak of what it saw before. */
    private static final Duration MEMORY = Duration.ofSeconds(90);

    private static final Duration LONG_AGO = Duration.ofHours(-1);

    private final VirtualTime time;
    private final Strands strands;
    private final Trace trace;
    private final Invariants invariants;
    private final SimulatedHostDriver driver;
    private final Coverage coverage = new Coverage();
    private final SimulatedGit git = new SimulatedGit(coverage);
    private final Bugs bugs;
    private final SplittableRandom random;
    private MemoryVault vault = new MemoryVault();
    private Store.Listing stored;
    private MemoryStore store;
    private @Nullable Controller controller;
    private final List<Replica> replicas = new ArrayList<>();
    private int lives;
    private long calls;
    private long dieAt = Long.MAX_VALUE;
    private Runnable afterDeath = () -> {};
    private boolean starting;
    private boolean wandering;
    private int storeFailures;
    private boolean storeFailsAfterwards;
    private int staleReads;
    private boolean torn;
    private @Nullable HostState before;
    private @Nullable HostState latest;
    private Duration misled = LONG_AGO;

    World(long seed, double switching, Bugs bugs, int keptTrace, Start start) {
        this.random = new SplittableRandom(seed ^ 0x9e3779b97f4a7c15L);
        this.time = new VirtualTime(start.elapsed());
        this.strands = new Strands(time, random.split(), switching, 4_000_000);
        this.trace = new Trace(time, keptTrace);
        this.invariants = new Invariants(trace, coverage);
        this.driver = start.driver().fork(time.forHosts(strands), random.split());
        this.bugs = bugs;
        this.stored = start.stored();
        start.secrets().forEach(vault::put);
        start.stored().items().forEach(each -> invariants.stored(each, false));
        this.store = newStore(new Incarnation(0));
    }

    /**
     * What a run begins with.
     *
     * @param stored what a controller had stored before
     * @param secrets the values of its Secrets
     * @param elapsed the time
     */
    record Start(
            SimulatedHostDriver driver,
            Store.Listing stored,
            java.util.Map<String, java.util.Map<String, String>> secrets,
            Duration elapsed) {}

    VirtualTime time() {
        return time;
    }

    Strands strands() {
        return strands;
    }

    Invariants invariants() {
        return invariants;
    }

    Trace trace() {
        return trace;
    }

    /** What happened so far. */
    Coverage coverage() {
        return coverage;
    }

    SimulatedHostDriver driver() {
        return driver;
    }

    SimulatedGit git() {
        return git;
    }

    /** The present controller; null while there is none. */
    @Nullable
    Controller controller() {
        return controller;
    }

    MemoryVault vault() {
        return vault;
    }

    /** What is stored of a resource, asked for behind the controller's back. */
    java.util.Optional<Resource<?, ?>> stored(ai.thinkheads.phoenix.api.ResourceKey key) {
        return store.get(key);
    }

    /** What is stored, asked for behind the controller's back. */
    Store.Listing stored() {
        return store.list(null);
    }

    private MemoryStore newStore(Incarnation life) {
        return new MemoryStore(strands.scheduler(life), time, random.split(), stored);
    }

    /** Starts a controller on what is durable, unless there is one: the state directory has a lock. */
    void boot() {
        if (controller != null || starting) {
            return;
        }
        starting = true;
        try {
            start();
        } finally {
            starting = false;
        }
    }

    private void start() {
        Incarnation life = new Incarnation(++lives);
        store = newStore(life);
        Controller fresh = new Controller(this, life, new StoreProbe(store, this, life), vault, bugs, random.split());
        controller = fresh;
        trace("controller", "starts, life " + lives);
        strands.start("main", () -> {
            fresh.engine().start();
            follow(fresh);
        });
    }

    /** Clients that watch: one all the time, and perhaps one that goes away and comes back. */
    private void follow(Controller of) {
        Replica steady = new Replica(invariants, strands, random.nextBoolean());
        steady.follow(of.store());
        replicas.add(steady);
        if (wandering) {
            Replica other = new Replica(invariants, strands, random.nextBoolean());
            other.follow(of.store());
            other.wander(of.store(), random.split(), 4);
            replicas.add(other);
        }
    }

    /** There is a watcher, too, that goes away and comes back. */
    void withWanderer() {
        wandering = true;
    }

    /** What a later run can begin with. */
    Start checkpoint() {
        java.util.Map<String, java.util.Map<String, String>> secrets = new java.util.TreeMap<>();
        for (Resource<?, ?> each : store.list(null).items()) {
            if (each.kind() == ai.thinkheads.phoenix.api.Kinds.SECRET) {
                secrets.put(each.name(), vault.all(each.name()));
            }
        }
        return new Start(driver, store.list(null), secrets, time.elapsed());
    }

    /** Kills the controller wherever it is. */
    void kill(boolean keepState) {
        Controller old = controller;
        if (old == null) {
            return;
        }
        trace("controller", "is killed" + (keepState ? "" : " and its state is deleted"));
        coverage.count(Coverage.Part.CONTROLLER, keepState ? "killed" : "killed and its state deleted");
        invariants.running().forEach(each -> coverage.count(Coverage.Part.STEP_CUT_SHORT, each));
        // What was done, and not answered yet, is to be seen beside the steps that did it.
        SimulatedHost look = aside();
        if (look != null) {
            invariants.ledger(look.ledger());
        }
        if (driver.isOpen(HOST)) {
            driver.faults(HOST).suffered().forEach(each -> coverage.count(Coverage.Part.FAULT, Expected.word(each)));
        }
        old.life().die();
        old.engine().close();
        driver.halt();
        controller = null;
        replicas.clear();
        stored = keepState ? store.list(null) : new Store.Listing(List.of(), 0);
        if (!keepState) {
            vault = new MemoryVault();
            git.forgetClone();
        }
        invariants.incarnationEnds(!keepState);
    }

    /** The controller dies at that call of a host or of the store, counted from now. */
    void dieAt(long call) {
        dieAt(call, () -> {});
    }

    /** The same, and what happens then. */
    void dieAt(long call, Runnable then) {
        dieAt = calls + call;
        afterDeath = then;
    }

    /** The controller does not die any more. */
    void live() {
        dieAt = Long.MAX_VALUE;
    }

    boolean hasDied() {
        return dieAt == Long.MIN_VALUE;
    }

    long calls() {
        return calls;
    }

    /** A moment at which a controller may die, and another of its strands may go on. */
    void point(Incarnation life, String what) {
        life.live();
        calls++;
        if (calls == dieAt) {
            trace("crash", what);
            dieAt = Long.MIN_VALUE;
            kill(true);
            afterDeath.run();
            throw new Killed();
        }
        strands.perhapsSwitch();
        life.live();
    }

    void trace(String who, String what) {
        trace.add(who, what);
    }

    /** The machine, for somebody who only looks; null while nobody has it open. */
    @Nullable
    SimulatedHost aside() {
        return driver.isOpen(HOST) ? driver.aside(HOST) : null;
    }

    /** Opens the machine for somebody other than the controller. */
    SimulatedHost openAside(HypervisorSpec spec) {
        if (!driver.isOpen(HOST)) {
            driver.open(HOST, spec, java.util.Map.of());
        }
        SimulatedHost open = aside();
        if (open == null) {
            throw new IllegalStateException("the machine is not open");
        }
        return open;
    }

    /** Somebody else has changed the machine. */
    void meddled() {
        misled = time.elapsed();
    }

    void storeFails(int writes, boolean afterwards) {
        storeFailures = writes;
        storeFailsAfterwards = afterwards;
    }

    void storeFault(boolean afterwards) {
        if (storeFailures > 0 && storeFailsAfterwards == afterwards) {
            storeFailures--;
            coverage.count(Coverage.Part.STORE, afterwards ? "answer lost" : "refused");
            throw new StoreException.Unavailable("the disk is full: a fault that was asked for", null);
        }
    }

    void stale(int reads, boolean inPart) {
        staleReads = reads;
        torn = inPart;
    }

    /** What a read of the whole machine shows. */
    HostState seen(HostState real) {
        if (latest != null && !latest.equals(real)) {
            before = latest;
        }
        latest = real;
        if (staleReads == 0 || before == null) {
            return real;
        }
        staleReads--;
        misled = time.elapsed();
        HostState old = before;
        coverage.count(Coverage.Part.READ, torn ? "torn" : "stale");
        return torn
                ? new HostState(
                        real.node(),
                        real.pools(),
                        real.importable(),
                        old.datasets(),
                        real.storages(),
                        old.bridges(),
                        real.gpus(),
                        old.templates(),
                        old.containers(),
                        real.virtualMachines())
                : old;
    }

    /** A call has changed the machine. */
    void changedHost(String words) {
        SimulatedHost look = aside();
        if (look == null) {
            return;
        }
        invariants.ledger(look.ledger());
        if (words.contains(".create") || words.contains(".clone") || words.contains(".attach")) {
            invariants.twice(look.read(), List.of());
        }
    }

    /**
     * A resource was written.
     *
     * @param assessed whether by the controller, which has just compared it with the machine
     */
    void stored(Resource<?, ?> now, boolean gone, boolean assessed) {
        invariants.stored(now, gone);
        if (assessed && !gone) {
            invariants.conditions(now);
        }
        boolean quiet = time.elapsed().minus(misled).compareTo(MEMORY) > 0;
        if (gone || !assessed || !quiet || !Invariants.claims(now) || now.has(Conditions.PAUSED)) {
            return;
        }
        SimulatedHost look = aside();
        if (look != null) {
            List<String> lies = Truth.lies(now, look.read());
            if (!lies.isEmpty()) {
                invariants.violated(Invariant.READY_IS_TRUE, now.key() + " is said to be Ready, and " + lies);
            }
        }
    }

    /** The clients that watch what is stored. */
    List<Replica> replicas() {
        return List.copyOf(replicas);
    }
}
