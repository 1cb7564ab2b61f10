package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.redis.RedisKeys;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A list in which handshakes wait, and its index. Each class has two: its queue, and what was rescued or handed back of it.
 *
 * @param name as the hash of a handshake has it in its field {@code list}
 * @param title for people; without the name of its class where that is the normal one
 * @param list its key, and so with the index
 */
record QueueList(String name, String title, String list, String index) {
    /** The most urgent class first. */
    static final List<QueueList> ALL = Arrays.stream(DeliveryClass.values())
            .flatMap(each -> Stream.of(queueOf(each), returnsOf(each)))
            .toList();

    static final QueueList QUEUE = queueOf(DeliveryClass.NORMAL);
    static final QueueList RETURNS = returnsOf(DeliveryClass.NORMAL);

    /** Whether it is one of the two that are shown also where nothing waits in them. */
    boolean isOfNormalClass() {
        return equals(QUEUE) || equals(RETURNS);
    }

    private static QueueList queueOf(DeliveryClass of) {
        return new QueueList(of.wireName(), prefix(of) + "queue", RedisKeys.queue(of), RedisKeys.queued(of));
    }

    private static QueueList returnsOf(DeliveryClass of) {
        String index = RedisKeys.queuedReturns(of);
        return new QueueList(
                index.substring(index.lastIndexOf(':') + 1), prefix(of) + "returns", RedisKeys.returns(of), index);
    }

    private static String prefix(DeliveryClass of) {
        return of == DeliveryClass.NORMAL ? "" : of.wireName() + " ";
    }
}
