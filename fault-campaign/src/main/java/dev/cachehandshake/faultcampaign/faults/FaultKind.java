package dev.cachehandshake.faultcampaign.faults;

import java.util.Locale;

/** What can be broken. Each kind breaks one part; faults of the same part never overlap in a schedule. */
public enum FaultKind {
    /** SIGKILL of a worker with calls under way; another process takes its place. */
    WORKER_KILLED(Part.WORKER),
    /** SIGSTOP of a worker with calls under way, for longer than its leases, then SIGCONT: the zombie. */
    WORKER_FROZEN(Part.WORKER),
    /** The wall clock of a worker, or of the site, off by minutes. */
    CLOCK_OFF(Part.WORKER),
    /** SIGKILL of one of the publishers; another process takes its place. */
    PUBLISHER_KILLED(Part.PUBLISHER),
    /** SIGKILL of Redis (append-only, fsync always); it starts again from its file. */
    REDIS_KILLED(Part.REDIS),
    /** SIGSTOP of Redis, then SIGCONT: connections stay and nobody answers. */
    REDIS_PAUSED(Part.REDIS),
    /** {@code maxmemory} below what is used: Redis refuses writes that need memory. */
    REDIS_FULL(Part.REDIS),
    /** SIGKILL of the master behind three Sentinels, once its replica has all that it acknowledged. */
    FAILOVER(Part.REDIS),
    /** Every connection of one link is reset, again and again. */
    CONNECTIONS_CUT(Part.NETWORK),
    /** Every packet of one link comes late. */
    SLOW_NETWORK(Part.NETWORK),
    /** Nobody listens where the site was. */
    SITE_AWAY(Part.SITE);

    /** What one fault occupies. */
    public enum Part {
        WORKER,
        PUBLISHER,
        REDIS,
        NETWORK,
        SITE
    }

    private final Part part;

    FaultKind(Part part) {
        this.part = part;
    }

    public Part part() {
        return part;
    }

    /** For people: {@code worker killed}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
