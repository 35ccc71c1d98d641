package org.rulewalk.diagnostics.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.rulewalk.simulator.broken.ReadsFilesAndPrints;

/** The rules between modules and packages, each shown to bite on a class that breaks it. */
class ArchitectureTest {
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(
              "org.rulewalk.simulator", "org.rulewalk.parsers", "org.rulewalk.diagnostics");

  private static final JavaClasses BROKEN =
      new ClassFileImporter().importClasses(ReadsFilesAndPrints.class);

  private static final ArchRule SIMULATOR_KNOWS_NO_FILES =
      noClasses()
          .that()
          .resideInAPackage("org.rulewalk.simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io..", "java.nio.file..", "com.fasterxml..", "picocli..")
          .because("the simulator knows no files, no text formats and no JSON");

  private static final ArchRule SIMULATOR_STANDS_ALONE =
      noClasses()
          .that()
          .resideInAPackage("org.rulewalk.simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.rulewalk.parsers..", "org.rulewalk.diagnostics..")
          .because("all else is built on the simulator");

  private static final ArchRule PARSERS_DECIDE_NOTHING =
      noClasses()
          .that()
          .resideInAPackage("org.rulewalk.parsers..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.rulewalk.simulator.kernel..",
              "org.rulewalk.simulator.conntrack..",
              "org.rulewalk.diagnostics..")
          .because("parsers read, and decide nothing");

  private static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.rulewalk.diagnostics.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("only the command line prints");

  @Test
  void simulatorKnowsNoFiles() {
    holdsAndBites(SIMULATOR_KNOWS_NO_FILES);
  }

  @Test
  void onlyTheCommandLinePrints() {
    holdsAndBites(ONLY_THE_COMMAND_LINE_PRINTS);
  }

  @Test
  void simulatorStandsAlone() {
    holdsAndBites(SIMULATOR_STANDS_ALONE);
  }

  @Test
  void parsersDecideNothing() {
    PARSERS_DECIDE_NOTHING.check(PRODUCT);
    JavaClasses broken =
        new ClassFileImporter().importClasses(org.rulewalk.parsers.broken.DecidesByItself.class);
    assertTrue(PARSERS_DECIDE_NOTHING.evaluate(broken).hasViolation());
  }

  @Test
  void packagesHaveNoCycles() {
    for (String module : new String[] {"simulator", "parsers", "diagnostics"}) {
      slices()
          .matching("org.rulewalk." + module + ".(*)..")
          .should()
          .beFreeOfCycles()
          .check(PRODUCT);
    }
  }

  private static void holdsAndBites(ArchRule rule) {
    rule.check(PRODUCT);
    assertTrue(rule.evaluate(BROKEN).hasViolation());
  }
}
