package ai.thinkheads.phoenix.hosts.simulated;

import ai.thinkheads.phoenix.api.codec.RecordModule;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * The machine's memory on disk: a file of one JSON object a line, each a transaction. A line counts when it is complete, so a
 * process that is killed at any moment leaves every transaction that was reported as done, and nothing of the one it was in. The
 * file is written anew, and exchanged atomically, when a third of it is history. It is forced to the disk then and on closing.
 * Its first line says how long it was when it was last written anew, so that many short lives of a controller, each of which adds
 * little, do not let it grow without an end.
 */
final class FileJournal implements Journal {

    private static final int FORMAT = 1;
    /** A file of a thousand guests is smaller; below this nothing is gained by writing it anew. */
    static final long SMALLEST_REWRITE = 8L << 20;

    private final Path directory;
    private final Path file;
    private final FileChannel lockChannel;
    private final JsonMapper json = mapper();
    private final Map<Table, ObjectReader> readers = new ConcurrentHashMap<>();
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

    /**
     * Reads everything back, and cuts off a last line that was not finished. Most of the file is history, so it is looked through
     * first, and only the last word on each row is made into a row.
     */
    @Override
    public Contents load() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            List<Span> lines = lines(bytes);
            size = lines.isEmpty() ? 0 : lines.getLast().end() + 1L;
            channel.truncate(size);
            channel.position(size);
            if (lines.isEmpty()) {
                append(head(0));
            } else {
                checkFormat(bytes, lines.getFirst());
            }
            Map<Place, Mention> last = new LinkedHashMap<>();
            List<byte[]> ledger = new ArrayList<>();
            for (Found found : lines.stream()
                    .skip(1)
                    .parallel()
                    .map(line -> look(bytes, line))
                    .toList()) {
                // Taken out first, so that the order is that of the last words.
                found.mentions().forEach(each -> {
                    last.remove(each.place());
                    last.put(each.place(), each);
                });
                ledger.addAll(found.ledger());
            }
            return new Contents(
                    last.values().parallelStream()
                            .map(each -> entry(bytes, each))
                            .toList(),
                    () -> ledger(ledger));
        } catch (IOException e) {
            throw broken("read " + file, e);
        }
    }

    /**
     * A part of the file.
     *
     * @param line its number, from 1
     * @param end the first place behind it
     */
    private record Span(int line, int start, int end) {}

    private record Place(Table table, String key) {}

    /**
     * Where a line says what a row is.
     *
     * @param value null where it says that the row is gone
     */
    private record Mention(Place place, @Nullable Span value) {}

    /** What one line holds. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Found(List<Mention> mentions, List<byte[]> ledger) {}

    /** The lines that are complete. */
    private static List<Span> lines(byte[] bytes) {
        List<Span> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(new Span(lines.size() + 1, start, i));
                start = i + 1;
            }
        }
        return lines;
    }

    private void checkFormat(byte[] bytes, Span line) {
        JsonNode head;
        try {
            head = json.readTree(bytes, line.start(), line.end() - line.start());
        } catch (JacksonException e) {
            throw damaged(line, e);
        }
        int format = head.path("format").asInt(0);
        if (format != FORMAT) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    file + " has format " + format + " and this version of Phoenix reads format " + FORMAT
                            + "; install the version that wrote it");
        }
        grownFrom(head.path("kept").asLong(0));
    }

    private Found look(byte[] bytes, Span line) {
        List<Mention> mentions = new ArrayList<>();
        List<byte[]> ledger = new ArrayList<>();
        try (JsonParser parser = json.createParser(bytes, line.start(), line.end() - line.start())) {
            parser.nextToken();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                boolean array = parser.nextToken() == JsonToken.START_ARRAY;
                if (array && name.equals("w")) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        mentions.add(mention(parser, line));
                    }
                } else if (array && name.equals("l")) {
                    int from =
                            line.start() + (int) parser.currentTokenLocation().getByteOffset();
                    if (parser.nextToken() != JsonToken.END_ARRAY) {
                        parser.skipChildren();
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            parser.skipChildren();
                        }
                        int to = line.start() + (int) parser.currentLocation().getByteOffset();
                        ledger.add(Arrays.copyOfRange(bytes, from, to));
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return new Found(mentions, ledger);
        } catch (DatabindException | IllegalArgumentException e) {
            throw foreign(line, e);
        } catch (JacksonException e) {
            throw damaged(line, e);
        }
    }

    private static Mention mention(JsonParser parser, Span line) {
        String table = "";
        String key = "";
        Span value = null;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "t" -> table = parser.getString();
                case "k" -> key = parser.getString();
                case "v" -> {
                    int from =
                            line.start() + (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    int to = line.start() + (int) parser.currentLocation().getByteOffset();
                    value = token == JsonToken.VALUE_NULL ? null : new Span(line.line(), from, to);
                }
                default -> parser.skipChildren();
            }
        }
        return new Mention(new Place(Table.of(table), key), value);
    }

    private Entry entry(byte[] bytes, Mention last) {
        Span value = last.value();
        Table table = last.place().table();
        if (value == null) {
            return new Entry(table, last.place().key(), null);
        }
        try {
            Row row = reader(table).readValue(bytes, value.start(), value.end() - value.start());
            return new Entry(table, last.place().key(), row);
        } catch (JacksonException e) {
            throw foreign(value, e);
        }
    }

    private List<LedgerEntry> ledger(List<byte[]> parts) {
        ObjectReader reader = json.readerFor(LedgerEntry[].class);
        try {
            return parts.parallelStream()
                    .map(part -> reader.<LedgerEntry[]>readValue(part))
                    .flatMap(Arrays::stream)
                    .toList();
        } catch (JacksonException e) {
            throw new HostException(
                    HostException.Cause.UNREACHABLE,
                    "the ledger in " + file
                            + " does not fit this version of Phoenix; restore the file from a backup, or" + " remove "
                            + directory + " to start with a new simulated machine",
                    e);
        }
    }

    private ObjectReader reader(Table table) {
        return readers.computeIfAbsent(table, each -> json.readerFor(each.type()));
    }

    private HostException damaged(Span line, JacksonException cause) {
        return new HostException(
                HostException.Cause.REFUSED,
                file + " line " + line.line() + " is damaged; restore the file from a backup, or remove " + directory
                        + " to start with a new simulated machine",
                cause);
    }

    private HostException foreign(Span line, RuntimeException cause) {
        return new HostException(
                HostException.Cause.UNREACHABLE,
                file + " line " + line.line()
                        + " does not fit this version of Phoenix; restore the file from a backup, or remove "
                        + directory + " to start with a new simulated machine",
                cause);
    }

    /** Adds one transaction. It outlives the process once this returns. */
    @Override
    public void append(Line line) {
        append(bytes(line));
    }

    /**
     * @param kept how many bytes follow, when the file is written anew
     */
    private static byte[] head(long kept) {
        return ("{\"format\":" + FORMAT + (kept == 0 ? "" : ",\"kept\":" + kept) + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void grownFrom(long kept) {
        rewriteAt = Math.max(SMALLEST_REWRITE, kept + kept / 2);
    }

    private byte[] bytes(Line line) {
        byte[] text = json.writeValueAsBytes(line);
        byte[] ended = Arrays.copyOf(text, text.length + 1);
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
            for (Line line : lines) {
                all.writeBytes(bytes(line));
            }
            byte[] head = head(all.size());
            for (byte[] part : List.of(head, all.toByteArray())) {
                ByteBuffer buffer = ByteBuffer.wrap(part);
                while (buffer.hasRemaining()) {
                    next.write(buffer);
                }
            }
            next.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            channel.close();
            channel = next;
            size = head.length + all.size();
            grownFrom(all.size());
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
                .addModule(new RecordModule())
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
