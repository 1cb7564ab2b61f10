package dev.cachehandshake.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.protocol.wire.Json;
import dev.cachehandshake.scriptedtarget.Answer;
import dev.cachehandshake.scriptedtarget.Behaviour;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What failed is not a dead end: it is found, and delivered once more, through the real pair. */
class ReplayTest {
    @Test
    void whatFailedWhileTheSiteWasBrokenIsFoundAndReplayed() throws Exception {
        try (Pair pair = Pair.up(Map.of("HANDSHAKE_STRATEGIES_NORMAL_ATTEMPTS", "1"))) {
            Cms cms = pair.cms();
            // given a site that refuses everything, and a job of ours and a foreign one
            pair.target().play(call -> Behaviour.healthy().answering(Answer.reject("not today")));
            cms.publish("ours", 7);
            String foreign =
                    "{\"slug\":\"x\", \"type\":\"post\",  \"revalidation_id\":\"foreign\", \"extra\":{\"n\":1.10,\"none\":[]}}";
            pair.commands().rpush(RedisKeys.QUEUE, foreign);
            for (String id : List.of("ours", "foreign")) {
                assertThat(ended(cms, id).get("state").textValue()).isEqualTo("failed");
            }

            // when the operator looks what has failed, the site is well again, and each one is replayed twice, for the
            // first
            // answer was lost
            JsonNode failed = Json.object(cms.list("?state=failed").body()).get("handshakes");
            assertThat(failed).hasSize(2);
            pair.target().play(call -> Behaviour.healthy());
            for (JsonNode one : failed) {
                String id = one.get("revalidation_id").textValue();
                String body = "{\"revalidation_id\":\"again-" + id + "\"}";
                String address = one.get("failure").get("replay").textValue();
                assertThat(cms.postTo(address, body).statusCode()).isEqualTo(202);
                assertThat(cms.postTo(address, body).statusCode()).isEqualTo(200);
            }

            // then each is delivered once more, the foreign one with all that it holds
            for (String id : List.of("ours", "foreign")) {
                JsonNode again = ended(cms, "again-" + id);
                assertThat(again.get("state").textValue()).as(again.toString()).isEqualTo("completed");
                assertThat(again.get("replay_of").textValue()).isEqualTo(id);
                assertThat(Json.object(cms.get(id, "").body())
                                .get("replayed_by")
                                .textValue())
                        .isEqualTo("again-" + id);
            }
            assertThat(ended(cms, "again-ours").get("freshness").textValue()).isEqualTo("fresh");
            assertThat(pair.target().calls())
                    .anySatisfy(call -> assertThat(new String(call.body(), StandardCharsets.UTF_8))
                            .contains("\"extra\":{\"n\":1.10,\"none\":[]}"));
            assertThat(Json.object(cms.list("?state=failed").body()).get("handshakes"))
                    .hasSize(2);
        }
    }

    private static JsonNode ended(Cms cms, String id) throws Exception {
        // A foreign one is known from its claim on.
        await().atMost(Duration.ofSeconds(30)).until(() -> cms.get(id, "").statusCode() == 200);
        return Json.object(cms.get(id, "?wait=PT30S").body());
    }
}
