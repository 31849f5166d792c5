package ai.thinkheads.phoenix.proof.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * @param state bytes of all files in the state directory
 * @param edits acknowledged so far
 */
record Sample(long second, long heap, long threads, long descriptors, long state, long edits) {

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    static Sample of(Process process, Path jdk, Path state, long second, long edits)
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
        return new Sample(second, heap(process, jdk), threads, descriptors, size(state), edits);
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
        String answer = new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!jcmd.waitFor(60, TimeUnit.SECONDS)) {
            throw new IOException("jcmd does not end");
        }
        return answer;
    }

    /** A file that goes away while it is counted counts as nothing. */
    private static long size(Path folder) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) files::iterator) {
                try {
                    sum += Files.isRegularFile(each) ? Files.size(each) : 0;
                } catch (IOException e) {
                    sum += 0;
                }
            }
        } catch (java.io.UncheckedIOException e) {
            return sum;
        }
        return sum;
    }
}
