package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an order to the breaker of a target, or says everything that is wrong with it at once. */
public final class CircuitOrderReader {
    private static final String STATE = "state";
    private static final String FOR = "for";
    private static final String REASON = "reason";

    /** The names on the wire. */
    public static final List<String> FIELDS = List.of(STATE, FOR, REASON);

    private static final String OPEN = "open";
    private static final String CLOSED = "closed";
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Pattern IN_ONE_UNIT = Pattern.compile("([0-9]{1,7})([smhd])");
    private static final int LONGEST_TEXT = 500;
    private static final String STATE_WAY_OUT =
            "send \"open\", so that the target is not called, or \"closed\", so that it is";
    private static final String FOR_WAY_OUT =
            "send a duration of 1s to 30d, such as \"10m\"; without the field it stays open until it is closed";
    private static final String REASON_WAY_OUT =
            "send why, for whoever wonders later, such as \"the site is being moved\"; or leave the field out";

    private CircuitOrderReader() {}

    public static ReadCircuitOrder read(ObjectNode body) {
        EventWalk walk = new EventWalk(body);
        List<FieldProblem> problems = new ArrayList<>();
        Optional<String> state = text(walk, body, STATE, STATE_WAY_OUT);
        if (!body.has(STATE)) {
            problems.add(new FieldProblem(STATE, Optional.empty(), "is missing", STATE_WAY_OUT));
        }
        state.filter(sent -> !sent.equals(OPEN) && !sent.equals(CLOSED))
                .ifPresent(sent -> walk.refuse(STATE, body.get(STATE), "is no state of a breaker", STATE_WAY_OUT));
        Optional<Duration> openFor = openFor(walk, body);
        if (body.has(FOR) && state.filter(CLOSED::equals).isPresent()) {
            walk.refuse(FOR, body.get(FOR), "says how long it is to be open", "leave it out where the state is closed");
        }
        Optional<String> reason = text(walk, body, REASON, REASON_WAY_OUT);
        List<UnknownField> unknown = unknownFields(body);
        problems.addAll(walk.problems());
        if (!unknown.isEmpty() || !problems.isEmpty()) {
            return new ReadCircuitOrder.NotUnderstood(new ReadUpdate.NotUnderstood(unknown, problems));
        }
        return state.filter(OPEN::equals).isPresent()
                ? new ReadCircuitOrder.Open(openFor, reason)
                : new ReadCircuitOrder.Closed(reason);
    }

    private static Optional<String> text(EventWalk walk, ObjectNode body, String field, String wayOut) {
        return Optional.ofNullable(body.get(field)).flatMap(value -> walk.text(field, value, LONGEST_TEXT, wayOut));
    }

    private static Optional<Duration> openFor(EventWalk walk, ObjectNode body) {
        return text(walk, body, FOR, FOR_WAY_OUT).flatMap(text -> {
            Optional<Duration> duration = parse(text);
            String reason = duration.isEmpty() ? "is no duration" : "is out of its range";
            duration = duration.filter(time -> time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0);
            if (duration.isEmpty()) {
                walk.refuse(FOR, body.get(FOR), reason, FOR_WAY_OUT);
            }
            return duration;
        });
    }

    private static Optional<Duration> parse(String text) {
        Matcher inOneUnit = IN_ONE_UNIT.matcher(text);
        try {
            if (!inOneUnit.matches()) {
                return Optional.of(Duration.parse(text));
            }
            boolean days = inOneUnit.group(2).equals("d");
            return Optional.of(Duration.parse((days ? "P" : "PT") + inOneUnit.group()));
        } catch (DateTimeParseException noDuration) {
            return Optional.empty();
        }
    }

    private static List<UnknownField> unknownFields(ObjectNode body) {
        List<UnknownField> unknown = new ArrayList<>();
        for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonNode value = body.get(name);
            if (!FIELDS.contains(name)) {
                unknown.add(new UnknownField(name, EventWalk.shown(value), Optional.empty()));
            }
        }
        return unknown;
    }
}
