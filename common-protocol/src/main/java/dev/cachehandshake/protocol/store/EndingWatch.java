package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.RevalidationId;
import java.time.Duration;

/** Tells waiters that a handshake has ended. A hint that may get lost: who waits looks at the store now and then too. Thread-safe. */
public interface EndingWatch {
    /** Begins to listen; look at the store after this, and wait after that, and no ending is missed. */
    Watch watch(RevalidationId id);

    /** Belongs to one waiter; close it. */
    interface Watch extends AutoCloseable {
        /** Waits until the handshake is said to have ended, at most this long; answers whether it was. */
        boolean await(Duration atMost) throws InterruptedException;

        @Override
        void close();
    }
}
