package dev.cachehandshake.protocol.store;

/**
 * What a call, or an operator, did to the breaker of a target.
 *
 * @param happened whether it opened, or closed, by that; of all who ask at the same time, one is told so
 * @param now how it stands since
 */
public record CircuitChange(boolean happened, CircuitState now) {}
