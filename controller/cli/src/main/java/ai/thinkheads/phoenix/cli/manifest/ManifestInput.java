package ai.thinkheads.phoenix.cli.manifest;

import ai.thinkheads.phoenix.api.manifest.Manifest;
import ai.thinkheads.phoenix.api.manifest.ManifestException;
import ai.thinkheads.phoenix.api.manifest.ManifestReader;
import ai.thinkheads.phoenix.api.manifest.ManifestText;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What the user gave: texts, and what they say. They are read at most once, and not at all where a controller that runs reads
 * them, which it does quicker than a process that has just begun.
 */
public final class ManifestInput {

    private final List<ManifestText> texts;
    private final FutureTask<List<Manifest>> reading;

    public ManifestInput(List<ManifestText> texts) {
        this.texts = List.copyOf(texts);
        this.reading = new FutureTask<>(() -> ManifestReader.read(this.texts));
    }

    public List<ManifestText> texts() {
        return texts;
    }

    /** Begins to read them, beside what else is done meanwhile. */
    public void begin() {
        Thread.ofPlatform().daemon().name("manifests").start(reading);
    }

    /**
     * What the texts say.
     *
     * @throws ManifestException with every problem of every text
     */
    public List<Manifest> manifests() {
        reading.run();
        try {
            return reading.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while manifests were read", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
