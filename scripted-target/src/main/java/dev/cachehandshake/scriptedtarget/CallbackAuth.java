package dev.cachehandshake.scriptedtarget;

/** How a callback shows who sends it. */
public enum CallbackAuth {
    /** A token signed for this very body with the callback secret. */
    SIGNED,
    /** The callback secret itself, as the original's hand-written routes sent it. */
    SHARED_SECRET
}
