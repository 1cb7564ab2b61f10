package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.localredis.LocalRedisOptions;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.redis.RedisKeys;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way in which a Redis may fail, under a publisher and a worker that run on: each says it once, nothing is accepted that
 * is not written, and the work goes on by itself.
 */
@Tag("slow")
class ReconnectionTest {
    private static final Duration A_WHILE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String AWAY = "Redis does not answer";
    private static final String REFUSES = "Redis refuses";

    private static ReconnectingPair pair;

    private LogSince publisher;
    private LogSince worker;

    @BeforeAll
    static void start() throws Exception {
        pair = ReconnectingPair.up();
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    @BeforeEach
    void workAndTakeNote() throws Exception {
        pair.workGoesOn();
        publisher = LogSince.now(pair.publisher());
        worker = LogSince.now(pair.worker());
    }

    /** One test that has failed shall not fail the others. */
    @AfterEach
    void heal() {
        pair.heal();
    }

    @Test
    void awayForThreeSecondsAndBackWithAllThatItAcknowledged() throws Exception {
        // given a call under way
        String underWay = pair.newId("under-way");
        CountDownLatch siteAnswers = pair.holdCallOf(underWay);

        // when
        pair.redis().kill();
        siteAnswers.countDown();
        pair.assertRefusesFor(A_WHILE);
        pair.redis().restart();

        // then
        pair.workGoesOn();
        pair.awaitCompleted(underWay);
        assertBothSaidOnce(AWAY);
    }

    @Test
    void backEmptyAndWithoutItsScripts() throws Exception {
        // given
        String lost = pair.newId("lost");
        CountDownLatch siteAnswers = pair.holdCallOf(lost);

        // when
        pair.redis().restartEmpty();

        // then the CMS sees that it has to send it again, and the site's late word makes nothing up
        await().atMost(PATIENCE).untilAsserted(() -> {
            var answer = pair.cms().get(lost, "");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("unknown-handshake");
        });
        siteAnswers.countDown();
        pair.workGoesOn();
        assertThat(pair.cms().get(lost, "").statusCode()).isEqualTo(404);

        // when it is sent again
        pair.cms().publish(lost, 1);

        // then
        pair.awaitCompleted(lost);
        assertThat(worker.lines()).allSatisfy(line -> assertThat(line).doesNotStartWith("\t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void aReplicaWithoutAMasterWhetherItLetsStaleDataBeReadOrNot(String servesStaleData) throws Exception {
        // given
        String underWay = pair.newId("under-way");
        CountDownLatch siteAnswers = pair.holdCallOf(underWay);

        // when
        ask(redis -> redis.configSet("replica-serve-stale-data", servesStaleData));
        ask(redis -> redis.replicaof("127.0.0.1", 1));
        siteAnswers.countDown();
        pair.assertRefusesFor(A_WHILE);
        ask(RedisServerCommands::replicaofNoOne);

        // then
        pair.workGoesOn();
        pair.awaitCompleted(underWay);
        assertBothSaidOnce(REFUSES);
    }

    @Test
    void outOfMemoryItAcceptsNothingAndFinishesWhatItHas() throws Exception {
        // given
        String underWay = pair.newId("under-way");
        CountDownLatch siteAnswers = pair.holdCallOf(underWay);

        // when
        ask(redis -> redis.configSet("maxmemory", "1"));
        siteAnswers.countDown();
        pair.assertRefusesFor(A_WHILE);

        // then
        pair.awaitCompleted(underWay);

        // when there is memory again
        ask(redis -> redis.configSet("maxmemory", "0"));

        // then
        pair.workGoesOn();
        publisher.assertSaidOnce(REFUSES);
        worker.assertSaidNothing();
    }

    @Test
    void failedOverBehindOneAddressWhileTheOldMasterLivesOnAsAReplica() throws Exception {
        LocalRedis other = LocalRedis.start(LocalRedisOptions.inMemory());
        try {
            // given a replica that has everything, and a call under way
            String underWay = pair.newId("under-way");
            CountDownLatch siteAnswers = pair.holdCallOf(underWay);
            Redises.replicate(pair.redis(), other);

            // when the connections to the old master stay open
            pair.proxy().leadTo(other.port());
            Redises.promote(other);
            ask(redis -> redis.replicaof("127.0.0.1", other.port()));
            siteAnswers.countDown();

            // then
            Duration took = pair.workGoesOn();
            pair.awaitCompleted(underWay);
            long there = Redises.ask(other, redis -> redis.exists(RedisKeys.status(new RevalidationId(underWay))));
            assertThat(there).isEqualTo(1);
            Figures.say(
                    "failover behind one address, old connections left open to a replica: back at work after %d ms",
                    took.toMillis());
            assertThat(took).isLessThan(Duration.ofSeconds(2));
            // Whoever asks nothing meanwhile has nothing to tell.
            assertThat(publisher.lines())
                    .filteredOn(line -> line.contains("Redis"))
                    .hasSizeLessThanOrEqualTo(3);
            assertThat(worker.lines())
                    .filteredOn(line -> line.contains("Redis"))
                    .hasSizeLessThanOrEqualTo(3);
        } finally {
            pair.proxy().leadTo(pair.redis().port());
            Redises.replicate(other, pair.redis());
            Redises.promote(pair.redis());
            other.close();
        }
    }

    @Test
    void hungForLongerThanABlpopWaits() throws Exception {
        // given
        String underWay = pair.newId("under-way");
        CountDownLatch siteAnswers = pair.holdCallOf(underWay);

        // when
        pair.redis().pause();
        siteAnswers.countDown();
        pair.assertRefusesFor(ReconnectingPair.POP_WAIT.plusSeconds(4));
        pair.redis().resume();

        // then
        pair.workGoesOn();
        pair.awaitCompleted(underWay);
        assertBothSaidOnce(AWAY);
    }

    @Test
    void connectionsThatAreOpenAndCarryNothing() throws Exception {
        // given a worker that waits in BLPOP
        await().atMost(PATIENCE).until(() -> ask(redis -> redis.clientList().contains("cmd=blpop")));

        // when something in between has forgotten the connections, and takes new ones
        pair.proxy().silenceOpenOnes();

        // then
        Duration took = pair.workGoesOn();
        Figures.say(
                "connections silent and open, BLPOP waiting up to %d s: noticed, and a handshake completed after %d ms",
                ReconnectingPair.POP_WAIT.toSeconds(), took.toMillis());
        assertThat(took).isLessThan(ReconnectingPair.POP_WAIT.plusSeconds(4));
        assertBothSaidOnce(AWAY);
    }

    @Test
    void aHostThatHasVanishedWithoutAWord() throws Exception {
        // when
        pair.proxy().silenceAll();
        pair.assertRefusesFor(Duration.ofSeconds(6));
        pair.proxy().heal();

        // then
        Duration took = pair.workGoesOn();
        Figures.say("a Redis host vanished for 6 s without a word: back at work %d ms after it is", took.toMillis());
        assertBothSaidOnce(AWAY);
    }

    @Test
    void answersThatAreLostWhileTheirQuestionsArrive() throws Exception {
        // given a worker that waits in BLPOP
        await().atMost(PATIENCE).until(() -> ask(redis -> redis.clientList().contains("cmd=blpop")));

        // when an update is written, popped, and neither word comes back
        pair.proxy().loseAnswersOfOpenOnes();
        String id = pair.newId("answer-lost");
        assertThat(pair.cms().post(ReconnectingPair.event(id)).statusCode()).isEqualTo(503);

        // then the sender sends it again, and it is one handshake, which is delivered
        assertThat(pair.publish(id)).isEqualTo(200);
        pair.awaitCompleted(id);
        assertThat(pair.cms().get(id, "").body()).contains("\"attempts\":1");
        assertBothSaidOnce(AWAY);
    }

    private static <T> T ask(Function<RedisCommands<String, String>, T> question) {
        return Redises.ask(pair.redis(), question);
    }

    private void assertBothSaidOnce(String trouble) {
        await().atMost(PATIENCE).until(() -> worker.hasSaid("Redis is back") && publisher.hasSaid("Redis is back"));
        publisher.assertSaidOnce(trouble);
        worker.assertSaidOnce(trouble);
    }
}
