package dev.cachehandshake.worker.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.redis.RedisKeys;
import dev.cachehandshake.worker.RunningWorker;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class DryRunTest {
    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class InAPreview {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with("APP_ENV=preview");

        @Test
        void everythingRunsButTheCallWhosePayloadIsLogged(CapturedOutput output) {
            worker.publish("preview", "\"version\":7");

            assertSimulated(worker, "preview", output);
        }
    }

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class OfOneEvent {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with();

        @Test
        void onlyThatOneIsSimulated(CapturedOutput output) {
            worker.publish("rehearsed", "\"dry_run\":true");
            worker.publish("in-earnest");

            assertThat(worker.awaitEnd("in-earnest").state()).isEqualTo(HandshakeState.COMPLETED);
            worker.site().forget();
            assertSimulated(worker, "rehearsed", output);
        }
    }

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class ForAHandWrittenRoute {
        @RegisterExtension
        static final RunningWorker worker = RunningWorker.with("APP_ENV=preview", "handshake.target.protocol=single");

        @Test
        void thePayloadIsTheJobAsItIs(CapturedOutput output) {
            // given a job of another publisher, with one page, a member of its own and a line break
            String job = "{\"revalidation_id\":\"foreign\",\"type\":\"post\",\n \"slug\":\"one\",\"mine\":1}";

            // when
            worker.redis().rpush(RedisKeys.QUEUE, job);

            // then
            worker.awaitOutput(output, "handshake simulated id=foreign");
            assertThat(payloadLine(output, "foreign")).endsWith(" for 1 page [/blog/one]: " + job.replace("\n ", " "));
        }
    }

    private static String payloadLine(CapturedOutput output, String id) {
        List<String> lines = output.getAll()
                .lines()
                .filter(line -> line.contains("dry run: would POST") && line.contains(id))
                .toList();
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private static void assertSimulated(RunningWorker worker, String id, CapturedOutput output) {
        assertThat(worker.awaitEnd(id).state()).isEqualTo(HandshakeState.SIMULATED);
        assertThat(worker.hash(id)).containsEntry("state", "simulated").doesNotContainKey("job");
        assertThat(worker.site().calls()).isEmpty();
        worker.awaitOutput(output, "handshake simulated id=" + id);
        assertThat(payloadLine(output, id))
                .contains(
                        worker.site().url() + "/api/revalidate", "2 pages [/blog/" + id + ", /blog]: {\"batch_id\":\"")
                .contains("\"handshakes\":[{\"revalidation_id\":\"" + id + "\",\"type\":\"post\"")
                .contains("\"paths\":[\"/blog/" + id + "\",\"/blog\"],\"tags\":[],\"action\":\"updated\"");
    }
}
