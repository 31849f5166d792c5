package ai.thinkheads.phoenix.hosts.command;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stream of a program to its end, however much comes: keeps the first or the last bytes up to a bound and hands every
 * piece on, whole characters at a time, to whoever listens.
 */
final class Capture {

    private static final int PIECE = 16 * 1024;

    private final int bound;
    private final boolean keepsEnd;
    private final @Nullable Consumer<String> listener;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer undecoded = ByteBuffer.allocate(PIECE + 8);
    private byte[] kept = new byte[1024];
    private int length;
    private boolean overflown;

    private Capture(int bound, boolean keepsEnd, @Nullable Consumer<String> listener) {
        this.bound = bound;
        this.keepsEnd = keepsEnd;
        this.listener = listener;
    }

    static Capture ofStart(int bound, @Nullable Consumer<String> listener) {
        return new Capture(bound, false, listener);
    }

    static Capture ofEnd(int bound, @Nullable Consumer<String> listener) {
        return new Capture(bound, true, listener);
    }

    /** Reads until the end; a stream that is closed under the reader has ended. */
    void drain(InputStream in) {
        byte[] piece = new byte[PIECE];
        try {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                take(piece, n);
            }
        } catch (IOException e) {
            // The program or its pipe is gone; what came until then is what there is.
        }
        tell(new byte[0], 0, true);
    }

    private void take(byte[] piece, int n) {
        synchronized (this) {
            keep(piece, n);
        }
        tell(piece, n, false);
    }

    private void keep(byte[] piece, int n) {
        int room = 2 * bound - length;
        if (!keepsEnd) {
            int more = Math.min(n, bound - length);
            overflown |= more < n;
            append(piece, 0, more);
            return;
        }
        if (n > room) {
            int from = length - bound;
            System.arraycopy(kept, from, kept, 0, bound);
            length = bound;
        }
        append(piece, 0, n);
    }

    private void append(byte[] piece, int from, int n) {
        if (length + n > kept.length) {
            int limit = keepsEnd ? Math.max(2 * bound, length + n) : bound;
            kept = Arrays.copyOf(kept, (int) Math.min(limit, Math.max((long) length + n, kept.length * 2L)));
        }
        System.arraycopy(piece, from, kept, length, n);
        length += n;
    }

    private void tell(byte[] piece, int n, boolean end) {
        if (listener == null) {
            return;
        }
        undecoded.put(piece, 0, n).flip();
        CharBuffer text = CharBuffer.allocate(undecoded.remaining() + 2);
        decoder.decode(undecoded, text, end);
        undecoded.compact();
        text.flip();
        if (text.hasRemaining()) {
            listener.accept(text.toString());
        }
    }

    /**
     * What was kept.
     *
     * @param of the program, for the message
     * @throws HostException when the start was to be kept and there was more than the bound
     */
    synchronized String text(String of) {
        if (overflown) {
            throw new HostException(
                    HostException.Cause.FAILED,
                    of + " printed more than " + (bound >> 20) + " MiB, which is more than any answer is long");
        }
        int from = keepsEnd ? Math.max(0, length - bound) : 0;
        return new String(kept, from, length - from, StandardCharsets.UTF_8);
    }
}
