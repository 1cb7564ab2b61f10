package dev.cachehandshake.worker.callback;

import dev.cachehandshake.protocol.boot.BearerToken;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.boot.RawBody;
import dev.cachehandshake.protocol.wire.CallbackJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.worker.config.WorkerSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/revalidation/complete}: the one thing that a site calls. */
@RestController
public final class CallbackController {
    private static final Map<String, String> ACKNOWLEDGED = Map.of("status", "acknowledged");

    private final CallbackVerification verification;
    private final CallbackHandling handling;
    private final WorkerSettings settings;

    public CallbackController(CallbackVerification verification, CallbackHandling handling, WorkerSettings settings) {
        this.verification = verification;
        this.handling = handling;
        this.settings = settings;
    }

    @PostMapping("/api/revalidation/complete")
    Map<String, ?> complete(HttpServletRequest request) {
        CallbackVerification.Sender sender = verification.senderOf(BearerToken.of(request));
        byte[] body = RawBody.read(request, settings.callbackLimit());
        verification.requireToVouchFor(sender, body);
        CallbackJson.Callback callback = read(body);
        verification.requireToSpeakFor(sender, callback);
        return switch (callback) {
            case CallbackJson.Single single -> {
                handling.single(single.id());
                yield ACKNOWLEDGED;
            }
            case CallbackJson.Batch batch -> {
                Map<String, Object> answer = new LinkedHashMap<>(ACKNOWLEDGED);
                answer.put("results", handling.batch(batch));
                yield answer;
            }
        };
    }

    private static CallbackJson.Callback read(byte[] body) {
        try {
            return CallbackJson.read(body);
        } catch (MalformedWireException malformed) {
            throw ProblemException.of(ProblemCode.MALFORMED_JSON, "The callback " + malformed.getMessage(), malformed);
        }
    }
}
