package ai.thinkheads.phoenix.daemon.http;

import ai.thinkheads.phoenix.engine.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The answers that go on: watches and progress. A stream is fed by a listener that never waits, and written by the thread of its
 * request; one that cannot keep up is ended, and so are all when the controller stops.
 */
final class Streams implements AutoCloseable {

    /** Items that wait to be written, at most. */
    private static final int LONGEST_QUEUE = 20_000;

    private static final Duration IDLE = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofMinutes(45);

    private final Clock clock;
    private final Set<Stream<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Streams(Clock clock) {
        this.clock = clock;
    }

    /** What a stream writes. */
    interface Writer<T> {
        /**
         * Writes one item.
         *
         * @return whether the stream goes on
         */
        boolean write(T item) throws IOException;

        /** No more waits to be written: what was held back to be sent together goes out. */
        void drained() throws IOException;

        /** Nothing came for a while. */
        void idle() throws IOException;

        /** The client was too slow, or the source no longer has what it needs. */
        void lost() throws IOException;
    }

    /** How many streams are open. */
    int count() {
        return open.size();
    }

    /**
     * Writes what the source brings until the source, the client, the time limit or the controller ends it.
     *
     * @param limit seconds; 0 for the longest that is allowed
     * @param source starts to feed the stream that it is given, and answers with what stops it
     */
    <T> void run(long limit, Function<Stream<T>, AutoCloseable> source, Writer<T> writer) {
        Duration end = clock.elapsed()
                .plus(limit == 0 ? LONGEST : Duration.ofSeconds(Math.min(limit, LONGEST.toSeconds() * 2)));
        Stream<T> stream = new Stream<>();
        open.add(stream);
        try (AutoCloseable _ = source.apply(stream)) {
            if (closed) {
                stream.end();
            }
            write(stream, writer, end);
        } catch (IOException e) {
            // The client is gone, which ends the stream and is nobody's fault.
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("cannot end the feeding of a stream", e);
        } finally {
            open.remove(stream);
        }
    }

    private <T> void write(Stream<T> stream, Writer<T> writer, Duration end) throws IOException {
        boolean more = true;
        while (more) {
            if (stream.isEmpty()) {
                writer.drained();
            }
            Duration left = end.minus(clock.elapsed());
            if (left.isNegative() || left.isZero()) {
                return;
            }
            Optional<Item<T>> item = stream.take(left.compareTo(IDLE) < 0 ? left : IDLE);
            if (item.isEmpty()) {
                writer.idle();
                continue;
            }
            more = switch (item.get()) {
                case Item.Value<T> value -> writer.write(value.value());
                case Item.Lost<T> lost -> {
                    writer.lost();
                    yield false;
                }
                case Item.End<T> ended -> false;
            };
        }
    }

    /** Ends every stream. */
    @Override
    public void close() {
        closed = true;
        open.forEach(Stream::end);
    }

    private sealed interface Item<T> {
        record Value<T>(T value) implements Item<T> {}

        record Lost<T>() implements Item<T> {}

        record End<T>() implements Item<T> {}
    }

    /** The queue between a source and the thread that writes. */
    static final class Stream<T> implements Consumer<T> {
        private final BlockingQueue<Item<T>> items = new LinkedBlockingQueue<>();

        @Override
        public void accept(T value) {
            if (items.size() >= LONGEST_QUEUE) {
                lose();
            } else {
                items.add(new Item.Value<>(value));
            }
        }

        /** Ends the stream and says that something is missing. */
        void lose() {
            items.clear();
            items.add(new Item.Lost<>());
        }

        void end() {
            items.add(new Item.End<>());
        }

        private boolean isEmpty() {
            return items.isEmpty();
        }

        private Optional<Item<T>> take(Duration longest) {
            try {
                return Optional.ofNullable(items.poll(longest.toMillis() + 1, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UncheckedIOException(new IOException("interrupted", e));
            }
        }
    }
}
