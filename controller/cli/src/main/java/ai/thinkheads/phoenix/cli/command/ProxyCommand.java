package ai.thinkheads.phoenix.cli.command;

import ai.thinkheads.phoenix.cli.CommandFailed;
import ai.thinkheads.phoenix.cli.ExitCode;
import ai.thinkheads.phoenix.cli.Phoenixctl;
import ai.thinkheads.phoenix.cli.Session;
import ai.thinkheads.phoenix.cli.wire.Endpoint;
import ai.thinkheads.phoenix.daemon.http.LoopbackProxy;
import java.io.IOException;
import java.nio.file.Path;

/** {@code phoenixctl proxy}. */
public final class ProxyCommand extends Verb {

    private int port = 8001;

    ProxyCommand(Phoenixctl root) {
        super(root, "proxy", "Offer the controller's API on this machine's loopback, for kubectl and other clients.");
        takes().number("-p, --port", "PORT", "Port; 0 for any free one. Default: 8001.", given -> port = given);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Session session = open(Session.Purpose.ACT)) {
            if (!(session.api().endpoint() instanceof Endpoint.Unix unix)) {
                throw new CommandFailed(ExitCode.INVALID, "a proxy needs the controller's socket; leave --server away");
            }
            serve(unix.socket());
        }
        return ExitCode.DONE;
    }

    private void serve(Path socket) throws InterruptedException {
        try (LoopbackProxy proxy = LoopbackProxy.start(socket, port)) {
            terminal().out().println("Starting to serve on 127.0.0.1:" + proxy.port());
            terminal().out().flush();
            proxy.await();
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.NO_ACCESS,
                    "cannot listen on 127.0.0.1:" + port + ": " + e.getMessage() + "; choose another port with --port");
        }
    }
}
