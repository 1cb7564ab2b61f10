package dev.cachehandshake.scriptedtarget;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.PageSeen;
import dev.cachehandshake.protocol.Proof.Claim;
import dev.cachehandshake.protocol.wire.CallbackJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes what a callback says. */
final class CallbackBody {
    private CallbackBody() {}

    /** @param accepted what the callback is for; of a single call, the one handshake */
    static String write(Call call, List<Wanted> accepted, Behaviour behaviour) {
        if (call.batchId().isEmpty()) {
            return CallbackJson.writeSingle(accepted.getFirst().id());
        }
        List<CallbackJson.Report> reports = accepted.stream()
                .map(wanted -> report(wanted, behaviour.report().apply(wanted)))
                .toList();
        return CallbackJson.writeBatch(new CallbackJson.Batch(
                call.batchId().get(),
                call.target(),
                Optional.of(AnswerWriter.REPLICA),
                Optional.of(AnswerWriter.BUILD_ID),
                reports));
    }

    private static CallbackJson.Report report(Wanted wanted, SiteReport report) {
        return switch (report) {
            case SiteReport.Fresh fresh ->
                wanted.job().action().removesEntry()
                        ? entry(wanted, Claim.FRESH, Optional.empty(), gone(wanted))
                        : entry(
                                wanted,
                                Claim.FRESH,
                                Optional.empty(),
                                showing(wanted, wanted.job().version()));
            case SiteReport.Stale stale ->
                entry(wanted, Claim.STALE, Optional.empty(), showing(wanted, Optional.of(stale.shown())));
            case SiteReport.SaysFreshBut but ->
                entry(wanted, Claim.FRESH, Optional.empty(), showing(wanted, Optional.of(but.shown())));
            case SiteReport.Unproven unproven ->
                entry(wanted, Claim.UNPROVEN, Optional.empty(), showing(wanted, Optional.empty()));
            case SiteReport.Broken broken ->
                entry(wanted, Claim.FAILED, Optional.empty(), broken(wanted, broken.status()));
            case SiteReport.Failed failed -> entry(wanted, Claim.FAILED, Optional.of(failed.reason()), List.of());
        };
    }

    private static CallbackJson.Report entry(
            Wanted wanted, Claim claim, Optional<String> reason, List<PageSeen> pages) {
        return new CallbackJson.Report(wanted.id(), claim, reason, pages);
    }

    private static List<PageSeen> showing(Wanted wanted, Optional<ContentVersion> version) {
        return wanted.paths().stream()
                .map(path -> new PageSeen(path, version, 200))
                .toList();
    }

    private static List<PageSeen> broken(Wanted wanted, int status) {
        return wanted.paths().stream()
                .map(path -> new PageSeen(path, Optional.empty(), status))
                .toList();
    }

    /** The entry's own page is gone; the lists that it stood in are still there, without it. */
    private static List<PageSeen> gone(Wanted wanted) {
        List<PageSeen> pages = new ArrayList<>(showing(wanted, Optional.empty()));
        if (!pages.isEmpty()) {
            pages.set(0, new PageSeen(pages.getFirst().path(), Optional.empty(), 404));
        }
        return pages;
    }
}
