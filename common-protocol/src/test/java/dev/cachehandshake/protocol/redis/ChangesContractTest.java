package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Jobs;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.CatchUp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What changed between two moments. */
class ChangesContractTest extends DeploymentsContract {
    @Test
    void whatChangedIsToldFromOneMomentToAnotherBothIncluded() {
        redis.zadd(RedisKeys.changes("default"), 0, "known-since");
        publish("before");
        clock.step(TICK);
        Instant since = clock.instant();
        publish("first");
        clock.step(TICK);
        publish("last");
        Instant until = clock.instant();
        clock.step(TICK);
        publish("after");

        CatchUp changes = holds.changes("default", since, until);

        assertThat(((CatchUp.Changes) changes).changes())
                .contains(page("/blog/first"), page("/blog/last"))
                .doesNotContain(page("/blog/before"), page("/blog/after"));
        assertThat(holds.changes("default", SteppableClock.START.minus(Duration.ofDays(31)), until))
                .isEqualTo(new CatchUp.Everything());
        assertThat(holds.changes("new", since, until)).isEqualTo(new CatchUp.Everything());
    }

    @Test
    void whatIsDeliveredOnceMoreHasNotChangedOnceMore() {
        redis.zadd(RedisKeys.changes("default"), 0, "known-since");
        publish("a");
        clock.step(TICK);

        store.publish(new Acceptance(
                Jobs.post("again"),
                PathRules.DEFAULT.touchedBy(Jobs.post("again")),
                "digest",
                DeliveryClass.NORMAL,
                Optional.empty(),
                BOUND,
                false));

        assertThat(holds.changes("default", clock.instant(), clock.instant()))
                .isEqualTo(new CatchUp.Changes(List.of()));
        assertThat(queue()).hasSize(2);
    }

    private static CatchUp.Change page(String path) {
        return new CatchUp.Page(new PagePath(path, Optional.empty()));
    }
}
