package org.rulewalk.parsers.iproute;

import java.util.Map;
import java.util.OptionalInt;
import org.rulewalk.simulator.network.Route;

/**
 * The numbers of routing tables. Names beside the kernel's own stand in /etc/iproute2/rt_tables,
 * which a capture lacks: each gets a negative number that no real table has, so that rules and
 * routes still meet, those of a command too that names the table later.
 */
public final class RoutingTables {
  private static final Map<String, Integer> FIXED =
      Map.of(
          "local", Route.TABLE_LOCAL,
          "main", Route.TABLE_MAIN,
          "default", Route.TABLE_DEFAULT,
          "unspec", 0);

  /** The number of a table that is given by number or name. */
  public int number(String word) {
    OptionalInt number = Numbers.small(word);
    if (number.isPresent()) {
      return number.getAsInt();
    }
    Integer fixed = FIXED.get(word);
    return fixed != null ? fixed : -1 - (word.hashCode() & Integer.MAX_VALUE);
  }
}
