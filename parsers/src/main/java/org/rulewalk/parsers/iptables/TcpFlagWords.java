package org.rulewalk.parsers.iptables;

import java.util.Map;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.value.Bits;

/** {@code --tcp-flags mask bits} and {@code --syn}. */
final class TcpFlagWords {
  private static final Map<String, Integer> WORDS =
      Map.of(
          "FIN", 1, "SYN", 2, "RST", 4, "PSH", 8, "ACK", 16, "URG", 32, "ECE", 64, "CWR", 128,
          "ALL", 63, "NONE", 0);

  private static final int SYN_MASK = 0x17;
  private static final int SYN = 2;

  private TcpFlagWords() {}

  static Match match(Arguments.Option option) {
    if (option.values().size() < 2) {
      throw new Misread("`--tcp-flags` needs a mask and the flags that must be set");
    }
    int mask = flags(option.values().get(0));
    return masked(mask, flags(option.values().get(1)), option.negated());
  }

  private static int flags(String list) {
    return list.startsWith("0x") ? (int) Values.number(list) : Values.bits(list, WORDS);
  }

  static Match syn(boolean negated) {
    return masked(SYN_MASK, SYN, negated);
  }

  private static Match masked(int mask, int bits, boolean negated) {
    Expression left = Expression.of(HeaderField.TCP_FLAGS).masked(Bits.of(mask), DataType.TCP_FLAG);
    return Match.equal(left, negated, Bits.of(bits), DataType.TCP_FLAG);
  }
}
