package dev.cachehandshake.protocol.store;

import java.time.Instant;
import java.util.List;

/**
 * What a worker has to know of its site's holds.
 *
 * @param heldByDeployment whether one holds the site now
 * @param heldByHand whether anything else does
 * @param due the deployments to close: their end was told, or their deadline has passed
 */
public record DueDeployments(boolean heldByDeployment, boolean heldByHand, List<Due> due) {
    public DueDeployments {
        due = List.copyOf(due);
    }

    public boolean isHeld() {
        return heldByDeployment || heldByHand;
    }

    /**
     * One to close, once what changed was published once more.
     *
     * @param since when its build began to read content
     * @param dueAt when its end was told, or its deadline passed: what is accepted later waits for what is live by then
     * @param seen how it stood, for {@link SiteHolds#close}
     */
    public record Due(String site, String id, Instant since, Instant dueAt, String seen) {}
}
