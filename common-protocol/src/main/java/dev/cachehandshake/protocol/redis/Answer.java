package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.store.Ending;
import java.util.List;
import java.util.Optional;

/** One row of a script's answer: texts, numbers and further rows by position; the empty text stands for nothing. */
record Answer(List<Object> row) {
    static Answer of(Object row) {
        if (!(row instanceof List<?> list)) {
            throw new IllegalStateException("a script answered " + row + " where a row was expected");
        }
        return new Answer(List.copyOf(list));
    }

    ScriptCode code() {
        return ScriptCode.of(text(0));
    }

    String text(int at) {
        return row.get(at).toString();
    }

    Optional<String> optional(int at) {
        return Optional.of(text(at)).filter(text -> !text.isEmpty());
    }

    long number(int at) {
        return Long.parseLong(text(at));
    }

    int count(int at) {
        return Math.toIntExact(number(at));
    }

    RevalidationId id(int at) {
        return RevalidationId.ofKey(text(at));
    }

    List<Answer> rows(int at) {
        return Answer.of(row.get(at)).rows();
    }

    List<Answer> rows() {
        return row.stream().map(Answer::of).toList();
    }

    List<String> texts(int at) {
        return Answer.of(row.get(at)).texts();
    }

    List<String> texts() {
        return row.stream().map(Object::toString).toList();
    }

    /** As {@code ending} in referee.lua lays it out. */
    Ending ending() {
        return new Ending(
                id(0),
                HandshakeState.fromWire(text(1)),
                optional(2).map(Freshness::fromWire),
                optional(3).map(FailureReason::fromWire),
                count(4),
                number(5),
                number(6),
                text(7),
                text(8),
                text(9),
                optional(10),
                optional(11));
    }
}
