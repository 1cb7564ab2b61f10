package dev.cachehandshake.localredis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Finds TCP ports that nobody listens on. Nothing keeps them free: take them soon. */
public final class FreePorts {
    private FreePorts() {}

    public static int one() {
        return several(1).getFirst();
    }

    /** @return as many ports as asked for, no two alike */
    public static List<Integer> several(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            // Held together, so that the system cannot hand out one of them twice.
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException none) {
            throw new UncheckedIOException("this machine has no free port", none);
        } finally {
            held.forEach(FreePorts::release);
        }
    }

    /** Whether a server could listen on that port now, on the loopback address and on all addresses. */
    public static boolean isFree(int port) {
        // Both, since macOS lets one bind all addresses beside a server that has only the loopback one.
        return canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                && canBind(new InetSocketAddress(port));
    }

    private static boolean canBind(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address, 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            throw new UncheckedIOException(alreadyGone);
        }
    }
}
