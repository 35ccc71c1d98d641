package org.rulewalk.parsers.dom0;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Both spellings of a name are one. */
class PedosNamesTest {
  @Test
  void bothSpellingsAreOne() {
    assertTrue(PedosNames.isAgentTable("PedOS-firewall"));
    assertTrue(PedosNames.isAgentTable("qubes-firewall"));
    assertTrue(PedosNames.isChainOf("pbs-10-137-0-20", "10.137.0.20"));
    assertTrue(PedosNames.isChainOf("qbs-fd09-24ef-4179--a89-14", "fd09:24ef:4179::a89:14"));
    assertFalse(PedosNames.isChainOf("pbs-10-137-0-2", "10.137.0.20"));
    assertTrue(PedosNames.isOurs("PR-QBS") && PedosNames.isOurs("PEDOS-FORWARD"));
    assertFalse(PedosNames.isOurs("filter"));
  }
}
