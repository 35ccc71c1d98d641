package org.rulewalk.diagnostics.usage;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.hops.StillPacket;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Parts;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

/**
 * A test of a rule that looks at one interface and nothing else.
 *
 * @param incoming whether at the one that a packet came in by
 * @param byGroup whether at the interface's group, and not its name
 * @param wanted the names or groups that it compares with; {@code vif*} for a beginning
 */
public record DeviceTest(Match match, boolean incoming, boolean byGroup, List<String> wanted) {
  private static final Set<MetaKey> INCOMING =
      EnumSet.of(MetaKey.IIF, MetaKey.IIFNAME, MetaKey.IIFGROUP);
  private static final Set<MetaKey> OUTGOING =
      EnumSet.of(MetaKey.OIF, MetaKey.OIFNAME, MetaKey.OIFGROUP);
  private static final Set<MetaKey> GROUPS = EnumSet.of(MetaKey.IIFGROUP, MetaKey.OIFGROUP);
  private static final int NAME_BITS = 128;
  private static final Packet ANY =
      Packets.ip(
          IpAddress.of("192.0.2.1"),
          IpAddress.of("192.0.2.2"),
          253,
          new byte[8],
          Packets.IpOptions.DEFAULT);

  /** Keeps a copy. */
  public DeviceTest {
    wanted = List.copyOf(wanted);
  }

  /** A test in this form; empty if it looks at something else as well. */
  public static Optional<DeviceTest> of(Match match) {
    Reading reading = new Reading();
    reading.read(match);
    boolean one = reading.keys.size() == 1 && !reading.other;
    if (!one) {
      return Optional.empty();
    }
    MetaKey key = reading.keys.iterator().next();
    boolean known = INCOMING.contains(key) || OUTGOING.contains(key);
    return known
        ? Optional.of(
            new DeviceTest(match, INCOMING.contains(key), GROUPS.contains(key), reading.wanted))
        : Optional.empty();
  }

  /** Whether a packet by this interface passes; unknown counts as yes. */
  public boolean passes(Machine machine, Table table, Rule rule, Interface device) {
    StillPacket packet = new StillPacket(machine, Hook.FORWARD, device.name(), device.name(), ANY);
    packet.at(table, rule);
    return match.test(packet) != Truth.NO;
  }

  private static final class Reading extends Parts {
    private final Set<MetaKey> keys = EnumSet.noneOf(MetaKey.class);
    private final List<String> wanted = new ArrayList<>();
    private boolean other;

    @Override
    protected void leaf(Expression expression) {
      if (expression instanceof Expression.Meta) {
        keys.add(((Expression.Meta) expression).key());
      } else if (!(expression instanceof Expression.Constant)) {
        other = true;
      }
    }

    @Override
    protected void test(Match test) {
      if (test instanceof Match.Compare) {
        Match.Compare compare = (Match.Compare) test;
        boolean begins = compare.left() instanceof Expression.Binary;
        AddressTest.scalar(compare.right()).ifPresent(bits -> want(compare.left(), bits, begins));
      } else if (test instanceof Match.InSet
          && ((Match.InSet) test).set() instanceof SetReference.Anonymous) {
        Match.InSet in = (Match.InSet) test;
        for (ElementSet.Element element :
            ((SetReference.Anonymous) in.set()).elements().elements()) {
          if (element.key().size() == 1) {
            ElementSet.Interval key = element.key().get(0);
            want(in.left(), key.low(), !key.isSingle());
          }
        }
      } else if (test instanceof Match.InRange) {
        want(((Match.InRange) test).left(), ((Match.InRange) test).low(), true);
      }
    }

    private void want(Expression left, Bits bits, boolean begins) {
      boolean name =
          left instanceof Expression.Binary
              || left instanceof Expression.Meta
                  && ((Expression.Meta) left).key().width() == NAME_BITS
              || bits.high() != 0;
      wanted.add(name ? bits.toName() + (begins ? "*" : "") : bits.toString());
    }
  }
}
