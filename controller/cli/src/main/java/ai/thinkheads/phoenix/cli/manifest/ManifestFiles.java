package ai.thinkheads.phoenix.cli.manifest;

import ai.thinkheads.phoenix.api.manifest.ManifestText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads what {@code -f} names: files, folders with all below them, and {@code -} for standard input. */
public final class ManifestFiles {

    /** No manifest is larger; what is refused is named before any of it is parsed. */
    static final long LARGEST = 10L << 20;

    private final InputStream stdin;
    private final Opener opener;

    public ManifestFiles(InputStream stdin) {
        this(stdin, Files::newInputStream);
    }

    /**
     * Reads files in another way, for a test of what changes while it is read.
     *
     * @param opener opens a file
     */
    ManifestFiles(InputStream stdin, Opener opener) {
        this.stdin = stdin;
        this.opener = opener;
    }

    /** Opens a file for reading. */
    interface Opener {
        InputStream open(Path file) throws IOException;
    }

    /**
     * The texts, in the order of the arguments, folders sorted by path.
     *
     * @throws Unreadable with every problem at once
     */
    public List<ManifestText> read(List<String> arguments) {
        List<ManifestText> texts = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals("-")) {
                add("standard input", "cannot be read", () -> stdin.readNBytes((int) LARGEST + 1), texts, problems);
            } else if (argument.matches("[A-Za-z][A-Za-z0-9+.-]*://.*")) {
                problems.add(argument + ": a URL is not applied; download the file, look at it, and apply the copy");
            } else {
                addPath(Path.of(argument), texts, problems);
            }
        }
        if (problems.isEmpty() && texts.isEmpty()) {
            problems.add(String.join(", ", arguments) + ": no .yaml, .yml or .json file there");
        }
        if (!problems.isEmpty()) {
            throw new Unreadable(problems);
        }
        return texts;
    }

    private void addPath(Path path, List<ManifestText> texts, List<String> problems) {
        if (!Files.isDirectory(path)) {
            add(path.toString(), "no such file or folder", () -> bounded(path), texts, problems);
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(path)) {
            files = walk.filter(ManifestFiles::isManifest).sorted().toList();
        } catch (java.io.UncheckedIOException e) {
            problems.add(path + ": cannot list the folder: "
                    + (e.getCause() instanceof IOException cause ? reason(cause) : String.valueOf(e.getMessage())));
            return;
        } catch (IOException e) {
            problems.add(path + ": cannot list the folder: " + reason(e));
            return;
        }
        for (Path file : files) {
            add(
                    file.toString(),
                    "was removed while the folder was read; run the command again once nobody changes the folder",
                    () -> bounded(file),
                    texts,
                    problems);
        }
    }

    private static boolean isManifest(Path path) {
        String name = path.getFileName().toString();
        boolean hidden = name.startsWith(".");
        return !hidden
                && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"))
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private byte[] bounded(Path file) throws IOException {
        try (InputStream in = opener.open(file)) {
            return in.readNBytes((int) LARGEST + 1);
        }
    }

    private static void add(
            String name, String missing, Source source, List<ManifestText> texts, List<String> problems) {
        try {
            byte[] bytes = source.read();
            if (bytes.length > LARGEST) {
                problems.add(name + ": larger than 10 MiB, which no manifest is; split it");
                return;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
            texts.add(new ManifestText(name, text));
        } catch (NoSuchFileException e) {
            problems.add(name + ": " + missing);
        } catch (CharacterCodingException e) {
            problems.add(name + ": is not UTF-8 text");
        } catch (IOException e) {
            problems.add(name + ": cannot be read: " + reason(e));
        }
    }

    /** The messages of file systems are often no more than the path. */
    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case NoSuchFileException gone ->
                gone.getFile() + " is gone; run the command again once nobody changes the folder";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private interface Source {
        byte[] read() throws IOException;
    }

    /** Something that {@code -f} names cannot be read. */
    public static final class Unreadable extends RuntimeException {
        private final List<String> problems;

        Unreadable(List<String> problems) {
            super(String.join("\n", problems));
            this.problems = List.copyOf(problems);
        }

        public List<String> problems() {
            return problems;
        }
    }
}
