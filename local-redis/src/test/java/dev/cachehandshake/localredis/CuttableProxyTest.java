package dev.cachehandshake.localredis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CuttableProxyTest {
    private LocalRedis redis;
    private CuttableProxy proxy;

    @BeforeEach
    void start() {
        redis = LocalRedis.start();
        proxy = CuttableProxy.to(redis.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
        redis.close();
    }

    @Test
    void passesBothWays() throws IOException {
        try (Client client = new Client(proxy.port())) {
            assertThat(client.ask("SET a 1")).isEqualTo("+OK");
            assertThat(proxy.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void aCutConnectionIsClosedAndANewOnePasses() throws IOException {
        try (Client client = new Client(proxy.port())) {
            client.ask("PING");
            proxy.cut();
            assertThatThrownBy(() -> client.ask("PING")).isInstanceOf(IOException.class);
        }
        assertPasses();
    }

    @Test
    void whoRefusesClosesNewOnesUntilHealed() throws IOException {
        proxy.refuse();
        try (Client client = new Client(proxy.port())) {
            assertThatThrownBy(() -> client.ask("PING")).isInstanceOf(IOException.class);
        }
        proxy.heal();
        assertPasses();
    }

    @Test
    void aSilentConnectionStaysOpenAndAnswersNothingWhileANewOnePasses() throws IOException {
        try (Client client = new Client(proxy.port())) {
            client.ask("PING");
            proxy.silenceOpenOnes();
            assertThatThrownBy(() -> client.ask("SET lost 1")).isInstanceOf(SocketTimeoutException.class);
            assertPasses();
            assertThat(askServer("EXISTS lost")).isEqualTo(":0");
        }
    }

    @Test
    void aVanishedHostIsSilentToNewOnesTooUntilHealed() throws IOException {
        proxy.silenceAll();
        try (Client client = new Client(proxy.port())) {
            assertThatThrownBy(() -> client.ask("PING")).isInstanceOf(SocketTimeoutException.class);
        }
        proxy.heal();
        assertPasses();
    }

    @Test
    void whereAnswersAreLostTheQuestionArrives() throws IOException {
        try (Client client = new Client(proxy.port())) {
            client.ask("PING");
            proxy.loseAnswersOfOpenOnes();
            assertThatThrownBy(() -> client.ask("SET done 1")).isInstanceOf(SocketTimeoutException.class);
            assertThat(askServer("EXISTS done")).isEqualTo(":1");
        }
    }

    @Test
    void newOnesAreLedToAnotherServer() throws IOException {
        try (LocalRedis other = LocalRedis.start();
                Client before = new Client(proxy.port())) {
            before.ask("SET here 1");
            proxy.leadTo(other.port());
            try (Client after = new Client(proxy.port())) {
                assertThat(after.ask("EXISTS here")).isEqualTo(":0");
            }
            assertThat(before.ask("EXISTS here")).isEqualTo(":1");
        }
    }

    private String askServer(String command) throws IOException {
        try (Client client = new Client(redis.port())) {
            return client.ask(command);
        }
    }

    private void assertPasses() throws IOException {
        try (Client client = new Client(proxy.port())) {
            assertThat(client.ask("PING")).isEqualTo("+PONG");
        }
    }

    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader answers;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(300);
            answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        String ask(String command) throws IOException {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("closed");
            }
            return answer;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
