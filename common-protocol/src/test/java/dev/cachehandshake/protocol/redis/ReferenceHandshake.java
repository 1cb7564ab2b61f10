package dev.cachehandshake.protocol.redis;

import java.util.Optional;

/** One handshake as the {@link ReferenceReferee} has it. */
final class ReferenceHandshake {
    final String id;
    /** Whose job it delivers: its own, or that of the first one that it repeats. */
    final String content;

    String replayOf = "";
    String replayedBy = "";
    /** When it failed; empty for any other. */
    String failedAt = "";

    String phase = "";
    String state = "pending";
    String failure = "";
    long attempts;
    long epoch;
    long lost;
    String nonce = "";
    Optional<Boolean> proofRequired = Optional.empty();
    long maxAttempts;
    long holdUntil;
    long outageSince = -1;
    /** The one that it is in: the name of a list, or deadlines; empty when it is in none. */
    String index = "";

    long score;
    /** What everybody sees in the hash, which a foreign publisher may write over. */
    String shown = "";

    ReferenceHandshake(String id) {
        this(id, id);
    }

    ReferenceHandshake(String id, String content) {
        this.id = id;
        this.content = content;
    }

    boolean isDone() {
        return phase.equals("done");
    }

    boolean isHeldBy(long leaseEpoch, String leaseNonce) {
        return phase.equals("leased") && epoch == leaseEpoch && nonce.equals(leaseNonce);
    }

    void show() {
        shown = state + "/" + attempts;
    }

    void putInto(String newIndex, long newScore) {
        index = newIndex;
        score = newScore;
    }

    @Override
    public String toString() {
        return phase + " " + state + "(" + failure + ") attempts=" + attempts + " epoch=" + epoch + " lost=" + lost
                + " in=" + index + "@" + score + " shown=" + shown + " failed@" + failedAt + " replay=" + replayOf + ">"
                + replayedBy;
    }
}
