package dev.cachehandshake.localredis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP relay on 127.0.0.1 in front of a server, for the ways in which a network fails: it cuts connections, refuses new ones,
 * swallows what is sent without a word, loses answers only, and leads new connections to another server. Thread-safe.
 */
public final class CuttableProxy implements AutoCloseable {
    private static final int CONNECT_WITHIN_MILLIS = 1_000;
    private static final int CHUNK = 16 * 1024;

    /** What becomes of a connection's bytes; it never goes back to passing, for what was swallowed is missing. */
    private enum Fate {
        PASSES,
        LOSES_ANSWERS,
        IS_SILENT
    }

    private final ServerSocket listening;
    private final Set<Relay> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile Fate fateOfNewOnes = Fate.PASSES;
    private volatile boolean refusing;

    private CuttableProxy(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    /** Passes everything to that port of 127.0.0.1, until told otherwise. */
    public static CuttableProxy to(int port) {
        try {
            CuttableProxy proxy = new CuttableProxy(new ServerSocket(0, 512, InetAddress.getLoopbackAddress()), port);
            Thread.ofVirtual().name("proxy-accept").start(proxy::acceptAll);
            return proxy;
        } catch (IOException noPort) {
            throw new UncheckedIOException("this machine has no free port", noPort);
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** {@code redis://127.0.0.1:{port}}. */
    public String redisUrl() {
        return "redis://127.0.0.1:" + port();
    }

    /** New connections go to that port of 127.0.0.1; open ones stay where they are. */
    public void leadTo(int port) {
        target = port;
    }

    /** Closes every open connection; new ones are taken as before. */
    public void cut() {
        open.forEach(Relay::close);
    }

    /** Closes every open connection, and each new one at once, until {@link #heal}. */
    public void refuse() {
        refusing = true;
        cut();
    }

    /** Open connections stay open and carry nothing any more, either way and for good; new ones pass. */
    public void silenceOpenOnes() {
        open.forEach(relay -> relay.fate = Fate.IS_SILENT);
    }

    /** The same, and new ones carry nothing either until {@link #heal}: a host that has vanished without a word. */
    public void silenceAll() {
        fateOfNewOnes = Fate.IS_SILENT;
        silenceOpenOnes();
    }

    /** Open connections still carry what is asked, and no answer; new ones pass. */
    public void loseAnswersOfOpenOnes() {
        open.forEach(relay -> relay.fate = Fate.LOSES_ANSWERS);
    }

    /** New connections pass again. Silent ones stay silent, until whoever has opened them gives them up. */
    public void heal() {
        fateOfNewOnes = Fate.PASSES;
        refusing = false;
    }

    /** How many connections are open, silent ones included. */
    public int openConnections() {
        return open.size();
    }

    @Override
    public void close() {
        closeQuietly(listening);
        cut();
    }

    private void acceptAll() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().name("proxy-connect").start(() -> relay(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void relay(Socket client) {
        if (refusing) {
            closeQuietly(client);
            return;
        }
        Relay relay = new Relay(client, fateOfNewOnes);
        open.add(relay);
        relay.connectAndCarry();
        if (refusing || listening.isClosed()) {
            relay.close();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception gone) {
            System.getLogger(CuttableProxy.class.getName()).log(System.Logger.Level.TRACE, "closed already", gone);
        }
    }

    private final class Relay {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile Fate fate;

        Relay(Socket client, Fate fate) {
            this.client = client;
            this.fate = fate;
        }

        void connectAndCarry() {
            try {
                // Who is silent needs no server: to its client it looks connected all the same.
                if (fate != Fate.IS_SILENT) {
                    server.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_WITHIN_MILLIS);
                    server.setTcpNoDelay(true);
                    carry("proxy-answers", server, client, Fate.PASSES);
                }
                client.setTcpNoDelay(true);
                carry("proxy-questions", client, server, Fate.LOSES_ANSWERS);
            } catch (IOException away) {
                close();
            }
        }

        /** @param most the worst fate under which bytes of this direction still pass */
        private void carry(String name, Socket from, Socket to, Fate most) {
            Thread.ofVirtual().name(name).start(() -> {
                byte[] chunk = new byte[CHUNK];
                try {
                    InputStream in = from.getInputStream();
                    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                        if (fate.compareTo(most) <= 0) {
                            OutputStream out = to.getOutputStream();
                            out.write(chunk, 0, read);
                            out.flush();
                        }
                    }
                } catch (IOException broken) {
                    System.getLogger(CuttableProxy.class.getName())
                            .log(System.Logger.Level.TRACE, "a connection broke", broken);
                }
                // A silent server does not say goodbye either; the client's own goodbye ends it.
                boolean clientsGoodbye = most == Fate.LOSES_ANSWERS;
                if (clientsGoodbye || fate != Fate.IS_SILENT) {
                    close();
                }
            });
        }

        void close() {
            open.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }
    }
}
