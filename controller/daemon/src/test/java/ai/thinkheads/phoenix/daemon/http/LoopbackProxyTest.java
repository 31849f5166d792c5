package ai.thinkheads.phoenix.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.daemon.RunningDaemon;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LoopbackProxyTest {

    @TempDir
    Path state;

    private static String ask(int port, String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void requests_to_this_machine_reach_the_api_and_others_do_not() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.startIdle(state);
                LoopbackProxy proxy = LoopbackProxy.start(daemon.socket(), 0)) {
            int port = proxy.port();
            assertThat(ask(port, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ok");
            assertThat(ask(port, "GET /livez HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 403")
                    .contains("localhost only");
            assertThat(ask(port, "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void without_a_controller_it_says_so() throws IOException {
        try (LoopbackProxy proxy = LoopbackProxy.start(state.resolve("none.sock"), 0)) {
            assertThat(ask(proxy.port(), "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 502")
                    .contains("no controller answers");
        }
    }
}
