package dev.cachehandshake.worker.replica;

import dev.cachehandshake.protocol.boot.BearerToken;
import dev.cachehandshake.protocol.boot.ProblemCode;
import dev.cachehandshake.protocol.boot.ProblemException;
import dev.cachehandshake.protocol.boot.RawBody;
import dev.cachehandshake.protocol.wire.HelloJson;
import dev.cachehandshake.protocol.wire.MalformedWireException;
import dev.cachehandshake.worker.callback.CallbackVerification;
import dev.cachehandshake.worker.config.WorkerSettings;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /api/replicas/hello}: what a replica calls before it is ready. */
@RestController
public final class HelloController {
    private final CallbackVerification verification;
    private final CatchingUp catchingUp;
    private final WorkerSettings settings;

    public HelloController(CallbackVerification verification, CatchingUp catchingUp, WorkerSettings settings) {
        this.verification = verification;
        this.catchingUp = catchingUp;
        this.settings = settings;
    }

    @PostMapping(path = "/api/replicas/hello", produces = MediaType.APPLICATION_JSON_VALUE)
    String hello(HttpServletRequest request) {
        CallbackVerification.Sender sender = verification.senderOf(BearerToken.of(request));
        byte[] body = RawBody.read(request, settings.callbackLimit());
        verification.requireSignedBody(sender, body);
        try {
            return catchingUp.answerTo(HelloJson.read(body));
        } catch (MalformedWireException malformed) {
            throw ProblemException.of(ProblemCode.MALFORMED_JSON, "The hello " + malformed.getMessage(), malformed);
        }
    }
}
