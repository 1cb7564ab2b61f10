package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** At low load on the real site: what three replicas cost, beside one. In turn, so that both see the same machine. */
class ReplicasBench {
    private static final int WARM_UP = 100;
    private static final int MEASURED = 500;

    @Test
    void publishToCompletedOnThreeReplicasBesideOne() throws Exception {
        long[] one = new long[MEASURED];
        long[] three = new long[MEASURED];
        // The replicas first: they begin with copies of a build that the other one then runs.
        try (RealSite replicated = RealSite.replicated(3, Map.of());
                RealSite single = RealSite.up(Map.of())) {
            for (int i = -WARM_UP; i < MEASURED; i++) {
                long ofOne = timeOf(single, i);
                long ofThree = timeOf(replicated, i);
                if (i >= 0) {
                    one[i] = ofOne;
                    three[i] = ofThree;
                }
            }
        }
        Figures.say("real site, one replica, publish -> completed with proof:    %s", Figures.percentiles(one));
        Figures.say("real site, three replicas, publish -> completed with proof: %s", Figures.percentiles(three));
        Figures.say(
                "real site, three / one:                                     p50 x%.2f, p99 x%.2f",
                Figures.percentileMillis(three, 0.5) / Figures.percentileMillis(one, 0.5),
                Figures.percentileMillis(three, 0.99) / Figures.percentileMillis(one, 0.99));
    }

    private static long timeOf(RealSite site, int round) throws Exception {
        JsonNode post = site.put(
                "measured",
                "{\"title\":\"Measured\",\"excerpt\":\"e\",\"body\":\"Round %d.\",\"category\":\"craft\",\"published\":true}"
                        .formatted(round));
        long begun = System.nanoTime();
        JsonNode handshake = site.awaitEnd(site.publishOnly(RealSite.event("measured", post)));
        long took = System.nanoTime() - begun;
        assertThat(handshake.path("freshness").asText()).isEqualTo("fresh");
        return took;
    }
}
