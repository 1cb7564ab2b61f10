package dev.cachehandshake.protocol.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The one JSON mapper of the protocol: strict about form, exact about numbers, so that a foreign job loses nothing. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(100).build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /** @throws MalformedWireException when the text is not one JSON object; the message says where */
    public static ObjectNode object(String text) {
        try {
            return asObject(MAPPER.readTree(text));
        } catch (JsonProcessingException malformed) {
            throw malformed(malformed);
        }
    }

    /** @throws MalformedWireException when the bytes are not one JSON object in UTF-8; the message says where */
    public static ObjectNode object(byte[] bytes) {
        try {
            return asObject(MAPPER.readTree(bytes));
        } catch (JsonProcessingException malformed) {
            throw malformed(malformed);
        } catch (IOException notUtf8) {
            throw new MalformedWireException("is not JSON in UTF-8");
        }
    }

    public static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    public static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a JSON tree is always writable", impossible);
        }
    }

    /** The text of a field, empty when it is absent, null, or no text. */
    static Optional<String> text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    /** The same text with another value in place of a text field of the outermost object; empty when it has no such field. */
    static Optional<String> withText(String json, String field, String value) {
        try (JsonParser parser = MAPPER.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(field);
                if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
                    int from = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
                    parser.finishToken();
                    int to = Math.toIntExact(parser.currentLocation().getCharOffset());
                    return Optional.of(json.substring(0, from) + write(TextNode.valueOf(value)) + json.substring(to));
                }
                parser.skipChildren();
            }
            return Optional.empty();
        } catch (JsonProcessingException malformed) {
            throw malformed(malformed);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a text is always readable", impossible);
        }
    }

    private static ObjectNode asObject(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedWireException("is not a JSON object");
    }

    private static MalformedWireException malformed(JsonProcessingException cause) {
        String where = cause.getLocation() == null
                ? ""
                : " (line " + cause.getLocation().getLineNr() + ", column "
                        + cause.getLocation().getColumnNr() + ")";
        return new MalformedWireException("is not well-formed JSON: " + cause.getOriginalMessage() + where);
    }
}
