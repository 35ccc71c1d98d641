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

  /** Sets of packets are built on rules alone; what follows them through a machine, on both. */
  private static final ArchRule SETS_OF_PACKETS_KNOW_NO_KERNEL =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.rulewalk.simulator.symbolic..",
              "org.rulewalk.simulator.region..",
              "org.rulewalk.simulator.classify..",
              "org.rulewalk.simulator.compiled..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rulewalk.simulator.flow..")
          .because("the ways through a machine are built on sets of packets");

  private static final ArchRule THE_KERNEL_NEEDS_NO_SETS_OF_PACKETS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.rulewalk.simulator.kernel..",
              "org.rulewalk.simulator.rules..",
              "org.rulewalk.simulator.route..",
              "org.rulewalk.simulator.conntrack..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.rulewalk.simulator.symbolic..", "org.rulewalk.simulator.flow..")
          .because("one packet is followed without sets of packets, so that each checks the other");

  private static final ArchRule CLASSIFIERS_KNOW_NO_RULES =
      noClasses()
          .that()
          .resideInAPackage("org.rulewalk.simulator.classify..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.rulewalk.simulator.rules..", "org.rulewalk.simulator.kernel..")
          .because("a classifier knows boxes of numbers alone");

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
  void oneWayFromRulesToSetsOfPackets() {
    SETS_OF_PACKETS_KNOW_NO_KERNEL.check(PRODUCT);
    THE_KERNEL_NEEDS_NO_SETS_OF_PACKETS.check(PRODUCT);
    CLASSIFIERS_KNOW_NO_RULES.check(PRODUCT);
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
