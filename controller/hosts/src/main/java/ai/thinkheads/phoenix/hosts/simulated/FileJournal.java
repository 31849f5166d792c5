package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.hosts.port.ContainerConfig;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.VmConfig;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The machine's memory on disk: a file of one JSON object a line, each a transaction. A line counts when it is complete, so a
 * process that is killed at any moment leaves every transaction that was reported as done, and nothing of the one it was in. The
 * file is written anew, and exchanged atomically, when most of it is history. It is forced to the disk then and on closing.
 */
final class FileJournal implements Journal {

    private static final int FORMAT = 1;
    private static final long SMALLEST_REWRITE = 16L << 20;

    private final Path directory;
    private final Path file;
    private final FileChannel lockChannel;
    private final JsonMapper json = mapper();
    private FileChannel channel;
    private long size;
    private long rewriteAt = SMALLEST_REWRITE;

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ContainerConfig.class, name = "container"),
        @JsonSubTypes.Type(value = VmConfig.class, name = "vm")
    })
    private interface Tagged {}

    private FileJournal(Path directory, FileChannel lockChannel, FileChannel channel) {
        this.directory = directory;
        this.file = directory.resolve("machine.jsonl");
        this.lockChannel = lockChannel;
        this.channel = channel;
    }

    /** Opens the file, which is made when it is not there. */
    static FileJournal open(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel lockChannel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = lockChannel.tryLock();
            if (lock == null) {
                lockChannel.close();
                throw taken(directory, null);
            }
            FileChannel channel = FileChannel.open(
                    directory.resolve("machine.jsonl"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return new FileJournal(directory, lockChannel, channel);
        } catch (OverlappingFileLockException e) {
            throw taken(directory, e);
        } catch (IOException e) {
            throw broken("open the simulated machine in " + directory, e);
        }
    }

    /** Reads everything back, and cuts off a last line that was not finished. */
    @Override
    public Contents load() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            List<Entry> entries = new ArrayList<>();
            List<LedgerEntry> ledger = new ArrayList<>();
            int start = 0;
            int number = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] != '\n') {
                    continue;
                }
                number++;
                read(bytes, start, i - start, number, entries, ledger);
                start = i + 1;
            }
            size = start;
            channel.truncate(size);
            channel.position(size);
            if (number == 0) {
                append(("{\"format\":" + FORMAT + "}\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            rewriteAt = Math.max(SMALLEST_REWRITE, size * 2);
            return new Contents(entries, ledger);
        } catch (IOException e) {
            throw broken("read " + file, e);
        }
    }

    private void read(byte[] bytes, int start, int length, int number, List<Entry> entries, List<LedgerEntry> ledger) {
        JsonNode line;
        try {
            line = json.readTree(bytes, start, length);
        } catch (JacksonException e) {
            throw new HostException(
                    HostException.Cause.REFUSED,
                    file + " line " + number + " is damaged; restore the file from a backup, or remove " + directory
                            + " to start with a new simulated machine",
                    e);
        }
        if (number == 1) {
            int format = line.path("format").asInt(0);
            if (format != FORMAT) {
                throw new HostException(
                        HostException.Cause.UNSUPPORTED,
                        file + " has format " + format + " and this version of Phoenix reads format " + FORMAT
                                + "; install the version that wrote it");
            }
            return;
        }
        try {
            for (JsonNode write : line.path("w")) {
                Table table = Table.of(write.path("t").asString());
                JsonNode value = write.path("v");
                Row row = value.isMissingNode() || value.isNull() ? null : json.treeToValue(value, table.type());
                entries.add(new Entry(table, write.path("k").asString(), row));
            }
            for (JsonNode entry : line.path("l")) {
                ledger.add(json.treeToValue(entry, LedgerEntry.class));
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    file + " line " + number
                            + " does not fit this version of Phoenix; restore the file from a backup, or remove "
                            + directory + " to start with a new simulated machine",
                    e);
        }
    }

    /** Adds one transaction. It outlives the process once this returns. */
    @Override
    public void append(Line line) {
        append(bytes(line));
    }

    private byte[] bytes(Line line) {
        byte[] text = json.writeValueAsBytes(line);
        byte[] ended = java.util.Arrays.copyOf(text, text.length + 1);
        ended[text.length] = '\n';
        return ended;
    }

    private void append(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            size += bytes.length;
        } catch (IOException e) {
            cutBack();
            throw broken("write " + file, e);
        }
    }

    private void cutBack() {
        try {
            channel.truncate(size);
            channel.position(size);
        } catch (IOException e) {
            // The next load cuts the unfinished line off.
            return;
        }
    }

    @Override
    public boolean wantsRewrite() {
        return size >= rewriteAt;
    }

    /** Writes only the present state, and puts it in the place of the file. */
    @Override
    public void rewrite(Iterable<Line> lines) {
        Path fresh = directory.resolve("machine.jsonl.new");
        try {
            FileChannel next = FileChannel.open(
                    fresh,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream(1 << 20);
            all.writeBytes(("{\"format\":" + FORMAT + "}\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            for (Line line : lines) {
                all.writeBytes(bytes(line));
            }
            ByteBuffer buffer = ByteBuffer.wrap(all.toByteArray());
            while (buffer.hasRemaining()) {
                next.write(buffer);
            }
            next.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            channel.close();
            channel = next;
            size = all.size();
            rewriteAt = Math.max(SMALLEST_REWRITE, size * 2);
        } catch (IOException e) {
            throw broken("rewrite " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.force(true);
            channel.close();
            lockChannel.close();
        } catch (IOException e) {
            throw broken("close " + file, e);
        }
    }

    /** Lets go of the files as a killed process would: nothing more is written. */
    @Override
    public void abandon() {
        try {
            channel.close();
            lockChannel.close();
        } catch (IOException e) {
            throw broken("let go of " + file, e);
        }
    }

    private static JsonMapper mapper() {
        return JsonMapper.builder()
                .changeDefaultPropertyInclusion(before -> before.withValueInclusion(JsonInclude.Include.NON_NULL))
                .changeDefaultVisibility(before -> before.withVisibility(
                                com.fasterxml.jackson.annotation.PropertyAccessor.IS_GETTER,
                                JsonAutoDetect.Visibility.NONE)
                        .withVisibility(
                                com.fasterxml.jackson.annotation.PropertyAccessor.GETTER,
                                JsonAutoDetect.Visibility.NONE)
                        .withVisibility(
                                com.fasterxml.jackson.annotation.PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY))
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .addMixIn(GuestConfig.class, Tagged.class)
                .build();
    }

    private static HostException taken(Path directory, @Nullable Throwable cause) {
        return new HostException(
                HostException.Cause.UNREACHABLE,
                "the simulated machine in " + directory
                        + " is in use by another process; stop the other controller first",
                cause);
    }

    private static HostException broken(String what, IOException cause) {
        return new HostException(
                HostException.Cause.UNREACHABLE,
                "cannot " + what + ": " + cause.getMessage() + "; check permissions and free space",
                cause);
    }
}
