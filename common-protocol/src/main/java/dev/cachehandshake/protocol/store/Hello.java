package dev.cachehandshake.protocol.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a replica says when it starts.
 *
 * @param target its name as a target; empty where it joins no roster
 * @param remembered how long it belongs to the roster by its own word
 * @param since from when on changes may be missing in what it serves
 */
public record Hello(String site, Optional<String> target, Duration remembered, Instant since) {}
