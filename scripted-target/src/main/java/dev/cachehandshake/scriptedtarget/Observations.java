package dev.cachehandshake.scriptedtarget;

import java.util.concurrent.atomic.AtomicLong;

/** What the site saw and did: all of it counted, the last of it kept. Thread-safe. */
final class Observations {
    final CallLog<Call> calls;
    final CallLog<CallbackMade> callbacks;
    final CallLog<String> refusals;
    private final AtomicLong callCount = new AtomicLong();
    private final AtomicLong handshakeCount = new AtomicLong();
    private final AtomicLong callbackCount = new AtomicLong();

    Observations(int remembered) {
        this.calls = new CallLog<>(remembered);
        this.callbacks = new CallLog<>(remembered);
        this.refusals = new CallLog<>(remembered);
    }

    /** @return the call, numbered */
    Call arrived(Call call) {
        Call numbered = call.numbered(callCount.incrementAndGet());
        handshakeCount.addAndGet(call.size());
        calls.add(numbered);
        return numbered;
    }

    void calledBack(CallbackMade callback) {
        callbackCount.incrementAndGet();
        callbacks.add(callback);
    }

    void keep(int atMost) {
        calls.keep(atMost);
        callbacks.keep(atMost);
        refusals.keep(atMost);
    }

    void forget() {
        calls.clear();
        callbacks.clear();
        refusals.clear();
    }

    long callCount() {
        return callCount.get();
    }

    long handshakeCount() {
        return handshakeCount.get();
    }

    long callbackCount() {
        return callbackCount.get();
    }
}
