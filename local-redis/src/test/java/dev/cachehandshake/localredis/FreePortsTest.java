package dev.cachehandshake.localredis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void noTwoPortsAreAlike() {
        assertThat(FreePorts.several(20)).doesNotHaveDuplicates().allMatch(FreePorts::isFree);
    }

    @Test
    void aPortWithAServerIsNotFree() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePorts.isFree(server.getLocalPort())).isFalse();
        }
    }
}
