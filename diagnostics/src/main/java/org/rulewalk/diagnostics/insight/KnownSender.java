package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * An address that a provider lets in by an interface: an element of the set {@code allowed} from
 * R4.2 on, before that a rule of iptables' table raw ({@code ! -s ADDRESS -i vifN.0 -j DROP}).
 */
public record KnownSender(String device, IpAddress address, Source source) {
  /** The set of R4.2. */
  static final String ALLOWED = "allowed";

  private static final List<DataType> KEY = List.of(DataType.IFNAME, DataType.IPV4_ADDR);

  /** All that a provider has. */
  static List<KnownSender> of(Machine provider) {
    List<KnownSender> found = new ArrayList<>();
    for (Table table : provider.ruleset().tables()) {
      Optional.ofNullable(table.sets().get(ALLOWED))
          .filter(KnownSender::isOfSenders)
          .ifPresent(set -> elements(set, found));
      if (table.tool() != Table.Tool.NFT && table.name().equals("raw")) {
        table.chains().forEach(chain -> chain.rules().forEach(rule -> ofRaw(rule, found)));
      }
    }
    return found;
  }

  static boolean isOfSenders(NamedSet set) {
    return set.keyTypes().equals(KEY);
  }

  /** The key of an element for this device and address. */
  static List<Bits> key(String device, IpAddress address) {
    return List.of(Bits.ofName(device), address.value());
  }

  private static void elements(NamedSet set, List<KnownSender> found) {
    for (ElementSet.Element element : set.elements().elements()) {
      if (element.key().size() == KEY.size()) {
        found.add(
            new KnownSender(
                element.key().get(0).low().toName(),
                new IpAddress(IpVersion.IPV4, element.key().get(1).low()),
                set.source()));
      }
    }
  }

  private static void ofRaw(Rule rule, List<KnownSender> found) {
    Optional<String> device = Optional.empty();
    Optional<IpAddress> other = Optional.empty();
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match.Compare) {
        Match.Compare compare = (Match.Compare) statement;
        Optional<Bits> value = constant(compare.right());
        boolean equal = compare.operator() == Match.Operator.EQUAL;
        if (equal && isInput(compare.left())) {
          device = value.map(Bits::toName);
        }
        if (compare.operator() == Match.Operator.NOT_EQUAL && isSource(compare.left())) {
          other = value.map(bits -> new IpAddress(IpVersion.IPV4, bits));
        }
      }
    }
    if (device.isPresent() && other.isPresent()) {
      found.add(new KnownSender(device.get(), other.get(), rule.source()));
    }
  }

  private static boolean isInput(Expression left) {
    return left instanceof Expression.Meta && ((Expression.Meta) left).key() == MetaKey.IIFNAME;
  }

  private static boolean isSource(Expression left) {
    return left instanceof Expression.Header
        && ((Expression.Header) left).field() == HeaderField.IP_SADDR;
  }

  private static Optional<Bits> constant(Expression right) {
    return right instanceof Expression.Constant
        ? ((Expression.Constant) right).value().asKey().map(parts -> parts.get(0))
        : Optional.empty();
  }
}
