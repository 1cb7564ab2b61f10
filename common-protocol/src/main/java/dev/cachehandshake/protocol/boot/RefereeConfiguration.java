package dev.cachehandshake.protocol.boot;

import dev.cachehandshake.protocol.redis.BlockingPop;
import dev.cachehandshake.protocol.redis.DeadConnections;
import dev.cachehandshake.protocol.redis.LettuceCircuits;
import dev.cachehandshake.protocol.redis.LettuceHandshakeStore;
import dev.cachehandshake.protocol.redis.LettuceSiteHolds;
import dev.cachehandshake.protocol.redis.OutageLog;
import dev.cachehandshake.protocol.redis.PubSubEndingWatch;
import dev.cachehandshake.protocol.redis.RefereeTime;
import dev.cachehandshake.protocol.store.CircuitStore;
import dev.cachehandshake.protocol.store.EndingWatch;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.SiteHolds;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.autoconfigure.data.redis.ClientResourcesBuilderCustomizer;
import org.springframework.boot.autoconfigure.data.redis.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The referee's beans, on the Redis client that Spring Boot sets up from {@code spring.data.redis}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    PathSettings.class,
    StrategySettings.class,
    RetentionSettings.class,
    DurabilitySettings.class
})
@Import({ProblemAnswers.class, WebServerErrors.class})
public class RefereeConfiguration {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    /**
     * A host that vanished without a word is noticed after this, and three more questions, by a connection on which nothing is
     * asked. One that waits for an answer is given up by {@link DeadConnections} when the command's time has passed.
     */
    private static final Duration NOTICE_SILENCE_AFTER = Duration.ofSeconds(5);

    private static final Duration RECONNECT_EVERY = Duration.ofMillis(250);

    /**
     * A command that cannot be sent fails at once, and one that was under way when the connection broke is not sent
     * again: its step may have happened, and whoever asked decides what to do about it.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer failFast() {
        return options -> options.autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .timeoutOptions(TimeoutOptions.enabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_WITHIN)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(NOTICE_SILENCE_AFTER)
                                .interval(Duration.ofSeconds(2))
                                .count(3)
                                .build())
                        .build());
    }

    /** Back within a quarter of a second of Redis being back, however long it was away. */
    @Bean
    ClientResourcesBuilderCustomizer reconnectSoon(OutageLog outageLog) {
        return (ClientResources.Builder resources) -> resources
                .reconnectDelay(Delay.constant(RECONNECT_EVERY))
                .nettyCustomizer(new DeadConnections(outageLog));
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    // No connection is closed by itself: the factory closes its client, and all connections with it, a phase earlier.
    @Bean(destroyMethod = "")
    StatefulRedisConnection<String, String> sharedConnection(LettuceConnectionFactory factory) {
        return client(factory).connect();
    }

    @Bean
    Strategies strategies(StrategySettings settings) {
        return settings.strategies();
    }

    @Bean
    EvictionPolicyCheck evictionPolicyCheck(StatefulRedisConnection<String, String> sharedConnection) {
        return new EvictionPolicyCheck(sharedConnection);
    }

    @Bean
    DurabilityCheck durabilityCheck(
            StatefulRedisConnection<String, String> sharedConnection, DurabilitySettings settings) {
        return new DurabilityCheck(sharedConnection, settings.durability());
    }

    /** Static, for it is needed before any bean with settings is made. */
    @Bean
    static DurationsHaveUnits durationsHaveUnits() {
        return new DurationsHaveUnits();
    }

    @Bean
    OutageLog outageLog() {
        return new OutageLog();
    }

    @Bean
    HandshakeStore handshakeStore(
            StatefulRedisConnection<String, String> sharedConnection,
            RetentionSettings retention,
            OutageLog outageLog) {
        return new LettuceHandshakeStore(sharedConnection, RefereeTime.SERVER, retention.retention(), outageLog);
    }

    @Bean
    SiteHolds siteHolds(
            StatefulRedisConnection<String, String> sharedConnection,
            RetentionSettings retention,
            OutageLog outageLog) {
        return new LettuceSiteHolds(sharedConnection, RefereeTime.SERVER, retention.retention(), outageLog);
    }

    @Bean
    CircuitStore circuitStore(
            StatefulRedisConnection<String, String> sharedConnection,
            RetentionSettings retention,
            OutageLog outageLog) {
        return new LettuceCircuits(sharedConnection, RefereeTime.SERVER, retention.retention(), outageLog);
    }

    @Bean(destroyMethod = "")
    @Lazy
    StatefulRedisConnection<String, String> blockingConnection(LettuceConnectionFactory factory) {
        return client(factory).connect();
    }

    @Bean
    @Lazy
    BlockingPop blockingPop(
            StatefulRedisConnection<String, String> blockingConnection,
            StatefulRedisConnection<String, String> sharedConnection,
            OutageLog outageLog) {
        return new BlockingPop(blockingConnection, sharedConnection, outageLog);
    }

    @Bean(destroyMethod = "")
    @Lazy
    StatefulRedisPubSubConnection<String, String> endingsConnection(LettuceConnectionFactory factory) {
        return client(factory).connectPubSub();
    }

    @Bean
    @Lazy
    EndingWatch endingWatch(StatefulRedisPubSubConnection<String, String> endingsConnection) {
        return new PubSubEndingWatch(endingsConnection);
    }

    @Bean
    CensusGauges censusGauges(HandshakeStore store) {
        return new CensusGauges(store);
    }

    private static RedisClient client(LettuceConnectionFactory factory) {
        if (factory.getRequiredNativeClient() instanceof RedisClient client) {
            return client;
        }
        throw new SettingsException(
                "spring.data.redis.cluster is set: Redis Cluster is not supported yet, use a standalone or Sentinel Redis");
    }
}
