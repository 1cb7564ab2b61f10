package dev.cachehandshake.faultcampaign.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A link that can be cut, refused and slowed down: forwards 127.0.0.1 to the next of its upstreams that takes the connection.
 * Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final int CONNECT_WITHIN_MS = 2_000;
    private static final int CHUNK = 64 * 1024;

    private final int port;
    private final Supplier<List<Integer>> upstreams;
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listening;
    private Thread accepting;
    private volatile Duration latency = Duration.ZERO;

    private TcpProxy(ServerSocket listening, Supplier<List<Integer>> upstreams) {
        this.port = listening.getLocalPort();
        this.listening = listening;
        this.upstreams = upstreams;
        this.accepting = accept(listening);
    }

    /** @param upstreams ports on 127.0.0.1, asked anew for each connection; taken in turn */
    public static TcpProxy before(Supplier<List<Integer>> upstreams) {
        return new TcpProxy(listen(0), upstreams);
    }

    public int port() {
        return port;
    }

    /** Resets every connection; new ones are taken. */
    public void cut() {
        open.forEach(TcpProxy::reset);
    }

    /** Resets every connection and refuses new ones, as a host does on which nobody listens, from its return on. */
    public synchronized void refuse() {
        quietly(listening);
        awaitEnd(accepting);
        cut();
    }

    /** Takes connections again. */
    public synchronized void allow() {
        if (listening.isClosed()) {
            listening = listen(port);
            accepting = accept(listening);
        }
    }

    /** Each read of either side is passed on that much later. */
    public void delay(Duration newLatency) {
        latency = newLatency;
    }

    @Override
    public void close() {
        refuse();
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            return socket;
        } catch (IOException taken) {
            throw new UncheckedIOException("cannot listen on port " + port, taken);
        }
    }

    private Thread accept(ServerSocket server) {
        return Thread.ofVirtual().name("proxy-" + port).start(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    open.add(client);
                    Thread.ofVirtual().start(() -> connect(client));
                }
            } catch (IOException closed) {
                // Refusing closes the server under the wait.
                quietly(server);
            }
        });
    }

    /** A port stays bound for as long as somebody waits in accept, also when the socket was closed meanwhile. */
    private static void awaitEnd(Thread accepting) {
        try {
            accepting.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(Socket client) {
        List<Integer> ports = upstreams.get();
        int first = turn.getAndIncrement();
        for (int attempt = 0; attempt < ports.size(); attempt++) {
            int next = ports.get(Math.floorMod(first + attempt, ports.size()));
            Socket server = new Socket();
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), next), CONNECT_WITHIN_MS);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                open.add(server);
                Thread.ofVirtual().start(() -> forward(server, client));
                forward(client, server);
                return;
            } catch (IOException away) {
                quietly(server);
            }
        }
        open.remove(client);
        reset(client);
    }

    private void forward(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                Duration wait = latency;
                if (wait.isPositive()) {
                    LockSupport.parkNanos(wait.toNanos());
                }
                out.write(chunk, 0, read);
            }
        } catch (IOException over) {
            // One side has gone, and so the other one goes.
            reset(to);
        } finally {
            open.remove(from);
            open.remove(to);
            quietly(from);
            quietly(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException alreadyClosed) {
            return;
        } finally {
            quietly(socket);
        }
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception alreadyGone) {
            return;
        }
    }
}
