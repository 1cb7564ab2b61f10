package dev.cachehandshake.scriptedtarget;

import java.util.OptionalInt;

/**
 * One callback, with all its tries.
 *
 * @param subject the batch id, or the revalidation_id of a single call
 * @param tries how often it was sent; from 1
 * @param status of the worker's last answer; empty when it never answered
 * @param answer the body of that answer
 * @param answeredAtNanos {@link System#nanoTime()} when it came, or when the site gave up
 */
public record CallbackMade(String subject, int tries, OptionalInt status, String answer, long answeredAtNanos) {}
