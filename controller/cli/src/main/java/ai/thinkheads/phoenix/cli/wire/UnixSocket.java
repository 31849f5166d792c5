package ai.thinkheads.phoenix.cli.wire;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Connections to unix sockets. */
final class UnixSocket {

    private static final String PROVIDER = "java.nio.channels.spi.SelectorProvider";
    private static final String LINUX = "sun.nio.ch.EPollSelectorProvider";

    static {
        // Who makes channels, said to the JDK: otherwise it opens all jars to see whether one of them brings somebody
        // else, which
        // takes longer than to ask a controller.
        try {
            if (System.getProperty(PROVIDER) == null) {
                Class.forName(LINUX);
                System.setProperty(PROVIDER, LINUX);
            }
        } catch (ClassNotFoundException e) {
            // Another system, or a JDK with another name for it, finds its own.
        }
    }

    private UnixSocket() {}

    static SocketChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
