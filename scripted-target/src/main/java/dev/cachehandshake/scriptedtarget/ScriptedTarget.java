package dev.cachehandshake.scriptedtarget;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Plays a site, in both protocols: takes {@code POST /api/revalidate}, does what its {@link Script} says, and calls back.
 * Beside it {@code POST /api/echo} answers 200 to anything at once, for measuring what a bare call costs, and {@code GET /}
 * tells people what they are looking at. Thread-safe.
 */
public final class ScriptedTarget implements AutoCloseable {
    /** How many calls and callbacks are kept unless told otherwise. */
    public static final int REMEMBERED = 10_000;

    private static final int BACKLOG = 1_024;

    static {
        // The server writes head and body apart; without this, Nagle and a delayed ACK add 40 ms to each answer.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "2000");
    }

    private final CountDownLatch closing = new CountDownLatch(1);
    private final AnswerWriter answers = new AnswerWriter(closing);
    private final Observations observations = new Observations(REMEMBERED);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CallbackSender sender;
    private final RevalidateRoute route;
    private final HttpServer server;

    private ScriptedTarget(TargetSettings settings, Clock clock, HttpServer server) {
        this.sender = new CallbackSender(settings, clock, closing);
        this.route = new RevalidateRoute(
                settings.workerUrl(),
                new RequestCheck(settings, clock),
                answers,
                sender,
                observations,
                threads,
                closing);
        this.server = server;
    }

    /** Starts with the system's clock; else as {@link #start(TargetSettings, Clock)}. */
    public static ScriptedTarget start(TargetSettings settings) throws IOException {
        return start(settings, Clock.systemUTC());
    }

    /**
     * Starts a site that is {@linkplain Behaviour#healthy() healthy} until it gets another script.
     *
     * @param clock by which tokens are signed and verified
     * @throws java.net.BindException when the port is taken
     * @throws IllegalArgumentException when a secret has fewer than 32 bytes
     */
    public static ScriptedTarget start(TargetSettings settings, Clock clock) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), BACKLOG);
        ScriptedTarget target = new ScriptedTarget(settings, clock, server);
        server.createContext("/api/revalidate", exchange -> target.handle(exchange, target.route::handle));
        server.createContext("/api/echo", exchange -> target.handle(exchange, target::echo));
        server.createContext("/", exchange -> target.handle(exchange, target::page));
        server.setExecutor(target.threads);
        server.start();
        return target;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** What the site does from the next call on. */
    public void play(Script newScript) {
        route.play(newScript);
    }

    /** The same behaviour for every call from now on. */
    public void play(Behaviour behaviour) {
        play(Script.always(behaviour));
    }

    /** Whether tokens are verified; true at first. A call that is refused gets 401 and never reaches the script. */
    public void verifyTokens(boolean verify) {
        route.verifyTokens(verify);
    }

    /** Sends callbacks elsewhere from now on. */
    public void callBackTo(URI newWorkerUrl) {
        route.callBackTo(newWorkerUrl);
    }

    /** Who is told of each step from now on. */
    public void watchedBy(SiteObserver observer) {
        route.watchedBy(observer);
    }

    /** Keeps up to so many calls, callbacks and refusals; older ones are forgotten, and still counted. */
    public void remember(int atMost) {
        observations.keep(atMost);
    }

    /** Forgets what is remembered; the counts go on. */
    public void forget() {
        observations.forget();
    }

    /** The genuine calls, in the order of arrival. */
    public List<Call> calls() {
        return observations.calls.entries();
    }

    /** The callbacks that are done: answered, or given up. */
    public List<CallbackMade> callbacks() {
        return observations.callbacks.entries();
    }

    /** Why calls got 401 or 400. */
    public List<String> refusals() {
        return observations.refusals.entries();
    }

    public long callCount() {
        return observations.callCount();
    }

    /** How many handshakes all calls carried together. */
    public long handshakeCount() {
        return observations.handshakeCount();
    }

    public long callbackCount() {
        return observations.callbackCount();
    }

    /** @throws IllegalStateException when there are fewer remembered calls by then */
    public List<Call> awaitCalls(int count, Duration within) {
        return observations.calls.await(all -> all.size() >= count, within, count + " calls");
    }

    /** @throws IllegalStateException when the condition on the remembered calls does not hold by then */
    public List<Call> awaitCalls(Predicate<List<Call>> condition, Duration within) {
        return observations.calls.await(condition, within, "the calls to be as wanted");
    }

    /** @throws IllegalStateException when there are fewer remembered callbacks by then */
    public List<CallbackMade> awaitCallbacks(int count, Duration within) {
        return observations.callbacks.await(all -> all.size() >= count, within, count + " callbacks");
    }

    /** Ends every call and callback that is still under way. */
    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
        sender.close();
    }

    private interface Step {
        void take(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private void handle(HttpExchange exchange, Step step) throws IOException {
        try (exchange) {
            step.take(exchange);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void echo(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        answers.json(exchange, 200, Json.newObject());
    }

    private void page(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestURI().getPath().equals("/")) {
            answers.send(exchange, 200, "text/html; charset=utf-8", """
                    <!doctype html>
                    <title>Scripted target</title>
                    <h1>This is the scripted target</h1>
                    <p>It stands in for a Next.js site: it takes the worker's calls and confirms them.</p>
                    <p>So far: %d calls with %d handshakes, %d callbacks.</p>
                    """.formatted(
                            callCount(), handshakeCount(), callbackCount()));
        } else {
            answers.refuse(exchange, 404, "there is nothing here but / and /api/revalidate");
        }
    }
}
