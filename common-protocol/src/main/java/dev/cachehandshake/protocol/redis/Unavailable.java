package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.store.StoreUnavailableException;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Turns what Lettuce throws into what the store's interface promises. */
final class Unavailable {
    private Unavailable() {}

    /**
     * @param what was asked, for the message
     * @throws StoreUnavailableException when no answer came, or the server refused
     */
    static <T> T unless(String what, Supplier<T> asking) {
        try {
            return asking.get();
        } catch (RedisLoadingException | RedisBusyException notYet) {
            throw StoreUnavailableException.away(what + ": " + notYet.getMessage(), notYet);
        } catch (RedisCommandExecutionException no) {
            throw StoreUnavailableException.refused(what + ": " + no.getMessage(), no);
        } catch (CancellationException broken) {
            throw StoreUnavailableException.away(what + ": the connection broke", broken);
        } catch (RedisException away) {
            throw StoreUnavailableException.away(what + ": " + away.getMessage(), away);
        }
    }

    /** The same, and tells the log how it went. */
    static <T> T unless(String what, OutageLog outages, Supplier<T> asking) {
        long askedAt = outages.now();
        try {
            T answer = unless(what, asking);
            outages.answered(what, askedAt);
            return answer;
        } catch (StoreUnavailableException failure) {
            outages.failed(what, askedAt, failure);
            throw failure;
        }
    }
}
