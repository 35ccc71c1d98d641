package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/**
 * What must hold for a rule to match, and what follows from it. Sound and incomplete: where it says
 * that a test follows, it does for every packet; where it does not say so, it still may.
 */
final class Condition {
  private static final int IPV4 = 2;
  private static final int IPV6 = 10;

  private final List<Match> matches = new ArrayList<>();
  private final List<Allowed> facts = new ArrayList<>();

  /** The condition that all of some tests hold. */
  Condition(List<Match> tests) {
    tests.forEach(this::add);
  }

  private void add(Match match) {
    if (match instanceof Match.AllOf) {
      ((Match.AllOf) match).parts().forEach(this::add);
      return;
    }
    matches.add(match);
    Allowed.of(match)
        .ifPresent(
            allowed -> {
              facts.add(allowed);
              implied(allowed.left());
            });
  }

  /** A header's field is looked at: the packet has that header. */
  private void implied(Expression left) {
    if (!(left instanceof Expression.Header)) {
      return;
    }
    HeaderField.Layer layer = ((Expression.Header) left).field().layer();
    if (layer == HeaderField.Layer.IP4 || layer == HeaderField.Layer.IP6) {
      facts.add(is(MetaKey.NFPROTO, layer == HeaderField.Layer.IP4 ? IPV4 : IPV6));
    } else if (layer.protocol() >= 0) {
      facts.add(is(MetaKey.L4PROTO, layer.protocol()));
    }
  }

  /** That a packet's property has one value. */
  static Allowed is(MetaKey key, int value) {
    return new Allowed(
        new Expression.Meta(key),
        Optional.empty(),
        List.of(ElementSet.Interval.of(Bits.of(value))));
  }

  /** Whether a test holds for every packet that fulfils the condition. */
  boolean entails(Match test) {
    if (test instanceof Match.AllOf) {
      return ((Match.AllOf) test).parts().stream().allMatch(this::entails);
    }
    if (test instanceof Match.AnyOf
        && ((Match.AnyOf) test).parts().stream().anyMatch(this::entails)) {
      return true;
    }
    return Stable.is(test)
        && (matches.contains(test)
            || Allowed.of(test).filter(this::entails).isPresent()
            || matches.stream()
                .anyMatch(own -> hasMoreBits(test, own) || hasMoreStates(test, own)));
  }

  boolean entails(Allowed wanted) {
    return facts.stream().anyMatch(wanted::follows);
  }

  /** "Has one of these bits", where the other asks for one of fewer. */
  private static boolean hasMoreBits(Match wanted, Match own) {
    if (!(wanted instanceof Match.HasBits) || !(own instanceof Match.HasBits)) {
      return false;
    }
    Match.HasBits some = (Match.HasBits) wanted;
    Match.HasBits fewer = (Match.HasBits) own;
    return some.left().equals(fewer.left())
        && !some.negated()
        && !fewer.negated()
        && fewer.mask().without(some.mask()).isZero();
  }

  /** The same for iptables' states. */
  private static boolean hasMoreStates(Match wanted, Match own) {
    Optional<XtMatch.Conntrack.StateTest> some = states(wanted);
    Optional<XtMatch.Conntrack.StateTest> fewer = states(own);
    return some.isPresent()
        && fewer.isPresent()
        && !some.get().negated()
        && !fewer.get().negated()
        && (fewer.get().mask() & ~some.get().mask()) == 0;
  }

  /** The states of a test that asks for nothing else. */
  private static Optional<XtMatch.Conntrack.StateTest> states(Match match) {
    return Optional.of(match)
        .filter(Match.Extension.class::isInstance)
        .map(m -> ((Match.Extension) m).match())
        .filter(XtMatch.Conntrack.class::isInstance)
        .map(XtMatch.Conntrack.class::cast)
        .filter(conntrack -> conntrack.others().isEmpty())
        .flatMap(XtMatch.Conntrack::state);
  }
}
