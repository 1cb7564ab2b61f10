package dev.cachehandshake.worker.deploy;

import dev.cachehandshake.protocol.ContentAction;
import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.RequestedPath;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.RevalidationMode;
import dev.cachehandshake.protocol.store.Acceptance;
import dev.cachehandshake.protocol.store.DueDeployments;
import dev.cachehandshake.protocol.token.BodyDigest;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.worker.config.TargetSettings;
import dev.cachehandshake.worker.replica.ChangedContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The handshakes that deliver once more what changed. Their ids follow from the deployment and from what each delivers, so that
 * whoever makes them again makes the same. Thread-safe; writes nothing.
 */
final class CatchUpHandshakes {
    static final String TYPE = "deployment";

    /** Pages and tags a handshake: what makes one of them fail fails few others. */
    private static final int MOST = 100;

    /** Next.js ignores longer ones, and our adapter refuses the handshake that has one. */
    private static final int LONGEST_TAG = 256;

    private static final Comparator<PagePath> BY_TEXT = Comparator.comparing(PagePath::value)
            .thenComparing(page -> page.type().map(PathType::wireName).orElse(""));

    /** Leads where a handshake has no page of its own to be led by, for no pattern and no tag can. */
    private static final RequestedPath HOME = RequestedPath.of("/");
    /** Of the pages that only a pattern or a tag names no site makes any by itself: so nobody may get the old ones any more. */
    private static final Optional<RevalidationMode> FOR_MANY = Optional.of(RevalidationMode.EXPIRE);

    private final PathRules rules;
    private final TargetSettings.Protocol protocol;

    CatchUpHandshakes(PathRules rules, TargetSettings.Protocol protocol) {
        this.rules = rules;
        this.protocol = protocol;
    }

    /** One that stands for every page of the site. */
    List<Acceptance> ofEverything(DueDeployments.Due deployment) {
        return List.of(acceptance(
                deployment,
                FOR_MANY,
                List.of(new RequestedPath("/", Optional.of(PathType.LAYOUT))),
                List.of(),
                List.of("")));
    }

    /**
     * Pages, patterns and tags apart, for a site may have no word for the latter two, and then refuses the handshake as a whole.
     * In the order of their texts: that in which they changed may be another one at the next try.
     */
    List<Acceptance> of(DueDeployments.Due deployment, ChangedContent changed) {
        List<PagePath> pages = changed.pages().stream()
                .filter(CatchUpHandshakes::isDeliverable)
                .sorted(BY_TEXT)
                .toList();
        List<Acceptance> handshakes = new ArrayList<>();
        for (List<PagePath> part :
                parts(pages.stream().filter(page -> !standsForMany(page)).toList(), MOST)) {
            handshakes.add(acceptance(
                    deployment,
                    Optional.empty(),
                    part.stream().map(PagePath::asRequested).toList(),
                    List.of(),
                    part.stream()
                            .map(CatchUpHandshakes::asDependency)
                            .distinct()
                            .toList()));
        }
        for (List<PagePath> part :
                parts(pages.stream().filter(CatchUpHandshakes::standsForMany).toList(), MOST - 1)) {
            List<RequestedPath> paths = new ArrayList<>(List.of(HOME));
            part.stream().map(PagePath::asRequested).forEach(paths::add);
            handshakes.add(acceptance(deployment, FOR_MANY, paths, List.of(), List.of()));
        }
        for (List<String> part : parts(tagsOf(changed), MOST - 1)) {
            handshakes.add(acceptance(deployment, FOR_MANY, List.of(HOME), part, List.of()));
        }
        return handshakes;
    }

    private static List<String> tagsOf(ChangedContent changed) {
        return changed.tags().stream()
                .filter(tag -> !tag.isEmpty() && tag.length() <= LONGEST_TAG && tag.indexOf(',') < 0)
                .sorted()
                .toList();
    }

    /** A stranger may have written anything into the list of changes. */
    private static boolean isDeliverable(PagePath page) {
        return PagePath.normalise(page.asRequested()) instanceof PagePath.Normal normal
                && normal.path().equals(page);
    }

    private static boolean standsForMany(PagePath page) {
        return page.isPattern() || page.type().filter(PathType.LAYOUT::equals).isPresent();
    }

    private static String asDependency(PagePath page) {
        return page.asRequested().text().substring(1);
    }

    private static <T> List<List<T>> parts(Collection<T> all, int most) {
        List<T> left = List.copyOf(all);
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < left.size(); from += most) {
            parts.add(left.subList(from, Math.min(from + most, left.size())));
        }
        return parts;
    }

    private Acceptance acceptance(
            DueDeployments.Due deployment,
            Optional<RevalidationMode> mode,
            List<RequestedPath> paths,
            List<String> tags,
            List<String> dependencies) {
        // A hand-written route knows no other word for pages; to ours they are all in paths.
        List<String> told = protocol == TargetSettings.Protocol.SINGLE ? dependencies : List.of();
        String content = JobJson.write(job(deployment, "content", mode, paths, tags, told, ""));
        String digest = digest(deployment.site() + "\n" + deployment.id() + "\n"
                + deployment.dueAt().toEpochMilli() + "\n" + content);
        String id = TYPE + "-" + digest;
        String json = JobJson.write(job(deployment, id, mode, paths, tags, told, ""));
        Job job = job(deployment, id, mode, paths, tags, told, json);
        // Whatever waits already: as many are in the referee's hands as before, and they must not be lost.
        return new Acceptance(
                job, rules.touchedBy(job), digest(json), DeliveryClass.NORMAL, Optional.empty(), Long.MAX_VALUE, false);
    }

    private static Job job(
            DueDeployments.Due deployment,
            String id,
            Optional<RevalidationMode> mode,
            List<RequestedPath> paths,
            List<String> tags,
            List<String> dependencies,
            String json) {
        return new Job(
                new RevalidationId(id),
                TYPE,
                deployment.id(),
                deployment.site(),
                Optional.empty(),
                ContentAction.UPDATED,
                mode,
                paths,
                tags,
                dependencies,
                Optional.empty(),
                false,
                List.of(),
                json);
    }

    private static String digest(String text) {
        return BodyDigest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
