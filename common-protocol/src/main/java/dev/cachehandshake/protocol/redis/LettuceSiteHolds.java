package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.DeploymentStatus;
import dev.cachehandshake.protocol.store.CatchUp;
import dev.cachehandshake.protocol.store.CaughtUp;
import dev.cachehandshake.protocol.store.ClosedDeployment;
import dev.cachehandshake.protocol.store.DeploymentOutcome;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.protocol.store.PauseOutcome;
import dev.cachehandshake.protocol.store.SiteHolds;
import dev.cachehandshake.protocol.store.SiteStanding;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The holds of sites on one shared Lettuce connection: each step is one script, one round trip. Thread-safe. */
public final class LettuceSiteHolds implements SiteHolds {
    private static final String PAUSE = "pause";
    private static final String RESUME = "resume";
    private static final String DEPLOYMENT = "deployment";
    private static final int SHOWN = 20;
    /** A look; what is due comes first, so that more only wait for the next one. */
    private static final int LOOKED_AT = 100;

    private final ScriptRunner scripts;

    /** @param outages that of the whole service */
    public LettuceSiteHolds(
            StatefulRedisConnection<String, String> connection,
            RefereeTime time,
            Retention retention,
            OutageLog outages) {
        this.scripts = new ScriptRunner(connection, time, retention, outages, Script::source);
    }

    @Override
    public PauseOutcome pause(String site, String reason, Optional<Instant> until) {
        return hold(site, PAUSE, until.map(LettuceSiteHolds::millis).orElse(""), reason);
    }

    @Override
    public PauseOutcome resume(String site) {
        return hold(site, RESUME, "", "");
    }

    private PauseOutcome hold(String site, String word, String until, String reason) {
        String details = RedisKeys.hold(site, PAUSE);
        Answer answer =
                Answer.of(scripts.run(Script.HOLD, List.of(RedisKeys.holds(site), details, word, until, reason)));
        return switch (answer.code()) {
            case PAUSED, RESUMED -> new PauseOutcome.Done();
            case ALREADY -> new PauseOutcome.Already();
            case BLOCKED -> new PauseOutcome.Blocked(RedisKeys.holds(site) + ", " + details);
            default -> throw new IllegalStateException("hold.lua answered " + answer.text(0));
        };
    }

    @Override
    public DeploymentOutcome tell(DeploymentWord word) {
        String details = detailsOf(word.site(), word.id());
        Answer answer = Answer.of(scripts.run(
                Script.DEPLOYMENT,
                List.of(
                        RedisKeys.holds(word.site()),
                        details,
                        RedisKeys.deployments(word.site()),
                        word.id(),
                        word.kind().wireName(),
                        Long.toString(word.takes().toMillis()),
                        word.buildBegan().map(LettuceSiteHolds::millis).orElse(""))));
        return switch (answer.code()) {
            case OPENED, FINISHING -> new DeploymentOutcome.Taken(standing(answer));
            case ALREADY -> new DeploymentOutcome.Already(standing(answer));
            case IGNORED -> new DeploymentOutcome.Ignored(standing(answer));
            case BLOCKED -> new DeploymentOutcome.Blocked(RedisKeys.holds(word.site()) + ", " + details);
            default -> throw new IllegalStateException("deployment.lua answered " + answer.text(0));
        };
    }

    private static DeploymentOutcome.Standing standing(Answer answer) {
        return new DeploymentOutcome.Standing(
                status(answer.text(1)), Instant.ofEpochMilli(answer.number(2)), moment(answer, 3));
    }

    @Override
    public SiteStanding standing(String site) {
        Answer answer = Answer.of(scripts.run(
                Script.SITE,
                List.of(
                        RedisKeys.holds(site),
                        RedisKeys.holdPattern(),
                        site,
                        RedisKeys.deployments(site),
                        Integer.toString(SHOWN))));
        return new SiteStanding(
                answer.rows(0).stream().map(LettuceSiteHolds::hold).toList(),
                answer.rows(1).stream()
                        .filter(row -> DeploymentStatus.fromWire(row.text(1)).isPresent())
                        .map(LettuceSiteHolds::deployment)
                        .toList());
    }

    private static SiteStanding.Hold hold(Answer row) {
        String member = row.text(0);
        boolean byDeployment = member.startsWith(DEPLOYMENT + ":");
        return new SiteStanding.Hold(
                byDeployment ? DEPLOYMENT : member,
                byDeployment ? Optional.of(member.substring(DEPLOYMENT.length() + 1)) : Optional.empty(),
                moment(row, 2),
                moment(row, 1),
                row.optional(3));
    }

    private static SiteStanding.Deployment deployment(Answer row) {
        DeploymentStatus status = status(row.text(1));
        return new SiteStanding.Deployment(
                row.text(0),
                status,
                moment(row, 2),
                moment(row, 3),
                status.isOpen() ? moment(row, 4) : Optional.empty(),
                status.isOpen() ? Optional.empty() : moment(row, 5),
                status.isOpen()
                        ? Optional.empty()
                        : Optional.of(new CaughtUp(
                                count(row, 6), count(row, 7), row.optional(8).isPresent())));
    }

    @Override
    public DueDeployments due(String site) {
        Answer answer = Answer.of(scripts.run(
                Script.DUE,
                List.of(RedisKeys.holds(site), RedisKeys.holdPattern(), site, Integer.toString(LOOKED_AT))));
        return new DueDeployments(
                answer.optional(0).isPresent(),
                answer.optional(1).isPresent(),
                answer.rows(2).stream()
                        .map(row -> new DueDeployments.Due(
                                site,
                                row.text(0),
                                Instant.ofEpochMilli(row.number(1)),
                                Instant.ofEpochMilli(row.number(2)),
                                row.text(3)))
                        .toList());
    }

    @Override
    public CatchUp changes(String site, Instant since, Instant until) {
        Answer answer =
                Answer.of(scripts.run(Script.CHANGES, List.of(RedisKeys.changes(site), millis(since), millis(until))));
        return ChangeText.catchUp(answer);
    }

    @Override
    public Optional<ClosedDeployment> close(DueDeployments.Due deployment, CaughtUp caughtUp) {
        Answer answer = Answer.of(scripts.run(
                Script.CLOSE,
                List.of(
                        RedisKeys.holds(deployment.site()),
                        detailsOf(deployment.site(), deployment.id()),
                        deployment.id(),
                        deployment.seen(),
                        Integer.toString(caughtUp.pages()),
                        Integer.toString(caughtUp.tags()),
                        caughtUp.everything() ? "1" : "")));
        return switch (answer.code()) {
            case ENDED ->
                Optional.of(new ClosedDeployment(status(answer.text(1)), Duration.ofMillis(answer.number(2))));
            case MOVED -> Optional.empty();
            default -> throw new IllegalStateException("close.lua answered " + answer.text(0));
        };
    }

    private static String detailsOf(String site, String deploymentId) {
        return RedisKeys.hold(site, DEPLOYMENT + ":" + deploymentId);
    }

    private static String millis(Instant moment) {
        return Long.toString(Math.max(0, moment.toEpochMilli()));
    }

    private static DeploymentStatus status(String name) {
        return DeploymentStatus.fromWire(name)
                .orElseThrow(() -> new IllegalStateException("a script answered the status \"" + name + "\""));
    }

    /** Empty too where a stranger has written something else. */
    private static Optional<Instant> moment(Answer row, int at) {
        return row.optional(at)
                .filter(text -> text.matches("[0-9]{1,15}"))
                .map(Long::parseLong)
                .map(Instant::ofEpochMilli);
    }

    private static int count(Answer row, int at) {
        return row.optional(at)
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::parseInt)
                .orElse(0);
    }
}
