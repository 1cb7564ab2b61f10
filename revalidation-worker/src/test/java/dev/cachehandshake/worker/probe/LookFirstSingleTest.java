package dev.cachehandshake.worker.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.Freshness;
import dev.cachehandshake.worker.RunningWorker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hand-written route that does not call back, on a site whose pages carry markers. */
class LookFirstSingleTest {
    private static final SilentSite site = new SilentSite();

    @RegisterExtension
    static final RunningWorker worker = RunningWorker.with(
            "handshake.target.url=" + site.url(),
            "handshake.target.protocol=single",
            "handshake.target.callback-within=200ms");

    @AfterAll
    static void stopSite() {
        site.close();
    }

    @Test
    void itsPagesProveWhatItCannotSay() {
        site.shows("/blog/by-hand", "post:by-hand@7");
        site.shows("/blog", "post:by-hand@7");

        worker.publish("by-hand", "\"version\":7");

        assertThat(worker.awaitEnd("by-hand").freshness()).hasValue(Freshness.FRESH);
        assertThat(site.callsOf("by-hand")).hasSize(1);
    }
}
