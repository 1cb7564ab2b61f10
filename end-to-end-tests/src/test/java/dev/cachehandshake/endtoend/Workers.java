package dev.cachehandshake.endtoend;

import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.scriptedtarget.Call;
import java.util.Base64;

/** Tells which worker made a call. */
final class Workers {
    private Workers() {}

    /** The {@code kid} in the header of the call's token. */
    static String of(Call call) {
        String token = call.headers().get("Authorization").getFirst().substring("Bearer ".length());
        String header = token.substring(0, token.indexOf('.'));
        return Json.object(Base64.getUrlDecoder().decode(header)).path("kid").asText();
    }
}
