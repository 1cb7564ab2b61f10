package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One walk over the JSON tree of an event, or of another body, which notes whatever is wrong instead of stopping at it. Belongs to one thread. */
public final class EventWalk {
    private final ObjectNode event;
    private final List<FieldProblem> problems = new ArrayList<>();

    public EventWalk(ObjectNode event) {
        this.event = event;
    }

    public List<FieldProblem> problems() {
        return problems;
    }

    boolean hasProblemIn(EventField field) {
        return problems.stream()
                .anyMatch(problem -> problem.field().equals(field.wireName())
                        || problem.field().startsWith(field.wireName() + "["));
    }

    Optional<JsonNode> value(EventField field) {
        return value(field.wireName());
    }

    public Optional<JsonNode> value(String field) {
        return Optional.ofNullable(event.get(field));
    }

    void refuse(EventField field, JsonNode value, String reason, String wayOut) {
        refuse(field.wireName(), value, reason, wayOut);
    }

    public void refuse(String field, JsonNode value, String reason, String wayOut) {
        problems.add(new FieldProblem(field, Optional.of(shown(value)), reason, wayOut));
    }

    /** A text as it is, anything else as JSON. */
    static String shown(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    void missing(EventField field, String wayOut) {
        missing(field.wireName(), wayOut);
    }

    public void missing(String field, String wayOut) {
        problems.add(new FieldProblem(field, Optional.empty(), "is missing", wayOut));
    }

    /** A text of 1 to {@code most} characters, none of them a control character; empty when absent or refused. */
    Optional<String> text(EventField field, int most, String wayOut) {
        return value(field).flatMap(value -> text(field.wireName(), value, most, wayOut));
    }

    public Optional<String> text(String field, int most, String wayOut) {
        return value(field).flatMap(value -> text(field, value, most, wayOut));
    }

    Optional<String> text(String field, JsonNode value, int most, String wayOut) {
        if (!value.isTextual()) {
            refuse(field, value, "is " + kindOf(value) + " and has to be a text", wayOut);
            return Optional.empty();
        }
        String text = value.textValue();
        Optional<String> reason = whyNot(text, most);
        reason.ifPresent(why -> refuse(field, value, why, wayOut));
        return reason.isPresent() ? Optional.empty() : Optional.of(text);
    }

    /** A text of any length, the empty one included: what it names is judged elsewhere. */
    Optional<String> anyText(String field, JsonNode value, String wayOut) {
        if (!value.isTextual()) {
            refuse(field, value, "is " + kindOf(value) + " and has to be a text", wayOut);
            return Optional.empty();
        }
        if (hasLoneSurrogate(value.textValue())) {
            refuse(field, value, "is not valid Unicode", wayOut);
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    /** The entries of an array of at most {@code most}; none when absent or refused. */
    List<JsonNode> entries(EventField field, int most, String wayOut) {
        Optional<JsonNode> value = value(field);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!value.get().isArray()) {
            refuse(field, value.get(), "is " + kindOf(value.get()) + " and has to be an array", wayOut);
            return List.of();
        }
        if (value.get().size() > most) {
            String reason = String.format(
                    Locale.ROOT, "has %,d entries and may have %,d", value.get().size(), most);
            refuse(field, value.get(), reason, "send the others with further events");
            return List.of();
        }
        List<JsonNode> entries = new ArrayList<>();
        value.get().forEach(entries::add);
        return entries;
    }

    /** With its article, for a sentence. */
    static String kindOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() ? "an integer" : "a decimal number";
            case OBJECT -> "an object";
            case STRING -> "a text";
            default -> "no JSON value";
        };
    }

    private static Optional<String> whyNot(String text, int most) {
        int length = text.codePointCount(0, text.length());
        if (text.isBlank()) {
            return Optional.of("is empty");
        }
        if (length > most) {
            return Optional.of(String.format(Locale.ROOT, "has %,d characters and may have %,d", length, most));
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "holds a control character (U+%04X) as its character %d",
                        (int) text.charAt(i),
                        i + 1));
            }
        }
        return hasLoneSurrogate(text) ? Optional.of("is not valid Unicode") : Optional.empty();
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
