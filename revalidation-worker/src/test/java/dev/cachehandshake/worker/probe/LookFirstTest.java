package dev.cachehandshake.worker.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.FailureReason;
import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.protocol.HandshakeState;
import dev.cachehandshake.protocol.store.HandshakeView;
import dev.cachehandshake.worker.RunningWorker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A site that accepts and never calls back: what its pages show decides, and where they do not, it is asked once more. */
@ExtendWith(OutputCaptureExtension.class)
class LookFirstTest {
    private static final SilentSite site = new SilentSite();

    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with(
            "handshake.target.url=" + site.url(),
            "handshake.target.callback-within=200ms",
            "handshake.strategies.normal.attempts=2");

    @AfterAll
    static void stopSite() {
        site.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "8"})
    void aPageThatShowsTheVersionOrALaterOneCompletesItWithoutAnotherCall(String shown, CapturedOutput output) {
        // given
        String id = "done-" + shown;
        site.shows("/blog/" + id, "post:" + id + "@" + shown);
        site.shows("/blog", "post:" + id + "@" + shown, "post:another@1");

        // when
        worker.publish(id, "\"version\":7");

        // then
        HandshakeView view = worker.awaitEnd(id);
        assertThat(view.state()).isEqualTo(HandshakeState.COMPLETED);
        assertThat(view.freshness()).hasValue(Freshness.FRESH);
        assertThat(view.targets()).singleElement().satisfies(target -> {
            assertThat(target.status()).isEqualTo("fresh");
            assertThat(target.pages().orElseThrow()).contains("/blog/" + id, "\"version\":" + shown);
        });
        assertThat(site.callsOf(id)).hasSize(1);
        worker.awaitOutput(output, "no callback came for 1, such as " + id + ": 1 found fresh");
        worker.awaitMetric("handshake.probes");
    }

    @Test
    void anOpaqueVersionIsProvenByItself() {
        site.shows("/blog/opaque", "post:opaque@rev-b");
        site.shows("/blog", "post:opaque@rev-b");

        worker.publish("opaque", "\"version\":\"rev-b\"");

        assertThat(worker.awaitEnd("opaque").freshness()).hasValue(Freshness.FRESH);
        assertThat(site.callsOf("opaque")).hasSize(1);
    }

    @Test
    void aPathIsReadAsABrowserWouldAskForIt() {
        site.shows("/blog/über & 100%", "post:über & 100%@1");
        site.shows("/blog", "post:über & 100%@1");

        worker.publishAs("escaped", "über & 100%", "\"version\":1");

        assertThat(worker.awaitEnd("escaped").freshness()).hasValue(Freshness.FRESH);
        assertThat(site.reads()).contains("/blog/%C3%BCber%20&%20100%25");
    }

    @Test
    void aSiteThatMovesPagesToATrailingSlashIsFollowed() {
        site.moves("/blog/slash", "/blog/slash/");
        site.shows("/blog/slash/", "post:slash@1");
        site.shows("/blog", "post:slash@1");

        worker.publish("slash", "\"version\":1");

        assertThat(worker.awaitEnd("slash").freshness()).hasValue(Freshness.FRESH);
        assertThat(site.callsOf("slash")).hasSize(1);
    }

    @Test
    void anOldPageIsNoProofAndTheSiteIsAskedAgain() {
        site.shows("/blog/old", "post:old@6");
        site.shows("/blog");

        worker.publish("old", "\"version\":7");

        assertDeliveredTwiceInVain("old");
        assertThat(site.reads()).contains("/blog/old");
    }

    @Test
    void aListThatShowsTheOldVersionIsNoProof() {
        site.shows("/blog/listed", "post:listed@7");
        site.shows("/blog", "post:listed@7", "post:listed@6");

        worker.publish("listed", "\"version\":7");

        assertDeliveredTwiceInVain("listed");
        assertThat(site.reads()).contains("/blog/listed");
    }

    @Test
    void aListThatAnswersWithAServersErrorIsNoProof() {
        site.shows("/blog/broken", "post:broken@7");
        site.answers("/blog", 500);

        worker.publish("broken", "\"version\":7");

        assertDeliveredTwiceInVain("broken");
        assertThat(site.reads()).contains("/blog/broken");
    }

    @Test
    void aListThatDoesNotShowTheEntryMayBeTheOldOne() {
        // given what a site shows that was killed before it made its list anew
        site.shows("/blog/new", "post:new@1");
        site.shows("/blog", "post:another@1");

        worker.publish("new", "\"version\":1");

        assertDeliveredTwiceInVain("new");
        assertThat(site.reads()).contains("/blog/new");
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 403, 404, 429})
    void aListThatIsKeptFromUsIsNoProof(int status) {
        String id = "kept-" + status;
        site.shows("/blog/" + id, "post:" + id + "@7");
        site.answers("/blog", status);

        worker.publish(id, "\"version\":7");

        assertDeliveredTwiceInVain(id);
        assertThat(site.reads()).contains("/blog/" + id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tags\":[\"posts\"]",
                "\"previous_slug\":\"formerly\"",
                "\"paths\":[\"/blog/unseen\",{\"path\":\"/blog/[slug]\",\"type\":\"page\"}]"
            })
    void whatReachesPagesThatCannotBeSeenIsDeliveredAgainUnseen(String more) {
        String id = "unseen-" + Integer.toHexString(more.hashCode());
        site.shows("/blog/" + id, "post:" + id + "@7");
        site.shows("/blog/unseen", "post:" + id + "@7");
        site.shows("/blog", "post:" + id + "@7");

        worker.publish(id, "\"version\":7," + more);

        assertDeliveredTwiceInVain(id);
        assertThat(site.reads()).doesNotContain("/blog/" + id);
    }

    @Test
    void aPageThatHangsIsNoProofAndKeepsNobodyWaitingForLong() {
        site.shows("/blog/hung", "post:hung@7");
        site.hangs("/blog");

        worker.publish("hung", "\"version\":7");

        assertDeliveredTwiceInVain("hung");
        assertThat(site.reads()).contains("/blog/hung");
    }

    @Test
    void aMissingPageProvesNoRemovalForThisAddressMayServeNoPages() {
        site.answers("/blog/removed", 404);
        site.shows("/blog");

        worker.publish("removed", "\"version\":8,\"action\":\"deleted\"");

        assertDeliveredTwiceInVain("removed");
        assertThat(site.reads()).doesNotContain("/blog/removed");
    }

    @Test
    void withoutAVersionThereIsNothingToLookFor() {
        site.shows("/blog/unversioned", "post:unversioned@1");
        site.shows("/blog");

        worker.publish("unversioned");

        assertDeliveredTwiceInVain("unversioned");
        assertThat(site.reads()).doesNotContain("/blog/unversioned");
    }

    private static void assertDeliveredTwiceInVain(String id) {
        HandshakeView view = worker.awaitEnd(id);
        assertThat(view.state()).isEqualTo(HandshakeState.FAILED);
        assertThat(view.failure()).hasValue(FailureReason.NO_CALLBACK);
        assertThat(site.callsOf(id)).hasSize(2);
    }
}
