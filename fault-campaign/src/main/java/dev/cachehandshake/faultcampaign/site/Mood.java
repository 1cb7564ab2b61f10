package dev.cachehandshake.faultcampaign.site;

import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.CallbackTiming;
import dev.cachehandshake.scriptedtarget.SiteReport;
import java.time.Duration;
import java.util.SplittableRandom;

/** How the site takes one call. Well: it says yes in time, and confirms each item in time. */
public enum Mood {
    /** Yes at once, confirmed after. */
    PROMPT(true, true),
    /** Yes after a while. */
    SLOW(true, true),
    /** Confirmed before the yes. */
    EARLY(true, true),
    /** Confirmed twice. */
    TWICE(true, true),
    /** Confirmed after a while, in time. */
    UNHURRIED(true, true),
    /** Confirmed after the deadline for callbacks. */
    LATE(false, true),
    /** Yes, and never a callback. */
    SILENT(false, false),
    /** Yes, and the pages still show the old version. */
    STALE(false, false),
    /** 500. */
    BROKEN(false, false),
    /** 503. */
    OVERLOADED(false, false),
    /** No answer within the worker's time-out, and nothing done. */
    HANGING(false, false),
    /** The work done and confirmed, the connection dropped in place of an answer. */
    DROPPING(false, true),
    /** Nothing done and no answer, while the worker is about to be killed. */
    HELD(false, false),
    /** Yes after a while and never a callback, while the worker is about to be frozen. */
    LINGERING(false, false);

    private final boolean well;
    private final boolean proves;

    Mood(boolean well, boolean proves) {
        this.well = well;
        this.proves = proves;
    }

    public boolean isWell() {
        return well;
    }

    /** Whether it does its work, and says so in a callback at some time. */
    public boolean proves() {
        return proves;
    }

    /** @param patience how long the worker waits for an answer, and for a callback after that */
    Behaviour behaviour(SplittableRandom random, Duration patience) {
        Behaviour healthy = Behaviour.healthy();
        return switch (this) {
            case PROMPT -> healthy;
            case SLOW -> healthy.answering(Answer.slowly(millis(random, 50, 600)));
            case EARLY -> healthy.callingBack(CallbackTiming.before());
            case TWICE -> healthy.callingBack(CallbackTiming.twice());
            case UNHURRIED -> healthy.callingBack(CallbackTiming.late(millis(random, 100, 800)));
            case LATE -> healthy.callingBack(CallbackTiming.late(patience.plus(millis(random, 200, 2_000))));
            case SILENT -> healthy.callingBack(CallbackTiming.never());
            case STALE -> healthy.reporting(SiteReport.stale("0"));
            case BROKEN -> healthy.answering(Answer.failure(500));
            case OVERLOADED -> healthy.answering(Answer.failure(503));
            case HANGING, HELD ->
                healthy.answering(Answer.slowly(patience.plusSeconds(1))).callingBack(CallbackTiming.never());
            case DROPPING -> healthy.answering(Answer.dropped(millis(random, 10, 200)));
            case LINGERING ->
                healthy.answering(Answer.slowly(Duration.ofMillis(400))).callingBack(CallbackTiming.never());
        };
    }

    private static Duration millis(SplittableRandom random, int from, int to) {
        return Duration.ofMillis(random.nextInt(from, to));
    }
}
