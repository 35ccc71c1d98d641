package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.value.Source;

/** What a rule may refer to: the family of its table and the sets declared in it. */
final class Scope {
  private static final Set<String> TABLES_OF_IPTABLES =
      Set.of("raw", "mangle", "nat", "filter", "security");

  private final Family family;
  private final String table;
  private final MergedTests.Loaded loaded;
  private final Map<String, Shape> shapes = new HashMap<>();
  private final List<Chain> blocks = new ArrayList<>();

  Scope(Family family, String table, MergedTests.Loaded loaded) {
    this.family = family;
    this.table = table;
    this.loaded = loaded;
  }

  /** How the version that loaded the rules treats neighbouring tests. */
  MergedTests.Loaded loaded() {
    return loaded;
  }

  /** Whether the table may be one that iptables-nft made. */
  boolean isTableOfIptables() {
    return (family == Family.IP || family == Family.IP6) && TABLES_OF_IPTABLES.contains(table);
  }

  Family family() {
    return family;
  }

  /**
   * What a set's keys and data are.
   *
   * @param data types of a map's values; empty for sets, verdict maps and object maps
   */
  record Shape(List<DataType> types, List<Integer> widths, List<DataType> data) {
    public Shape {
      types = List.copyOf(types);
      widths = List.copyOf(widths);
      data = List.copyOf(data);
    }
  }

  /**
   * Takes the rules of {@code jump { … }} as a chain of their own.
   *
   * @return the name that it gets, as the kernel forms it
   */
  String block(List<Rule> rules, Source where) {
    String name = "__chain" + blocks.size();
    blocks.add(new Chain.Regular(name, rules, "", where));
    return name;
  }

  /** The chains without names of their own. */
  List<Chain> blocks() {
    return blocks;
  }

  void declare(String set, Shape shape) {
    shapes.put(set, shape);
  }

  Optional<Shape> shape(String set) {
    return Optional.ofNullable(shapes.get(set));
  }

  /** How many bits a value of a type has, where the type alone says so. */
  static int width(DataType type) {
    switch (type) {
      case IPV4_ADDR:
      case MARK:
      case IFACE_INDEX:
      case DEVGROUP:
      case REALM:
      case CLASSID:
      case UID:
      case GID:
      case CT_STATE:
      case CT_STATUS:
      case CT_EVENT:
      case HOUR:
        return 32;
      case IPV6_ADDR:
      case IFNAME:
      case STRING:
      case CT_LABEL:
        return 128;
      case ETHER_ADDR:
        return 48;
      case ETHER_TYPE:
      case INET_SERVICE:
      case IFACE_TYPE:
      case ARP_OP:
        return 16;
      case TIME:
      case TIMESTAMP:
      case INTEGER:
        return 64;
      case DSCP:
        return 6;
      default:
        return 8;
    }
  }
}
