package dev.cachehandshake.faultcampaign.deployment;

import java.util.Map;

/** The Redis of a deployment. */
public interface RedisSide extends AutoCloseable {
    /** What the services are told of where it is. */
    Map<String, String> environment();

    @Override
    void close();
}
