package ai.thinkheads.phoenix.proof;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that this project lies in. */
public final class Checkout {

    private Checkout() {}

    /** The nearest folder above the working directory that holds {@code resources/} and {@code samples/}. */
    public static Path top() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("samples")) || !Files.isDirectory(folder.resolve("resources"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
