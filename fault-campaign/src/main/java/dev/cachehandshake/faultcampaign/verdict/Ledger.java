package dev.cachehandshake.faultcampaign.verdict;

import dev.cachehandshake.faultcampaign.history.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A history, sorted by what it tells of. */
final class Ledger {
    private final List<Event> events;
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final List<FaultWindow> faults = new ArrayList<>();
    private final Map<String, Long> pages = new LinkedHashMap<>();
    private final int attempts;

    /**
     * @param events in the order of time
     * @param attempts deliveries that may fail before a handshake does: a setting of the services
     * @param patience how long an answer, and a callback, is waited for: another one
     */
    Ledger(List<Event> events, int attempts, Duration patience) {
        this.events = List.copyOf(events);
        this.attempts = attempts;
        Map<String, Event.Posted> posted = new LinkedHashMap<>();
        Map<String, Long> accepted = new HashMap<>();
        Map<String, List<Event.CallBegan>> carried = new HashMap<>();
        Map<Long, Long> over = new HashMap<>();
        Map<Long, Event.ProofSent> proved = new HashMap<>();
        Map<Long, Long> confirmed = new HashMap<>();
        Map<String, List<Event.StateSeen>> states = new HashMap<>();
        Map<Integer, Event.FaultBegan> begun = new LinkedHashMap<>();
        Map<Integer, Long> healed = new HashMap<>();
        for (Event event : events) {
            switch (event) {
                case Event.Posted post -> posted.putIfAbsent(post.id(), post);
                case Event.PostAnswered answer -> {
                    if (isYes(answer.status())) {
                        accepted.putIfAbsent(answer.id(), answer.at());
                    }
                }
                case Event.CallBegan call ->
                    call.items()
                            .forEach(item -> carried.computeIfAbsent(item.id(), id -> new ArrayList<>())
                                    .add(call));
                case Event.CallOver call -> over.putIfAbsent(call.call(), call.at());
                case Event.ProofSent proof -> proved.putIfAbsent(proof.call(), proof);
                case Event.CallbackAnswered answer -> {
                    if (isYes(answer.status())) {
                        confirmed.putIfAbsent(answer.call(), answer.at());
                    }
                }
                case Event.StateSeen seen ->
                    states.computeIfAbsent(seen.id(), id -> new ArrayList<>()).add(seen);
                case Event.PageShown page -> pages.put(page.entry(), page.version());
                case Event.FaultBegan fault -> begun.put(fault.number(), fault);
                case Event.FaultHealed fault -> healed.putIfAbsent(fault.number(), fault.at());
                case Event.CallRefused refused -> {}
                case Event.Calm calm -> {}
            }
        }
        posted.forEach((id, post) -> accounts.put(
                id,
                new Account(
                        post,
                        of(accepted.get(id)),
                        carried.getOrDefault(id, List.of()).stream()
                                .map(call -> delivery(id, call, patience, over, proved, confirmed))
                                .toList(),
                        states.getOrDefault(id, List.of()))));
        begun.forEach((number, fault) -> faults.add(new FaultWindow(
                number, fault.kind(), fault.victim(), fault.at(), healed.getOrDefault(number, Long.MAX_VALUE))));
    }

    List<Event> events() {
        return events;
    }

    /** One a handshake that was posted. */
    List<Account> accounts() {
        return List.copyOf(accounts.values());
    }

    List<FaultWindow> faults() {
        return List.copyOf(faults);
    }

    /** What the site shows at the end, by entry. */
    Map<String, Long> pages() {
        return Map.copyOf(pages);
    }

    int attempts() {
        return attempts;
    }

    static boolean isYes(int status) {
        return status == 200 || status == 202;
    }

    private static Delivery delivery(
            String id,
            Event.CallBegan call,
            Duration patience,
            Map<Long, Long> over,
            Map<Long, Event.ProofSent> proved,
            Map<Long, Long> confirmed) {
        long version = call.items().stream()
                .filter(item -> item.id().equals(id))
                .findFirst()
                .orElseThrow()
                .version();
        Event.ProofSent proof = proved.get(call.call());
        boolean named = proof != null && proof.ids().contains(id);
        OptionalLong ended = of(over.get(call.call()));
        OptionalLong proven = named ? OptionalLong.of(proof.at()) : OptionalLong.empty();
        OptionalLong answered = named ? of(confirmed.get(call.call())) : OptionalLong.empty();
        boolean late = isLonger(call.at(), ended, patience) || isLonger(proven.orElse(0), answered, patience);
        return new Delivery(
                call.call(), call.worker(), version, call.well() && !late, call.at(), ended, proven, answered);
    }

    /** What is answered later than it is waited for is rightly tried again, whoever was slow. */
    private static boolean isLonger(long from, OptionalLong until, Duration patience) {
        return until.isPresent() && until.getAsLong() - from > patience.toNanos();
    }

    private static OptionalLong of(Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
