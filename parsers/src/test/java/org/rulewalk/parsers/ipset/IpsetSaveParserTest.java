package org.rulewalk.parsers.ipset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

class IpsetSaveParserTest {
  private final Problems problems = new Problems();

  private Map<String, IpSet> parse(String save) {
    return IpsetSaveParser.parse(SourceText.of("ipset-save.txt", save), problems);
  }

  private static Bits address(String text) {
    return IpAddress.of(text).value();
  }

  @Test
  void networksWithHoles() {
    IpSet nets =
        parse(
                "create nets hash:net family inet hashsize 1024\nadd nets 10.0.0.0/24\nadd nets 10.0.0.7 nomatch\n")
            .get("nets");
    assertTrue(nets.contains(List.of(address("10.0.0.6"))));
    assertFalse(nets.contains(List.of(address("10.0.0.7"))));
    assertFalse(nets.contains(List.of(address("10.0.1.1"))));
  }

  @Test
  void addressesWithPortsOfAProtocol() {
    IpSet set =
        parse(
                "create s hash:ip,port family inet\nadd s 10.0.0.1,tcp:443\nadd s 10.0.0.1,udp:53-54\n")
            .get("s");
    assertTrue(set.contains(List.of(address("10.0.0.1"), Bits.of(6 << 16 | 443))));
    assertTrue(set.contains(List.of(address("10.0.0.1"), Bits.of(17 << 16 | 54))));
    assertFalse(set.contains(List.of(address("10.0.0.1"), Bits.of(17 << 16 | 443))));
  }

  @Test
  void rangesBecomePrefixes() {
    IpSet set =
        parse("create s bitmap:ip range 10.0.0.0-10.0.0.255\nadd s 10.0.0.3-10.0.0.9\n").get("s");
    for (int i = 0; i < 16; i++) {
      assertEquals(i >= 3 && i <= 9, set.contains(List.of(address("10.0.0." + i))), "10.0.0." + i);
    }
  }

  @Test
  void brokenLinesAreToldAndTheRestIsRead() {
    Map<String, IpSet> sets =
        parse(
            "create s hash:ip family inet\nadd t 10.0.0.1\nadd s nonsense\nfrob\nadd s 10.0.0.2\n");
    assertEquals(3, problems.list().size());
    assertEquals(2, problems.list().get(0).where().line());
    assertTrue(sets.get("s").contains(List.of(address("10.0.0.2"))));
  }
}
