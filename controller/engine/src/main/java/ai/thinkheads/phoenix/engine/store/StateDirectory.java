package ai.thinkheads.phoenix.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The folder that a controller keeps its state in, held by a lock that ends with the process. The file {@code format} says which
 * version of Phoenix's own layout it has.
 */
public final class StateDirectory implements AutoCloseable {

    /**
     * The layout that this version writes. 0: a bare database, as written before there was a {@code format} file, in
     * {@code state.db}. 1: {@code phoenix.db}.
     */
    public static final int FORMAT = 1;

    private final Path folder;
    private final FileChannel channel;

    private StateDirectory(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the folder for this process, making it if it is not there, and brings an older layout up to date.
     *
     * @throws StateDirectoryException when somebody else holds it, when it cannot be written, or when it is newer than this version
     */
    public static StateDirectory open(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        FileChannel channel = null;
        try {
            if (!Files.isDirectory(absolute)) {
                Files.createDirectories(absolute);
                Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
            }
            channel = FileChannel.open(
                    absolute.resolve("lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            lock(absolute, channel);
            StateDirectory directory = new StateDirectory(absolute, channel);
            directory.migrate();
            return directory;
        } catch (StateDirectoryException e) {
            closeQuietly(channel);
            throw e;
        } catch (IOException e) {
            closeQuietly(channel);
            throw explain(absolute, e);
        }
    }

    private static void lock(Path folder, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            ByteBuffer holder = ByteBuffer.allocate(32);
            channel.read(holder, 0);
            String pid = new String(holder.array(), 0, holder.position(), StandardCharsets.UTF_8).strip();
            throw new StateDirectoryException.InUse(
                    folder + " is in use by another controller" + (pid.isEmpty() ? "" : " (process " + pid + ")")
                            + "; stop that one, or choose another folder with --state-dir");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
    }

    private void migrate() throws IOException {
        Path file = folder.resolve("format");
        // A database of today's name beside one of the old name is the newer one, and is not overwritten by it.
        boolean old = Files.exists(folder.resolve("state.db")) && !Files.exists(database());
        int found = Files.exists(file) ? read(file) : old ? 0 : FORMAT;
        if (found > FORMAT) {
            throw new StateDirectoryException(
                    folder + " has state of format " + found + ", written by a newer Phoenix; this one knows format "
                            + FORMAT
                            + ". Install that version or a newer one, or choose another folder with --state-dir",
                    null);
        }
        if (found < 1) {
            for (String suffix : List.of("-wal", "-shm", "")) {
                Path from = folder.resolve("state.db" + suffix);
                if (Files.exists(from)) {
                    Files.move(from, folder.resolve("phoenix.db" + suffix), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        if (found != FORMAT || !Files.exists(file)) {
            Path fresh = folder.resolve("format.new");
            Files.writeString(fresh, FORMAT + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private int read(Path file) throws IOException {
        String text = Files.readString(file).strip();
        if (!text.matches("\\d{1,6}")) {
            throw new StateDirectoryException(
                    file + " does not hold a format version; if this is Phoenix's folder, write " + FORMAT
                            + " into it, otherwise choose another one with --state-dir",
                    null);
        }
        return Integer.parseInt(text);
    }

    public Path folder() {
        return folder;
    }

    public Path database() {
        return folder.resolve("phoenix.db");
    }

    public Path socket() {
        return folder.resolve("phoenix.sock");
    }

    public Path vault() {
        return folder.resolve("vault");
    }

    public Path events() {
        return folder.resolve("events.jsonl");
    }

    public Path simulated() {
        return folder.resolve("simulated");
    }

    public Path git() {
        return folder.resolve("git");
    }

    /** Lets the folder go. */
    @Override
    public void close() {
        closeQuietly(channel);
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }

    private static StateDirectoryException explain(Path folder, IOException error) {
        if (error instanceof AccessDeniedException) {
            return new StateDirectoryException(
                    "no access to " + folder + "; run as its owner, or choose another folder with --state-dir", error);
        }
        if (error instanceof FileAlreadyExistsException) {
            return new StateDirectoryException(
                    folder + " is a file, not a folder; choose another one with --state-dir", error);
        }
        String reason = error instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : String.valueOf(error.getMessage());
        return new StateDirectoryException(
                folder + " cannot be written (" + reason
                        + "); nothing was changed, make room or make it writable, or choose another folder with --state-dir",
                error);
    }
}
