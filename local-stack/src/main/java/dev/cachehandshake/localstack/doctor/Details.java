package dev.cachehandshake.localstack.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What else was seen of something faulty, in a few words. */
final class Details {
    private Details() {}

    static String of(HandshakeSeen seen) {
        List<String> all = new ArrayList<>();
        if (!seen.hasHash()) {
            all.add("no hash");
        } else if (seen.isForeign()) {
            all.add("never claimed");
            seen.createdAt().ifPresent(seconds -> all.add("created " + ShownText.time(seconds * 1000)));
        } else {
            all.add(seen.isDone() ? seen.state() : seen.phase() + " and " + seen.state());
            seen.acceptedAt().ifPresent(at -> all.add("accepted " + ShownText.time(at)));
            seen.finishedAt().ifPresent(at -> all.add("ended " + ShownText.time(at)));
        }
        seen.indexedIn()
                .forEach(list ->
                        all.add("in the index of " + (list.title().endsWith("queue") ? "the " : "") + list.title()));
        seen.deadline().ifPresent(at -> all.add("in deadlines, due " + fromNow(at - seen.now())));
        if (seen.hasHash() && !seen.isEndless()) {
            all.add("expires " + fromNow(seen.timeToLiveMs()));
        }
        return String.join(", ", all);
    }

    static String of(KeySeen key) {
        return "a " + (key.type().equals("zset") ? "sorted set" : key.type())
                + (key.isEndless() ? " without a time to live" : ", expires " + fromNow(key.timeToLiveMs()));
    }

    static String of(TallyCheck tally) {
        String counted = "pending " + tally.before().pending() + " and acknowledged "
                + tally.before().acknowledged() + " are counted, " + tally.pending() + " and " + tally.acknowledged()
                + " are there";
        return tally.isStill()
                ? counted
                : counted + ", while " + tally.accepted() + " came and " + tally.ended()
                        + " went: how much it is off shows when nothing moves";
    }

    private static String fromNow(long millis) {
        String span = ShownText.duration(Duration.ofMillis(Math.abs(millis)));
        return millis < 0 ? span + " ago" : "in " + span;
    }
}
