package dev.cachehandshake.localstack;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What a person is told once everything is up. */
final class Announcement {
    static final String LAST_LINE = "Ctrl-C stops everything.";

    private Announcement() {}

    static String of(StackPlan plan, Map<String, String> environment, Path secretsFile, Duration took) {
        URI publisher = plan.publisherUrl();
        String key = environment.get("HANDSHAKE_API_KEY");
        return """

                Cache Handshake is up, after %d s.

                  publisher   %s
                  worker      %s
                  site        %s%s
                  redis       %s
                  secrets     %s

                %s
                Publish a change by hand:

                  curl -i -X POST %s/api/content-updates \\
                    -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' \\
                    -d '{"type":"post","slug":"hello-world","version":1,"revalidation_id":"hello-1"}'

                Is it live?

                  curl -H 'Authorization: Bearer %s' '%s/api/handshakes/hello-1?wait=PT30S'

                %s

                """.formatted(
                        took.toSeconds(),
                        publisher,
                        plan.workerUrl(),
                        plan.siteUrl(),
                        plan.withSite() ? "" : "  (scripted: it takes every call and confirms it)",
                        withoutPassword(environment.get("REDIS_URL")),
                        plan.shown(secretsFile),
                        plan.withSite() ? edit(plan) : "",
                        publisher,
                        key,
                        key,
                        publisher,
                        LAST_LINE);
    }

    private static String edit(StackPlan plan) {
        return """
                Open %s/blog/hello-world and, in another terminal, edit that post and watch it become fresh:

                  ./handshake publish hello-world

                """.formatted(plan.siteUrl());
    }

    private static String withoutPassword(String url) {
        return url.replaceAll("://[^@/]*@", "://…@");
    }
}
