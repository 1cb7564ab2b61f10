package dev.cachehandshake.protocol.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.cachehandshake.protocol.redis.RefereeWalk.Move;
import dev.cachehandshake.protocol.redis.RefereeWalk.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the walks against the {@link ReferenceReferee} would notice a defect in the scripts: each of these is planted,
 * one at a time, and has to be caught. The list is also in docs/reliability.md.
 */
class ScriptDefectsTest {
    private static final RefereeServer SERVER = RefereeServer.shared();
    private static final int WALKS = 100;
    private static final int STEPS = 120;

    /**
     * @param what goes wrong
     * @param code of a script or of referee.lua, as it is
     * @param instead as somebody might have written it
     */
    record Defect(String what, String code, String instead) {
        String plantedIn(Script script) {
            return script.source().replace(code, instead);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Defect> defects() {
        return List.of(
                new Defect(
                        "a queued handshake is in no index",
                        "redis.call('ZADD', LISTS[list_name].index, sequence, handshake.id)",
                        ""),
                new Defect("the epoch is not compared", " and handshake.epoch == epoch", ""),
                new Defect("the phase is not compared", "handshake.phase == 'leased' and ", ""),
                new Defect(
                        "an accepted one becomes pending again",
                        "set_state(handshake, 'acknowledged')",
                        "set_state(handshake, 'pending')"),
                new Defect(
                        "completed and failed are swapped",
                        "return finish(handshake, 'completed', 'freshness', freshness, ...)",
                        "return finish(handshake, 'failed', 'freshness', freshness, ...)"),
                new Defect(
                        "claim takes what is not queued",
                        "elseif handshake.phase ~= 'queued' then",
                        "elseif false then"),
                new Defect(
                        "an element is claimed and stays in its list",
                        "redis.call('LPOP', LISTS[name].list, count)",
                        ""),
                new Defect(
                        "a popped element is not missed", "for _, names in pairs(LISTS) do find_popped(names) end", ""),
                new Defect(
                        "a lost lease keeps its attempt",
                        "  give_attempt_back(handshake)\n  handshake.lost = whole(lost)",
                        "  handshake.lost = whole(lost)"),
                new Defect("lost leases are not counted", "number_of(handshake.lost) + 1", "number_of(handshake.lost)"),
                new Defect("a lease is renewed past its hard end", "math.min(now + lease, hard_end)", "now + lease"),
                new Defect(
                        "an outage uses up attempts",
                        "if outcome == 'not_reached' then give_attempt_back(handshake) end",
                        ""),
                new Defect(
                        "an outage begins anew with each miss",
                        "handshake.outage_since_ms and number_of(handshake.outage_since_ms) or now",
                        "now"),
                new Defect(
                        "bad news counts from any delivery",
                        "return nonce ~= nil and (batch == nonce or string.sub(batch, 1, #nonce + 1) == nonce .. '.')",
                        "return true"),
                new Defect(
                        "a callback completes what was never delivered",
                        "if number_of(handshake.epoch) < 1 then return { 'not_delivered', handshake.id } end\n"
                                + "  if is_of_another",
                        "if is_of_another"),
                new Defect(
                        "a late callback lifts any failure",
                        "handshake.referee_state == 'failed' and handshake.failure == 'no-callback'",
                        "handshake.referee_state == 'failed'"),
                new Defect("the marker completes what has to be proven", "handshake.proof == 'required'", "false"),
                new Defect(
                        "a missing callback is forgotten",
                        "function DUE.awaiting(handshake)\n",
                        "function DUE.awaiting(handshake)\n  redis.call('ZREM', DEADLINES, handshake.id)\n  if true then return end\n"),
                new Defect(
                        "what has ended stays in its index", "  leave_indexes(handshake)\n  local key", "  local key"),
                new Defect(
                        "lists are pushed left",
                        "redis.call('RPUSH', LISTS[list_name].list",
                        "redis.call('LPUSH', LISTS[list_name].list"),
                new Defect("the end is not repaired", "    write(handshake)\n    repaired", "    repaired"),
                new Defect("what has not failed is replayed", "failed[1] ~= 'failed' or ", ""),
                new Defect(
                        "a replay that is sent again is a conflict",
                        "if known[1] == old then return { 'already' } end",
                        ""),
                new Defect(
                        "a replay does not name the one that it repeats",
                        "accept(id, class, job, nonce, nil, 'replay_of', old, unpack(said))",
                        "accept(id, class, job, nonce, nil, unpack(said))"),
                new Defect("what has failed is not listed", "redis.call('ZADD', FAILED, whole(now), handshake.id)", ""),
                new Defect(
                        "a lifted one stays in the list of failed ones",
                        "if handshake.referee_state == 'failed' then redis.call('ZREM', FAILED, handshake.id) end",
                        ""));
    }

    @Test
    void withoutADefectTheWalksFindNone() {
        assertThat(firstComplaint(Script::source)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("defects")
    void aDefectIsCaught(Defect defect) {
        assertThat(Arrays.stream(Script.values())
                        .filter(script -> !defect.plantedIn(script).equals(script.source())))
                .as("scripts that hold the code in which it is planted")
                .isNotEmpty();

        Optional<String> complaint = firstComplaint(defect::plantedIn);

        if (complaint.isEmpty()) {
            fail("%d walks did not notice that %s", WALKS, defect);
        }
        System.out.println("defect caught: " + defect + ": " + complaint.get());
    }

    /** Of fixed walks: which step of which walk was answered otherwise than the reference would. */
    private static Optional<String> firstComplaint(Function<Script, String> source) {
        for (int walk = 1; walk <= WALKS; walk++) {
            List<Step> steps = stepsOf(walk);
            int taken = 0;
            try {
                SERVER.empty();
                RefereeWalk referee = new RefereeWalk(SERVER, source, answer -> {});
                for (Step step : steps) {
                    taken++;
                    referee.take(step);
                }
                referee.bringToItsEnd();
            } catch (AssertionError | RuntimeException noticed) {
                return Optional.of("walk " + walk + ", step " + taken + " of " + STEPS + ": "
                        + noticed.getMessage()
                                .lines()
                                .filter(line -> !line.isBlank())
                                .findFirst()
                                .orElse(""));
            }
        }
        return Optional.empty();
    }

    private static List<Step> stepsOf(int walk) {
        Random random = new Random(walk);
        List<Move> moves = new ArrayList<>();
        for (Move move : Move.values()) {
            for (int i = 0; i < move.weight; i++) {
                moves.add(move);
            }
        }
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            steps.add(new Step(moves.get(random.nextInt(moves.size())), random.nextInt(120), random.nextInt(120)));
        }
        return steps;
    }
}
