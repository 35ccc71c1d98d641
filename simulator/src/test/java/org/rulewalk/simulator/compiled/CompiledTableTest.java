package org.rulewalk.simulator.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/** The law of this package: steps, doubts, deeds and verdicts are those of the plain walk. */
class CompiledTableTest {
  private static final int TABLES = Integer.getInteger("rulewalk.compiled.tables", 1500);
  private static final int PACKETS = 120;

  @Test
  void saysWhatThePlainWalkSays() {
    int steps = 0;
    for (long seed = 1; seed <= TABLES; seed++) {
      RandomTable random = new RandomTable(seed);
      Table table = random.table();
      Chain.Base base = (Chain.Base) table.chains().get(0);
      CompiledTable compiled = CompiledTable.of(table, seed % 3 == 0 ? 20 : 1);
      for (int i = 0; i < PACKETS; i++) {
        TestPacket plain = random.packet();
        TestPacket fast = plain.fresh();
        Verdict expected = ChainWalk.run(table, base, plain, plain);
        Verdict got = compiled.run(base, fast, fast);
        String where = "seed " + seed + ", packet " + i + ": " + plain.fresh();
        assertEquals(plain.log(), fast.log(), where);
        assertEquals(expected, got, where);
        steps += plain.log().size();
      }
    }
    assertTrue(steps > TABLES * PACKETS, "the rules hardly match: " + steps + " steps");
  }
}
