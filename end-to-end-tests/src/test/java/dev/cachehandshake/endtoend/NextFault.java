package dev.cachehandshake.endtoend;

import static dev.cachehandshake.endtoend.NextVersionsTest.POST;
import static dev.cachehandshake.endtoend.NextVersionsTest.version;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachehandshake.endtoend.NextVersionsTest.By;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** What can go wrong between a site and its content while a post is updated. */
enum NextFault {
    OLD_RENDER_STORED_AFTER_A_CALL_BY_PATH {
        @Override
        Update update(RealSite site, ForgetfulFront front, String slug) throws Exception {
            return whileOldContentIsRendered(site, slug, By.PATH);
        }
    },
    OLD_RENDER_STORED_AFTER_A_CALL_BY_TAG {
        @Override
        Update update(RealSite site, ForgetfulFront front, String slug) throws Exception {
            return whileOldContentIsRendered(site, slug, By.BOTH);
        }
    },
    CONTENT_THAT_LAGS {
        @Override
        Update update(RealSite site, ForgetfulFront front, String slug) throws Exception {
            JsonNode old = site.put(slug, POST.formatted(slug, "Old words."));
            site.awaitEnd(site.publishOnly(By.PATH.touch(RealSite.event(slug, old))));
            long wanted = version(old) + 1;
            long begun = System.nanoTime();
            String id =
                    site.publishOnly(By.PATH.touch(RealSite.event(slug, old)).put("version", wanted));
            try (ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
                ScheduledFuture<?> there = later.schedule(
                        () -> site.put(slug, POST.formatted(slug, "New words.")),
                        LAG.toMillis(),
                        TimeUnit.MILLISECONDS);
                site.awaitEnd(id);
                if (!there.isDone()) {
                    throw new AssertionError("it ended before the content was there");
                }
                there.get();
            }
            return new Update(id, wanted, begun);
        }
    },
    SITE_KILLED_BETWEEN_ITS_YES_AND_ITS_CALLBACK {
        @Override
        Update update(RealSite site, ForgetfulFront front, String slug) throws Exception {
            JsonNode post = edited(site, slug);
            site.delayContent(Duration.ofSeconds(3));
            Update update = Update.begin(site, slug, post, By.PATH);
            await().atMost(LONG).until(() -> site.state(update.id()).equals("acknowledged"));
            site.killSite();
            site.delayContent(Duration.ZERO);
            site.startSite();
            return update;
        }
    },
    SITE_RESTARTED_AFTER_A_CALL_BY_PATH {
        @Override
        Update update(RealSite site, ForgetfulFront front, String slug) throws Exception {
            return beforeARestart(site, slug, By.PATH);
        }
    },
    SITE_RESTARTED_AFTER_A_CALL_BY_TAG {
        @Override
        Update update(RealSite site, ForgetfulFront front, String slug) throws Exception {
            return beforeARestart(site, slug, By.TAG);
        }
    },
    CALL_IGNORED_ONCE {
        @Override
        Update update(RealSite site, ForgetfulFront front, String slug) throws Exception {
            JsonNode post = edited(site, slug);
            front.forget(1);
            return Update.begin(site, slug, post, By.PATH);
        }
    };

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration LAG = Duration.ofSeconds(5);
    private static final Duration SLOW = Duration.ofMillis(400);

    /**
     * Updates a post, which every page shows at an earlier version, while it goes wrong.
     *
     * @param front stands between the worker and the site
     */
    abstract Update update(RealSite site, ForgetfulFront front, String slug) throws Exception;

    /** @param tookNanos from its publication to its end, where that was seen already; else negative */
    record Update(String id, long wanted, long begunAt, long tookNanos) {
        Update(String id, long wanted, long begunAt) {
            this(id, wanted, begunAt, -1);
        }

        static Update begin(RealSite site, String slug, JsonNode post, By by) throws Exception {
            long begunAt = System.nanoTime();
            return new Update(site.publishOnly(by.touch(RealSite.event(slug, post))), version(post), begunAt);
        }

        Update endedNow() {
            return new Update(id, wanted, begunAt, System.nanoTime() - begunAt);
        }
    }

    private static JsonNode edited(RealSite site, String slug) throws Exception {
        return site.put(slug, POST.formatted(slug, "New words."));
    }

    /** An earlier update's renders of the post and of the list have read what is old when the later one is published. */
    private static Update whileOldContentIsRendered(RealSite site, String slug, By by) throws Exception {
        JsonNode old = edited(site, slug);
        site.delayContent(SLOW);
        long before = site.reads();
        site.publishOnly(by.touch(RealSite.event(slug, old)));
        await().atMost(LONG).until(() -> site.reads() >= before + 2);
        Update update = Update.begin(site, slug, edited(site, slug), by);
        site.awaitEnd(update.id());
        Update ended = update.endedNow();
        site.delayContent(Duration.ZERO);
        return ended;
    }

    /** Nobody visits a page between the end of the handshake and the restart. */
    private static Update beforeARestart(RealSite site, String slug, By by) throws Exception {
        Update update = Update.begin(site, slug, edited(site, slug), by);
        site.awaitEnd(update.id());
        Update ended = update.endedNow();
        site.killSite();
        site.startSite();
        return ended;
    }
}
