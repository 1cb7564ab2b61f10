package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.faults.FaultKind;
import dev.cachehandshake.faultcampaign.history.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A history made by hand; times are in milliseconds. */
final class Told {
    static final int ATTEMPTS = 3;
    static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String ENTRY = "entry";

    private final List<Event> events = new ArrayList<>();

    Told posted(long at, String id, long version) {
        return add(new Event.Posted(nanos(at), id, ENTRY, version, false));
    }

    Told poisonPosted(long at, String id, long version) {
        return add(new Event.Posted(nanos(at), id, ENTRY, version, true));
    }

    Told answered(long at, String id, int status) {
        return add(new Event.PostAnswered(nanos(at), id, status));
    }

    Told called(long at, long call, String worker, boolean well, String id, long version) {
        return add(new Event.CallBegan(nanos(at), call, worker, List.of(new Event.Item(id, version)), well));
    }

    Told over(long at, long call) {
        return add(new Event.CallOver(nanos(at), call));
    }

    Told proved(long at, long call, String id) {
        return add(new Event.ProofSent(nanos(at), call, List.of(id)));
    }

    Told confirmed(long at, long call, int status) {
        return add(new Event.CallbackAnswered(nanos(at), call, status));
    }

    Told seen(long at, String id, String state) {
        return seen(at, at, id, state);
    }

    Told seen(long askedAt, long at, String id, String state) {
        return add(new Event.StateSeen(nanos(askedAt), nanos(at), id, Optional.of(state), Optional.empty()));
    }

    Told seenFailed(long at, String id, String reason) {
        return add(new Event.StateSeen(nanos(at), nanos(at), id, Optional.of("failed"), Optional.of(reason)));
    }

    Told unknown(long at, String id) {
        return add(new Event.StateSeen(nanos(at), nanos(at), id, Optional.empty(), Optional.empty()));
    }

    Told page(long at, long version) {
        return add(new Event.PageShown(nanos(at), ENTRY, version));
    }

    Told broken(long from, long to, FaultKind kind, String victim) {
        int number =
                (int) events.stream().filter(Event.FaultBegan.class::isInstance).count();
        add(new Event.FaultBegan(nanos(from), number, kind, victim));
        return add(new Event.FaultHealed(nanos(to), number));
    }

    /** One that goes as it should: posted at that moment, in that call of worker a, completed 100 ms later. */
    Told smooth(long at, String id, long version, long call) {
        return posted(at, id, version)
                .answered(at + 5, id, 202)
                .called(at + 20, call, "a", true, id, version)
                .over(at + 30, call)
                .proved(at + 31, call, id)
                .confirmed(at + 40, call, 200)
                .seen(at + 50, id, "acknowledged")
                .seen(at + 100, id, "completed");
    }

    Verdict verdict() {
        return Judge.judge(sorted(), ATTEMPTS, PATIENCE);
    }

    /** The names of the promises that are found broken, each once. */
    List<String> broken() {
        return verdict().violations().stream()
                .map(violation -> violation.invariant().split(" ", 2)[0])
                .distinct()
                .toList();
    }

    private List<Event> sorted() {
        return events.stream().sorted(Comparator.comparingLong(Event::at)).toList();
    }

    private Told add(Event event) {
        events.add(event);
        return this;
    }

    private static long nanos(long millis) {
        return millis * 1_000_000;
    }
}
