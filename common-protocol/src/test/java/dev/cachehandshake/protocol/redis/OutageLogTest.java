package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.cachehandshake.protocol.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a service says of Redis' troubles: each once. */
class OutageLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(OutageLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Level levelBefore = logger.getLevel();
    private long now;
    private final OutageLog outages = new OutageLog(() -> now);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(lines);
        logger.setLevel(levelBefore);
        logger.setAdditive(true);
    }

    @Test
    void anAbsenceIsSaidOnceHoweverManyAskAndOnceThatItIsOver() {
        for (String what : List.of("sweep.lua", "claim.lua", "BLPOP", "sweep.lua", "publish.lua")) {
            away(what);
            pass(Duration.ofSeconds(1));
        }
        answered("claim.lua");
        answered("sweep.lua");

        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("WARN Redis does not answer")
                                .contains("sweep.lua: refused")
                                .endsWith(" null"),
                        line -> assertThat(line).contains("Redis is back after 5000 ms"));
    }

    @Test
    void ofAServerThatIsNoMasterAnyMoreItSaysThatAndNotThatTheConnectionWasClosedForIt() {
        outages.madeAnew();
        away("reading");
        refused("settle.lua");
        pass(Duration.ofSeconds(1));
        answered("settle.lua");

        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("ERROR Redis refuses"),
                        line -> assertThat(line).contains("Redis is back after 1000 ms"));
    }

    @Test
    void aSecondAbsenceIsSaidAgain() {
        away("sweep.lua");
        answered("sweep.lua");
        pass(Duration.ofSeconds(3));
        away("sweep.lua");
        answered("sweep.lua");

        assertThat(said()).hasSize(4);
    }

    @Test
    void anAnswerToWhatWasAskedBeforeItWentDoesNotEndIt() {
        long askedBefore = outages.now();
        pass(Duration.ofMillis(1));
        away("claim.lua");
        outages.answered("sweep.lua", askedBefore);

        assertThat(said()).hasSize(1);
    }

    @Test
    void connectionsThatComeBackOneAfterAnotherAreNoSecondAbsence() {
        // given a wait that began before
        long askedBefore = outages.now();
        pass(Duration.ofMillis(1));
        away("sweep.lua");
        pass(Duration.ofSeconds(1));
        answered("sweep.lua");

        // when another connection is not there yet
        away("claim.lua");

        // and what was asked before is given up, late
        pass(Duration.ofSeconds(5));
        answered("sweep.lua");
        outages.failed("claim.lua", askedBefore, StoreUnavailableException.away("claim.lua: timed out", null));
        pass(Duration.ofMillis(100));
        away("claim.lua");

        // then
        assertThat(said()).hasSize(2);

        // but what goes on for longer is one
        pass(Duration.ofSeconds(2));
        away("claim.lua");
        assertThat(said()).hasSize(3);
    }

    @Test
    void oneThatGoesAgainAtOnceIsSaidLateAndCountedFromItsBeginning() {
        away("sweep.lua");
        answered("sweep.lua");
        pass(Duration.ofSeconds(1));
        away("sweep.lua");
        pass(Duration.ofSeconds(2));
        away("sweep.lua");
        answered("sweep.lua");

        assertThat(said()).hasSize(4).last().asString().contains("Redis is back after 2000 ms");
    }

    @Test
    void aWaitThatBreaksOffIsNoTroubleUnlessItGoesOn() {
        for (int i = 0; i < 2; i++) {
            outages.brokeOff("BLPOP", outages.now(), StoreUnavailableException.away("BLPOP: broken", null));
            answered("sweep.lua");
            pass(Duration.ofSeconds(1));
        }
        assertThat(said()).isEmpty();

        outages.brokeOff("BLPOP", outages.now(), StoreUnavailableException.away("BLPOP: broken", null));
        answered("sweep.lua");
        outages.waited("BLPOP", outages.now());

        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line).contains("does not answer", "BLPOP: broken"),
                        line -> assertThat(line).contains("is back after 2000 ms"));
    }

    @Test
    void norIsOneThatIsStillBrokenWhenRedisIsBack() {
        StoreUnavailableException broken = StoreUnavailableException.away("BLPOP: broken", null);
        away("sweep.lua");
        outages.brokeOff("BLPOP", outages.now(), broken);
        pass(Duration.ofMinutes(1));
        answered("sweep.lua");
        outages.brokeOff("BLPOP", outages.now(), broken);
        pass(Duration.ofMillis(250));
        outages.waited("BLPOP", outages.now());

        assertThat(said()).hasSize(2);
    }

    @Test
    void whatIsAskedWhileAWaitIsBrokenSaysMore() {
        outages.brokeOff("BLPOP", outages.now(), StoreUnavailableException.away("BLPOP: broken", null));
        refused("sweep.lua");
        answered("sweep.lua");

        assertThat(said()).hasSize(2).first().asString().contains("Redis refuses", "sweep.lua");
    }

    @Test
    void aServerThatRefusesToWriteIsNotBackBecauseItReads() {
        refused("publish.lua");
        answered("reading");
        refused("publish.lua");
        answered("reading");
        answered("publish.lua");

        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line).contains("ERROR", "Redis refuses", "publish.lua: READONLY"),
                        line -> assertThat(line).contains("Redis is back after"));
    }

    @Test
    void oneThatComesBackReadOnlySaysSoOnceMoreInItsOwnWords() {
        away("sweep.lua");
        refused("sweep.lua");
        away("claim.lua");
        refused("claim.lua");
        answered("sweep.lua");

        assertThat(said())
                .satisfiesExactly(
                        line -> assertThat(line).contains("does not answer"),
                        line -> assertThat(line).contains("refuses"),
                        line -> assertThat(line).contains("is back"));
    }

    private void away(String what) {
        outages.failed(what, outages.now(), StoreUnavailableException.away(what + ": refused", null));
    }

    private void refused(String what) {
        outages.failed(what, outages.now(), StoreUnavailableException.refused(what + ": READONLY", null));
    }

    private void answered(String what) {
        outages.answered(what, outages.now());
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private List<String> said() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage() + " " + line.getThrowableProxy())
                .toList();
    }
}
