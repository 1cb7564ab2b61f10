package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.Lease;
import dev.cachehandshake.protocol.RefusedPath;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.ClaimRequest;
import dev.cachehandshake.protocol.store.Confirmation;
import dev.cachehandshake.protocol.store.FailedRequest;
import dev.cachehandshake.protocol.store.Hello;
import dev.cachehandshake.protocol.store.Popped;
import dev.cachehandshake.protocol.store.Replay;
import dev.cachehandshake.protocol.store.Settlement;
import dev.cachehandshake.protocol.store.SweepRequest;
import dev.cachehandshake.protocol.wire.RefusedPathsJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A script's own words, in the order that its header gives. */
final class ScriptArguments {
    private static final String NO_DELAY = "0";

    /** Of the list of failed ones, for one page: a site that rarely fails must not hold Redis up while its own are looked for. */
    private static final int FAILED_LOOKED_AT = 1_000;

    private ScriptArguments() {}

    /** The arguments of many, one after the other. */
    static <T> List<String> ofEach(List<T> all, Function<T, List<String>> arguments) {
        return all.stream().flatMap(one -> arguments.apply(one).stream()).toList();
    }

    static List<String> of(Acceptance acceptance) {
        Job job = acceptance.job();
        List<String> own = new ArrayList<>(List.of(
                job.id().value(),
                job.json(),
                acceptance.contentDigest(),
                UUID.randomUUID().toString(),
                Long.toString(acceptance.queueBound()),
                acceptance.deliveryClass().wireName(),
                acceptance.quiet().map(quiet -> millis(quiet.quiet())).orElse(NO_DELAY),
                acceptance.quiet().map(quiet -> millis(quiet.atMost())).orElse(NO_DELAY),
                RedisKeys.unquiet(
                        job.site(),
                        acceptance.deliveryClass(),
                        acceptance.touched().primary().value()),
                opaqueEntry(job),
                RedisKeys.changes(job.site())));
        List<String> changes = acceptance.isChange() ? ChangeText.of(job, acceptance.touched()) : List.of();
        own.add(Integer.toString(changes.size()));
        own.addAll(changes);
        own.addAll(List.of("site", job.site(), "type", job.type(), "slug", job.slug()));
        own.addAll(List.of("action", job.action().wireName()));
        job.version().ifPresent(version -> own.addAll(List.of("version", version.text())));
        List<RefusedPath> refused = acceptance.touched().refused();
        if (!refused.isEmpty()) {
            own.addAll(List.of("refused_paths", RefusedPathsJson.write(refused)));
        }
        return own;
    }

    static List<String> of(Replay replay) {
        return List.of(
                replay.failed().value(),
                replay.failedJob(),
                replay.id().value(),
                replay.job(),
                UUID.randomUUID().toString(),
                Long.toString(replay.queueBound()));
    }

    /** @param shown the fields to show of each */
    static List<String> of(FailedRequest request, List<String> shown) {
        List<String> own = new ArrayList<>(List.of(
                Integer.toString(request.limit()),
                Integer.toString(FAILED_LOOKED_AT),
                request.site().orElse(""),
                request.after().map(place -> Long.toString(place.failedAtMs())).orElse(""),
                request.after().map(place -> place.id().value()).orElse("")));
        own.addAll(shown);
        return own;
    }

    static List<String> of(ClaimRequest request) {
        List<String> own = new ArrayList<>(List.of(
                request.nonce(),
                millis(request.lease()),
                millis(request.hold()),
                Integer.toString(request.limit()),
                request.popped()
                        .map(popped -> popped.deliveryClass().wireName())
                        .orElse(""),
                request.popped().map(Popped::element).orElse(""),
                request.classes().stream().map(DeliveryClass::wireName).collect(Collectors.joining(",")),
                RedisKeys.holds(request.site()),
                RedisKeys.circuitPrefix(request.site()),
                millis(request.probeEvery()),
                RedisKeys.parkedPrefix(request.site()),
                request.roster().joinedBy().map(RedisKeys::replicas).orElse(""),
                RedisKeys.changesPattern(),
                request.roster().firstInvalidates() ? "1" : ""));
        own.addAll(request.roster().targets());
        return own;
    }

    static List<String> of(Hello hello) {
        return List.of(
                RedisKeys.replicas(hello.site()),
                RedisKeys.changes(hello.site()),
                hello.target().orElse(""),
                millis(hello.remembered()),
                Long.toString(hello.since().toEpochMilli()));
    }

    static List<String> of(Duration lease, List<Lease> leases) {
        List<String> own = new ArrayList<>();
        own.add(millis(lease));
        own.addAll(ofEach(leases, ScriptArguments::of));
        return own;
    }

    static List<String> of(SweepRequest request) {
        List<String> own = new ArrayList<>(List.of(
                Integer.toString(request.limit()),
                millis(request.grace()),
                Integer.toString(request.maxLost()),
                RedisKeys.circuitPrefix(request.site()),
                RedisKeys.parkedPrefix(request.site()),
                RedisKeys.holds(request.site())));
        own.addAll(request.targets());
        return own;
    }

    static List<String> of(Settlement settlement) {
        List<String> own = new ArrayList<>(of(settlement.lease()));
        own.add(settlement.target());
        own.addAll(
                switch (settlement.outcome()) {
                    case Settlement.Accepted accepted ->
                        List.of(
                                "accepted",
                                "",
                                NO_DELAY,
                                millis(accepted.callbackWithin()),
                                Integer.toString(accepted.maxAttempts()),
                                proof(accepted.proofRequired()),
                                NO_DELAY,
                                accepted.replica().orElse(""),
                                accepted.buildId().orElse(""));
                    case Settlement.Retry retry ->
                        List.of(
                                "retry",
                                retry.error(),
                                millis(retry.delay()),
                                NO_DELAY,
                                Integer.toString(retry.maxAttempts()),
                                proof(retry.proofRequired()),
                                NO_DELAY,
                                "",
                                "");
                    case Settlement.Rejected rejected ->
                        List.of(
                                "rejected",
                                rejected.error(),
                                NO_DELAY,
                                NO_DELAY,
                                "0",
                                proof(rejected.proofRequired()),
                                NO_DELAY,
                                "",
                                "");
                    case Settlement.NotReached away ->
                        List.of(
                                "not_reached",
                                away.error(),
                                millis(away.delay()),
                                NO_DELAY,
                                "0",
                                proof(away.proofRequired()),
                                millis(away.giveUpAfter()),
                                "",
                                "");
                    case Settlement.Covered covered ->
                        List.of("covered", covered.by().value(), NO_DELAY, NO_DELAY, "0", "required", NO_DELAY, "", "");
                    case Settlement.Simulated simulated ->
                        List.of("simulated", "", NO_DELAY, NO_DELAY, "0", "required", NO_DELAY, "", "");
                });
        return own;
    }

    static List<String> of(Confirmation confirmation) {
        List<String> own = new ArrayList<>();
        own.add(confirmation.id().key());
        own.add(confirmation.target().orElse(""));
        String batch = confirmation.batchId().orElse("");
        Optional<String> coveredBy = Optional.empty();
        switch (confirmation.verdict()) {
            case Confirmation.Fresh fresh -> {
                own.addAll(List.of("fresh", batch, "", NO_DELAY, "0", NO_DELAY));
                coveredBy = fresh.coveredBy();
            }
            case Confirmation.Unproven unproven -> own.addAll(List.of("unproven", batch, "", NO_DELAY, "0", NO_DELAY));
            case Confirmation.Negative negative ->
                own.addAll(List.of(
                        "negative",
                        batch,
                        negative.error(),
                        millis(negative.delay()),
                        Integer.toString(negative.maxAttempts()),
                        NO_DELAY));
            case Confirmation.Unreadable unreadable ->
                own.addAll(List.of(
                        "unreadable",
                        batch,
                        unreadable.error(),
                        millis(unreadable.delay()),
                        "0",
                        millis(unreadable.giveUpAfter())));
        }
        own.add(confirmation.replica().orElse(""));
        own.add(confirmation.buildId().orElse(""));
        own.add(confirmation.pages().orElse(""));
        own.add(coveredBy.orElse(""));
        return own;
    }

    static List<String> of(Lease lease) {
        return List.of(lease.id().key(), Long.toString(lease.epoch()), lease.nonce());
    }

    private static String proof(boolean required) {
        return required ? "required" : "callback";
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    /** Only opaque versions need to know what came after them: the others have an order of their own. */
    private static String opaqueEntry(Job job) {
        return job.version().filter(ContentVersion.Opaque.class::isInstance).isPresent()
                ? job.site() + ":" + job.type() + ":" + job.slug()
                : "";
    }
}
