package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.manifest.ManifestInput;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code phoenixctl setup}. */
public final class SetupCommand extends Verb {

    private List<String> files = List.of();
    private Duration timeout = Duration.ofMinutes(30);
    private @Nullable String output;

    SetupCommand(Phoenixctl root) {
        super(
                root,
                "setup",
                "Apply only what concerns the host itself: pools, networks, drivers, templates; no guests.");
        takes().manifests(given -> files = given)
                .time("--timeout", "How long to wait. Default: 30m.", given -> timeout = given)
                .option("-o, --output", "FORMAT", "json for scripts.", given -> output = given);
    }

    @Override
    public Integer call() {
        boolean json = Applying.isJson(output);
        ManifestInput manifests = Applying.input(root(), files);
        try (Session session = Applying.open(root(), manifests, Session.Purpose.ACT)) {
            return new Applying(root(), session).run(manifests, null, false, true, true, timeout, json);
        }
    }
}
