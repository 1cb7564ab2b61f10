/*
 * Cache Handshake: the referee, as a model for Spin. README.md beside this file says what it shows and what it leaves out.
 *
 * An action is one run of the Lua script that it names: Redis runs it without interruption, and between any two of them
 * everything else may happen. Time is left out: whatever has its moment (backoff, deadline, grace, the lease of a dead worker)
 * may come due at once or late. Up to FAULTS things go wrong in one run, each at any step: a crash, a stall that outlives a
 * lease or a grace, a lost answer, a message that comes twice, a stop, an outage, a bad report. Refusals, failed calls and
 * callbacks that never come are free.
 */
#ifndef HANDSHAKES
#define HANDSHAKES 2      /* 1 or 2 updates of one page, in this order */
#define FAULTS 2
#define ATTEMPTS 2        /* deliveries that count */
#define LOST 2            /* lost leases that end a handshake */
#define MISSES 2          /* outages in a row that do */
#endif
#ifndef REACH
#define REACH no_moment   /* the moment that must not come: to see that it does */
#endif

#if HANDSHAKES == 1
#define each(action) action(0)
#define all(property) property(0)
#else
#define each(action) action(0); action(1)
#define all(property) (property(0) && property(1))
#endif

mtype:phase = { none, queued, leased, retry, awaiting, done };
mtype:state = { pending, acknowledged, completed, failed };
mtype:failure = { no_failure, exhausted, rejected, no_callback, stale, crash_loop, outage };

/* The hash of a handshake, and where it stands in the indexes. */
typedef Handshake {
  mtype:phase phase = none;
  mtype:state state = pending;
  mtype:failure failure = no_failure;
  byte attempts, lost, misses;
  bit list;
  byte score;             /* in the index of its list: FIRST is what the list begins with, less was popped; 0 = not in it */
  bit due                 /* in deadlines */
};
Handshake h[HANDSHAKES];

#define NORMAL 0
#define RETURNS 1
#define FIRST 2
chan list[2] = [6] of { byte };            /* ids. Only the order of sequences matters: they count from the first element on */

/*
 * A token (epoch and nonce) is only ever compared with that of the present lease. So what carries one is of the LATEST claim
 * of a handshake or of an EARLIER one, and a claim makes earlier what was the latest.
 */
#define LATEST 1
#define EARLIER 2
#define NOBODY 255
typedef Tokens { byte token[HANDSHAKES] };
Tokens worker[2];                          /* what each worker holds, as far as it knows; 0 = nothing */
byte inHand[2] = NOBODY;                   /* popped by a worker, and not yet claimed */
byte calls[HANDSHAKES];                    /* a set: calls whose report has not come yet, however old they are */
bit marker[HANDSHAKES];                    /* the target's complete-marker */

/* What only the checker knows. */
byte faults = FAULTS;
bit owed[HANDSHAKES];                      /* no delivery has begun since it was accepted */
bit heard[HANDSHAKES];                     /* good news came while it was open */
byte x, e;                                 /* scratch, 0 between actions */

#define fault faults > 0 -> faults--

mtype:moment = { no_moment, accepted_in_flight, ghost_dropped, batch_claimed, stale_settle, popped_rescued, lease_rescued,
  crash_loop_reached, callback_before_answer, late_callback_lifts, late_callback_recorded, report_superseded,
  outage_too_long, marker_found };
#define moment(name, comes) assert(REACH != name || !(comes))

/* ---------- what the scripts share: referee.lua ---------- */

inline leave_indexes(i) { h[i].score = 0; h[i].due = 0 }

inline look_again(i) { leave_indexes(i); h[i].due = 1 }

inline enqueue(i, to) {
  leave_indexes(i);
  h[i].phase = queued; h[i].list = to;
#ifndef NO_QUEUED_INDEX
  h[i].score = FIRST + len(list[to]);
#endif
  assert(nfull(list[to]));
  list[to]!i
}

#define move_up(j) h[j].score = h[j].score - (h[j].list == from && h[j].score >= FIRST)
inline pop(from, i) { list[from]?i; each(move_up) }

/* I2: state moves forward only. */
#define forward(i, to) (h[i].state == to || h[i].state == pending || (h[i].state == acknowledged && to != pending) || \
  (h[i].state == failed && h[i].failure == no_callback && to == completed))
inline set_state(i, to) { assert(forward(i, to)); h[i].state = to }

inline finish(i, to, why) {
  leave_indexes(i); set_state(i, to);
  h[i].phase = done; h[i].failure = why;
  h[i].attempts = 0; h[i].lost = 0; h[i].misses = 0; h[i].list = 0; heard[i] = 0; owed[i] = 0   /* read by nobody any more */
}

/* I3: an update ends with a delivery that began after it was accepted, or because workers died before they called. */
inline complete(i) { assert(!owed[i]); finish(i, completed, no_failure) }

/* And none fails whose confirmation came in time. */
inline fail(i, why) { assert(!owed[i] || why == crash_loop); assert(!heard[i]); finish(i, failed, why) }

inline wait_for_retry(i) { h[i].phase = retry; look_again(i) }

inline give_attempt_back(i) { assert(h[i].attempts > 0); h[i].attempts-- }

/* The target was not reached, or its pages could not be read: the attempt is given back, and only time ends it. */
inline wait_out_outage(i) {
  give_attempt_back(i); h[i].misses++;
  if
  :: h[i].misses == MISSES -> fail(i, outage); moment(outage_too_long, true)
  :: else -> wait_for_retry(i)
  fi
}

#define mine(i) worker[w].token[i]
#if defined(NO_EPOCH)
#define holds(i) (mine(i) && h[i].phase == leased)
#elif defined(NO_PHASE)
#define holds(i) (mine(i) == LATEST)
#else
#define holds(i) (mine(i) == LATEST && h[i].phase == leased)
#endif

/* ---------- the publisher ---------- */

inline publish(i) {                        /* publish.lua */
  if
#ifdef MERGE
  :: h[i].phase == none && i == 1 && h[0].phase == leased -> owed[i] = 1; h[i].phase = awaiting; look_again(i)
  :: h[i].phase == none && !(i == 1 && h[0].phase == leased) -> owed[i] = 1; enqueue(i, NORMAL)
#else
  :: h[i].phase == none -> owed[i] = 1; enqueue(i, NORMAL); moment(accepted_in_flight, i == 1 && calls[0])
#endif
  :: else                                  /* already accepted */
  fi
}

/* A replay makes a new handshake of a failed one's job, and touches nothing of the old one that the referee acts upon. */
#define replay(i) publish(i)               /* replay.lua */

active proctype Publisher() {
  byte i;
  do
  :: d_step { i < HANDSHAKES -> publish(i); i++ }
  :: d_step { i > 0 && fault; publish(i - 1) }                        /* the answer was lost */
  :: i == HANDSHAKES -> break
  od
}

/* ---------- workers ---------- */

#define grow_old(set) set = (set -> EARLIER : 0)

inline take(i) {                           /* claim.lua: an element is a hint, the hash decides */
  if
  :: h[i].phase == queued ->
     grow_old(worker[0].token[i]); grow_old(worker[1].token[i]); grow_old(calls[i]);
     h[i].phase = leased; h[i].attempts++; look_again(i);
     mine(i) = LATEST
  :: else -> moment(ghost_dropped, true)
  fi
}

inline claim() {                           /* claim.lua: what was popped, and any number of others, in the same script */
  take(inHand[w]);
  do
  :: nempty(list[RETURNS]) -> pop(RETURNS, x); take(x)
  :: nempty(list[NORMAL]) -> pop(NORMAL, x); take(x)
  :: break
  od;
  x = 0;
  moment(batch_claimed, all(mine))
}

inline send(i) {
  if :: mine(i) -> calls[i] = calls[i] | mine(i); owed[i] = 0 :: else fi
}

inline settle(i) {                         /* settle.lua */
  if
  :: !holds(i) -> moment(stale_settle, mine(i))
  :: holds(i) && marker[i] -> complete(i); moment(marker_found, true)
  :: holds(i) && !marker[i] ->
     assert(mine(i) == LATEST);            /* what a zombie says changes nothing */
     if
     :: set_state(i, acknowledged); h[i].phase = awaiting; look_again(i)
     :: h[i].attempts < ATTEMPTS -> h[i].misses = 0; wait_for_retry(i)
#ifdef UNCOUNTED
     :: give_attempt_back(i); wait_for_retry(i)
#endif
     :: h[i].attempts >= ATTEMPTS -> fail(i, exhausted)
     :: fail(i, rejected)
     :: fault; wait_out_outage(i)
     fi
  fi
}

inline handback(i) {                       /* handback.lua */
  if :: holds(i) -> give_attempt_back(i); enqueue(i, RETURNS) :: else fi
}

inline forget(i) { mine(i) = 0 }
#define idle(i) (mine(i) == 0)

proctype Worker(bit w) {
end:
  if                                       /* BLPOP. A claim without one is the same as one that follows it at once. */
  :: d_step { nempty(list[RETURNS]) -> pop(RETURNS, x); inHand[w] = x; x = 0 }
  :: d_step { empty(list[RETURNS]) && nempty(list[NORMAL]) -> pop(NORMAL, x); inHand[w] = x; x = 0 }
  fi;
popped:
  if
  :: atomic { claim(); inHand[w] = NOBODY }
  :: atomic { fault; claim(); each(forget); goto popped }                /* the answer is lost: it asks again */
  :: d_step { fault; inHand[w] = NOBODY } -> goto end                    /* it dies */
  fi;
  if
  :: all(idle) -> goto end
  :: d_step { !all(idle) -> each(send) }
  :: d_step { !all(idle) && fault; each(handback); each(forget) } -> goto end   /* it is stopped */
  :: d_step { !all(idle) && fault; each(forget) } -> goto end            /* it dies */
  fi;
called:
  if
  :: atomic { each(settle); each(forget) } -> goto end
  :: atomic { fault; each(settle); goto called }                         /* the answer is lost: it settles again */
  :: d_step { fault; each(forget) } -> goto end                          /* it dies */
  fi
}

/* ---------- the target and its callback ---------- */

#ifdef CALLBACK_ONLY_FROM_ACKNOWLEDGED
#define may_complete(i) (h[i].state == acknowledged)
#else
#define may_complete(i) true
#endif

inline confirm_good(i) {                   /* confirm.lua: good news counts from any delivery */
  if
  :: h[i].phase != done -> heard[i] = 1; moment(callback_before_answer, h[i].phase == leased);
     if :: may_complete(i) -> complete(i) :: else fi
  :: h[i].phase == done && h[i].failure == no_callback -> complete(i); moment(late_callback_lifts, true)
  :: h[i].phase == done && h[i].failure != no_callback -> moment(late_callback_recorded, true)
  fi
}

inline confirm_bad(i) {                    /* confirm.lua: bad news counts only from the latest batch */
  if
  :: (h[i].phase == leased || h[i].phase == awaiting) && e == LATEST ->
     if
     :: h[i].attempts < ATTEMPTS -> h[i].misses = 0; wait_for_retry(i)
     :: h[i].attempts >= ATTEMPTS -> fail(i, stale)
     :: wait_out_outage(i)
     fi
  :: else -> moment(report_superseded, true)
  fi
}

proctype Target(byte i) {                  /* A call, the work on it and the report are one journey: its end is what counts. */
end:
  do
  :: atomic { calls[i] ->
       if
       :: calls[i] & LATEST -> e = LATEST
       :: calls[i] & EARLIER -> e = EARLIER
       fi;
       if
       :: calls[i] = calls[i] & ~e
       :: fault                            /* the call comes twice, or the callback */
       fi;
       if
       :: confirm_good(i)
#ifdef MERGE
          ; confirm_good(1)
#endif
       :: fault; confirm_bad(i)
       :: skip                             /* it never calls back */
#ifdef MARKER
       :: marker[i] = (h[i].phase != done) /* it writes the marker instead */
#endif
       fi;
       e = 0 }
  od
}

/* ---------- the sweeper ---------- */

inline find_popped(i) { h[i].score = 0; h[i].due = 1 }                   /* sweep.lua */

#define rule(which) !marker[i] && h[i].phase == which
inline look_at_due(i) {                    /* sweep.lua: one rule a phase */
  if
  :: marker[i] -> complete(i); moment(marker_found, true)
  :: rule(queued) -> enqueue(i, RETURNS); moment(popped_rescued, true)
  :: rule(leased) -> give_attempt_back(i); h[i].lost++;
     if
     :: h[i].lost == LOST -> fail(i, crash_loop); moment(crash_loop_reached, true)
     :: else -> enqueue(i, RETURNS); moment(lease_rescued, true)
     fi
  :: rule(retry) -> enqueue(i, NORMAL)
  :: rule(awaiting) && h[i].attempts >= ATTEMPTS -> fail(i, no_callback)
  :: rule(awaiting) && h[i].attempts < ATTEMPTS -> h[i].misses = 0; enqueue(i, RETURNS)
  fi
}

/* While a living worker has one in its hands, its moment comes only if that worker stalls. */
#define in_hands(i) /* renew.lua */ ((h[i].phase == queued && (inHand[0] == i || inHand[1] == i)) || \
  (h[i].phase == leased && (worker[0].token[i] == LATEST || worker[1].token[i] == LATEST)))

proctype Sweeper(byte i) {
end:
  do
  :: d_step { h[i].score && h[i].score < FIRST -> find_popped(i) }       /* below the first sequence of its list */
  :: d_step { h[i].due && !in_hands(i) -> look_at_due(i) }
  :: d_step { h[i].due && in_hands(i) && fault; look_at_due(i) }
  od
}

/* ---------- what must hold ---------- */

#define over(i) (h[i].phase == none || h[i].phase == done)
#define listed(i) (list[NORMAL]??[i] || list[RETURNS]??[i])
#define kept(i) (over(i) || h[i].score || h[i].due || listed(i) || inHand[0] == i || inHand[1] == i)
#ifdef NO_QUEUED_INDEX
#define indexed(i) true
#else
#define indexed(i) (over(i) || (h[i].score > 0) + h[i].due == 1)
#endif

active proctype Watch() {                  /* I1: at each step, and at the end. Never runs unless something is wrong. */
  bool nothing_is_lost, exactly_one_index_has_it, all_have_ended;
end:
  if
  :: !all(kept) -> assert(nothing_is_lost)
  :: !all(indexed) -> assert(exactly_one_index_has_it)
  :: timeout && !all(over) -> assert(all_have_ended)
  fi
}

#ifdef LIVENESS
ltl every_run_ends_them { always eventually all(over) }   /* in every run, however unfair its order */
#endif

init {
  atomic {
    run Worker(0); run Worker(1);
    for (x : 0 .. HANDSHAKES - 1) { run Target(x); run Sweeper(x) }
    x = 0
  }
}
