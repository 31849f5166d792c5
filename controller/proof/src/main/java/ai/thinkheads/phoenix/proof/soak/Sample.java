package ai.thinkheads.phoenix.proof.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds at one moment.
 *
 * @param second since the measurement began
 * @param heap bytes that live after a collection of garbage
 * @param threads of the operating system
 * @param descriptors open files and sockets
 * @param state bytes of the files in the state directory, by what they are for
 * @param log bytes that the controller has said, which it writes to its standard output and keeps nothing of
 * @param edits acknowledged so far
 */
record Sample(long second, long heap, long threads, long descriptors, Map<Part, Long> state, long log, long edits) {

    /** What a file in the state directory is for. */
    enum Part {
        STORE("store"),
        WRITE_AHEAD_LOG("write-ahead log"),
        EVENTS("events"),
        PROJECTION("status files"),
        SIMULATED_HOST("simulated host"),
        OTHER("other");

        private final String words;

        Part(String words) {
            this.words = words;
        }

        static Part of(Path file) {
            String name = file.getFileName().toString();
            if (file.startsWith("simulated")) {
                return SIMULATED_HOST;
            }
            return switch (name) {
                case "phoenix.db" -> STORE;
                case "phoenix.db-wal", "phoenix.db-shm" -> WRITE_AHEAD_LOG;
                default ->
                    name.startsWith("events.jsonl")
                            ? EVENTS
                            : name.endsWith(".yaml") || name.endsWith(".new") ? PROJECTION : OTHER;
            };
        }

        @Override
        public String toString() {
            return words;
        }
    }

    Sample {
        state = Map.copyOf(state);
    }

    /** Bytes of all files in the state directory. */
    long whole() {
        return state.values().stream().mapToLong(Long::longValue).sum();
    }

    long part(Part part) {
        return state.getOrDefault(part, 0L);
    }

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    static Sample of(Process process, Path jdk, Path state, Path log, long second, long edits)
            throws IOException, InterruptedException {
        Path proc = Path.of("/proc", String.valueOf(process.pid()));
        long threads = Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith("Threads:"))
                .mapToLong(line -> Long.parseLong(line.substring(8).strip()))
                .findFirst()
                .orElse(0);
        long descriptors;
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            descriptors = open.count();
        }
        return new Sample(second, heap(process, jdk), threads, descriptors, sizes(state), Files.size(log), edits);
    }

    private static long heap(Process process, Path jdk) throws IOException, InterruptedException {
        ask(process, jdk, "GC.run");
        long sum = 0;
        for (String line : ask(process, jdk, "GC.heap_info").lines().toList()) {
            // The lines on classes speak of other memory.
            Matcher used = USED.matcher(line);
            if (!line.contains("Metaspace") && !line.contains("class space") && used.find()) {
                sum += Long.parseLong(used.group(1)) * 1024;
            }
        }
        return sum;
    }

    private static String ask(Process process, Path jdk, String question) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(jdk.resolve("bin/jcmd").toString(), String.valueOf(process.pid()), question)
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!jcmd.waitFor(60, TimeUnit.SECONDS)) {
            throw new IOException("jcmd does not end");
        }
        return answer;
    }

    /** Files come and go while they are counted; a count that such a one has cut short is begun anew. */
    private static Map<Part, Long> sizes(Path folder) throws IOException {
        for (int attempt = 0; ; attempt++) {
            Map<Part, Long> sizes = new EnumMap<>(Part.class);
            try (Stream<Path> files = Files.walk(folder)) {
                files.forEach(each -> sizes.merge(Part.of(folder.relativize(each)), size(each), Long::sum));
                return sizes;
            } catch (UncheckedIOException e) {
                if (attempt == 10) {
                    throw e.getCause();
                }
            }
        }
    }

    /** A file that has gone since it was listed counts as nothing. */
    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
