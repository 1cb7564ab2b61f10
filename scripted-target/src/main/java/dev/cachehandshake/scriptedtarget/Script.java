package dev.cachehandshake.scriptedtarget;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Decides what the site does with a call. Called from many threads at once; must be thread-safe. */
@FunctionalInterface
public interface Script {
    Behaviour behaviourFor(Call call);

    static Script always(Behaviour behaviour) {
        return call -> behaviour;
    }

    /** One behaviour a call, in order; the last one for all calls after it. */
    static Script inOrder(Behaviour first, Behaviour... then) {
        List<Behaviour> rest = List.of(then);
        AtomicInteger next = new AtomicInteger();
        return call -> {
            int index = Math.min(next.getAndIncrement(), rest.size());
            return index <= 0 ? first : rest.get(index - 1);
        };
    }
}
