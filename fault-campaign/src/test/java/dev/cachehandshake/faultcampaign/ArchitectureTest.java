package dev.cachehandshake.faultcampaign;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.cachehandshake.faultcampaign", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule theJudgeKnowsWhatWasSeenAndNothingOfTheServices = classes()
            .that()
            .resideInAnyPackage("..faultcampaign.verdict..", "..faultcampaign.history..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "..faultcampaign.verdict..", "..faultcampaign.history..", "..faultcampaign.faults..");

    @ArchTest
    static final ArchRule aScheduleIsDrawnFromItsSeedAlone = classes()
            .that()
            .resideInAPackage("..faultcampaign.faults..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "..faultcampaign.faults..");

    @ArchTest
    static final ArchRule dependenciesPointOneWay =
            slices().matching("dev.cachehandshake.faultcampaign.(*)..").should().beFreeOfCycles();
}
