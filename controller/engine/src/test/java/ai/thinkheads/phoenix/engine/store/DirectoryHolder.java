package ai.thinkheads.phoenix.engine.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that holds a state directory until it is killed or its input ends. */
public final class DirectoryHolder {

    private DirectoryHolder() {}

    public static void main(String[] args) throws IOException {
        try (var _ = StateDirectory.open(Path.of(args[0]))) {
            new PrintStream(System.out, true, StandardCharsets.UTF_8).println("held");
            while (System.in.read() >= 0) {}
        }
    }
}
