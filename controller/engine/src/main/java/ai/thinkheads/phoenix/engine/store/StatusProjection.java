package ai.thinkheads.phoenix.engine.store;

import ai.thinkheads.phoenix.api.Kind;
import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Shows each resource with its status as {@code <folder>/<plural>/<name>.yaml}, for people, grep and backup. Written a moment
 * behind the store, each file replaced as a whole; nothing reads them back, and failing to write them stops nothing.
 */
public final class StatusProjection implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(StatusProjection.class);
    private static final Duration MOMENT = Duration.ofMillis(300);
    /** After so many moments without one that was quiet, what there is is written: ten seconds or so behind. */
    private static final int PATIENCE = 30;

    /** Names are checked on arrival; one that could lead out of the folder is not written whatever came before. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

    /** How long a file that could not be written waits for the next attempt. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Path folder;
    private final Scheduler scheduler;
    private final Object pendingLock = new Object();
    private final Map<ResourceKey, Optional<Resource<?, ?>>> pending = new LinkedHashMap<>();
    private final Object writeLock = new Object();
    private final Store store;
    private Store.Subscription subscription;
    private boolean scheduled;
    /** Whether something came in the moment that runs. */
    private boolean stirred;

    private int moments;
    private boolean retrying;
    private boolean closed;
    private boolean complained;

    /** Brings the folder in line with the store and keeps it so until closed. */
    public StatusProjection(Path folder, Store store, Scheduler scheduler) {
        this.folder = folder;
        this.scheduler = scheduler;
        this.store = store;
        this.subscription = follow();
    }

    private Store.Subscription follow() {
        Store.Listing listing = store.list(null);
        synchronized (pendingLock) {
            listing.items().forEach(each -> pending.put(each.key(), Optional.of(each)));
        }
        Set<ResourceKey> present = new HashSet<>();
        listing.items().forEach(each -> present.add(each.key()));
        for (ResourceKey stale : files()) {
            if (!present.contains(stale)) {
                change(stale, Optional.empty());
            }
        }
        schedule();
        return store.watch(listing.revision(), key -> true, new Store.Listener() {
            @Override
            public void changed(Store.Change change) {
                change(
                        change.resource().key(),
                        change.type() == Store.Change.Type.DELETED ? Optional.empty() : Optional.of(change.resource()));
            }

            @Override
            public void expired() {
                subscription = follow();
            }
        });
    }

    private void change(ResourceKey key, Optional<Resource<?, ?>> resource) {
        synchronized (pendingLock) {
            pending.put(key, resource);
            stirred = true;
        }
        schedule();
    }

    private void schedule() {
        synchronized (pendingLock) {
            if (scheduled || closed || pending.isEmpty()) {
                return;
            }
            scheduled = true;
            moments = 0;
        }
        awaitQuiet();
    }

    /** While a host converges a resource changes several times in a second; only what it comes to is worth a file. */
    private void awaitQuiet() {
        synchronized (pendingLock) {
            stirred = false;
        }
        scheduler.schedule("projection", MOMENT, () -> {
            boolean again;
            synchronized (pendingLock) {
                again = stirred && !closed && ++moments < PATIENCE;
            }
            if (again) {
                awaitQuiet();
            } else {
                write();
            }
        });
    }

    private void write() {
        synchronized (writeLock) {
            List<Map.Entry<ResourceKey, Optional<Resource<?, ?>>>> batch;
            synchronized (pendingLock) {
                scheduled = false;
                batch = new ArrayList<>(
                        pending.entrySet().stream().map(Map.Entry::copyOf).toList());
                pending.clear();
            }
            String problem = null;
            for (var each : batch) {
                try {
                    write(each.getKey(), each.getValue());
                } catch (IOException | RuntimeException e) {
                    problem = each.getKey() + ": " + e.getMessage();
                    synchronized (pendingLock) {
                        // What has come meanwhile is newer.
                        pending.putIfAbsent(each.getKey(), each.getValue());
                    }
                }
            }
            if (problem != null && !complained) {
                LOG.atWarn().log("status files below {} cannot be written and are tried again: {}", folder, problem);
            }
            complained = problem != null;
            if (complained) {
                tryAgain();
            }
        }
    }

    /** Apart from {@link #schedule}, so that one file that cannot be written does not delay the others. */
    private void tryAgain() {
        synchronized (pendingLock) {
            if (retrying || closed) {
                return;
            }
            retrying = true;
        }
        scheduler.schedule("projection", PAUSE, () -> {
            synchronized (pendingLock) {
                retrying = false;
            }
            write();
        });
    }

    private void write(ResourceKey key, Optional<Resource<?, ?>> resource) throws IOException {
        Optional<Kind<?, ?>> kind = Kinds.named(key.kind());
        if (kind.isEmpty() || !NAME.matcher(key.name()).matches()) {
            return;
        }
        Path file = folder.resolve(kind.get().plural()).resolve(key.name() + ".yaml");
        if (resource.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        if (Files.exists(file) && isOf(resource.get(), Files.readString(file))) {
            return;
        }
        String text = ResourceCodec.yaml(resource.get());
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("." + key.name() + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Whether a file shows a resource as it is: files are replaced as a whole, so the names of the object and of its version say
     * it. Reading them costs a tenth of writing YAML, which a start with thousands of resources would otherwise do for all.
     */
    private static boolean isOf(Resource<?, ?> resource, String text) {
        return text.contains("\n  uid: " + resource.metadata().getUid() + "\n")
                && text.contains("\n  resourceVersion: \"" + resource.resourceVersion() + "\"\n");
    }

    private List<ResourceKey> files() {
        List<ResourceKey> found = new ArrayList<>();
        for (Kind<?, ?> kind : Kinds.ALL) {
            Path plural = folder.resolve(kind.plural());
            if (!Files.isDirectory(plural)) {
                continue;
            }
            try (Stream<Path> entries = Files.list(plural)) {
                entries.map(each -> each.getFileName().toString())
                        .filter(name -> name.endsWith(".yaml") && !name.startsWith("."))
                        .forEach(name -> found.add(
                                new ResourceKey(kind.name(), name.substring(0, name.length() - ".yaml".length()))));
            } catch (IOException e) {
                LOG.atWarn().log("{} cannot be listed: {}", plural, e.getMessage());
            }
        }
        return found;
    }

    /** Writes what is still to be written. */
    @Override
    public void close() {
        subscription.close();
        synchronized (pendingLock) {
            closed = true;
        }
        write();
    }
}
