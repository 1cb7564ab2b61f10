package dev.cachehandshake.faultcampaign.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.localredis.FreePorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int SOON_MS = 10_000;

    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = echo.accept();
                    Thread.ofVirtual().start(() -> answer(client));
                }
            } catch (IOException closed) {
                Thread.currentThread().interrupt();
            }
        });
        int nobody = FreePorts.one();
        proxy = TcpProxy.before(() -> List.of(nobody, echo.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private static void answer(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException cut) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(SOON_MS);
        return socket;
    }

    private static int say(Socket socket, int word) throws IOException {
        socket.getOutputStream().write(word);
        return socket.getInputStream().read();
    }

    @Test
    void itForwardsBothWaysToTheUpstreamThatTakesTheConnection() throws Exception {
        try (Socket one = connect();
                Socket two = connect()) {
            assertThat(say(one, 7)).isEqualTo(7);
            assertThat(say(two, 8)).isEqualTo(8);
            assertThat(say(one, 9)).isEqualTo(9);
        }
    }

    @Test
    void aCutResetsWhatIsOpenAndTakesWhatComesAfter() throws Exception {
        try (Socket before = connect()) {
            assertThat(say(before, 7)).isEqualTo(7);

            proxy.cut();

            assertThatThrownBy(() -> {
                        if (say(before, 7) < 0) {
                            throw new SocketException("ended");
                        }
                    })
                    .isInstanceOf(SocketException.class);
            try (Socket after = connect()) {
                assertThat(say(after, 8)).isEqualTo(8);
            }
        }
    }

    @Test
    void whileItRefusesNobodyListens() throws Exception {
        proxy.refuse();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);

        proxy.allow();
        try (Socket after = connect()) {
            assertThat(say(after, 8)).isEqualTo(8);
        }
    }

    @Test
    void aSlowLinkDeliversLate() throws Exception {
        try (Socket socket = connect()) {
            assertThat(say(socket, 7)).isEqualTo(7);
            proxy.delay(Duration.ofMillis(100));

            long begun = System.nanoTime();
            assertThat(say(socket, 8)).isEqualTo(8);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }
}
