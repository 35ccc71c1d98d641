package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.Source;

/**
 * Matches that ask for what no capture holds: the clock, chance, what earlier packets left behind,
 * the process that sends. Where even then the answer is certain, they say so.
 */
final class UnseenMatches {
  private static final Match ALWAYS = new Match.AllOf(List.of());
  private static final Match NEVER = new Match.AnyOf(List.of());

  private UnseenMatches() {}

  static void register(Map<String, Matches.Reader> readers) {
    readers.put("recent", (a, v) -> recent(a));
    readers.put("helper", (a, v) -> helper(a));
    readers.put("connlimit", (a, v) -> connectionLimit(a));
    readers.put("connbytes", (a, v) -> connectionBytes(a));
    readers.put("hashlimit", (a, v) -> hashLimit(a));
    readers.put("policy", (a, v) -> policy(a));
    readers.put("physdev", (a, v) -> physicalDevice(a));
    readers.put("cgroup", (a, v) -> controlGroup(a));
    readers.put("realm", (a, v) -> realm(a));
    readers.put("osf", (a, v) -> fingerprint(a));
    readers.put("connlabel", (a, v) -> label(a));
    readers.put("quota", (a, v) -> any(a, "quota", Doubt.Kind.USED_AMOUNT, !isNegated(a, "quota")));
    readers.put("nfacct", (a, v) -> any(a, "nfacct", Doubt.Kind.USED_AMOUNT, true));
    readers.put("rateest", (a, v) -> any(a, "rateest", Doubt.Kind.HISTORY, false));
    readers.put("ipvs", (a, v) -> any(a, "ipvs", Doubt.Kind.HISTORY, isNegated(a, "ipvs")));
    readers.put("time", (a, v) -> any(a, "time", Doubt.Kind.TIME, true));
    readers.put("cpu", (a, v) -> any(a, "cpu", Doubt.Kind.RANDOM, !isNegated(a, "cpu")));
    readers.put("cluster", (a, v) -> any(a, "cluster", Doubt.Kind.RANDOM, true));
    readers.put("socket", (a, v) -> any(a, "socket", Doubt.Kind.PROCESS, false));
  }

  /** The words of a match that the model says otherwise, or needs nothing for. */
  private static Statement note(String name, Arguments a) {
    String text = (name + " " + a.text()).strip();
    return new Statement.Note(Statement.Note.Kind.OTHER, text, 0, 0);
  }

  private static boolean isNegated(Arguments a, String option) {
    return a.take(option).map(Arguments.Option::negated).orElse(false);
  }

  /** A doubt about the whole match, with all its options. */
  private static List<Statement> any(Arguments a, String name, Doubt.Kind kind, boolean likely) {
    return List.of(doubt(a, name, kind, likely));
  }

  private static Match doubt(Arguments a, String name, Doubt.Kind kind, boolean likely) {
    a.takeAll();
    String text = (name + " " + a.text()).strip();
    return new Match.Unknown(text, new Doubt(kind, text, likely, Source.NONE));
  }

  /** {@code --set} holds for every packet (xt_recent.c). */
  private static List<Statement> recent(Arguments a) {
    Optional<Arguments.Option> set = a.take("set");
    if (set.isPresent()) {
      a.takeAll();
      Statement note = note("recent", a);
      return set.get().negated() ? List.of(note, NEVER) : List.of(note);
    }
    boolean negated = isNegated(a, "rcheck") || isNegated(a, "update") || isNegated(a, "remove");
    return any(a, "recent", Doubt.Kind.HISTORY, negated);
  }

  /** Only connections that another one announced have a master with a helper (xt_helper.c). */
  private static List<Statement> helper(Arguments a) {
    boolean negated = isNegated(a, "helper");
    Match related =
        new Match.HasBits(Expression.of(CtKey.STATE), false, Bits.of(CtKey.STATE_RELATED));
    Match helped = doubt(a, "helper", Doubt.Kind.HISTORY, !negated);
    return List.of(
        new Match.AnyOf(
            List.of(
                new Match.AllOf(List.of(related, helped)),
                new Match.AllOf(List.of(new Match.Not(related), negated ? ALWAYS : NEVER)))));
  }

  private static List<Statement> connectionLimit(Arguments a) {
    boolean upTo = a.take("connlimit-upto").isPresent();
    boolean negated = isNegated(a, "connlimit-upto") || isNegated(a, "connlimit-above");
    return any(a, "connlimit", Doubt.Kind.USED_AMOUNT, upTo != negated);
  }

  /** A connection's first packet has counted one. */
  private static List<Statement> connectionBytes(Arguments a) {
    Arguments.Option option = a.need("connbytes");
    long from = Values.range(option.value(), ':', Long.MAX_VALUE, Values::number).low().low();
    return any(a, "connbytes", Doubt.Kind.USED_AMOUNT, from <= 1 != option.negated());
  }

  private static List<Statement> hashLimit(Arguments a) {
    boolean above = a.take("hashlimit-above").isPresent();
    boolean negated = isNegated(a, "hashlimit-above") || isNegated(a, "hashlimit-upto");
    return any(a, "hashlimit", Doubt.Kind.RATE_LIMIT, above == negated);
  }

  private static List<Statement> policy(Arguments a) {
    boolean none = a.take("pol").map(o -> o.value().equals("none")).orElse(false);
    return any(a, "policy", Doubt.Kind.MISSING_FILE, none);
  }

  /** A packet that did not come through a bridge passes negated tests only (xt_physdev.c). */
  private static List<Statement> physicalDevice(Arguments a) {
    boolean asked = false;
    for (String option :
        List.of(
            "physdev-in", "physdev-out", "physdev-is-in", "physdev-is-out", "physdev-is-bridged")) {
      asked |= a.take(option).map(o -> !o.negated()).orElse(false);
    }
    Match bridged = new Match.AnyOf(List.of(bridge(MetaKey.IIFKIND), bridge(MetaKey.OIFKIND)));
    Match perhaps = doubt(a, "physdev", Doubt.Kind.HISTORY, !asked);
    return List.of(
        new Match.AnyOf(
            List.of(
                new Match.AllOf(List.of(bridged, perhaps)),
                new Match.AllOf(List.of(new Match.Not(bridged), asked ? NEVER : ALWAYS)))));
  }

  private static Match bridge(MetaKey key) {
    return Match.equal(Expression.of(key), false, Bits.ofName("bridge"), DataType.IFNAME);
  }

  /** Packets that no socket of this machine sends have no group (xt_cgroup.c). */
  private static List<Statement> controlGroup(Arguments a) {
    Match sent = new Match.InRange(Expression.of(MetaKey.CGROUP), false, Bits.ZERO, Bits.ones(32));
    a.takeAll();
    return List.of(note("cgroup", a), sent);
  }

  private static List<Statement> realm(Arguments a) {
    Arguments.Option option = a.need("realm");
    Expression field = new Expression.Route(Expression.Route.Key.CLASSID);
    return List.of(Basics.mark(field, Values.mark(option.value()), option.negated()));
  }

  /** Only connection requests of TCP have a fingerprint (xt_osf.c). */
  private static List<Statement> fingerprint(Arguments a) {
    boolean negated = isNegated(a, "genre");
    List<Match> matches = new ArrayList<>();
    matches.add(TcpFlagWords.syn(false));
    matches.add(doubt(a, "osf", Doubt.Kind.MISSING_FILE, negated));
    return List.of(new Match.AllOf(matches));
  }

  /** {@code --set} labels the connection; labels that were there before are not captured. */
  private static List<Statement> label(Arguments a) {
    return any(a, "connlabel", Doubt.Kind.HISTORY, a.has("set") != isNegated(a, "label"));
  }
}
