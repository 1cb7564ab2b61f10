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

/** Says everything that is wrong with an event, or another body, in one problem: the first of it in its detail, all of it in {@code errors}. */
final class RefusedUpdate {
    private static final int MOST_SHOWN = 50;

    private RefusedUpdate() {}

    static ProblemException problem(ReadUpdate.NotUnderstood update) {
        return problem(update, "an event", EventField.wireNames());
    }

    /**
     * @param what was sent, such as "an event"
     * @param known the fields that it may have
     */
    static ProblemException problem(ReadUpdate.NotUnderstood update, String what, List<String> known) {
        ProblemException problem = update.unknown().isEmpty()
                ? invalid(update.invalid().getFirst())
                : unknown(update.unknown().getFirst(), what, known);
        List<Map<String, String>> errors = new ArrayList<>();
        update.unknown().forEach(field -> errors.add(error(field, what)));
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

    private static ProblemException unknown(UnknownField field, String what, List<String> known) {
        String knownOnes = switch (known.size()) {
            case 0 -> "It has none";
            case 1 -> "The only one is " + known.getFirst();
            default -> "The known ones are " + String.join(", ", known);
        };
        String meant =
                field.nearest().map(name -> "did you mean \"" + name + "\"? ").orElse("");
        ProblemException problem = ProblemException.of(
                        ProblemCode.UNKNOWN_FIELD,
                        "\"" + field.name() + "\" is no field of " + what + ": " + meant + knownOnes)
                .with("field", field.name())
                .with("value", field.value())
                .with("known_fields", known);
        field.nearest().ifPresent(name -> problem.with("did_you_mean", name));
        return problem;
    }

    private static Map<String, String> error(UnknownField field, String what) {
        Map<String, String> error = new LinkedHashMap<>();
        error.put("field", field.name());
        error.put("value", field.value());
        error.put("reason", "is no field of " + what);
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
