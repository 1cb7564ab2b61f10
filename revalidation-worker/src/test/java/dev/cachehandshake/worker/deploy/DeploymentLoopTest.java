package dev.cachehandshake.worker.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.localredis.LocalRedis;
import dev.cachehandshake.protocol.DeploymentStatus;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.redis.LettuceHandshakeStore;
import dev.cachehandshake.protocol.redis.LettuceSiteHolds;
import dev.cachehandshake.protocol.redis.OutageLog;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.redis.RefereeTime;
import dev.cachehandshake.protocol.redis.Retention;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.SiteStanding;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.worker.config.TargetSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** At the end of a window what changed since the build began is published once more, and only then the window is closed. */
@ExtendWith(OutputCaptureExtension.class)
class DeploymentLoopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration TAKES = Duration.ofMinutes(15);
    private static final String CHANGES = "revalidation:changes:default";

    private static LocalRedis server;
    private static RedisClient client;
    private static StatefulRedisConnection<String, String> connection;
    private static RedisCommands<String, String> redis;
    private static HandshakeStore store;
    private static SiteHolds holds;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final List<DeploymentLoop> loops = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        server = LocalRedis.start();
        client = RedisClient.create(server.url());
        connection = client.connect();
        redis = connection.sync();
        store = new LettuceHandshakeStore(connection, RefereeTime.SERVER, Retention.DEFAULT);
        holds = new LettuceSiteHolds(connection, RefereeTime.SERVER, Retention.DEFAULT, new OutageLog());
    }

    @AfterAll
    static void stopRedis() {
        connection.close();
        client.shutdown();
        server.close();
    }

    /** Changes are known of for long, and not since this test began. */
    @BeforeEach
    void oldSystem() {
        redis.flushall();
        redis.zadd(CHANGES, 0, "known-since");
    }

    @AfterEach
    void stopLoops() {
        loops.forEach(DeploymentLoop::stop);
    }

    private DeploymentLoop start(SiteHolds itsHolds, HandshakeStore itsStore) {
        DeploymentLoop loop = new DeploymentLoop(
                itsHolds, itsStore, PathRules.DEFAULT, "default", TargetSettings.Protocol.BATCH, meters);
        loops.add(loop);
        loop.start();
        return loop;
    }

    private static void tell(DeploymentWord.Kind kind) {
        tell(kind, TAKES);
    }

    private static void tell(DeploymentWord.Kind kind, Duration takes) {
        holds.tell(new DeploymentWord("default", "d1", kind, takes, Optional.empty()));
    }

    private static void publish(String id, String more) {
        Job job = JobJson.read("{\"revalidation_id\":\"%s\",\"type\":\"post\",\"slug\":\"%s\",\"dependencies\":[]%s}"
                .formatted(id, id, more));
        store.publish(new Acceptance(job, PathRules.DEFAULT.touchedBy(job), id, 10_000));
    }

    private static SiteStanding.Deployment awaitEnd(DeploymentStatus status) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> holds.standing("default").deployments(),
                        shown -> shown.getFirst().status() == status)
                .getFirst();
    }

    /** What waits to be delivered once more. */
    private static List<Job> caughtUp() {
        return redis.lrange(RedisKeys.QUEUE, 0, -1).stream()
                .map(JobJson::read)
                .filter(job -> job.type().equals("deployment"))
                .toList();
    }

    private static List<String> pathsOf(List<Job> jobs) {
        return jobs.stream()
                .flatMap(job -> job.paths().stream())
                .map(path -> path.text())
                .toList();
    }

    private static void changeMany(int pages) {
        for (int i = 0; i < pages; i++) {
            redis.zadd(CHANGES, nowMs(), "path:/p/" + i);
        }
    }

    private static double nowMs() {
        List<String> time = redis.time();
        long ms = Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
        return (double) ms;
    }

    /** As a connection that breaks: of each call of the method, the first so many do not happen. */
    private static <T> T failing(Class<T> type, T real, String method, int from, int times) {
        AtomicInteger calls = new AtomicInteger();
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, given) -> {
            if (called.getName().equals(method)) {
                int call = calls.incrementAndGet();
                if (call >= from && call < from + times) {
                    throw StoreUnavailableException.away("cut", new IllegalStateException());
                }
            }
            try {
                return called.invoke(real, given);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        }));
    }

    @ParameterizedTest
    @CsvSource({"FINISHED,FINISHED", "FAILED,FAILED"})
    void whatChangedSinceTheBuildBeganIsPublishedOnceMore(
            DeploymentWord.Kind end, DeploymentStatus status, CapturedOutput output) {
        // given what had changed long before the build began, and what a cache may have kept from it
        redis.zadd(CHANGES, nowMs() - Duration.ofMinutes(6).toMillis(), "path:/long-before");
        redis.zadd(CHANGES, nowMs() - Duration.ofMinutes(4).toMillis(), "path:/just-before");
        tell(DeploymentWord.Kind.STARTED);
        publish(
                "meanwhile",
                ",\"tags\":[\"posts\"],\"paths\":[\"/blog/meanwhile\",{\"path\":\"/x/[y]\",\"type\":\"page\"}]");
        redis.zadd(CHANGES, nowMs(), "job:{\"revalidation_id\":\"f\",\"type\":\"post\",\"slug\":\"theirs\"}");
        tell(end);

        // when
        start(holds, store);

        // then
        SiteStanding.Deployment ended = awaitEnd(status);
        assertThat(ended.caughtUp()).hasValue(new CaughtUp(4, 1, false));
        assertThat(holds.standing("default").isHeld()).isFalse();
        List<Job> jobs = caughtUp();
        assertThat(jobs).allSatisfy(job -> {
            assertThat(job.slug()).isEqualTo("d1");
            assertThat(job.version()).isEmpty();
            assertThat(job.dryRun()).isFalse();
        });
        assertThat(pathsOf(jobs))
                .contains("/just-before", "/blog/meanwhile", "/blog/theirs", "/x/[y]")
                .doesNotContain("/long-before");
        assertThat(jobs.stream().flatMap(job -> job.tags().stream())).containsExactly("posts");
        await().atMost(PATIENCE)
                .until(() -> output.getAll()
                        .matches("(?s).*deployment ended site=default deployment_id=d1 status=" + status.wireName()
                                + " held=\\d+[sm] everything=false pages=4 tags=1 handshakes=3.*"));
    }

    @Test
    void whereNotAllIsKnownThatChangedOneHandshakeStandsForEveryPage() {
        // given
        redis.del(CHANGES);
        tell(DeploymentWord.Kind.FINISHED);

        // when
        start(holds, store);

        // then
        assertThat(awaitEnd(DeploymentStatus.FINISHED).caughtUp()).hasValue(new CaughtUp(0, 0, true));
        assertThat(caughtUp()).hasSize(1);
        assertThat(caughtUp().getFirst().json()).contains("\"paths\":[{\"path\":\"/\",\"type\":\"layout\"}]");
    }

    @Test
    void oneWhoseEndNobodyTellsIsCaughtUpWithAtItsDeadline() {
        tell(DeploymentWord.Kind.STARTED, Duration.ofMillis(300));
        publish("meanwhile", "");

        start(holds, store);

        awaitEnd(DeploymentStatus.TIMED_OUT);
        assertThat(pathsOf(caughtUp())).containsExactly("/blog/meanwhile");
    }

    @Test
    void whatWasCaughtUpWithIsNotCountedAsChangedOnceMore() {
        tell(DeploymentWord.Kind.STARTED);
        publish("meanwhile", "");
        List<?> before = redis.zrangeWithScores(CHANGES, 0, -1);
        tell(DeploymentWord.Kind.FINISHED);

        start(holds, store);

        awaitEnd(DeploymentStatus.FINISHED);
        assertThat(caughtUp()).hasSize(1);
        assertThat(redis.zrangeWithScores(CHANGES, 0, -1)).isEqualTo(List.copyOf(before));
    }

    @Test
    void aWorkerThatDiesBeforeItClosesLeavesItToTheNextWhichPublishesNothingTwice() {
        // given
        changeMany(250);
        tell(DeploymentWord.Kind.FINISHED);
        DeploymentLoop dying = start(failing(SiteHolds.class, holds, "close", 1, 1_000), store);
        await().atMost(PATIENCE).until(() -> caughtUp().size() == 3);
        dying.stop();
        assertThat(holds.due("default").due()).hasSize(1);

        // when
        start(holds, store);

        // then
        awaitEnd(DeploymentStatus.FINISHED);
        assertThat(caughtUp()).hasSize(3);
    }

    @Test
    void aWorkerThatDiesAmongItsHandshakesHasClosedNothingAndTheNextPublishesTheOthers() {
        // given
        changeMany(250);
        tell(DeploymentWord.Kind.FINISHED);
        DeploymentLoop dying = start(holds, failing(HandshakeStore.class, store, "publish", 2, 1_000));
        await().atMost(PATIENCE).until(() -> caughtUp().size() == 1);
        dying.stop();
        assertThat(holds.due("default").due()).hasSize(1);

        // when
        start(holds, store);

        // then
        awaitEnd(DeploymentStatus.FINISHED);
        assertThat(caughtUp()).hasSize(3);
        assertThat(pathsOf(caughtUp())).hasSize(250).doesNotHaveDuplicates();
    }

    @Test
    void twoWorkersAtOncePublishNothingTwiceAndSayItsEndOnce(CapturedOutput output) {
        changeMany(250);
        tell(DeploymentWord.Kind.FINISHED);

        start(holds, store);
        start(holds, store);

        awaitEnd(DeploymentStatus.FINISHED);
        await().atMost(PATIENCE).until(() -> output.getAll().contains("deployment ended"));
        assertThat(caughtUp()).hasSize(3);
        assertThat(output.getAll().split("deployment ended", -1)).hasSize(2);
    }

    @Test
    void anEndThatIsToldAfterItTimedOutHasTheSameDeliveredOnceMore() {
        tell(DeploymentWord.Kind.STARTED, Duration.ofMillis(300));
        publish("meanwhile", "");
        start(holds, store);
        awaitEnd(DeploymentStatus.TIMED_OUT);

        tell(DeploymentWord.Kind.FINISHED);

        awaitEnd(DeploymentStatus.FINISHED);
        assertThat(pathsOf(caughtUp())).containsExactly("/blog/meanwhile", "/blog/meanwhile");
        assertThat(caughtUp()).extracting(Job::id).doesNotHaveDuplicates();
    }

    @Test
    void anOpenDeploymentIsLeftAlone() {
        tell(DeploymentWord.Kind.STARTED);
        publish("meanwhile", "");
        start(holds, store);
        awaitHeld("deployment", 1);

        assertThat(caughtUp()).isEmpty();
        assertThat(holds.standing("default").deployments().getFirst().status()).isEqualTo(DeploymentStatus.STARTED);
    }

    @Test
    void theGaugesSayWhatHoldsTheSite() {
        start(holds, store);
        awaitHeld("pause", 0);
        awaitHeld("deployment", 0);

        holds.pause("default", "why", Optional.empty());
        awaitHeld("pause", 1);
        assertThat(held("deployment")).isZero();
        tell(DeploymentWord.Kind.STARTED);
        awaitHeld("deployment", 1);

        holds.resume("default");
        tell(DeploymentWord.Kind.FINISHED);
        awaitHeld("pause", 0);
        awaitHeld("deployment", 0);
    }

    private void awaitHeld(String by, double held) {
        await(by).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> held(by) == held);
    }

    private double held(String by) {
        return meters.get("handshake.site.held").tag("by", by).gauge().value();
    }
}
