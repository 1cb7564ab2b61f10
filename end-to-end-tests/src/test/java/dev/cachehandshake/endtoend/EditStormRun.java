package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.scriptedtarget.Call;
import dev.cachehandshake.scriptedtarget.Wanted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A hundred posts that are saved every 100 ms, with a quiet time set: few calls, and the last version wins. */
class EditStormRun {
    private static final int PAGES = 100;
    private static final int EDITS_OF_A_PAGE = 100;
    private static final int EDITS = PAGES * EDITS_OF_A_PAGE;
    private static final Duration LENGTH = Duration.ofSeconds(10);
    private static final double MOST_DELIVERED = 0.05;
    private static final Map<String, String> QUIET =
            Map.of("HANDSHAKE_STRATEGIES_NORMAL_QUIET", "2s", "HANDSHAKE_STRATEGIES_NORMAL_ATMOST", "10s");

    @Test
    void tenThousandEditsOfAHundredPages() throws Exception {
        try (Pair pair = Fleet.up(Map.of(), QUIET)) {
            pair.target().remember(EDITS * 2);
            warmUp(pair);

            // when each page is saved every 100 ms
            long begun = System.nanoTime();
            editAll(pair.cms(), begun);
            double published = secondsSince(begun);
            List<String> ids = allIds();
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> Fleet.fields(pair, ids, "finished_at_ms").stream()
                            .allMatch(end -> !end.getFirst().isEmpty()));
            double ended = secondsSince(begun);

            // then
            List<List<String>> all = Fleet.fields(pair, ids, "state", "covered_by", "freshness", "attempts");
            long covered = all.stream()
                    .map(fields -> fields.get(1))
                    .filter(by -> !by.isEmpty())
                    .count();
            long delivered = pair.target().calls().stream()
                    .mapToLong(call -> call.wanted().stream()
                            .flatMap(wanted -> wanted.paths().stream())
                            .distinct()
                            .count())
                    .sum();
            Figures.say(
                    "edit storm: %d edits of %d pages in %.1f s, quiet 2 s, at most 10 s: %d page revalidations (%.2f %%)"
                            + " in %d calls, %d covered, all ended after %.1f s",
                    EDITS,
                    PAGES,
                    published,
                    delivered,
                    100.0 * delivered / EDITS,
                    pair.target().callCount(),
                    covered,
                    ended);
            assertThat(all).allSatisfy(fields -> {
                assertThat(fields.get(0)).isEqualTo("completed");
                assertThat(fields.get(2)).isEqualTo("fresh");
            });
            assertThat(delivered).isLessThanOrEqualTo(Math.round(EDITS * MOST_DELIVERED));
            assertThat(covered + pair.target().handshakeCount()).isGreaterThanOrEqualTo(EDITS);
            assertThat(newestVersions(pair.target().calls()))
                    .hasSize(PAGES)
                    .allSatisfy((page, version) -> assertThat(version).as(page).isEqualTo(EDITS_OF_A_PAGE));
        }
    }

    private static void warmUp(Pair pair) throws Exception {
        List<String> warm = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            warm.add("warm-" + i);
        }
        pair.cms().publishAll(warm, 8);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Fleet.fields(pair, warm, "state").stream()
                        .allMatch(state -> "completed".equals(state.getFirst())));
        pair.target().forget();
    }

    /** Each page by an editor of its own, who waits for the answer before the next edit. */
    private static void editAll(Cms cms, long begun) throws Exception {
        try (ExecutorService editors = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int page = 0; page < PAGES; page++) {
                int edited = page;
                all.add(editors.submit(() -> {
                    edit(cms, edited, begun);
                    return null;
                }));
            }
            for (Future<?> editor : all) {
                editor.get();
            }
        }
    }

    private static void edit(Cms cms, int page, long begun) throws Exception {
        long every = LENGTH.toNanos() / EDITS_OF_A_PAGE;
        for (int version = 1; version <= EDITS_OF_A_PAGE; version++) {
            Fleet.awaitMoment(begun + (version - 1) * every + every * page / PAGES);
            String json = "{\"type\":\"post\",\"slug\":\"page-%d\",\"version\":%d,\"revalidation_id\":\"%s\"}"
                    .formatted(page, version, id(page, version));
            assertThat(cms.post(json).statusCode()).isEqualTo(202);
        }
    }

    /** The newest version that each page was called with: two calls may be under way at a time, in either order. */
    private static Map<String, Integer> newestVersions(List<Call> calls) {
        Map<String, Integer> versions = new HashMap<>();
        for (Call call : calls) {
            for (Wanted wanted : call.wanted()) {
                int version = Integer.parseInt(
                        wanted.job().version().map(ContentVersion::text).orElse("0"));
                wanted.paths().forEach(page -> versions.merge(page, version, Math::max));
            }
        }
        return versions;
    }

    private static List<String> allIds() {
        List<String> ids = new ArrayList<>();
        for (int page = 0; page < PAGES; page++) {
            for (int version = 1; version <= EDITS_OF_A_PAGE; version++) {
                ids.add(id(page, version));
            }
        }
        return ids;
    }

    private static String id(int page, int version) {
        return "storm-" + page + "-" + version;
    }

    private static double secondsSince(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
    }
}
