package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.store.Claim;
import dev.cachehandshake.protocol.store.Confirmed;
import dev.cachehandshake.protocol.store.Ending;
import dev.cachehandshake.protocol.store.Settled;
import dev.cachehandshake.protocol.store.Sweep;
import java.util.List;

/** The store's answers in the words of {@link ReferenceReferee}. */
final class RefereeAnswers {
    private RefereeAnswers() {}

    static String of(Claim claim) {
        List<String> rows = claim.handshakes().stream()
                .map(claimed -> claimed.lease().id() + "@" + claimed.lease().epoch() + " attempts=" + claimed.attempts()
                        + " lost=" + claimed.lost())
                .toList();
        return rows + " ghosts=" + claim.ghosts() + " poison=" + claim.poison().size() + " looked=" + claim.looked();
    }

    static String of(Settled settled) {
        return switch (settled) {
            case Settled.Open open -> "open " + open.id();
            case Settled.Stale stale -> "stale " + stale.id() + " in " + stale.phase();
            case Settled.Ended ended -> of(ended.ending());
        };
    }

    static String of(Confirmed confirmed) {
        return switch (confirmed) {
            case Confirmed.Ended ended -> of(ended.ending());
            case Confirmed.WillRetry retry -> "retry " + retry.id();
            case Confirmed.Late late -> "late " + late.id() + " " + late.state().wireName();
            case Confirmed.Superseded superseded -> "superseded " + superseded.id();
            case Confirmed.NotDelivered not -> "not delivered " + not.id();
            case Confirmed.ProofRequired required -> "proof required " + required.id();
            case Confirmed.TargetRequired required -> "target required " + required.id();
            case Confirmed.LegEnded leg -> "leg ended " + leg.id();
            case Confirmed.Unknown unknown -> "unknown " + unknown.id();
        };
    }

    static String of(Sweep sweep) {
        List<String> rescues = sweep.rescues().stream()
                .map(rescue -> rescue.id() + ":" + rescue.cause())
                .toList();
        return "popped=" + sweep.popped() + " rescues=" + rescues + " endings="
                + sweep.endings().stream().map(RefereeAnswers::of).toList() + " requeued=" + sweep.requeued()
                + " repaired=" + sweep.repaired() + " next="
                + sweep.nextLook().map(next -> next.toMillis()).orElse(-1L);
    }

    private static String of(Ending ending) {
        return "ended " + ending.id() + " " + ending.state().wireName() + " "
                + ending.failure().map(FailureReason::wireName).orElse("") + " attempts=" + ending.attempts()
                + " epoch=" + ending.epoch();
    }
}
