package dev.cachehandshake.protocol.redis;

import dev.cachehandshake.protocol.redis.ReferenceReferee.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One claim of the {@link ReferenceReferee}: which of the elements that it looks at it takes. */
final class ReferenceClaim {
    final List<ReferenceHandshake> taken = new ArrayList<>();
    final Map<String, ReferenceHandshake> known;
    final int limit;
    int most;
    int ghosts;
    int junk;
    int looked;

    ReferenceClaim(Map<String, ReferenceHandshake> known, int limit) {
        this.known = known;
        this.limit = limit;
        this.most = limit;
    }

    boolean wantsMore() {
        return taken.size() < most;
    }

    /** Whether the element was taken from its list, for whatever use. */
    boolean consider(Element element) {
        ReferenceHandshake handshake = known.get(element.id());
        boolean foreign = handshake == null && element.sequence() == 0;
        if (element.id().isEmpty()) {
            junk++;
        } else if (!foreign && (handshake == null || !handshake.phase.equals("queued") || taken.contains(handshake))) {
            ghosts++;
        } else {
            ReferenceHandshake wanted = foreign ? new ReferenceHandshake(element.id()) : handshake;
            int company = companyOf(wanted);
            if (!taken.isEmpty() && company != most) {
                return false;
            }
            known.put(wanted.id, wanted);
            most = company;
            taken.add(wanted);
        }
        looked++;
        return true;
    }

    private int companyOf(ReferenceHandshake handshake) {
        return handshake.lost == 0 ? limit : handshake.lost == 1 ? Math.max(1, limit / 10) : 1;
    }
}
