package org.rulewalk.diagnostics.leak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/**
 * Takes packets of any state from a client's interface to where they leave, on one machine. It lets
 * pass at least what the kernel lets pass.
 */
final class Walk {
  private static final int TRACKING = -200;
  private static final int DESTINATION_NAT = -100;
  private static final int SOURCE_NAT = 100;

  private final Machine machine;
  private final Router router;
  private final Coverage coverage;
  private final Set<String> uplinks;
  private final List<Asked> chains = new ArrayList<>();
  private Optional<Source> uncovered = Optional.empty();

  private record Asked(Table table, Chain.Base chain) {
    boolean isNat() {
      return chain.type() == Chain.Type.NAT;
    }
  }

  /** A way out that was found. */
  record Exit(String device, Source route) {}

  Walk(Machine machine, Router router, Coverage coverage, Set<String> uplinks) {
    this.machine = machine;
    this.router = router;
    this.coverage = coverage;
    this.uplinks = uplinks;
    for (Table table : coverage.tables()) {
      for (Chain chain : table.chains()) {
        if (chain instanceof Chain.Base) {
          chains.add(new Asked(table, (Chain.Base) chain));
        }
      }
    }
    chains.sort(
        Comparator.<Asked>comparingInt(a -> a.chain().priority().value())
            .thenComparing(Comparator.<Asked>comparingInt(a -> a.chain().order()).reversed()));
  }

  /** A rule that was asked on any way so far and that the classes don't cover. */
  Optional<Source> uncovered() {
    return uncovered;
  }

  /** What is known of a packet once translation is due; empty if it was dropped before. */
  Optional<FreePacket.Known> first(String in, Packet packet, FreePacket.Known known) {
    return filter(Hook.PREROUTING, in, "", packet, known, Integer.MIN_VALUE, DESTINATION_NAT);
  }

  /**
   * What nat chains make of the first packet of a connection.
   *
   * @param target its new destination; empty where it keeps the one it has
   */
  record Translated(Optional<FreePacket.Target> target, FreePacket.Known known) {}

  /** The translation of a new connection; empty if it was dropped. */
  Optional<Translated> translation(String in, Packet packet, FreePacket.Known before) {
    FreePacket.Known known = before;
    for (Asked asked : chains) {
      if (!asked.isNat() || asked.chain().hook() != Hook.PREROUTING) {
        continue;
      }
      FreePacket at = at(Hook.PREROUTING, in, "", packet, known, true);
      Verdict verdict = ChainWalk.run(asked.table(), asked.chain(), at, Recorder.NONE);
      note(at);
      if (isEnd(verdict)) {
        return Optional.empty();
      }
      known = at.known();
      if (at.target().isPresent()) {
        return Optional.of(new Translated(at.target(), known));
      }
    }
    return Optional.of(new Translated(Optional.empty(), known));
  }

  /** Where a packet leaves by an uplink, from behind translation on; empty if it does not. */
  Optional<Exit> rest(String in, Packet packet, FreePacket.Known before) {
    Optional<FreePacket.Known> known =
        filter(Hook.PREROUTING, in, "", packet, before, DESTINATION_NAT, Integer.MAX_VALUE);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Arrival arrival = router.arrive(packet, in, known.get().mark());
    if (!(arrival instanceof Arrival.Forward)) {
      return Optional.empty();
    }
    Route route = ((Arrival.Forward) arrival).lookup().route();
    for (Route.Hop hop : route.hops()) {
      if (uplinks.contains(hop.device()) && leaves(in, hop.device(), packet, known.get())) {
        return Optional.of(new Exit(hop.device(), route.source()));
      }
    }
    return Optional.empty();
  }

  private boolean leaves(String in, String out, Packet packet, FreePacket.Known before) {
    Optional<FreePacket.Known> known =
        filter(Hook.FORWARD, in, out, packet, before, Integer.MIN_VALUE, Integer.MAX_VALUE);
    // behind source translation a packet has other addresses: what drops there proves nothing
    return known.isPresent()
        && filter(Hook.POSTROUTING, in, out, packet, known.get(), Integer.MIN_VALUE, SOURCE_NAT - 1)
            .isPresent();
  }

  /**
   * Asks the chains of a hook that translate nothing, of priorities above one and up to another.
   */
  private Optional<FreePacket.Known> filter(
      Hook hook,
      String in,
      String out,
      Packet packet,
      FreePacket.Known before,
      int above,
      int upTo) {
    FreePacket.Known known = before;
    for (Asked asked : chains) {
      int priority = asked.chain().priority().value();
      boolean now = above == Integer.MIN_VALUE || priority > above;
      if (asked.isNat() || asked.chain().hook() != hook || !now || priority > upTo) {
        continue;
      }
      boolean tracked = hook != Hook.PREROUTING || priority > TRACKING;
      FreePacket at = at(hook, in, out, packet, known, tracked);
      Verdict verdict = ChainWalk.run(asked.table(), asked.chain(), at, Recorder.NONE);
      note(at);
      if (isEnd(verdict)) {
        return Optional.empty();
      }
      known = at.known();
    }
    return Optional.of(known);
  }

  private FreePacket at(
      Hook hook, String in, String out, Packet packet, FreePacket.Known known, boolean tracked) {
    return new FreePacket(machine, hook, in, out, packet, known, tracked, coverage);
  }

  private void note(FreePacket at) {
    uncovered = uncovered.or(at::uncovered);
  }

  private static boolean isEnd(Verdict verdict) {
    return verdict == Verdict.Simple.DROP;
  }
}
