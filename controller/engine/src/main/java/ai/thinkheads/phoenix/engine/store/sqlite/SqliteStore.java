package ai.thinkheads.phoenix.engine.store.sqlite;

import ai.thinkheads.phoenix.api.Facts;
import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.Spec;
import ai.thinkheads.phoenix.engine.store.MemoryStore;
import ai.thinkheads.phoenix.engine.store.Store;
import ai.thinkheads.phoenix.engine.store.StoreCore;
import ai.thinkheads.phoenix.engine.store.StoreException;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store in a SQLite file, in WAL mode with {@code synchronous=FULL}. One thread writes; what has come while it waited for the
 * disk goes into one transaction with one fsync. A caller is answered, and readers and watchers see a write, once it is on disk.
 */
public final class SqliteStore implements Store {

    private static final int LARGEST_BATCH = 4096;

    private final StoreCore core;
    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Thread writer;
    private List<Write> queue = new ArrayList<>();
    private boolean closing;

    private SqliteStore(Database database, StoreCore core, ThreadFactory threads) {
        this.database = database;
        this.core = core;
        this.writer = threads.newThread(this::writeUntilClosed);
    }

    /**
     * Opens the store in that file, making it if it is not there.
     *
     * @param threads makes the one thread that writes; it has to be a platform thread, since SQLite blocks it
     * @throws StoreException.Unavailable when the file cannot be opened or is damaged; the message says what to do
     */
    public static SqliteStore open(
            Path file, Scheduler scheduler, InstantSource clock, RandomGenerator random, ThreadFactory threads) {
        return open(Database.open(file), scheduler, clock, random, threads, MemoryStore.HISTORY);
    }

    /** The same in a file that has been opened. */
    static SqliteStore open(
            Database database,
            Scheduler scheduler,
            InstantSource clock,
            RandomGenerator random,
            ThreadFactory threads,
            int history) {
        try {
            StoreCore core = new StoreCore(scheduler, clock, random, history);
            core.load(database.readAll(), database.revision());
            SqliteStore store = new SqliteStore(database, core, threads);
            store.writer.start();
            return store;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public Optional<Resource<?, ?>> get(ResourceKey key) {
        return core.get(key);
    }

    @Override
    public Listing list(@Nullable Kind<?, ?> kind) {
        return core.list(kind);
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> create(Resource<S, F> resource) {
        return write(core -> core.create(resource)).as(resource.kind()).orElseThrow();
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> replace(Resource<S, F> resource) {
        return write(core -> core.replace(resource)).as(resource.kind()).orElseThrow();
    }

    @Override
    public <S extends Spec, F extends Facts> Resource<S, F> replaceStatus(Resource<S, F> resource) {
        return write(core -> core.replaceStatus(resource)).as(resource.kind()).orElseThrow();
    }

    @Override
    public Resource<?, ?> delete(ResourceKey key, long resourceVersion) {
        return write(core -> core.delete(key, resourceVersion));
    }

    @Override
    public Subscription watch(long after, Predicate<ResourceKey> interest, Listener listener) {
        return core.watch(after, interest, listener);
    }

    @Override
    public long revision() {
        return core.revision();
    }

    /** Writes what is waiting and closes the file. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        database.close();
    }

    private Resource<?, ?> write(Function<StoreCore, StoreCore.Staged> change) {
        Write[] mine = new Write[1];
        StoreCore.Staged staged = core.stage(change, each -> mine[0] = enqueue(each));
        Write write = mine[0];
        if (write == null) {
            return staged.result();
        }
        // Encoded here, beside the other callers, rather than by the one thread that writes.
        write.encode();
        write.await();
        return staged.result();
    }

    private Write enqueue(StoreCore.Staged staged) {
        Write write = new Write(staged.change());
        lock.lock();
        try {
            if (closing) {
                write.fail(new StoreException.Unavailable("the store is closed", null));
            } else {
                queue.add(write);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        return write;
    }

    private void writeUntilClosed() {
        List<Write> batch = next();
        while (!batch.isEmpty()) {
            try {
                List<Change> changes = batch.stream()
                        .flatMap(each -> Stream.ofNullable(each.change()))
                        .toList();
                if (!changes.isEmpty()) {
                    database.commit(batch);
                    core.publish(changes);
                }
                batch.forEach(Write::succeed);
            } catch (SQLException e) {
                abandon(batch, Database.explain(database.file(), e));
            } catch (RuntimeException | Error e) {
                abandon(batch, new StoreException.Unavailable("the write could not be stored: " + e.getMessage(), e));
            }
            batch = next();
        }
    }

    /** The writes behind were numbered on top of those that failed, so they fail with them. */
    private void abandon(List<Write> batch, StoreException.Unavailable why) {
        List<Write> failed = new ArrayList<>(batch);
        core.drop(() -> {
            lock.lock();
            try {
                failed.addAll(queue);
                queue = new ArrayList<>();
            } finally {
                lock.unlock();
            }
        });
        failed.forEach(write -> write.fail(why));
    }

    private List<Write> next() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closing) {
                work.awaitUninterruptibly();
            }
            if (queue.size() <= LARGEST_BATCH) {
                List<Write> all = queue;
                queue = new ArrayList<>();
                return all;
            }
            List<Write> first = new ArrayList<>(queue.subList(0, LARGEST_BATCH));
            queue = new ArrayList<>(queue.subList(LARGEST_BATCH, queue.size()));
            return first;
        } finally {
            lock.unlock();
        }
    }
}
