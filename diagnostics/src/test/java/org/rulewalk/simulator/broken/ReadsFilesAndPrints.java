package org.rulewalk.simulator.broken;

import java.nio.file.Path;
import org.rulewalk.diagnostics.question.Service;

/** Breaks the rules of the architecture, so that their test can show that it would notice. */
public final class ReadsFilesAndPrints {
  private ReadsFilesAndPrints() {}

  /** Uses what the simulator must not use. */
  public static void run() {
    System.out.println(Path.of("file") + Service.FORMS);
    System.out.println(Service.parse("ping"));
  }
}
