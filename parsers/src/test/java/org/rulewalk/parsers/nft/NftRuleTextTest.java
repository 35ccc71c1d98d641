package org.rulewalk.parsers.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Commands as {@code nft list} prints the rule. */
final class NftRuleTextTest {
  @Test
  void commandsAreSpelledAsListed() {
    assertEquals(
        "iifname \"eth0\" tcp dport 443 ct state new counter packets 0 bytes 0 accept",
        NftRuleText.listed("iifname eth0 tcp dport https ct state new counter accept").text());
  }

  @Test
  void aWordMayHaveAPartTwice() {
    assertEquals("ct state new,new accept", NftRuleText.listed("ct state new,new accept").text());
  }
}
