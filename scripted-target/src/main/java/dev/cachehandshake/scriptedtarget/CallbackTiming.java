package dev.cachehandshake.scriptedtarget;

import java.time.Duration;

/** When the site calls back, as seen from its answer. */
public sealed interface CallbackTiming {
    /** Before: the answer waits until the worker has answered the callback. */
    record Before() implements CallbackTiming {}

    /** After: as soon as the answer is sent. */
    record After() implements CallbackTiming {}

    /** After, and once more when that is answered. */
    record Twice() implements CallbackTiming {}

    /** A while after the answer. */
    record Late(Duration delay) implements CallbackTiming {}

    /** Not at all. */
    record Never() implements CallbackTiming {}

    static CallbackTiming before() {
        return new Before();
    }

    static CallbackTiming after() {
        return new After();
    }

    static CallbackTiming twice() {
        return new Twice();
    }

    static CallbackTiming late(Duration delay) {
        return new Late(delay);
    }

    static CallbackTiming never() {
        return new Never();
    }
}
