package dev.cachehandshake.faultcampaign.site;

import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.history.History;
import dev.cachehandshake.faultcampaign.load.LoadPlan;
import dev.cachehandshake.scriptedtarget.Behaviour;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.CallbackMade;
import dev.cachehandshake.scriptedtarget.Script;
import dev.cachehandshake.scriptedtarget.SiteObserver;
import dev.cachehandshake.scriptedtarget.Wanted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The site of one run: a cache of pages, made of what editors have saved, and moods. A call makes the pages of its entries
 * anew with what was saved when the call came in. It plays up now and then, and never with a call that carries an update it
 * has played up with twice before; but it answers 500 to each call that carries a poison update. Thread-safe.
 */
public final class PlayedSite implements Script, SiteObserver {
    private static final int PLAYS_UP_AT_MOST = 2;
    private static final List<Mood> WELL = List.of(Mood.SLOW, Mood.EARLY, Mood.TWICE, Mood.UNHURRIED);
    private static final List<Mood> ILL =
            List.of(Mood.LATE, Mood.SILENT, Mood.STALE, Mood.BROKEN, Mood.OVERLOADED, Mood.HANGING, Mood.DROPPING);

    private final long seed;
    private final Duration patience;
    private final History history;
    private final Map<String, Long> saved = new ConcurrentHashMap<>();
    private final Map<String, Long> pages = new ConcurrentHashMap<>();
    private final Set<String> poison = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> playedUp = new ConcurrentHashMap<>();
    private final Map<Long, Begun> calls = new ConcurrentHashMap<>();
    private final Map<String, Mood> moodForWorker = new ConcurrentHashMap<>();
    private final Set<Long> open = ConcurrentHashMap.newKeySet();

    private record Begun(String worker, Mood mood, Map<String, Long> rendered) {}

    /** @param patience how long the worker waits for an answer, and for a callback after that */
    public PlayedSite(long seed, Duration patience, History history) {
        this.seed = seed;
        this.patience = patience;
        this.history = history;
    }

    /** An editor has saved: from now on a page that is made anew shows it. */
    public void save(LoadPlan.Update update) {
        saved.merge(update.entry(), update.version(), Math::max);
        if (update.poison()) {
            poison.add(update.id());
        }
    }

    /** All calls of that worker are taken so until {@link #relent}. */
    public void meet(String worker, Mood mood) {
        moodForWorker.put(worker, mood);
    }

    public void relent(String worker) {
        moodForWorker.remove(worker);
    }

    /** How many calls of that worker are under way that are taken in the mood kept for it. */
    public long met(String worker) {
        return open.stream()
                .map(calls::get)
                .filter(begun -> begun.worker().equals(worker) && begun.mood() == moodForWorker.get(worker))
                .count();
    }

    /** Takes down what the page of each entry shows now. */
    public void showPages() {
        saved.keySet()
                .forEach(entry -> history.add(at -> new Event.PageShown(at, entry, pages.getOrDefault(entry, 0L))));
    }

    @Override
    public Behaviour behaviourFor(Call call) {
        SplittableRandom random = new SplittableRandom(
                seed ^ call.ids().getFirst().value().hashCode() * 31L ^ playedUpWith(call) * 0x51_7EL);
        Mood mood = moodFor(call, random);
        if (!mood.isWell()) {
            call.ids().forEach(id -> playedUp.merge(id.value(), 1, Integer::sum));
        }
        Map<String, Long> rendered = new ConcurrentHashMap<>();
        if (mood.proves()) {
            call.wanted().forEach(wanted -> {
                String entry = wanted.job().slug();
                rendered.put(entry, saved.getOrDefault(entry, 0L));
            });
        }
        calls.put(call.number(), new Begun(call.keyId(), mood, rendered));
        open.add(call.number());
        List<Event.Item> items = call.wanted().stream().map(PlayedSite::item).toList();
        history.add(at -> new Event.CallBegan(at, call.number(), call.keyId(), items, mood.isWell()));
        return mood.behaviour(random, patience);
    }

    @Override
    public void refused(String reason) {
        history.add(at -> new Event.CallRefused(at, reason));
    }

    @Override
    public void answered(Call call) {
        if (open.remove(call.number())) {
            history.add(at -> new Event.CallOver(at, call.number()));
        }
    }

    @Override
    public void callingBack(Call call) {
        Begun begun = calls.get(call.number());
        if (begun != null && begun.mood().proves()) {
            begun.rendered().forEach((entry, version) -> pages.merge(entry, version, Math::max));
            List<String> ids =
                    call.wanted().stream().map(wanted -> wanted.id().value()).toList();
            history.add(at -> new Event.ProofSent(at, call.number(), ids));
        }
    }

    @Override
    public void calledBack(Call call, CallbackMade callback) {
        if (calls.containsKey(call.number())) {
            history.add(at -> new Event.CallbackAnswered(
                    at, call.number(), callback.status().orElse(0)));
        }
    }

    private Mood moodFor(Call call, SplittableRandom random) {
        Mood kept = moodForWorker.get(call.keyId());
        if (kept != null) {
            return kept;
        }
        if (call.ids().stream().anyMatch(id -> poison.contains(id.value()))) {
            return Mood.BROKEN;
        }
        int dice = random.nextInt(100);
        if (dice < 10 && playedUpWith(call) < PLAYS_UP_AT_MOST) {
            return ILL.get(random.nextInt(ILL.size()));
        }
        return dice < 50 ? WELL.get(random.nextInt(WELL.size())) : Mood.PROMPT;
    }

    private int playedUpWith(Call call) {
        return call.ids().stream()
                .mapToInt(id -> playedUp.getOrDefault(id.value(), 0))
                .max()
                .orElse(0);
    }

    private static Event.Item item(Wanted wanted) {
        long version = wanted.job()
                .version()
                .map(known -> Long.parseLong(known.text()))
                .orElse(-1L);
        return new Event.Item(wanted.id().value(), version);
    }
}
