package dev.cachehandshake.publisher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(packages = "dev.cachehandshake.publisher", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule anEventGoesOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("service")
            .definedBy("dev.cachehandshake.publisher")
            .layer("api")
            .definedBy("..publisher.api..")
            .layer("security")
            .definedBy("..publisher.security..")
            .layer("publish")
            .definedBy("..publisher.publish..")
            .layer("hold")
            .definedBy("..publisher.hold..")
            .layer("config")
            .definedBy("..publisher.config..")
            .whereLayer("service")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("security")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("publish")
            .mayOnlyBeAccessedByLayers("api", "hold")
            .whereLayer("hold")
            .mayOnlyBeAccessedByLayers("api")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("service", "api", "security", "publish", "hold");

    @ArchTest
    static final ArchRule onlyTheStoreTalksToRedis = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "org.springframework.data.redis..", "..protocol.redis..");

    @ArchTest
    static final ArchRule publishingKnowsNothingOfHttp = noClasses()
            .that()
            .resideInAnyPackage("..publisher.publish..", "..publisher.hold..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet..", "org.springframework.http..", "org.springframework.web..");

    @ArchTest
    static final ArchRule timeComesFromTheClock = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule namesSayTheStep = classes()
            .should()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Impl");
}
