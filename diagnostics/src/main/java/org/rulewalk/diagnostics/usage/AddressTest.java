package org.rulewalk.diagnostics.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * A test of a rule for single source or destination addresses.
 *
 * @param source whether for the source
 * @param addresses those that pass
 */
public record AddressTest(boolean source, List<IpAddress> addresses) {
  /** Keeps a copy. */
  public AddressTest {
    addresses = List.copyOf(addresses);
  }

  /** The tests of a rule that are in this form. */
  public static List<AddressTest> of(Rule rule) {
    List<AddressTest> found = new ArrayList<>();
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match.Compare) {
        Match.Compare compare = (Match.Compare) statement;
        if (compare.operator() == Match.Operator.EQUAL) {
          scalar(compare.right()).ifPresent(v -> add(found, compare.left(), List.of(v)));
        }
      } else if (statement instanceof Match.InSet) {
        Match.InSet in = (Match.InSet) statement;
        if (!in.negated() && in.set() instanceof SetReference.Anonymous) {
          singles(((SetReference.Anonymous) in.set()).elements())
              .ifPresent(values -> add(found, in.left(), values));
        }
      }
    }
    return found;
  }

  private static void add(List<AddressTest> found, Expression left, List<Bits> values) {
    if (left instanceof Expression.Header) {
      HeaderField field = ((Expression.Header) left).field();
      boolean source = field == HeaderField.IP_SADDR || field == HeaderField.IP6_SADDR;
      boolean destination = field == HeaderField.IP_DADDR || field == HeaderField.IP6_DADDR;
      IpVersion version =
          field == HeaderField.IP_SADDR || field == HeaderField.IP_DADDR
              ? IpVersion.IPV4
              : IpVersion.IPV6;
      if (source || destination) {
        found.add(
            new AddressTest(source, values.stream().map(v -> new IpAddress(version, v)).toList()));
      }
    }
  }

  private static Optional<List<Bits>> singles(ElementSet elements) {
    boolean all =
        elements.elements().stream()
            .allMatch(e -> e.key().size() == 1 && e.key().get(0).isSingle());
    return all
        ? Optional.of(elements.elements().stream().map(e -> e.key().get(0).low()).toList())
        : Optional.empty();
  }

  /** The value of a number written in a rule. */
  public static Optional<Bits> scalar(Expression expression) {
    return expression instanceof Expression.Constant
            && ((Expression.Constant) expression).value() instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) ((Expression.Constant) expression).value()).bits())
        : Optional.empty();
  }
}
