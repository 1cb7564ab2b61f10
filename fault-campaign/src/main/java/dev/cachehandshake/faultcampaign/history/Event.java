package dev.cachehandshake.faultcampaign.history;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import java.util.List;
import java.util.Optional;

/**
 * One thing that was seen from outside, on a wire or done to a process. All times are nanoseconds since the run began, of one
 * clock: publisher's callers, site and watchers live in one JVM.
 */
public sealed interface Event {
    /** When it was known. */
    long at();

    /** An update is sent for the first time. */
    record Posted(long at, String id, String entry, long version, boolean poison) implements Event {}

    /** The publisher has answered one try to post it; 0 when the connection broke, or nothing came. */
    record PostAnswered(long at, String id, int status) implements Event {}

    /** One update in a call. */
    record Item(String id, long version) {}

    /**
     * A genuine call has arrived at the site.
     *
     * @param call its number
     * @param worker the key id of its token
     * @param well whether the site will answer yes in time and confirm every item; false when it plays up
     */
    record CallBegan(long at, long call, String worker, List<Item> items, boolean well) implements Event {
        public CallBegan {
            items = List.copyOf(items);
        }
    }

    /** The site is through with a call: answered, or broken off. */
    record CallOver(long at, long call) implements Event {}

    /** The site begins to call back for these, which its pages show at the version wanted or a later one. */
    record ProofSent(long at, long call, List<String> ids) implements Event {
        public ProofSent {
            ids = List.copyOf(ids);
        }
    }

    /** The callback of a call was answered; 0 when the site gave up. */
    record CallbackAnswered(long at, long call, int status) implements Event {}

    /** The site has refused a call as not genuine. */
    record CallRefused(long at, String reason) implements Event {}

    /**
     * What {@code GET /api/handshakes/{id}} said.
     *
     * @param askedAt when it was asked; the answer is of some moment between that and {@code at}
     * @param state empty when nobody knows the id
     * @param failure the reason of a failed one
     */
    record StateSeen(long askedAt, long at, String id, Optional<String> state, Optional<String> failure)
            implements Event {}

    /** What the site's page of an entry shows when all is over; 0 when it was never made anew. */
    record PageShown(long at, String entry, long version) implements Event {}

    /**
     * A fault strikes.
     *
     * @param number tells the faults of a run apart
     * @param victim for people, e.g. {@code worker b}
     */
    record FaultBegan(long at, int number, FaultKind kind, String victim) implements Event {}

    /** What was broken works again. */
    record FaultHealed(long at, int number) implements Event {}

    /** From here on nothing is published and nothing is broken any more, so everything accepted must come to its end. */
    record Calm(long at) implements Event {}
}
