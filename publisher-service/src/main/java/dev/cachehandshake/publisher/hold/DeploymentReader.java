package dev.cachehandshake.publisher.hold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.publisher.config.DeploymentSettings;
import dev.cachehandshake.publisher.publish.EventWalk;
import dev.cachehandshake.publisher.publish.ReadUpdate;
import dev.cachehandshake.publisher.publish.UnknownField;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Reads a deploy's word, or says everything that is wrong with it at once. Thread-safe; writes nothing. */
@Component
public final class DeploymentReader {
    private static final String ID = "deployment_id";
    private static final String STATUS = "status";
    private static final String BUILD_STARTED_AT = "build_started_at";

    /** The names on the wire. */
    public static final List<String> FIELDS = List.of(ID, STATUS, BUILD_STARTED_AT, TimeoutField.NAME);

    private static final Pattern URL_SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]{0,127}");
    private static final int MAX_LENGTH = 128;
    /** With it, the key of the details would be that of a handshake's status. */
    private static final String RESERVED = "status";

    private static final String ID_WAY_OUT =
            "send what names this deploy and no other, such as the id of its CI run: 1 to 128 letters, digits, dots,"
                    + " dashes, tildes or underscores that start with a letter or a digit";

    private final Duration usualTimeout;

    DeploymentReader(DeploymentSettings settings) {
        this.usualTimeout = settings.timeout();
    }

    public ReadDeployment read(ObjectNode body) {
        EventWalk walk = new EventWalk(body);
        Optional<String> id = id(walk);
        Optional<DeploymentWord.Kind> status = status(walk);
        Optional<Duration> timeout = TimeoutField.read(walk);
        Optional<Instant> buildStartedAt = TimeField.read(
                walk, BUILD_STARTED_AT, "send a time such as \"2026-01-31T12:00:00Z\"; or leave the field out");
        List<UnknownField> unknown = UnknownField.in(body, FIELDS);
        if (id.isEmpty()
                || status.isEmpty()
                || !unknown.isEmpty()
                || !walk.problems().isEmpty()) {
            return new ReadDeployment.NotUnderstood(new ReadUpdate.NotUnderstood(unknown, walk.problems()));
        }
        return new ReadDeployment.Understood(id.get(), status.get(), timeout.orElse(usualTimeout), buildStartedAt);
    }

    private static Optional<String> id(EventWalk walk) {
        if (walk.value(ID).isEmpty()) {
            walk.missing(ID, ID_WAY_OUT);
        }
        return walk.text(ID, MAX_LENGTH, ID_WAY_OUT).filter(text -> {
            boolean usable = URL_SAFE.matcher(text).matches() && !text.equals(RESERVED);
            if (!usable) {
                walk.refuse(ID, walk.value(ID).orElseThrow(), "cannot be an id", ID_WAY_OUT);
            }
            return usable;
        });
    }

    private static Optional<DeploymentWord.Kind> status(EventWalk walk) {
        String wayOut = "send one of: "
                + Arrays.stream(DeploymentWord.Kind.values())
                        .map(DeploymentWord.Kind::wireName)
                        .collect(Collectors.joining(", "));
        if (walk.value(STATUS).isEmpty()) {
            walk.missing(STATUS, wayOut);
        }
        return walk.text(STATUS, MAX_LENGTH, wayOut).flatMap(text -> {
            Optional<DeploymentWord.Kind> status = DeploymentWord.Kind.fromWire(text);
            if (status.isEmpty()) {
                walk.refuse(STATUS, walk.value(STATUS).orElseThrow(), "is no status of a deploy", wayOut);
            }
            return status;
        });
    }
}
