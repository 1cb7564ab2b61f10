package dev.cachehandshake.publisher.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.protocol.ContentAction;
import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.RefusedPrimaryPathException;
import dev.cachehandshake.protocol.RequestedPath;
import dev.cachehandshake.protocol.RevalidationId;
import dev.cachehandshake.protocol.RevalidationMode;
import dev.cachehandshake.protocol.TouchedPaths;
import dev.cachehandshake.protocol.wire.JobJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads an event, or says everything that is wrong with it at once. Thread-safe; writes nothing. */
public final class ContentUpdateReader {
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_NAME = 64;
    private static final int MAX_TAG = 256;
    private static final int MAX_ENTRIES = 1_000;
    private static final String SLUG_WAY_OUT = "send the last part of the page's path, such as \"my-post\"";

    private final List<String> sites;
    private final PathRules pathRules;

    /** @param sites the sites that events may name; at least one */
    public ContentUpdateReader(List<String> sites, PathRules pathRules) {
        this.sites = List.copyOf(sites);
        this.pathRules = pathRules;
    }

    public ReadUpdate read(ObjectNode event) {
        EventWalk walk = new EventWalk(event);
        Optional<String> type = type(walk);
        Optional<String> slug = slug(walk);
        Optional<Job> job = type.flatMap(name -> slug.map(entry -> job(walk, name, entry)));
        if (job.isEmpty()) {
            job(walk, "unread", "unread");
        }
        Optional<DeliveryClass> deliveryClass = deliveryClass(walk);
        Optional<TouchedPaths> touched = job.flatMap(read -> touched(walk, read));
        List<UnknownField> unknown = unknownFields(event);
        if (touched.isEmpty() || !unknown.isEmpty() || !walk.problems().isEmpty()) {
            return new ReadUpdate.NotUnderstood(unknown, walk.problems());
        }
        return new ReadUpdate.Understood(withJson(job.get()), touched.get(), deliveryClass);
    }

    private Job job(EventWalk walk, String type, String slug) {
        RevalidationId id = RevalidationIdField.read(walk)
                .orElseGet(() -> new RevalidationId(UUID.randomUUID().toString()));
        String site = site(walk);
        List<RequestedPath> paths = PathsField.read(walk);
        return new Job(
                id,
                type,
                slug,
                site,
                VersionField.read(walk),
                action(walk),
                mode(walk),
                paths,
                tags(walk),
                dependencies(walk),
                walk.text(EventField.PREVIOUS_SLUG, PagePath.MAX_LENGTH, "send the slug before this change"),
                dryRun(walk),
                List.of(),
                "");
    }

    private static Job withJson(Job job) {
        return new Job(
                job.id(),
                job.type(),
                job.slug(),
                job.site(),
                job.version(),
                job.action(),
                job.mode(),
                job.paths(),
                job.tags(),
                job.dependencies(),
                job.previousSlug(),
                job.dryRun(),
                job.unreadablePaths(),
                JobJson.write(job));
    }

    /** Empty when the primary path is refused, or already known to be wrong. */
    private Optional<TouchedPaths> touched(EventWalk walk, Job job) {
        if (walk.hasProblemIn(EventField.PATHS)) {
            return Optional.empty();
        }
        Optional<String> whyNot = job.paths().isEmpty() ? whyNoPage(job.slug()) : Optional.empty();
        if (whyNot.isPresent()) {
            walk.refuse(EventField.SLUG, walk.value(EventField.SLUG).orElseThrow(), whyNot.get(), SLUG_WAY_OUT);
            return Optional.empty();
        }
        try {
            return Optional.of(pathRules.touchedBy(job));
        } catch (RefusedPrimaryPathException refused) {
            String fault = refused.path().fault();
            if (job.paths().isEmpty()) {
                walk.refuse(EventField.SLUG, walk.value(EventField.SLUG).orElseThrow(), fault, SLUG_WAY_OUT);
            } else {
                JsonNode first = walk.value(EventField.PATHS).orElseThrow().get(0);
                String wayOut = refused.path().wayOut().orElse("put the path of the entry's own page first");
                walk.refuse("paths[0]", first, fault, wayOut);
            }
            return Optional.empty();
        }
    }

    /** Judges the slug by itself: under its prefix, a full URL or nothing at all would pass for a path. */
    private static Optional<String> whyNoPage(String slug) {
        return switch (PagePath.normalise(RequestedPath.of(slug))) {
            case PagePath.Refused refused -> Optional.of(refused.path().fault());
            case PagePath.Normal normal ->
                normal.path().value().replace("/", "").isBlank()
                        ? Optional.of("names no page once its query and slashes are dropped")
                        : Optional.empty();
        };
    }

    private static Optional<String> type(EventWalk walk) {
        String wayOut = "send the entry's content type, such as \"post\"";
        if (walk.value(EventField.TYPE).isEmpty()) {
            walk.missing(EventField.TYPE, wayOut);
            return Optional.empty();
        }
        Optional<String> type = walk.text(EventField.TYPE, MAX_NAME, wayOut);
        if (type.isPresent() && !TYPE.matcher(type.get()).matches()) {
            String reason = "may hold letters, digits, dashes and underscores only";
            walk.refuse(EventField.TYPE, walk.value(EventField.TYPE).orElseThrow(), reason, wayOut);
            return Optional.empty();
        }
        return type;
    }

    private static Optional<String> slug(EventWalk walk) {
        if (walk.value(EventField.SLUG).isEmpty()) {
            walk.missing(EventField.SLUG, SLUG_WAY_OUT);
        }
        return walk.text(EventField.SLUG, PagePath.MAX_LENGTH, SLUG_WAY_OUT);
    }

    private String site(EventWalk walk) {
        String wayOut = "send one of: " + String.join(", ", sites);
        Optional<JsonNode> value = walk.value(EventField.SITE);
        if (value.isEmpty()) {
            if (sites.size() == 1) {
                return sites.getFirst();
            }
            if (!sites.contains(Job.DEFAULT_SITE)) {
                walk.missing(EventField.SITE, wayOut);
            }
            return Job.DEFAULT_SITE;
        }
        Optional<String> site = walk.text(EventField.SITE, MAX_NAME, wayOut);
        if (site.isPresent() && !sites.contains(site.get())) {
            String reason = "is \"" + FieldProblem.shorten(site.get()) + "\", which is no site of this service";
            walk.refuse(EventField.SITE, value.get(), reason, wayOut);
        }
        return site.orElse(Job.DEFAULT_SITE);
    }

    private static ContentAction action(EventWalk walk) {
        List<String> known = Arrays.stream(ContentAction.values())
                .map(ContentAction::wireName)
                .toList();
        return oneOf(walk, EventField.ACTION, ContentAction::fromWire, known).orElse(ContentAction.UPDATED);
    }

    private static Optional<DeliveryClass> deliveryClass(EventWalk walk) {
        List<String> known = Arrays.stream(DeliveryClass.values())
                .map(DeliveryClass::wireName)
                .toList();
        return oneOf(walk, EventField.CLASS, DeliveryClass::fromWire, known);
    }

    private static Optional<RevalidationMode> mode(EventWalk walk) {
        List<String> known = Arrays.stream(RevalidationMode.values())
                .map(RevalidationMode::wireName)
                .toList();
        return oneOf(walk, EventField.MODE, RevalidationMode::fromWire, known);
    }

    private static <T> Optional<T> oneOf(
            EventWalk walk, EventField field, Function<String, Optional<T>> fromWire, List<String> known) {
        Optional<JsonNode> value = walk.value(field);
        Optional<T> read =
                value.filter(JsonNode::isTextual).map(JsonNode::textValue).flatMap(fromWire);
        if (value.isPresent() && read.isEmpty()) {
            String reason = "is " + FieldProblem.shorten(value.get().toString()) + ", which is no " + field.wireName();
            walk.refuse(field, value.get(), reason, "send one of: " + String.join(", ", known));
        }
        return read;
    }

    private static List<String> tags(EventWalk walk) {
        List<String> tags = new ArrayList<>();
        int index = 0;
        for (JsonNode entry : walk.entries(EventField.TAGS, MAX_ENTRIES, "send an array of texts")) {
            String wayOut = "send a tag of 1 to " + MAX_TAG + " characters: Next.js ignores longer ones";
            walk.text("tags[" + index + "]", entry, MAX_TAG, wayOut).ifPresent(tags::add);
            index++;
        }
        return tags;
    }

    private static List<String> dependencies(EventWalk walk) {
        List<String> dependencies = new ArrayList<>();
        int index = 0;
        for (JsonNode entry : walk.entries(EventField.DEPENDENCIES, MAX_ENTRIES, "send an array of paths")) {
            String wayOut = "send a path such as \"blog\"; the empty text is the home page";
            walk.anyText("dependencies[" + index + "]", entry, wayOut).ifPresent(dependencies::add);
            index++;
        }
        return dependencies;
    }

    private static boolean dryRun(EventWalk walk) {
        Optional<JsonNode> value = walk.value(EventField.DRY_RUN);
        value.filter(given -> !given.isBoolean())
                .ifPresent(given -> walk.refuse(
                        EventField.DRY_RUN,
                        given,
                        "is " + EventWalk.kindOf(given) + " and has to be a boolean",
                        "send true or false"));
        return value.map(JsonNode::asBoolean).orElse(false);
    }

    private static List<UnknownField> unknownFields(ObjectNode event) {
        List<UnknownField> unknown = new ArrayList<>();
        for (Iterator<String> names = event.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (EventField.fromWire(name).isEmpty()) {
                unknown.add(new UnknownField(
                        name,
                        EventWalk.shown(event.get(name)),
                        EventField.nearestTo(name).map(EventField::wireName)));
            }
        }
        return unknown;
    }
}
