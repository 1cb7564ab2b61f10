package dev.cachehandshake.worker;

import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.boot.StrategySettings;

/** What is so when nothing is set. */
public final class StrategiesOfTests {
    private static final StrategySettings.OfClass NOTHING_SET =
            new StrategySettings.OfClass(null, null, null, null, null, null, null, null);

    public static final Strategies BY_DEFAULT =
            new StrategySettings(NOTHING_SET, NOTHING_SET, NOTHING_SET).strategies();

    private StrategiesOfTests() {}
}
