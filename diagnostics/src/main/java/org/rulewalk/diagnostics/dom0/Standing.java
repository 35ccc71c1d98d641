package org.rulewalk.diagnostics.dom0;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.parsers.dom0.VmRules;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

/**
 * How dom0's rules of a VM stand in the VM that provides its network.
 *
 * @param rules as dom0 has them
 * @param counted those in force, in the order in which {@code qvm-firewall} counts them
 * @param expired those whose time was over when the rules were captured
 * @param expected what the agent should have made of them
 * @param table where the client's chain is, or should be
 * @param chain the client's chain; of release 3 the one with all clients' rules
 * @param made by a captured rule's number, what it was made from
 * @param lacking what the chain does not have
 * @param strange what the chain has and dom0 does not
 * @param otherResolvers rules for DNS that name other resolvers than the provider has now, by the
 *     captured rule's number
 * @param refused why the agent can't use the rules; empty if it can
 */
public record Standing(
    String vm,
    String provider,
    IpAddress address,
    Generation generation,
    State state,
    VmRules rules,
    List<FirewallRule> counted,
    List<FirewallRule> expired,
    List<Expected> expected,
    Optional<Table> table,
    Optional<Chain> chain,
    Map<Integer, Expected> made,
    List<Expected> lacking,
    List<Rule> strange,
    List<Integer> otherResolvers,
    Optional<String> refused) {
  private static final int MOST_MEMBERS = 256;

  /** Keeps copies. */
  public Standing {
    counted = List.copyOf(counted);
    expired = List.copyOf(expired);
    expected = List.copyOf(expected);
    made = Collections.unmodifiableMap(new TreeMap<>(made));
    lacking = List.copyOf(lacking);
    strange = List.copyOf(strange);
    otherResolvers = List.copyOf(otherResolvers);
  }

  /** Whether the kernel has what dom0 wants. */
  public enum State {
    /** The chain is the one that follows from dom0's rules. */
    IN_FORCE,
    /** It is another one: the rules changed since, or somebody changed the chain. */
    STALE,
    /** There is no chain, or no packet gets to it. */
    MISSING,
    /** The chain is one reject: the agent could not use the rules. */
    BLOCKED,
    /** The agent does not run: VMs' rules are nowhere. */
    NOT_RUNNING,
    /** The VM itself does not run: there is nothing to compare. */
    VM_OFF;

    /** In lower case with hyphens. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The rule of dom0 behind a rule of the captured chain. */
  public Optional<Origin> origin(Rule rule) {
    return Optional.ofNullable(made.get(rule.number())).map(Expected::origin);
  }

  /** A rule's number as {@code qvm-firewall} counts, which leaves out what has expired. */
  public Optional<Integer> number(FirewallRule rule) {
    if (rules.old().isPresent() && generation == Generation.FORWARD_CHAIN) {
      return Optional.of(rule.number());
    }
    int place = counted.indexOf(rule);
    return place < 0 ? Optional.empty() : Optional.of(place);
  }

  /** What dom0's rules, as they are now, do with a flow; empty if a host's name decides. */
  public Optional<Expected> decider(Shape.Flow flow) {
    return decider(flow, 0);
  }

  /** The same without the first rules. */
  Optional<Expected> decider(Shape.Flow flow, int from) {
    Set<IpAddress> resolvers = resolvers();
    for (Expected each : expected.subList(from, expected.size())) {
      boolean unknown = isUnknown(each);
      Shape shape = unknown ? each.shape().without(Shape.DESTINATION) : each.shape();
      if (shape.takes(flow, resolvers)) {
        List<Shape> known = unknown ? captured(each) : List.of();
        if (!unknown || known.stream().anyMatch(s -> s.takes(flow, resolvers))) {
          return Optional.of(each);
        }
        if (known.isEmpty()) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What an expected rule is in the kernel: of a host's name one rule an address, or one of all.
   */
  private List<Shape> captured(Expected wanted) {
    return rules(wanted).stream().map(Shape::of).toList();
  }

  /** The captured rules that were made from an expected one. */
  public List<Rule> rules(Expected wanted) {
    Set<Integer> numbers = new HashSet<>();
    made.forEach(
        (number, from) -> {
          if (from == wanted) {
            numbers.add(number);
          }
        });
    return chain.map(Chain::rules).orElse(List.of()).stream()
        .filter(rule -> numbers.contains(rule.number()))
        .toList();
  }

  /** The addresses that a host's name stood for when its rule was made, lowest first. */
  public List<String> resolved(Expected wanted) {
    return captured(wanted).stream()
        .flatMap(shape -> shape.destinations().stream())
        .sorted(Comparator.comparing(ElementSet.Interval::low))
        .map(this::shown)
        .toList();
  }

  private String shown(ElementSet.Interval interval) {
    String low = new IpAddress(address.version(), interval.low()).toString();
    return interval.isSingle()
        ? low
        : low + "-" + new IpAddress(address.version(), interval.high());
  }

  private Set<IpAddress> resolvers() {
    Set<IpAddress> found = new HashSet<>();
    table
        .map(Table::sets)
        .orElse(Map.of())
        .forEach(
            (name, set) -> {
              if (PedosNames.isResolverSet(name)) {
                set.elements().elements().stream()
                    .filter(e -> e.key().size() == 1)
                    .forEach(e -> found.addAll(members(e.key().get(0))));
              }
            });
    return found;
  }

  private List<IpAddress> members(ElementSet.Interval interval) {
    List<IpAddress> found = new ArrayList<>();
    Bits each = interval.low();
    while (each.compareTo(interval.high()) <= 0 && found.size() < MOST_MEMBERS) {
      found.add(new IpAddress(address.version(), each));
      each = each.plus(Bits.of(1));
    }
    return found;
  }

  /**
   * What the agent writes once one of dom0's rules is taken away, line by line, without the lines
   * for hosts and resolvers whose addresses nobody knows now; empty if one of these denies, so that
   * it counts what they are.
   */
  public Optional<List<String>> writtenWithout(FirewallRule deleted) {
    List<Expected> rest =
        expected.stream()
            .filter(each -> each.origin().rule().filter(deleted::equals).isEmpty())
            .toList();
    boolean told = rest.stream().noneMatch(each -> isUnknown(each) && each.shape().denies());
    return told
        ? Optional.of(rest.stream().filter(e -> !isUnknown(e)).map(Expected::text).toList())
        : Optional.empty();
  }

  private static boolean isUnknown(Expected each) {
    return each.host().isPresent() || each.resolvers();
  }

  /** Whether what no rule names is rejected. */
  public boolean isLimited() {
    Shape.Flow unnamed = new Shape.Flow(IpAddress.any(address.version()), 0, 0, -1);
    return decider(unnamed).map(e -> e.shape().denies()).orElse(false);
  }

  /** Whether there is a VM whose packets the rules are for. */
  public boolean isOn() {
    return state != State.VM_OFF;
  }

  /** The same for a VM that does not run. */
  Standing off() {
    return new Standing(
        vm,
        provider,
        address,
        generation,
        State.VM_OFF,
        rules,
        counted,
        expired,
        expected,
        table,
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        refused);
  }

  /** Whether dom0's rules let everything pass. */
  public boolean isOpen() {
    return !expected.isEmpty()
        && expected.get(0).shape().isForAll()
        && expected.get(0).shape().accepts();
  }
}
