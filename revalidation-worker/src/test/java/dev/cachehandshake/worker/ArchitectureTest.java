package dev.cachehandshake.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;

@AnalyzeClasses(packages = "dev.cachehandshake.worker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String WORKER = "dev.cachehandshake.worker";

    @ArchTest
    static final ArchRule claimHandsOverToDeliver = mayUse("claim", "deliver", "loop", "report", "roster");

    @ArchTest
    static final ArchRule deliverKnowsNobodyWhoClaims = mayUse("deliver", "loop", "report", "roster");

    @ArchTest
    static final ArchRule aCallbackIsWeighedAndReportedAndBacksOffAsADeliveryDoes =
            mayUse("callback", "deliver", "report");

    @ArchTest
    static final ArchRule aProbeStandsBeforeADelivery = mayUse("probe", "deliver", "report", "roster");

    @ArchTest
    static final ArchRule aReplicaIsVerifiedAsACallbackIs = mayUse("replica", "callback", "report", "roster");

    @ArchTest
    static final ArchRule aRosterKnowsNobody = mayUse("roster");

    @ArchTest
    static final ArchRule aRescueIsALoopThatReportsAndWakesWhatWaitsForATarget =
            mayUse("rescue", "loop", "report", "roster");

    @ArchTest
    static final ArchRule aDeploymentIsCaughtUpWithAsAReplicaIs = mayUse("deploy", "loop", "replica", "report");

    @ArchTest
    static final ArchRule aReportKnowsNobody = mayUse("report");

    @ArchTest
    static final ArchRule aLoopKnowsNobody = mayUse("loop");

    @ArchTest
    static final ArchRule onlyTheMainClassKnowsTheWiring = classes()
            .that()
            .resideInAPackage("..worker.config..")
            .and()
            .haveNameNotMatching(".*Settings(\\$.*)?")
            .should()
            .onlyBeAccessed()
            .byAnyPackage("..worker.config..", WORKER);

    @ArchTest
    static final ArchRule onlyClaimWaitsAtRedisAndOnlyConfigLooksAtIt = noClasses()
            .that()
            .resideInAnyPackage(
                    "..worker.deliver..",
                    "..worker.deploy..",
                    "..worker.callback..",
                    "..worker.probe..",
                    "..worker.replica..",
                    "..worker.rescue..",
                    "..worker.roster..",
                    "..worker.report..",
                    "..loop..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "org.springframework.data.redis..", "..protocol.redis..");

    @ArchTest
    static final ArchRule onlyWhatSitesCallSpeaksHttpToComers = noClasses()
            .that()
            .resideOutsideOfPackages("..worker.callback..", "..worker.replica..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet..", "org.springframework.http..", "org.springframework.web..");

    @ArchTest
    static final ArchRule timeComesFromTheClockAndNobodySleeps = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", java.time.Duration.class);

    @ArchTest
    static final ArchRule namesSayTheStep = noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)");

    /** Of our own packages, itself, these, and settings, which config holds. */
    private static ClassesShouldConjunction mayUse(String part, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(".." + "worker." + part + "..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(WORKER + "..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.describe(
                                "are not among " + java.util.List.of(others), used -> isForeign(used, part, others))));
    }

    private static boolean isForeign(JavaClass used, String part, String... others) {
        String of = used.getPackageName();
        if (of.equals(WORKER + "." + part) || used.getName().matches(".*\\.config\\.[A-Za-z]+Settings(\\$.*)?")) {
            return false;
        }
        return java.util.Arrays.stream(others).noneMatch(other -> of.equals(WORKER + "." + other));
    }
}
