package dev.cachehandshake.localstack.doctor;

/**
 * What a list held. It is walked in stretches while others push and pop, so on a busy system some are counted twice.
 *
 * @param ours elements whose handshake waits for them
 * @param foreign elements of foreign publishers, which a claim will adopt
 * @param ghosts elements whose handshake does not wait any more: a claim drops them, and they harm nobody
 * @param noJobs elements that a claim will put into the poison list
 */
record ListSeen(long elements, long ours, long foreign, long ghosts, long noJobs) {
    static final ListSeen EMPTY = new ListSeen(0, 0, 0, 0, 0);

    ListSeen plus(ListSeen more) {
        return new ListSeen(
                elements + more.elements,
                ours + more.ours,
                foreign + more.foreign,
                ghosts + more.ghosts,
                noJobs + more.noJobs);
    }
}
