package dev.cachehandshake.protocol.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The referee as it is meant, in plain Java and without a thought for cost: it knows which elements lie in which list, where
 * the scripts have to tell from sequences. Each step answers in one line of text, so that two referees are easily compared.
 */
final class ReferenceReferee {
    static final long REPAIR_AFTER = 5_000;
    static final String NORMAL = "normal";
    static final String RETURNS = "returns";
    static final String DEADLINES = "deadlines";

    /** An element of a list: without a sequence it is a foreign one, and without an id it is no job. */
    record Element(String id, long sequence) {
        static final Element POISON = new Element("", 0);

        @Override
        public String toString() {
            return id + "#" + sequence;
        }
    }

    private final Map<String, ReferenceHandshake> known = new TreeMap<>();
    private final Set<String> ours = new HashSet<>();
    private final Map<String, String> foreignHashes = new HashMap<>();
    private final Set<String> markers = new HashSet<>();
    private final Set<String> versioned;
    private final Map<String, Deque<Element>> lists = Map.of(NORMAL, new ArrayDeque<>(), RETURNS, new ArrayDeque<>());
    private long sequence;
    private int poison;
    long now;

    ReferenceReferee(Set<String> versioned, long now) {
        this.versioned = versioned;
        this.now = now;
    }

    /** Everything that can be compared with Redis, one line a handshake or list. */
    Map<String, String> snapshot() {
        Map<String, String> all = new TreeMap<>();
        known.forEach((id, handshake) -> all.put(id, handshake.toString()));
        foreignHashes.forEach((id, shown) -> all.putIfAbsent(id, "foreign " + shown));
        lists.forEach((name, elements) -> all.put("list " + name, elements.toString()));
        all.put("poison", Integer.toString(poison));
        return all;
    }

    boolean allDone() {
        return known.values().stream().allMatch(ReferenceHandshake::isDone);
    }

    // --- others ---

    void foreignPush(Element element) {
        lists.get(NORMAL).add(element);
    }

    void foreignHash(String id, String state, String attempts) {
        ReferenceHandshake handshake = known.get(id);
        if (handshake == null) {
            foreignHashes.put(id, state + "/" + attempts);
        } else {
            handshake.shown = state + "/" + attempts;
        }
    }

    void mark(String id) {
        markers.add(id);
    }

    Element pop(String list) {
        return lists.get(list).poll();
    }

    // --- steps ---

    String publish(String id) {
        if (ours.contains(id)) {
            return "AlreadyAccepted";
        }
        if (known.containsKey(id) || foreignHashes.containsKey(id)) {
            return "Conflict";
        }
        ReferenceHandshake handshake = new ReferenceHandshake(id);
        known.put(id, handshake);
        ours.add(id);
        enqueue(handshake, NORMAL);
        return "Accepted";
    }

    String replay(String failed, String id) {
        ReferenceHandshake taken = known.get(id);
        if (taken != null || foreignHashes.containsKey(id)) {
            return taken != null && taken.replayOf.equals(failed) ? "AlreadyAccepted" : "Conflict";
        }
        ReferenceHandshake old = known.get(failed);
        if (old == null || !old.state.equals("failed")) {
            return "Moved";
        }
        ReferenceHandshake handshake = new ReferenceHandshake(id, old.content);
        handshake.replayOf = failed;
        old.replayedBy = id;
        known.put(id, handshake);
        enqueue(handshake, NORMAL);
        return "Accepted";
    }

    List<String> failed() {
        return known.values().stream()
                .filter(handshake -> handshake.state.equals("failed"))
                .map(handshake -> handshake.id)
                .toList();
    }

    String contentOf(String id) {
        return known.containsKey(id) ? known.get(id).content : id;
    }

    String claim(String nonce, long lease, long hold, int limit, Optional<Element> popped) {
        ReferenceClaim claim = new ReferenceClaim(known, limit);
        popped.ifPresent(claim::consider);
        for (String name : List.of(RETURNS, NORMAL)) {
            Iterator<Element> elements = lists.get(name).iterator();
            for (int i = 0; i < limit && elements.hasNext() && claim.wantsMore(); i++) {
                if (!claim.consider(elements.next())) {
                    break;
                }
                elements.remove();
            }
        }
        List<String> rows = new ArrayList<>();
        for (ReferenceHandshake handshake : claim.taken) {
            handshake.phase = "leased";
            handshake.epoch++;
            handshake.attempts++;
            handshake.nonce = nonce;
            handshake.holdUntil = now + hold;
            handshake.putInto(DEADLINES, now + lease);
            handshake.show();
            rows.add(handshake.id + "@" + handshake.epoch + " attempts=" + handshake.attempts + " lost="
                    + handshake.lost);
        }
        poison += claim.junk;
        return rows + " ghosts=" + claim.ghosts + " poison=" + claim.junk + " looked=" + claim.looked;
    }

    String renew(String id, long epoch, String nonce, long lease) {
        ReferenceHandshake handshake = known.get(id);
        if (handshake == null || !handshake.isHeldBy(epoch, nonce) || now >= handshake.holdUntil) {
            return "[]";
        }
        handshake.putInto(DEADLINES, Math.min(now + lease, handshake.holdUntil));
        return "[" + id + "]";
    }

    String handBack(String id, long epoch, String nonce) {
        ReferenceHandshake handshake = known.get(id);
        if (handshake == null || !handshake.isHeldBy(epoch, nonce)) {
            return "[]";
        }
        handshake.attempts--;
        enqueue(handshake, RETURNS);
        return "[" + id + "]";
    }

    /** @param most attempts, for accepted and retry; how long in ms, for not-reached */
    String settle(String id, long epoch, String nonce, String outcome, long delay, long most, boolean proofRequired) {
        ReferenceHandshake handshake = known.get(id);
        if (handshake == null || !handshake.isHeldBy(epoch, nonce)) {
            return "stale " + id + " in " + (handshake == null ? "" : handshake.phase);
        }
        if (outcome.equals("not-reached")) {
            handshake.attempts--;
        }
        if (markers.contains(id) && !proofRequired && !outcome.equals("simulated")) {
            return finish(handshake, "completed", "");
        }
        if (outcome.equals("rejected") || outcome.equals("simulated")) {
            return outcome.equals("rejected")
                    ? finish(handshake, "failed", "rejected")
                    : finish(handshake, outcome, "");
        }
        if (outcome.equals("not-reached") && hasBeenOutFor(handshake, most)) {
            return finish(handshake, "failed", "unreachable");
        }
        if (outcome.equals("retry")) {
            if (handshake.attempts >= most) {
                return finish(handshake, "failed", "exhausted");
            }
            handshake.outageSince = -1;
        }
        if (outcome.equals("accepted")) {
            handshake.state = "acknowledged";
            handshake.maxAttempts = most;
        }
        handshake.proofRequired = Optional.of(proofRequired);
        handshake.phase = outcome.equals("accepted") ? "awaiting" : "retry";
        handshake.putInto(DEADLINES, now + delay);
        handshake.show();
        return "open " + id;
    }

    private boolean hasBeenOutFor(ReferenceHandshake handshake, long millis) {
        handshake.outageSince = handshake.outageSince < 0 ? now : handshake.outageSince;
        return now - handshake.outageSince >= millis;
    }

    /** @param most attempts, for negative; how long in ms, for unreadable */
    String confirm(String id, String verdict, String batch, long delay, long most) {
        ReferenceHandshake handshake = known.get(id);
        if (handshake == null) {
            return "unknown " + id;
        }
        boolean good = verdict.equals("fresh") || verdict.equals("unproven");
        boolean unproven = verdict.equals("unproven") && handshake.proofRequired.orElse(false);
        if (handshake.isDone()) {
            return good && !unproven && handshake.failure.equals("no-callback")
                    ? finish(handshake, "completed", "")
                    : "late " + id + " " + handshake.state;
        }
        if (handshake.epoch == 0) {
            return "not delivered " + id;
        }
        if (good) {
            return unproven ? "proof required " + id : finish(handshake, "completed", "");
        }
        boolean delivered = handshake.phase.equals("leased") || handshake.phase.equals("awaiting");
        if (!delivered || !(batch.equals(handshake.nonce) || batch.startsWith(handshake.nonce + "."))) {
            return "superseded " + id;
        }
        if (verdict.equals("unreadable")) {
            handshake.attempts--;
            if (hasBeenOutFor(handshake, most)) {
                return finish(handshake, "failed", "unreadable");
            }
        } else if (handshake.attempts >= most) {
            return finish(handshake, "failed", "stale");
        } else {
            handshake.outageSince = -1;
        }
        handshake.phase = "retry";
        handshake.putInto(DEADLINES, now + delay);
        handshake.show();
        return "retry " + id;
    }

    String sweep(long grace, int maxLost) {
        int popped = 0;
        for (ReferenceHandshake handshake : known.values()) {
            if (lists.containsKey(handshake.index)
                    && !lists.get(handshake.index).contains(new Element(handshake.id, handshake.score))) {
                handshake.putInto(DEADLINES, now + grace);
                popped++;
            }
        }
        List<String> rescues = new ArrayList<>();
        List<String> endings = new ArrayList<>();
        int requeued = 0;
        int repaired = 0;
        for (ReferenceHandshake handshake : due()) {
            if (!handshake.isDone() && takesMarkerForCallback(handshake)) {
                endings.add(finish(handshake, "completed", ""));
                continue;
            }
            switch (handshake.phase) {
                case "queued" -> rescues.add(rescue(handshake, "POPPED"));
                case "leased" -> {
                    handshake.lost++;
                    handshake.attempts--;
                    if (handshake.lost >= maxLost) {
                        endings.add(finish(handshake, "failed", "crash-loop"));
                    } else {
                        rescues.add(rescue(handshake, "LEASE"));
                    }
                }
                case "retry" -> {
                    enqueue(handshake, NORMAL);
                    requeued++;
                }
                case "awaiting" -> {
                    if (handshake.attempts >= handshake.maxAttempts) {
                        endings.add(finish(handshake, "failed", "no-callback"));
                    } else {
                        handshake.outageSince = -1;
                        rescues.add(rescue(handshake, "CALLBACK"));
                    }
                }
                default -> {
                    String before = handshake.shown;
                    handshake.putInto("", 0);
                    handshake.show();
                    repaired += before.equals(handshake.shown) ? 0 : 1;
                }
            }
        }
        long next = known.values().stream()
                .filter(handshake -> handshake.index.equals(DEADLINES))
                .mapToLong(handshake -> Math.max(0, handshake.score - now))
                .min()
                .orElse(-1);
        return "popped=" + popped + " rescues=" + rescues + " endings=" + endings + " requeued=" + requeued
                + " repaired=" + repaired + " next=" + next;
    }

    private List<ReferenceHandshake> due() {
        return known.values().stream()
                .filter(handshake -> handshake.index.equals(DEADLINES) && handshake.score <= now)
                .sorted(Comparator.<ReferenceHandshake>comparingLong(handshake -> handshake.score)
                        .thenComparing(handshake -> handshake.id))
                .toList();
    }

    private boolean takesMarkerForCallback(ReferenceHandshake handshake) {
        boolean required = handshake.proofRequired.orElse(versioned.contains(handshake.content));
        return handshake.epoch > 0 && !required && markers.contains(handshake.id);
    }

    private String rescue(ReferenceHandshake handshake, String cause) {
        enqueue(handshake, RETURNS);
        return handshake.id + ":" + cause;
    }

    private void enqueue(ReferenceHandshake handshake, String list) {
        sequence++;
        handshake.phase = "queued";
        handshake.putInto(list, sequence);
        handshake.show();
        lists.get(list).add(new Element(handshake.id, sequence));
    }

    private String finish(ReferenceHandshake handshake, String state, String failure) {
        handshake.phase = "done";
        handshake.state = state;
        handshake.failure = failure;
        handshake.failedAt = state.equals("failed") ? Long.toString(now) : "";
        handshake.putInto(DEADLINES, now + REPAIR_AFTER);
        handshake.show();
        return "ended " + handshake.id + " " + state + " " + failure + " attempts=" + handshake.attempts + " epoch="
                + handshake.epoch;
    }
}
