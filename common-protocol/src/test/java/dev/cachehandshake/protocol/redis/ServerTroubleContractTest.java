package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.Phase;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.FailedRequest;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.CommandType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis whose memory is full, that forgot its scripts, or that is away. */
class ServerTroubleContractTest extends RefereeContract {
    private Map<String, String> memorySettings;

    @BeforeEach
    void rememberSettings() {
        memorySettings = redis.configGet("maxmemory*");
    }

    @AfterEach
    void restoreSettings() {
        redis.configSet("maxmemory", memorySettings.get("maxmemory"));
        redis.configSet("maxmemory-policy", memorySettings.get("maxmemory-policy"));
    }

    private void fillMemory() {
        redis.configSet("maxmemory-policy", "noeviction");
        redis.configSet("maxmemory", "1");
    }

    @Test
    void fullMemoryRefusesAPublishAndNothingIsWritten() {
        publish("known");
        fillMemory();

        assertThatThrownBy(() -> publish("a"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("publish.lua")
                .hasMessageContaining("maxmemory");

        assertThat(hash("a")).isEmpty();
        assertThat(queue()).hasSize(1);
        assertThat(redis.zcard(RedisKeys.QUEUED_NORMAL)).isEqualTo(1);
        assertThat(redis.get(RedisKeys.SEQUENCE)).isEqualTo("1");
        assertThat(redis.hget(RedisKeys.TALLY, "pending")).isEqualTo("1");
    }

    @Test
    void fullMemoryRefusesAReplayAndNothingIsWritten() {
        failed("old");
        Map<String, String> before = hash("old");
        fillMemory();

        assertThatThrownBy(() -> replay("old", "new"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("replay.lua")
                .hasMessageContaining("maxmemory");

        assertThat(hash("old")).isEqualTo(before);
        assertThat(hash("new")).isEmpty();
        assertThat(queue()).isEmpty();
        assertThat(redis.hget(RedisKeys.TALLY, "pending")).isEqualTo("0");
    }

    @Test
    void fullMemoryLetsWhatHasFailedBeListed() {
        failed("a");
        redis.zadd(RedisKeys.FAILED, 1, "gone");
        fillMemory();

        assertThat(store.failed(new FailedRequest(Optional.empty(), 10, Optional.empty()))
                        .handshakes())
                .hasSize(1);
        assertThat(redis.zcard(RedisKeys.FAILED)).isEqualTo(1);
    }

    @Test
    void fullMemoryLetsEverythingElseGoOnToItsEnd() {
        List.of("confirmed", "settled", "retried", "returned", "lost").forEach(this::publish);
        fillMemory();

        Map<String, Lease> leases = new java.util.HashMap<>();
        claim(5).handshakes().forEach(claimed -> leases.put(claimed.lease().id().value(), claimed.lease()));
        assertThat(leases).hasSize(5);
        assertThat(store.renew(List.copyOf(leases.values()), LEASE)).hasSize(5);
        settle(leases.get("settled"), accepted(1, false));
        settle(leases.get("retried"), retry());
        store.handBack(List.of(leases.get("returned")));
        confirm("confirmed", fresh());
        assertThat(sweepAfter(CALLBACK_WITHIN).rescues()).hasSize(1);

        assertThat(view("confirmed").state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view("settled").state()).isEqualTo(HandshakeState.FAILED);
        assertThat(phase("retried")).isEqualTo(Phase.QUEUED);
        assertThat(phase("returned")).isEqualTo(Phase.QUEUED);
        assertThat(phase("lost")).isEqualTo(Phase.QUEUED);
        assertThat(store.census().byState()).containsEntry(HandshakeState.COMPLETED, 1L);
    }

    @Test
    void fullMemoryLetsForeignJobsBeAdopted() {
        foreignPush(Jobs.json("f", "f", ""));
        foreignPush("junk");
        fillMemory();

        assertThat(claim(2).handshakes()).hasSize(1);
    }

    @Test
    void forgottenScriptsAreSentAgain() {
        publish("a");
        redis.scriptFlush();
        Lease lease = claimOne("a").lease();
        redis.scriptFlush();
        settle(lease, accepted());
        redis.scriptFlush();
        confirm("a", fresh());

        assertThat(view("a").state()).isEqualTo(HandshakeState.COMPLETED);
    }

    @Test
    void aRedisThatIsAwayIsSaidSo() {
        publish("a");
        HandshakeView view = view("a");
        RedisClient client = RedisClient.create(SERVER.uri());
        StatefulRedisConnection<String, String> connection = client.connect();
        LettuceHandshakeStore away = new LettuceHandshakeStore(connection, RefereeTime.of(clock), Retention.DEFAULT);
        connection.close();
        try {
            assertThatThrownBy(away::census).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> away.find(view.id())).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> away.successorsOf(view)).isInstanceOf(StoreUnavailableException.class);
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aServerThatRefusesToReadHasNotSaidThatNobodyKnowsTheHandshake() {
        publish("a");
        redis.aclSetuser(
                "blind",
                AclSetuserArgs.Builder.on()
                        .addPassword("blind")
                        .allKeys()
                        .allCommands()
                        .removeCommand(CommandType.HGETALL));
        RedisURI uri = RedisURI.builder(SERVER.uri())
                .withAuthentication("blind", "blind")
                .build();
        RedisClient client = RedisClient.create(uri);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            LettuceHandshakeStore blind =
                    new LettuceHandshakeStore(connection, RefereeTime.of(clock), Retention.DEFAULT);

            assertThatThrownBy(() -> blind.find(new RevalidationId("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("NOPERM");
        } finally {
            redis.aclDeluser("blind");
            client.shutdown();
        }
    }

    @Test
    void theServersOwnTimeIsTakenWhereNoClockIsGiven() {
        LettuceHandshakeStore real =
                new LettuceHandshakeStore(SERVER.connection(), RefereeTime.SERVER, Retention.DEFAULT);
        List<String> time = redis.time();
        long before = Long.parseLong(time.get(0)) * 1000 + Long.parseLong(time.get(1)) / 1000;

        real.publish(new dev.cachehandshake.protocol.store.Acceptance(
                Jobs.post("a"), dev.cachehandshake.protocol.PathRules.DEFAULT.touchedBy(Jobs.post("a")), "d", BOUND));

        assertThat(view("a").acceptedAtMs()).isBetween(before, before + 60_000);
    }
}
