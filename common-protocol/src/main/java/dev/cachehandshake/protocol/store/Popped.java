package dev.cachehandshake.protocol.store;

/** An element that BLPOP took: a hint of what to claim, never the thing to deliver. */
public record Popped(String element) {}
