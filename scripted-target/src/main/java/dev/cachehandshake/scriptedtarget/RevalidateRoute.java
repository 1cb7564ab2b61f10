package dev.cachehandshake.scriptedtarget;

import com.sun.net.httpserver.HttpExchange;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** {@code POST /api/revalidate}: checks who calls, asks the script what to do, answers, and calls back. */
final class RevalidateRoute {
    private final RequestCheck check;
    private final AnswerWriter answers;
    private final CallbackSender sender;
    private final Observations observations;
    private final ExecutorService threads;
    private final CountDownLatch closing;
    private volatile Script script = Script.always(Behaviour.healthy());
    private volatile boolean verifying = true;
    private volatile URI workerUrl;
    private volatile SiteObserver observer = SiteObserver.NONE;

    RevalidateRoute(
            URI workerUrl,
            RequestCheck check,
            AnswerWriter answers,
            CallbackSender sender,
            Observations observations,
            ExecutorService threads,
            CountDownLatch closing) {
        this.workerUrl = workerUrl;
        this.check = check;
        this.answers = answers;
        this.sender = sender;
        this.observations = observations;
        this.threads = threads;
        this.closing = closing;
    }

    void play(Script newScript) {
        script = newScript;
    }

    void watchedBy(SiteObserver newObserver) {
        observer = newObserver;
    }

    void verifyTokens(boolean verify) {
        verifying = verify;
    }

    void callBackTo(URI newWorkerUrl) {
        workerUrl = newWorkerUrl;
    }

    void handle(HttpExchange exchange) throws IOException, InterruptedException {
        long arrivedAt = System.nanoTime();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!exchange.getRequestMethod().equals("POST")) {
            answers.refuse(exchange, 405, "POST is wanted");
            return;
        }
        Call call;
        try {
            call = CallReader.read(arrivedAt, exchange.getRequestHeaders(), body);
        } catch (MalformedWireException malformed) {
            refuse(exchange, 400, "the body " + malformed.getMessage());
            return;
        }
        Optional<String> authorization =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
        Optional<String> refusal = verifying ? check.refusal(authorization, call) : Optional.empty();
        if (refusal.isPresent()) {
            refuse(exchange, 401, refusal.get());
            return;
        }
        perform(exchange, observations.arrived(call));
    }

    private void refuse(HttpExchange exchange, int status, String reason) throws IOException {
        observations.refusals.add(reason);
        observer.refused(reason);
        answers.refuse(exchange, status, reason);
    }

    private void perform(HttpExchange exchange, Call call) throws IOException, InterruptedException {
        Behaviour behaviour = script.behaviourFor(call);
        URI worker = workerUrl;
        if (behaviour.callback() instanceof CallbackTiming.Before) {
            callBack(worker, call, behaviour);
        }
        try (exchange) {
            answers.write(exchange, call, behaviour.answer());
        } finally {
            observer.answered(call);
            // Also when the worker has hung up in the meantime: a real site does its work all the same.
            if (closing.getCount() > 0) {
                threads.execute(() -> callBackAfterwards(worker, call, behaviour));
            }
        }
    }

    private void callBackAfterwards(URI worker, Call call, Behaviour behaviour) {
        switch (behaviour.callback()) {
            case CallbackTiming.Before before -> {}
            case CallbackTiming.Never never -> {}
            case CallbackTiming.After after -> callBack(worker, call, behaviour);
            case CallbackTiming.Twice twice -> {
                callBack(worker, call, behaviour);
                callBack(worker, call, behaviour);
            }
            case CallbackTiming.Late late -> {
                if (!closesWithin(late)) {
                    callBack(worker, call, behaviour);
                }
            }
        }
    }

    private void callBack(URI worker, Call call, Behaviour behaviour) {
        List<Wanted> accepted = call.wanted().stream()
                .filter(wanted -> behaviour.answer().accepts(wanted.id()))
                .toList();
        if (!accepted.isEmpty()) {
            String body = CallbackBody.write(call, accepted, behaviour);
            observer.callingBack(call);
            CallbackMade made = sender.send(worker, call.subject(), body, behaviour.callbackAuth());
            observations.calledBack(made);
            observer.calledBack(call, made);
        }
    }

    private boolean closesWithin(CallbackTiming.Late late) {
        try {
            return closing.await(late.delay().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
