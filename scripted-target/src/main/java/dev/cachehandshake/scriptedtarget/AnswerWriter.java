package dev.cachehandshake.scriptedtarget;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.cachehandshake.protocol.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes the answer that a behaviour asks for. */
final class AnswerWriter {
    static final String REPLICA = "scripted-1";
    static final String BUILD_ID = "scripted";

    private static final int UNPROCESSABLE = 422;

    private final CountDownLatch closing;

    /** @param closing ends every wait */
    AnswerWriter(CountDownLatch closing) {
        this.closing = closing;
    }

    void write(HttpExchange exchange, Call call, Answer answer) throws IOException, InterruptedException {
        switch (answer) {
            case Answer.AtOnce atOnce -> accept(exchange, call, answer);
            case Answer.Reject reject -> reject(exchange, call, reject);
            case Answer.WithoutResults without ->
                json(exchange, 200, Json.newObject().put("revalidated", true));
            case Answer.Never never -> closing.await();
            case Answer.Slowly slowly -> {
                if (!closing.await(slowly.delay().toNanos(), TimeUnit.NANOSECONDS)) {
                    accept(exchange, call, answer);
                }
            }
            case Answer.Dropped dropped -> {
                // Without headers sent, closing the exchange closes its connection.
                if (!closing.await(dropped.delay().toNanos(), TimeUnit.NANOSECONDS)) {
                    exchange.close();
                }
            }
            case Answer.Failure failure -> {
                failure.retryAfter()
                        .ifPresent(delay ->
                                exchange.getResponseHeaders().set("Retry-After", Long.toString(delay.toSeconds())));
                json(exchange, failure.status(), Json.newObject().put("error", "scripted"));
            }
        }
    }

    void refuse(HttpExchange exchange, int status, String reason) throws IOException {
        json(exchange, status, Json.newObject().put("error", reason));
    }

    void json(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        send(exchange, status, "application/json", Json.write(body));
    }

    void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void reject(HttpExchange exchange, Call call, Answer.Reject reject) throws IOException {
        if (call.batchId().isEmpty() && !reject.accepts(call.ids().getFirst())) {
            refuse(exchange, UNPROCESSABLE, reject.reason());
        } else {
            accept(exchange, call, reject);
        }
    }

    private void accept(HttpExchange exchange, Call call, Answer answer) throws IOException {
        if (call.batchId().isEmpty()) {
            json(exchange, 200, Json.newObject().put("status", "accepted"));
            return;
        }
        ObjectNode body = Json.newObject().put("replica", REPLICA).put("build_id", BUILD_ID);
        ArrayNode results = body.putArray("results");
        call.ids().forEach(id -> {
            ObjectNode result = results.addObject().put("revalidation_id", id.value());
            if (answer.accepts(id)) {
                result.put("status", "accepted");
            } else if (answer instanceof Answer.Reject reject) {
                result.put("status", "rejected").put("reason", reject.reason());
            }
        });
        json(exchange, 202, body);
    }
}
