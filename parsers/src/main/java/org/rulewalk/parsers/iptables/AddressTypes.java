package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.IpVersion;

/** {@code -m addrtype}. */
final class AddressTypes {
  private AddressTypes() {}

  static List<Statement> read(Arguments a, IpVersion version) {
    boolean in = a.has("limit-iface-in");
    boolean out = a.has("limit-iface-out");
    List<Statement> matches = new ArrayList<>();
    a.take("src-type").ifPresent(o -> matches.add(match(o, true, in, out)));
    a.take("dst-type").ifPresent(o -> matches.add(match(o, false, in, out)));
    return matches;
  }

  private static Match match(Arguments.Option option, boolean source, boolean in, boolean out) {
    return new Match.Extension(
        new XtMatch.AddressType(source, option.negated(), types(option.value()), in, out));
  }

  private static Set<FibQuery.AddressType> types(String list) {
    Set<FibQuery.AddressType> types = EnumSet.noneOf(FibQuery.AddressType.class);
    for (String word : list.split(",")) {
      try {
        types.add(FibQuery.AddressType.valueOf(word.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new Misread("`" + word + "` is no type of address");
      }
    }
    return types;
  }
}
