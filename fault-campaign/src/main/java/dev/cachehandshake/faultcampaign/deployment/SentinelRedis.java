package dev.cachehandshake.faultcampaign.deployment;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.localredis.LocalSentinel;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A master, its replica, and three Sentinels of which two must agree. Both servers are append-only. */
public final class SentinelRedis implements RedisSide {
    private static final String MASTER = "handshakes";
    private static final int SENTINELS = 3;
    private static final int QUORUM = 2;
    private static final Duration DOWN_AFTER = Duration.ofSeconds(1);
    private static final Duration READY_WITHIN = Duration.ofSeconds(40);
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final Pattern MASTER_OFFSET = Pattern.compile("master_repl_offset:(\\d+)");
    private static final Pattern REPLICA_OFFSET = Pattern.compile("slave0:.*state=online,offset=(\\d+)");

    private final List<LocalRedis> servers = new ArrayList<>();
    private final List<LocalSentinel> sentinels = new ArrayList<>();
    private final RedisClient client = RedisClient.create();
    private LocalRedis master;

    private SentinelRedis() {
        master = LocalRedis.start(LocalRedisOptions.durable().with(OneRedis.REWRITE_SOON));
        servers.add(master);
        servers.add(LocalRedis.start(
                LocalRedisOptions.durable().with(OneRedis.REWRITE_SOON).with("replicaof 127.0.0.1 " + master.port())));
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(LocalSentinel.start(MASTER, master.port(), QUORUM, DOWN_AFTER));
        }
    }

    static SentinelRedis start() {
        SentinelRedis redis = new SentinelRedis();
        redis.awaitWhole();
        return redis;
    }

    /** The one that takes writes, as far as is known here. */
    public LocalRedis master() {
        return master;
    }

    /**
     * Holds writes back until the replica has all that the master acknowledged, and kills the master. Replication is
     * asynchronous: a master that dies without that may take acknowledged writes with it, whatever the services do.
     *
     * @param justBefore runs in the moment before the kill
     */
    public void killMasterOnceReplicated(Runnable justBefore) {
        onServer(master, redis -> {
            redis.dispatch(
                    CommandType.CLIENT,
                    new StatusOutput<>(StringCodec.UTF8),
                    new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(20_000).add("WRITE"));
            await("the replica to catch up", () -> isReplicated(redis.info("replication")));
            justBefore.run();
            master.kill();
            return "";
        });
    }

    /** Waits until the Sentinels have made the replica the master. */
    public void awaitPromotion() {
        LocalRedis other = other();
        await("a failover", () -> masterPort() == other.port() && "master".equals(roleOf(other)));
        master = other;
    }

    /** Starts the killed one again, as the replica of the master of now, and waits until Sentinels would promote it. */
    public void bringBack() {
        LocalRedis replica = other();
        if (!replica.isAlive()) {
            replica.restart();
            onServer(replica, redis -> redis.replicaof("127.0.0.1", master.port()));
        }
        awaitWhole();
    }

    @Override
    public Map<String, String> environment() {
        return Map.of(
                "SPRING_DATA_REDIS_SENTINEL_MASTER",
                MASTER,
                "SPRING_DATA_REDIS_SENTINEL_NODES",
                sentinels.stream()
                        .map(sentinel -> "127.0.0.1:" + sentinel.port())
                        .collect(Collectors.joining(",")));
    }

    @Override
    public void close() {
        client.close();
        sentinels.forEach(LocalSentinel::close);
        servers.forEach(LocalRedis::close);
    }

    private LocalRedis other() {
        return servers.get(servers.indexOf(master) == 0 ? 1 : 0);
    }

    private void awaitWhole() {
        await(
                "all Sentinels to know each other and the replica",
                () -> sentinels.stream().allMatch(sentinel -> seesAll(sentinel)));
        await("the replica to follow", () -> onServer(master, redis -> isReplicated(redis.info("replication"))));
    }

    private boolean seesAll(LocalSentinel sentinel) {
        return onSentinel(sentinel, connection -> {
            Map<String, String> seen = connection.sync().master(MASTER);
            return seen.get("num-other-sentinels").equals(Integer.toString(SENTINELS - 1))
                    && seen.get("port").equals(Integer.toString(master.port()))
                    && seen.get("flags").equals("master")
                    && connection.sync().replicas(MASTER).stream()
                            .anyMatch(replica -> replica.get("port").equals(Integer.toString(other().port()))
                                    && replica.get("flags").equals("slave")
                                    && replica.get("master-link-status").equals("ok"));
        });
    }

    private int masterPort() {
        return onSentinel(
                sentinels.getFirst(),
                connection -> ((InetSocketAddress) connection.sync().getMasterAddrByName(MASTER)).getPort());
    }

    private String roleOf(LocalRedis server) {
        return onServer(server, redis -> redis.role().getFirst().toString());
    }

    private static boolean isReplicated(String info) {
        Matcher ofMaster = MASTER_OFFSET.matcher(info);
        Matcher ofReplica = REPLICA_OFFSET.matcher(info);
        return ofMaster.find() && ofReplica.find() && ofMaster.group(1).equals(ofReplica.group(1));
    }

    private <T> T onServer(LocalRedis server, Function<RedisCommands<String, String>, T> asking) {
        try (StatefulRedisConnection<String, String> connection = client.connect(RedisURI.create(server.url()))) {
            return asking.apply(connection.sync());
        }
    }

    private <T> T onSentinel(
            LocalSentinel sentinel, Function<StatefulRedisSentinelConnection<String, String>, T> asking) {
        try (StatefulRedisSentinelConnection<String, String> connection =
                client.connectSentinel(RedisURI.create("127.0.0.1", sentinel.port()))) {
            return asking.apply(connection);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + READY_WITHIN.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("waited " + READY_WITHIN.toSeconds() + " s for " + what);
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }
}
