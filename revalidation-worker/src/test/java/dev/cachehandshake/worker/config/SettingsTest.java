package dev.cachehandshake.worker.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.PagePath;
import dev.cachehandshake.protocol.boot.SettingsException;
import dev.cachehandshake.protocol.boot.Strategies;
import dev.cachehandshake.protocol.boot.Strategy;
import dev.cachehandshake.protocol.boot.StrategySettings;
import dev.cachehandshake.worker.roster.TargetRoster;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SettingsTest {
    private static final String REVALIDATION = "revalidation-secret-of-32-bytes-or-more";
    private static final String CALLBACK = "callback-secret-of-32-bytes-or-more-too";

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "handshake.target.url", "http://localhost:3000",
            "handshake.secret.revalidation", REVALIDATION,
            "handshake.secret.callback", CALLBACK));

    @Test
    void theSiteAndTheSecretsAreAllThatHasNoDefault() {
        // when
        bindAll();

        // then
        TargetSettings target = bind("handshake.target", TargetSettings.class);
        assertThat(target.site()).isEqualTo("default");
        assertThat(target.protocol()).isEqualTo(TargetSettings.Protocol.BATCH);
        assertThat(target.callbackAuth()).isEqualTo(TargetSettings.CallbackAuth.JWT);
        assertThat(target.callbackWithin()).isEqualTo(Duration.ofSeconds(25));
        assertThat(bind("handshake", WorkerSettings.class).dryRun()).isFalse();
    }

    @Test
    void aHandWrittenRouteHasLongerToCallBack() {
        settings.put("handshake.target.protocol", "single");

        TargetSettings target = bind("handshake.target", TargetSettings.class);

        assertThat(target.callbackWithin()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', textBlock = """
            handshake.lease.duration | 499ms | 500ms at least
            handshake.lease.renew-every | 0s | renew three times a lease
            handshake.lease.renew-every | -1s | renew three times a lease
            handshake.lease.renew-every | 1001ms | renew three times a lease
            handshake.lease.hold | 2s | the hard end cannot come before the first
            handshake.claim.batch | 0 | 1 to 1000
            handshake.claim.batch | 1001 | 1 to 1000
            handshake.claim.pop-wait | 999ms | 1s to 60s
            handshake.claim.pop-wait | 61s | 1s to 60s
            handshake.sweep.every | 99ms | 100ms to 60s
            handshake.sweep.every | 61s | 100ms to 60s
            handshake.sweep.at-most-every | 9ms | 10ms at least
            handshake.sweep.at-most-every | 2s | no longer than handshake.sweep.every
            handshake.sweep.limit | 0 | 1 to 5000
            handshake.sweep.limit | 5001 | 1 to 5000
            handshake.sweep.grace | 99ms | 100ms at least
            handshake.sweep.max-lost | 0 | 1 at least
            handshake.backoff.first | 0s | 1ms at least
            handshake.backoff.most | 999ms | no shorter
            handshake.backoff.unreached-most | 999ms | no shorter
            handshake.backoff.longest-retry-after | 999ms | 1s to 24h
            handshake.backoff.longest-retry-after | 86401s | 1s to 24h
            handshake.circuit.failures | 0 | 1 to 1000
            handshake.circuit.failures | 1001 | 1 to 1000
            handshake.circuit.open-for | 999ms | 1s to 24h
            handshake.circuit.open-for | 86401s | 1s to 24h
            handshake.circuit.probe-every | 9ms | 10ms at least
            handshake.circuit.probe-every | 301s | no longer than handshake.circuit.open-for
            handshake.stop-grace | -1s | 0s at least
            handshake.callback-limit | 1023B | 1KB to 64MB
            handshake.callback-limit | 65MB | 1KB to 64MB
            handshake.secret.token-life | 999ms | 1s to 5m
            handshake.secret.token-life | 301s | 1s to 5m
            handshake.target.url | localhost:3000 | http://localhost:3000
            handshake.target.url | ftp://localhost:3000 | http://localhost:3000
            handshake.target.url | http://a:3000,http://a:3000/shop | named once
            handshake.target.url | http://a:80,http://A/ | named once
            handshake.target.url | http://a:3000,,http://b:3000 | comma
            handshake.target.url | http://web_1:3000 | letters
            handshake.target.url | http://a:3000,b:3000 | http://localhost:3000
            handshake.target.url | http:///path | http://localhost:3000
            handshake.target.url | http://localhost:3000/?page=1 | http://localhost:3000
            handshake.target.url | http://localhost:3000/#top | http://localhost:3000
            handshake.strategies.normal.concurrency | 0 | 1 to 256
            handshake.strategies.normal.concurrency | 257 | 1 to 256
            handshake.strategies.normal.attempts | 0 | 1 to 100
            handshake.strategies.normal.attempts | 101 | 1 to 100
            handshake.strategies.urgent.weight | 0 | 1 to 100
            handshake.strategies.low.weight | 101 | 1 to 100
            handshake.strategies.normal.timeout | 0ms | 1ms to 10m
            handshake.strategies.normal.timeout | 601s | 1ms to 10m
            handshake.strategies.low.backoff | 0ms | 1ms to 1h
            handshake.strategies.low.quiet | -1s | 0s to 1h
            handshake.strategies.low.quiet | 3601s | 0s to 1h
            handshake.strategies.urgent.paths | blog | starts with a slash
            handshake.strategies.urgent.paths | /blog/{slug | /blog/**
            """)
    void aValueOutOfBoundsIsRefusedWithTheWayOut(String setting, String value, String wayOut) {
        // given
        settings.put(setting, value);

        // then
        String named = setting.startsWith("handshake.backoff") ? "handshake.backoff" : setting;
        assertRefused().contains(named).contains(wayOut);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect-timeout", "callback-within", "give-up-after"})
    void aTargetsDurationIsPositive(String setting) {
        settings.put("handshake.target." + setting, "0s");

        assertRefused().contains("handshake.target").contains(setting).contains("1ms at least");
    }

    @ParameterizedTest
    @CsvSource({"site,' '", "name,a name", "name,''", "name,a:b"})
    void aTargetsNamesCanStandInKeysAndLogs(String setting, String value) {
        settings.put("handshake.target." + setting, value);

        assertRefused().contains("handshake.target").contains("letters, digits");
    }

    @Test
    void aMissingSiteIsRefusedWithTheNameOfItsEnvironmentVariable() {
        settings.remove("handshake.target.url");

        assertRefused().contains("NEXTJS_URL").contains("is not set").contains("http://localhost:3000");
    }

    @ParameterizedTest
    @CsvSource({"revalidation,REVALIDATION_SECRET", "callback,CALLBACK_SECRET"})
    void aMissingSecretIsRefusedWithTheWayToMakeOne(String setting, String variable) {
        settings.remove("handshake.secret." + setting);

        assertRefused().contains(variable + " is not set").contains("openssl rand -hex 32");
    }

    @ParameterizedTest
    @CsvSource({"revalidation,REVALIDATION_SECRET", "callback,CALLBACK_SECRET"})
    void aShortSecretIsRefusedAndNotShown(String setting, String variable) {
        settings.put("handshake.secret." + setting, "a-secret-of-thirty-one-bytes-so");

        assertRefused()
                .contains(variable)
                .contains("31 bytes")
                .contains("openssl rand -hex 32")
                .doesNotContain("a-secret");
    }

    @Test
    void secretsAreNotShown() {
        assertThat(bind("handshake.secret", SecretSettings.class).toString())
                .doesNotContain(REVALIDATION)
                .doesNotContain(CALLBACK);
    }

    @Test
    void aHoldThatIsShorterThanACallAndALeaseContradicts() {
        settings.put("handshake.lease.hold", "32s");

        assertRefused()
                .contains("handshake.lease.hold")
                .contains("handshake.strategies.normal.timeout")
                .contains("(33s)");
    }

    @Test
    void connectingLongerThanTheWholeCallContradicts() {
        settings.put("handshake.target.connect-timeout", "31s");

        assertRefused().contains("handshake.target.connect-timeout").contains("handshake.strategies.urgent.timeout");
    }

    @Test
    void oneSecretForBothWaysContradicts() {
        settings.put("handshake.secret.callback", REVALIDATION);

        assertRefused()
                .contains("REVALIDATION_SECRET")
                .contains("CALLBACK_SECRET")
                .contains("take two");
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', textBlock = """
            handshake.lease.hold | 63s
            handshake.lease.renew-every | 1000ms
            handshake.claim.batch | 1000
            handshake.sweep.every | 60s
            handshake.sweep.at-most-every | 1s
            handshake.backoff.first | 1ms
            handshake.backoff.most | 1s
            handshake.stop-grace | 0s
            handshake.callback-limit | 1KB
            handshake.secret.token-life | 5m
            handshake.target.url | https://example.com/shop/
            handshake.target.connect-timeout | 10s
            handshake.strategies.normal.concurrency | 256
            """)
    void aValueAtItsBoundIsTaken(String setting, String value) {
        settings.put(setting, value);

        assertThatCode(this::bindAll).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000,http://localhost:3000/api/revalidate",
        "http://localhost:3000//,http://localhost:3000/api/revalidate",
        "https://example.com/shop/,https://example.com/shop/api/revalidate",
        "'http://a:3000/,http://b:3000',http://a:3000/api/revalidate"
    })
    void theRouteLiesUnderTheSitesAddress(String url, URI route) {
        settings.put("handshake.target.url", url);

        TargetRoster roster = new TargetRoster(bind("handshake.target", TargetSettings.class));
        assertThat(roster.fixed().getFirst().route()).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({"handshake.app-env,preview", "handshake.mode,dry-run"})
    void aPreviewIsADryRun(String setting, String value) {
        settings.put(setting, value);

        assertThat(bind("handshake", WorkerSettings.class).dryRun()).isTrue();
    }

    @Test
    void anyOtherEnvironmentIsLive() {
        settings.put("handshake.app-env", "production");

        assertThat(bind("handshake", WorkerSettings.class).dryRun()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "handshake.app-env,'',live: sites are called",
        "handshake.app-env,production,live: sites are called",
        "handshake.app-env,preview,dry run (APP_ENV=preview): no site is called",
        "handshake.mode,dry-run,dry run (handshake.mode=dry-run): no site is called"
    })
    void whetherSitesAreCalledIsSaidWithItsReason(String setting, String value, String words) {
        settings.put(setting, value);

        assertThat(bind("handshake", WorkerSettings.class).modeInWords()).isEqualTo(words);
    }

    @Test
    void nothingCanBeQuietSoonerThanItsQuietIsLong() {
        settings.put("handshake.strategies.normal.quiet", "2s");
        settings.put("handshake.strategies.normal.at-most", "1s");

        assertRefused().contains("handshake.strategies.normal.at-most").contains("2s");
    }

    @Test
    void whatIsSetOfAClassLeavesTheRestAsItIsByDefault() {
        settings.put("handshake.strategies.normal.timeout", "5s");
        settings.put("handshake.strategies.urgent.paths", "/,/pricing/**");

        Strategies strategies =
                bind("handshake.strategies", StrategySettings.class).strategies();

        Strategy normal = strategies.of(DeliveryClass.NORMAL);
        assertThat(normal.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(normal.concurrency()).isEqualTo(2);
        assertThat(normal.attempts()).isEqualTo(3);
        assertThat(strategies.longestTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(strategies.classOf(page("/pricing/teams"))).isEqualTo(DeliveryClass.URGENT);
    }

    @ParameterizedTest
    @CsvSource({"/,URGENT", "/blog,NORMAL", "/blog/a,NORMAL", "/blog/a/b,NORMAL", "/about,LOW", "/docs/a,LOW"})
    void byDefaultTheHomePageIsUrgentAndTheBlogNormal(String path, DeliveryClass expected) {
        assertThat(bind("handshake.strategies", StrategySettings.class)
                        .strategies()
                        .classOf(page(path)))
                .isEqualTo(expected);
    }

    private static PagePath page(String path) {
        return new PagePath(path, Optional.empty());
    }

    private AbstractStringAssert<?> assertRefused() {
        SettingsException refusal = null;
        try {
            bindAll();
        } catch (RuntimeException failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                refusal = cause instanceof SettingsException settingsException ? settingsException : refusal;
            }
        }
        assertThat(refusal).as("the refusal of %s", settings).isNotNull();
        return assertThat(refusal.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
    }

    private void bindAll() {
        bind("handshake.claim", ClaimSettings.class);
        bind("handshake.sweep", SweepSettings.class);
        bind("handshake.backoff", BackoffSettings.class);
        bind("handshake.circuit", CircuitSettings.class);
        bind("handshake", WorkerSettings.class);
        SettingsAgreement agreement = new SettingsAgreement(
                bind("handshake.lease", LeaseSettings.class),
                bind("handshake.strategies", StrategySettings.class).strategies(),
                bind("handshake.target", TargetSettings.class),
                bind("handshake.secret", SecretSettings.class));
        assertThat(agreement).isNotNull();
    }

    private <T> T bind(String prefix, Class<T> type) {
        return new Binder(new MapConfigurationPropertySource(settings)).bindOrCreate(prefix, type);
    }
}
