package dev.cachehandshake.scriptedtarget;

/** Is told of each step of a site as it is taken, in the thread that takes it. Must be thread-safe and quick. */
public interface SiteObserver {
    /** Sees nothing. */
    SiteObserver NONE = new SiteObserver() {};

    /** A call got 400 or 401, and never reached the script. */
    default void refused(String reason) {}

    /** A call that reached the script is over: answered, or broken off, by whichever side. */
    default void answered(Call call) {}

    /** A callback is about to be sent for the first time. */
    default void callingBack(Call call) {}

    /** A callback is done: answered, or given up. */
    default void calledBack(Call call, CallbackMade callback) {}
}
