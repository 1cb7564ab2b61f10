package dev.cachehandshake.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.ContentAction;
import dev.cachehandshake.protocol.ContentVersion;
import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.Job;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.PathRules;
import dev.cachehandshake.protocol.PathType;
import dev.cachehandshake.protocol.RequestedPath;
import dev.cachehandshake.protocol.RevalidationMode;
import dev.cachehandshake.protocol.wire.JobJson;
import dev.cachehandshake.protocol.wire.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentUpdateReaderTest {
    private final ContentUpdateReader reader = new ContentUpdateReader(List.of("default", "shop"), PathRules.DEFAULT);

    @Test
    void typeAndSlugAreEnough() {
        // when
        ReadUpdate.Understood read = understood("{\"type\":\"post\",\"slug\":\"hello\"}");

        // then
        Job job = read.job();
        assertThat(job.site()).isEqualTo("default");
        assertThat(job.version()).isEmpty();
        assertThat(job.action()).isEqualTo(ContentAction.UPDATED);
        assertThat(job.dryRun()).isFalse();
        assertThat(job.id().isUrlSafe()).isTrue();
        assertThat(read.touched().primary().value()).isEqualTo("/blog/hello");
    }

    @Test
    void everyFieldReachesTheJobAndItsJson() {
        // when
        Job job = understood("""
                        {"type": "product", "slug": "lamp", "site": "shop", "version": "2026-01-31T12:00:00Z",
                         "paths": ["/shop/lamp", {"path": "/shop/[id]", "type": "page"}], "tags": ["lamps"],
                         "dependencies": ["shop", ""], "action": "published", "mode": "expire", "previous_slug": "old-lamp",
                         "dry_run": true, "revalidation_id": "lamp~1.2_3-4"}
                        """).job();

        // then
        assertThat(job.id().value()).isEqualTo("lamp~1.2_3-4");
        assertThat(job.type()).isEqualTo("product");
        assertThat(job.slug()).isEqualTo("lamp");
        assertThat(job.site()).isEqualTo("shop");
        assertThat(job.version()).get().isInstanceOf(ContentVersion.Dated.class);
        assertThat(job.paths())
                .containsExactly(
                        RequestedPath.of("/shop/lamp"), new RequestedPath("/shop/[id]", Optional.of(PathType.PAGE)));
        assertThat(job.tags()).containsExactly("lamps");
        assertThat(job.dependencies()).containsExactly("shop", "");
        assertThat(job.action()).isEqualTo(ContentAction.PUBLISHED);
        assertThat(job.mode()).hasValue(RevalidationMode.EXPIRE);
        assertThat(job.previousSlug()).hasValue("old-lamp");
        assertThat(job.dryRun()).isTrue();
        assertThat(JobJson.read(job.json())).isEqualTo(job);
    }

    @Test
    void theTouchedPagesBeginWithThePrimaryOne() {
        // when
        ReadUpdate.Understood read = understood(
                "{\"type\":\"post\",\"slug\":\"new\",\"previous_slug\":\"old\",\"dependencies\":[\"blog\",\"\",\"blog\"]}");

        // then
        assertThat(read.touched().all())
                .extracting(PagePath::value)
                .containsExactly("/blog/new", "/blog/old", "/blog", "/");
    }

    @Test
    void givenPathsStandInForTheSlug() {
        // when
        ReadUpdate.Understood read = understood("{\"type\":\"page\",\"slug\":\"/\",\"paths\":[\"\"]}");

        // then
        assertThat(read.touched().primary().value()).isEqualTo("/");
    }

    @Test
    void aRefusedPathThatIsNotThePrimaryOneFailsNothing() {
        // when
        ReadUpdate.Understood read = understood(
                "{\"type\":\"post\",\"slug\":\"a\",\"paths\":[\"/a\",\"/b,c\"],\"dependencies\":[\"x\\u0000y\"]}");

        // then
        assertThat(read.touched().all()).hasSize(1);
        assertThat(read.touched().refused()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "7,Counted",
        "-7,Counted",
        "'\"7\"',Counted",
        "'\"2026-01-31T12:00:00+01:00\"',Dated",
        "'\"abc\"',Opaque"
    })
    void theFormOfAVersionDecidesHowItCompares(String version, String form) {
        // when
        ReadUpdate.Understood read = understood("{\"type\":\"post\",\"slug\":\"a\",\"version\":%s}".formatted(version));

        // then
        assertThat(read.job().version().orElseThrow().getClass().getSimpleName())
                .isEqualTo(form);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "true",
                "\"\"",
                "\" \"",
                "\"a\\u0007\"",
                "\"\\ud800\"",
            })
    void aVersionOfTheWrongFormIsRefusedWithTheWayOut(String version) {
        // when
        FieldProblem problem = onlyProblem("{\"type\":\"post\",\"slug\":\"a\",\"version\":%s}".formatted(version));

        // then
        assertThat(problem.field()).isEqualTo("version");
        assertThat(problem.wayOut()).contains("integer", "RFC 3339", "leave the field out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0", "1.5", "-2.25"})
    void aDecimalVersionIsRefusedWithTheTextToSend(String version) {
        // when
        FieldProblem problem = onlyProblem("{\"type\":\"post\",\"slug\":\"a\",\"version\":%s}".formatted(version));

        // then
        assertThat(problem.field()).isEqualTo("version");
        assertThat(problem.wayOut()).isEqualTo("send \"" + version + "\" as a text");
    }

    @Test
    void aLongValueIsShownShortened() {
        // when
        FieldProblem problem = onlyProblem("{\"type\":\"post\",\"slug\":\"%s\"}".formatted("a".repeat(10_000)));

        // then
        assertThat(problem.reason()).isEqualTo("has 10,000 characters and may have 1,024");
        assertThat(problem.value().orElseThrow()).hasSize(101);
    }

    @Test
    void aMissingFieldHasNoValueToShow() {
        // when
        FieldProblem problem = onlyProblem("{\"type\":\"post\"}");

        // then
        assertThat(problem.field()).isEqualTo("slug");
        assertThat(problem.value()).isEmpty();
        assertThat(problem.reason()).isEqualTo("is missing");
    }

    @Test
    void unknownFieldsAndFaultyOnesAreFoundInOneWalk() {
        // when
        ReadUpdate.NotUnderstood read =
                notUnderstood("{\"slug\":5,\"verison\":7,\"tags\":[1,\"ok\",\"\"],\"paths\":[{\"type\":\"page\"}]}");

        // then
        assertThat(read.unknown()).containsExactly(new UnknownField("verison", "7", Optional.of("version")));
        assertThat(read.invalid())
                .extracting(FieldProblem::field)
                .containsExactly("type", "slug", "paths[0]", "tags[0]", "tags[2]");
    }

    @ParameterizedTest
    @CsvSource({
        "'[{\"path\":\"/a\",\"kind\":\"page\"}]',paths[0].kind",
        "'[{\"path\":\"/a\",\"type\":\"route\"}]',paths[0].type",
        "'[{\"path\":7}]',paths[0].path",
        "'[\"/a\",null]',paths[1]",
        "'{}',paths"
    })
    void anEntryOfPathsThatCannotBeReadIsNamedByItsPlace(String paths, String field) {
        assertThat(onlyProblem("{\"type\":\"post\",\"slug\":\"a\",\"paths\":%s}".formatted(paths))
                        .field())
                .isEqualTo(field);
    }

    @Test
    void theOnlySiteNeedNotBeNamed() {
        // given
        ContentUpdateReader oneSite = new ContentUpdateReader(List.of("shop"), PathRules.DEFAULT);

        // when
        ReadUpdate read = oneSite.read(Json.object("{\"type\":\"post\",\"slug\":\"a\"}"));

        // then
        assertThat(((ReadUpdate.Understood) read).job().site()).isEqualTo("shop");
    }

    @Test
    void amongSeveralSitesWithoutADefaultOneHasToBeNamed() {
        // given
        ContentUpdateReader noDefault = new ContentUpdateReader(List.of("shop", "blog"), PathRules.DEFAULT);

        // when
        ReadUpdate read = noDefault.read(Json.object("{\"type\":\"post\",\"slug\":\"a\"}"));

        // then
        assertThat(((ReadUpdate.NotUnderstood) read).invalid().getFirst().wayOut())
                .isEqualTo("send one of: shop, blog");
    }

    @ParameterizedTest
    @CsvSource({"urgent,URGENT", "normal,NORMAL", "low,LOW"})
    void anEventMaySayItsClass(String word, DeliveryClass expected) {
        assertThat(understood("{\"type\":\"post\",\"slug\":\"a\",\"class\":\"%s\"}".formatted(word))
                        .deliveryClass())
                .hasValue(expected);
        assertThat(understood("{\"type\":\"post\",\"slug\":\"a\"}").deliveryClass())
                .isEmpty();
    }

    @Test
    void aClassThatThereIsNotIsRefusedWithThoseThatThereAre() {
        ReadUpdate.NotUnderstood read = notUnderstood("{\"type\":\"post\",\"slug\":\"a\",\"class\":\"bulk\"}");

        assertThat(read.invalid().getFirst().wayOut()).isEqualTo("send one of: urgent, normal, low");
    }

    private ReadUpdate.Understood understood(String event) {
        ReadUpdate read = reader.read(Json.object(event));
        assertThat(read).isInstanceOf(ReadUpdate.Understood.class);
        return (ReadUpdate.Understood) read;
    }

    private ReadUpdate.NotUnderstood notUnderstood(String event) {
        ReadUpdate read = reader.read(Json.object(event));
        assertThat(read).isInstanceOf(ReadUpdate.NotUnderstood.class);
        return (ReadUpdate.NotUnderstood) read;
    }

    private FieldProblem onlyProblem(String event) {
        ReadUpdate.NotUnderstood read = notUnderstood(event);
        assertThat(read.unknown()).isEmpty();
        assertThat(read.invalid()).hasSize(1);
        return read.invalid().getFirst();
    }
}
