package dev.cachehandshake.worker.replica;

import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.boot.TaggedCounter;
import dev.cachehandshake.protocol.store.CatchUp;
import dev.cachehandshake.protocol.store.HandshakeStore;
import dev.cachehandshake.protocol.store.Hello;
import dev.cachehandshake.protocol.wire.HelloJson;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.report.WideLine;
import dev.cachehandshake.worker.report.WorkerMetric;
import dev.cachehandshake.worker.roster.TargetRoster;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out what a replica that starts has to make anew: whatever changed since its build, for what other processes were told
 * since then it was not. Thread-safe.
 */
public final class CatchingUp {
    private static final Logger log = LoggerFactory.getLogger(CatchingUp.class);

    /** A build reads content for some minutes before it is done, a CMS's own cache lags, and clocks differ. */
    private static final Duration MARGIN = Duration.ofMinutes(15);

    /** Until DNS names it, which remembers an answer for half a minute as a rule. */
    private static final Duration REMEMBERED = Duration.ofMinutes(2);

    private static final String EVERYTHING = "everything";
    private static final String CHANGES = "changes";

    private final HandshakeStore store;
    private final PathRules rules;
    private final TargetSettings target;
    private final TargetRoster roster;
    private final Clock clock;
    private final TaggedCounter hellos;

    public CatchingUp(
            HandshakeStore store,
            PathRules rules,
            TargetSettings target,
            TargetRoster roster,
            Clock clock,
            MeterRegistry meters) {
        this.store = store;
        this.rules = rules;
        this.target = target;
        this.roster = roster;
        this.clock = clock;
        this.hellos = new TaggedCounter(meters, WorkerMetric.HELLOS, "catch_up", List.of(CHANGES, EVERYTHING));
    }

    /** @throws ProblemException {@link ProblemCode#INVALID_FIELD} for another site, or an address that is none */
    String answerTo(HelloJson.Hello hello) {
        if (!hello.site().equals(target.site())) {
            throw ProblemException.of(
                    ProblemCode.INVALID_FIELD,
                    "The hello has the \"site\" \"" + hello.site() + "\", and this worker serves \"" + target.site()
                            + "\": set HANDSHAKE_SITE to that");
        }
        Optional<String> name = hello.address().flatMap(roster::nameOfReplica);
        // No build is of the future, whatever the clock says that it was made by.
        Instant builtAt = Collections.min(List.of(hello.builtAt(), clock.instant()));
        CatchUp catchUp = store.hello(new Hello(target.site(), name, REMEMBERED, builtAt.minus(MARGIN)));
        String who = "replica " + WideLine.oneLine(hello.replica())
                + hello.buildId()
                        .map(build -> " of build " + WideLine.oneLine(build))
                        .orElse("");
        if (target.resolve() && name.isEmpty()) {
            log.warn(
                    "{} does not say at which address it is reached (REPLICA_URL), so it is no target before DNS names it",
                    who);
        }
        return switch (catchUp) {
            case CatchUp.Everything everything -> {
                hellos.count(EVERYTHING);
                log.info(
                        "{} starts and makes everything anew: not all is known that changed since its build of {}",
                        who,
                        hello.builtAt());
                yield HelloJson.writeAnswer(true, List.of(), List.of());
            }
            case CatchUp.Changes changes -> {
                hellos.count(CHANGES);
                ChangedContent changed = ChangedContent.of(changes, rules);
                log.info(
                        "{} starts and makes {} pages and {} tags anew: they changed since its build of {}",
                        who,
                        changed.pages().size(),
                        changed.tags().size(),
                        hello.builtAt());
                yield HelloJson.writeAnswer(false, changed.pages(), changed.tags());
            }
        };
    }
}
