package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.redis.ReferenceReferee.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One claim of the {@link ReferenceReferee}: which of the elements that it looks at it takes. */
final class ReferenceClaim {
    final List<ReferenceHandshake> taken = new ArrayList<>();
    final Map<String, ReferenceHandshake> known;
    int limit;
    int ghosts;
    int junk;
    int looked;

    ReferenceClaim(Map<String, ReferenceHandshake> known, int limit) {
        this.known = known;
        this.limit = limit;
    }

    boolean wantsMore() {
        return taken.size() < limit;
    }

    /** Whether the element was taken from its list, for whatever use. */
    boolean consider(Element element) {
        ReferenceHandshake handshake = known.get(element.id());
        if (element.id().isEmpty()) {
            junk++;
        } else if (handshake == null && element.sequence() == 0) {
            handshake = new ReferenceHandshake(element.id());
            known.put(element.id(), handshake);
            taken.add(handshake);
        } else if (handshake == null || !handshake.phase.equals("queued") || taken.contains(handshake)) {
            ghosts++;
        } else if (handshake.lost > 0 && !taken.isEmpty()) {
            return false;
        } else {
            limit = handshake.lost > 0 ? 1 : limit;
            taken.add(handshake);
        }
        looked++;
        return true;
    }
}
