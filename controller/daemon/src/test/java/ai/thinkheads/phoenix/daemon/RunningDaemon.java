package ai.thinkheads.phoenix.daemon;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A controller in a temporary state directory, and a client of it. */
public final class RunningDaemon implements AutoCloseable {

    private final Daemon daemon;
    private final Wire wire;

    private RunningDaemon(Daemon daemon) {
        this.daemon = daemon;
        this.wire = new Wire(daemon.socket());
    }

    public static RunningDaemon start(Path state) {
        return new RunningDaemon(Daemon.start(new DaemonConfig(state).withDrainTimeout(Duration.ofSeconds(5))));
    }

    public static RunningDaemon startIdle(Path state) {
        return new RunningDaemon(Daemon.start(new DaemonConfig(state).withReconciling(false)));
    }

    public Wire wire() {
        return wire;
    }

    public Path socket() {
        return daemon.socket();
    }

    /** Applies YAML by Phoenix's own endpoint. */
    public Wire.Answer apply(String query, String yaml) {
        ObjectNode body = ResourceCodec.json().createObjectNode();
        body.putArray("texts").addObject().put("name", "test.yaml").put("text", yaml);
        return wire.post("/phoenix/v1/apply" + query, body.toString());
    }

    /** The present state of a resource, or a Status. */
    public JsonNode resource(String plural, String name) {
        return wire.get(Wire.GROUP + "/" + plural + "/" + name).json();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
