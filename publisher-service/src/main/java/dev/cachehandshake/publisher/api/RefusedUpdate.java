package dev.cachehandshake.publisher.api;

import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.publisher.publish.EventField;
import dev.cachehandshake.publisher.publish.FieldProblem;
import dev.cachehandshake.publisher.publish.ReadUpdate;
import dev.cachehandshake.publisher.publish.UnknownField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says everything that is wrong with an event in one problem: the first of it in its detail, all of it in {@code errors}. */
final class RefusedUpdate {
    private static final int MOST_SHOWN = 50;

    private RefusedUpdate() {}

    static ProblemException problem(ReadUpdate.NotUnderstood update) {
        ProblemException problem = update.unknown().isEmpty()
                ? invalid(update.invalid().getFirst())
                : unknown(update.unknown().getFirst());
        List<Map<String, String>> errors = new ArrayList<>();
        update.unknown().forEach(field -> errors.add(error(field)));
        update.invalid().forEach(field -> errors.add(error(field)));
        return problem.with("errors", List.copyOf(errors.subList(0, Math.min(errors.size(), MOST_SHOWN))));
    }

    private static ProblemException invalid(FieldProblem field) {
        ProblemException problem = ProblemException.of(
                        ProblemCode.INVALID_FIELD, field.field() + " " + field.reason() + ": " + field.wayOut())
                .with("field", field.field());
        field.value().ifPresent(value -> problem.with("value", value));
        return problem;
    }

    private static ProblemException unknown(UnknownField field) {
        String known = String.join(", ", EventField.wireNames());
        String meant =
                field.nearest().map(name -> "did you mean \"" + name + "\"? ").orElse("");
        ProblemException problem = ProblemException.of(
                        ProblemCode.UNKNOWN_FIELD,
                        "\"" + field.name() + "\" is no field of an event: " + meant + "The known ones are " + known)
                .with("field", field.name())
                .with("value", field.value())
                .with("known_fields", EventField.wireNames());
        field.nearest().ifPresent(name -> problem.with("did_you_mean", name));
        return problem;
    }

    private static Map<String, String> error(UnknownField field) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("field", field.name());
        error.put("value", field.value());
        error.put("reason", "is no field of an event");
        error.put("way_out", field.nearest().map(name -> "send " + name).orElse("leave it out"));
        return error;
    }

    private static Map<String, String> error(FieldProblem field) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("field", field.field());
        field.value().ifPresent(value -> error.put("value", value));
        error.put("reason", field.reason());
        error.put("way_out", field.wayOut());
        return error;
    }
}
