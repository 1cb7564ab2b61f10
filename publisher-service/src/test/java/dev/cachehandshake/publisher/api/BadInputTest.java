package dev.cachehandshake.publisher.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachehandshake.publisher.RunningPublisher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest extends RunningPublisher {
    @AfterEach
    void nothingWasWritten() {
        assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\": \"post\",\n  slug}", "", "[]", "7", "{} {}", "{\"type\":\"a\",\"type\":\"b\"}"})
    void aBodyThatIsNotOneJsonObjectIsMalformedJson(String body) {
        // given a body that is not one JSON object, when it is sent, then
        assertProblem(post(body), 400, "malformed-json");
    }

    @Test
    void malformedJsonIsAnsweredWithItsLineAndColumn() {
        // when
        HttpResponse<String> response = post("{\"type\": \"post\",\n  slug: 1}");

        // then
        assertThat(assertProblem(response, 400, "malformed-json").get("detail").textValue())
                .contains("line 2, column");
    }

    @Test
    void deeplyNestedJsonIsMalformedJson() {
        // given
        String body = "{\"type\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";

        // when, then
        assertProblem(post(body), 400, "malformed-json");
    }

    @ParameterizedTest
    @CsvSource({
        "slgu,slug",
        "dependancies,dependencies",
        "revalidationId,revalidation_id",
        "Type,type",
        "dryRun,dry_run"
    })
    void anUnknownFieldIsNamedWithTheOneThatWasProbablyMeant(String sent, String meant) {
        // when
        HttpResponse<String> response = post("{\"type\":\"post\",\"slug\":\"hello\",\"%s\":\"x\"}".formatted(sent));

        // then
        ObjectNode problem = assertProblem(response, 400, "unknown-field");
        assertThat(problem.get("field").textValue()).isEqualTo(sent);
        assertThat(problem.get("did_you_mean").textValue()).isEqualTo(meant);
        assertThat(problem.get("value").textValue()).isEqualTo("x");
        assertThat(problem.get("detail").textValue()).contains(sent, "revalidation_id");
        assertThat(problem.get("known_fields")).hasSize(13);
    }

    @Test
    void anUnknownFieldThatResemblesNoneComesWithTheKnownOnesOnly() {
        // when
        ObjectNode problem =
                assertProblem(post("{\"type\":\"post\",\"slug\":\"hello\",\"locale\":\"de\"}"), 400, "unknown-field");

        // then
        assertThat(problem.has("did_you_mean")).isFalse();
    }

    static Stream<Arguments> badFields() {
        return Stream.of(
                Arguments.of("slug", "{\"type\":\"post\"}"),
                Arguments.of("type", "{\"slug\":\"hello\"}"),
                Arguments.of("type", "{\"type\":\"a/b\",\"slug\":\"hello\"}"),
                Arguments.of("slug", event("\"slug\":\"" + "a".repeat(10_000) + "\"")),
                Arguments.of("slug", event("\"slug\":\"../secret\"")),
                Arguments.of("slug", event("\"slug\":\"%2e%2e/secret\"")),
                Arguments.of("slug", event("\"slug\":\"a\\u0000b\"")),
                Arguments.of("slug", event("\"slug\":\"a%0Ab\"")),
                Arguments.of("slug", event("\"slug\":\"a\\nb\"")),
                Arguments.of("slug", event("\"slug\":\"https://example.com/blog/hello\"")),
                Arguments.of("slug", event("\"slug\":\"?x\"")),
                Arguments.of("slug", event("\"slug\":\"/\"")),
                Arguments.of("slug", event("\"slug\":\"\"")),
                Arguments.of("slug", event("\"slug\":null")),
                Arguments.of("slug", event("\"slug\":42")),
                Arguments.of("paths[0]", hello("\"paths\":[\"https://example.com/blog/hello\"]")),
                Arguments.of("paths[0]", hello("\"paths\":[\"/a/../b\"]")),
                Arguments.of("paths[0]", hello("\"paths\":[{\"path\":\"/blog/[slug]\",\"type\":\"page\"}]")),
                Arguments.of("paths[1]", hello("\"paths\":[\"/a\",7]")),
                Arguments.of("paths", hello("\"paths\":[" + "\"/a\",".repeat(1_000) + "\"/a\"]")),
                Arguments.of("version", hello("\"version\":1.5")),
                Arguments.of("version", hello("\"version\":true")),
                Arguments.of("version", hello("\"version\":{}")),
                Arguments.of("version", hello("\"version\":\"\"")),
                Arguments.of("version", hello("\"version\":null")),
                Arguments.of("version", hello("\"version\":\"a\\tb\"")),
                Arguments.of("version", hello("\"version\":" + "9".repeat(65))),
                Arguments.of("site", hello("\"site\":\"nowhere\"")),
                Arguments.of("action", hello("\"action\":\"renamed\"")),
                Arguments.of("tags", hello("\"tags\":\"news\"")),
                Arguments.of("tags[1]", hello("\"tags\":[\"news\",\"" + "t".repeat(257) + "\"]")),
                Arguments.of("dependencies[0]", hello("\"dependencies\":[null]")),
                Arguments.of("dry_run", hello("\"dry_run\":\"yes\"")),
                Arguments.of("revalidation_id", hello("\"revalidation_id\":\"a/b\"")));
    }

    @ParameterizedTest
    @MethodSource("badFields")
    void aFieldThatCannotBeTakenIsNamedWithAWayOut(String field, String body) {
        // when
        HttpResponse<String> response = post(body);

        // then
        ObjectNode problem = assertProblem(response, 400, "invalid-field");
        assertThat(problem.get("field").textValue()).isEqualTo(field);
        assertThat(problem.get("detail").textValue()).startsWith(field + " ").hasSizeLessThan(400);
        JsonNode first = problem.get("errors").get(0);
        assertThat(first.get("reason").textValue()).isNotBlank();
        assertThat(first.get("way_out").textValue()).isNotBlank();
        assertThat(response.body()).hasSizeLessThan(2_000);
    }

    static Stream<Arguments> details() {
        String slug = "send the last part of the page's path, such as \"my-post\"";
        return Stream.of(
                Arguments.of(event("\"slug\":\"../secret\""), "slug holds a \"..\" segment: " + slug),
                Arguments.of(event("\"slug\":\"https://example.com/a\""), "slug is a full URL: " + slug),
                Arguments.of(
                        hello("\"paths\":[\"https://example.com/a\"]"),
                        "paths[0] is a full URL: send the path alone, such as /blog/my-post"),
                Arguments.of(
                        hello("\"paths\":[\"/a,b\"]"),
                        "paths[0] holds a comma, and Next.js ignores such a path: put the path of the entry's own page first"),
                Arguments.of(
                        hello("\"site\":\"nowhere\""),
                        "site is \"nowhere\", which is no site of this service: send one of: default"),
                Arguments.of(
                        hello("\"action\":\"renamed\""),
                        "action is \"renamed\", which is no action: send one of: published, updated, unpublished, deleted"),
                Arguments.of(
                        hello("\"mode\":\"soft\""), "mode is \"soft\", which is no mode: send one of: refresh, expire"),
                Arguments.of(
                        hello("\"version\":1.5"),
                        "version is a decimal number and has to be an integer or a text: send \"1.5\" as a text"));
    }

    @ParameterizedTest
    @MethodSource("details")
    void aDetailSaysWhatIsWrongAndOneWayOut(String body, String detail) {
        // when
        ObjectNode problem = assertProblem(post(body), 400, "invalid-field");

        // then
        assertThat(problem.get("detail").textValue()).isEqualTo(detail);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        // when
        ObjectNode problem = assertProblem(
                post("{\"type\":\"post\",\"slug\":\"../x\",\"version\":1.5,\"dry_run\":1,\"tags\":[\"\"]}"),
                400,
                "invalid-field");

        // then
        assertThat(problem.get("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("slug", "version", "dry_run", "tags[0]");
    }

    @Test
    void aBodyPast256KibibytesIsTooLarge() {
        // given
        String body = hello("\"previous_slug\":\"" + "a".repeat(256 * 1024) + "\"");

        // when
        ObjectNode problem = assertProblem(post(body), 413, "body-too-large");

        // then
        assertThat(problem.get("limit_bytes").intValue()).isEqualTo(256 * 1024);
    }

    @Test
    void aBodyPastTheLimitThatDoesNotSayItsLengthIsTooLarge() {
        // given
        byte[] body = " ".repeat(300 * 1024).getBytes(StandardCharsets.US_ASCII);

        // when
        HttpResponse<String> response = send(request("/api/content-updates")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))));

        // then
        assertProblem(response, 413, "body-too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"})
    void aBodyThatIsNotSentAsJsonIsAnUnsupportedMediaType(String mediaType) {
        // when
        HttpResponse<String> response = send(request("/api/content-updates")
                .header("Content-Type", mediaType)
                .POST(BodyPublishers.ofString(hello("\"version\":1"))));

        // then
        assertProblem(response, 415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "PATCH", "DELETE"})
    void anotherMethodIsNotAllowed(String method) {
        // when
        HttpResponse<String> response = send(request("/api/content-updates").method(method, BodyPublishers.noBody()));

        // then
        assertProblem(response, 405, "method-not-allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nothing", "/api", "/api/nothing", "/error", "/actuator/env"})
    void anAddressWithNothingBehindItIsAProblemForABrowserToo(String path) {
        // when
        HttpResponse<String> response =
                send(request(path).header("Accept", "text/html").GET());

        // then
        assertProblem(response, 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/handshakes/a|b[ HTTP/1.1",
                "GET /api/handshakes/a%2Fb HTTP/1.1",
                "GET /%zz HTTP/1.1",
                "TRACE / HTTP/1.1"
            })
    void aBrokenRequestLineIsNotAnsweredWithAPageOfHtml(String requestLine) throws IOException {
        // given
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            String request = requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n";

            // when
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // then
            assertThat(answer).startsWith("HTTP/1.1 4").doesNotContainIgnoringCase("<html");
        }
    }

    @Test
    void aBodyThatIsBrokenOnTheWayIsABadRequest() throws IOException {
        // given
        String request = "POST /api/content-updates HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Authorization: Bearer " + API_KEY + "\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            // when
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // then
            assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json", "\"status\":400");
        }
    }

    private static String event(String slug) {
        return "{\"type\":\"post\"," + slug + "}";
    }

    private static String hello(String field) {
        return "{\"type\":\"post\",\"slug\":\"hello\"," + field + "}";
    }

    @Test
    void charactersAreCountedAsPeopleCountThem() {
        // given 150 characters that Java holds as 300
        String faces = "\uD83D\uDE00".repeat(150);

        // when, then
        assertProblem(post(hello("\"revalidation_id\":\"" + faces + "\"")), 400, "invalid-field");
        assertProblem(post(hello("\"version\":\"" + faces + faces + "\"")), 400, "invalid-field");
    }
}
