package dev.cachehandshake.scriptedtarget;

import java.util.function.Function;

/**
 * What the site does with one call.
 *
 * @param report what its callback says of each handshake
 */
public record Behaviour(
        Answer answer, CallbackTiming callback, Function<Wanted, SiteReport> report, CallbackAuth callbackAuth) {
    /** Accepts at once, calls back signed after the answer, and every page is fresh. */
    public static Behaviour healthy() {
        return new Behaviour(
                Answer.atOnce(), CallbackTiming.after(), wanted -> SiteReport.fresh(), CallbackAuth.SIGNED);
    }

    public Behaviour answering(Answer newAnswer) {
        return new Behaviour(newAnswer, callback, report, callbackAuth);
    }

    public Behaviour callingBack(CallbackTiming timing) {
        return new Behaviour(answer, timing, report, callbackAuth);
    }

    /** The same report for every handshake. */
    public Behaviour reporting(SiteReport same) {
        return reporting(wanted -> same);
    }

    public Behaviour reporting(Function<Wanted, SiteReport> newReport) {
        return new Behaviour(answer, callback, newReport, callbackAuth);
    }

    public Behaviour authenticatingBy(CallbackAuth auth) {
        return new Behaviour(answer, callback, report, auth);
    }
}
