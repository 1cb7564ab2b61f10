package dev.cachehandshake.protocol;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Date;

@AnalyzeClasses(packages = "dev.cachehandshake.protocol", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String DOMAIN = "dev.cachehandshake.protocol";
    private static final String BOOT = DOMAIN + ".boot..";
    private static final String REDIS = DOMAIN + ".redis..";

    @ArchTest
    static final ArchRule theDomainKnowsNoTechnology = noClasses()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework..",
                    "io.lettuce..",
                    "com.fasterxml..",
                    "io.jsonwebtoken..",
                    "io.micrometer..",
                    "org.slf4j..",
                    "jakarta..");

    @ArchTest
    static final ArchRule theDomainKnowsNothingBuiltOnIt = noClasses()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .dependOnClassesThat(resideInAPackage(DOMAIN + "..").and(not(resideInAPackage(DOMAIN))));

    @ArchTest
    static final ArchRule onlyRedisAndBootUseLettuce = noClasses()
            .that()
            .resideOutsideOfPackages(REDIS, BOOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "io.netty..");

    @ArchTest
    static final ArchRule onlyBootUsesSpring = noClasses()
            .that()
            .resideOutsideOfPackage(BOOT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..", "io.micrometer..");

    @ArchTest
    static final ArchRule onlyTokenUsesJwt = noClasses()
            .that()
            .resideOutsideOfPackage(DOMAIN + ".token..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.jsonwebtoken..");

    @ArchTest
    static final ArchRule onlyWireUsesJackson = noClasses()
            .that()
            .resideOutsideOfPackage(DOMAIN + ".wire..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    @ArchTest
    static final ArchRule theSeamsKnowNotWhatIsBehindThem = noClasses()
            .that()
            .resideInAnyPackage(DOMAIN + ".wire..", DOMAIN + ".token..", DOMAIN + ".store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(REDIS, BOOT);

    @ArchTest
    static final ArchRule redisKnowsNothingOfBoot = noClasses()
            .that()
            .resideInAPackage(REDIS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(BOOT);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.cachehandshake.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethodWhere(new Sleeping());

    @ArchTest
    static final ArchRule theTimeComesFromAClock = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callConstructor(Date.class);

    @ArchTest
    static final ArchRule clocksComeFromTheConfiguration = noClasses()
            .that()
            .doNotHaveSimpleName("RefereeConfiguration")
            .should()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone");

    private static final class Sleeping
            extends com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaMethodCall> {
        Sleeping() {
            super("a thread is put to sleep");
        }

        @Override
        public boolean test(com.tngtech.archunit.core.domain.JavaMethodCall call) {
            JavaClass owner = call.getTargetOwner();
            return call.getTarget().getName().equals("sleep")
                    && (owner.isEquivalentTo(Thread.class)
                            || owner.isEquivalentTo(java.util.concurrent.TimeUnit.class));
        }
    }
}
