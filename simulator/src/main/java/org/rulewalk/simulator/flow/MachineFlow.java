package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.simulator.kernel.Hooks;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Fib;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.symbolic.ChainFlow;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.Setting;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What a machine does with every packet of one IP version: those that arrive, or those that it
 * sends. The states of connection tracking are free: whatever connections there may be.
 *
 * <p>Left out: what does not depend on rules or routes (broken packets, an exhausted time to live,
 * sizes, neighbours, sockets), and translations that connections got before.
 */
public final class MachineFlow {
  private static final Bits NO_DEVICE = Bits.ofName("");

  private final Machine machine;
  private final IpVersion version;
  private final Hooks hooks;
  private final Fib fib;
  private final Doubts doubts;
  private final String place;
  private final List<Fate> fates = new ArrayList<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Translation> translations = new ArrayList<>();
  private SymbolicPacket packet;

  /** Where packets start. */
  public enum Start {
    /** They come in by an interface. */
    ARRIVING,
    /** This machine makes them. */
    SENT
  }

  private MachineFlow(Machine machine, IpVersion version, PacketSpace space, String place) {
    this.machine = machine;
    this.version = version;
    this.hooks = new Hooks(machine);
    this.fib = new Fib(machine.routingRules(), machine.routes());
    this.doubts = new Doubts(space);
    this.place = place;
    this.packet = SymbolicPacket.in(space);
  }

  /**
   * Follows packets.
   *
   * @param place names the machine's state beside its rules: questions to its routes have the same
   *     answers in two flows if this is the same
   */
  public static MachineFlow of(
      Machine machine, IpVersion version, Start start, String place, PacketSet coming) {
    MachineFlow flow = new MachineFlow(machine, version, coming.space(), place);
    PacketSet own = coming.and(coming.space().version(version));
    if (start == Start.ARRIVING) {
      flow.arrive(own);
    } else {
      flow.send(own);
    }
    return flow;
  }

  /** What becomes of the packets; no packet is in two of them. */
  public List<Fate> fates() {
    return List.copyOf(fates);
  }

  /** What each base chain said. */
  public List<Decision> decisions() {
    return List.copyOf(decisions);
  }

  /** Which new connections are translated how. */
  public List<Translation> translations() {
    return List.copyOf(translations);
  }

  /** The packets at the end of their way. */
  public SymbolicPacket packet() {
    return packet;
  }

  private PacketSpace space() {
    return packet.space();
  }

  private Selectors selectors() {
    return Selectors.of(packet, version, doubts);
  }

  private boolean knowsRoutes() {
    boolean four = version == IpVersion.IPV4;
    return !machine.missing().contains(four ? CaptureFile.ROUTES : CaptureFile.ROUTES6);
  }

  /** Groups and types of the interfaces that the capture has. */
  private void describe(MetaKey group, MetaKey type, Function<String, PacketSet> by) {
    packet = packet.having(group).having(type);
    for (Interface own : machine.interfaces()) {
      PacketSet where = by.apply(own.name());
      packet =
          packet.with(group, where, Bits.of(own.group())).with(type, where, Bits.of(own.type()));
    }
  }

  private void arrive(PacketSet coming) {
    describe(MetaKey.IIFGROUP, MetaKey.IIFTYPE, selectors()::incoming);
    packet = packet.with(MetaKey.OIFNAME, space().all(), NO_DEVICE).beforeTracking();
    PacketSet alive = hook(Hook.PREROUTING, coming);
    if (!knowsRoutes()) {
      PacketSet here = doubts.about("for this machine");
      deliver(alive.and(here));
      packet = packet.restored(MetaKey.OIFNAME, space().all());
      leave(hook(Hook.FORWARD, alive.minus(here)));
      return;
    }
    List<ArrivalFlow.Way> ways = ArrivalFlow.of(machine, version, selectors(), alive);
    PacketSet here = space().none();
    PacketSet forwarded = space().none();
    for (ArrivalFlow.Way way : ways) {
      if (way.arrival() instanceof Arrival.Deliver) {
        here = here.or(way.packets());
      } else if (way.arrival() instanceof Arrival.Forward) {
        forwarded = forwarded.or(way.packets());
      } else {
        stopByRouting(way);
      }
    }
    deliver(here);
    for (ArrivalFlow.Way way : ways) {
      if (way.arrival() instanceof Arrival.Forward) {
        goTowards(way.packets(), ((Arrival.Forward) way.arrival()).lookup());
      }
    }
    describe(MetaKey.OIFGROUP, MetaKey.OIFTYPE, selectors()::outgoing);
    PacketSet passed = leave(hook(Hook.FORWARD, forwarded));
    for (ArrivalFlow.Way way : ways) {
      if (way.arrival() instanceof Arrival.Forward) {
        sent(passed.and(way.packets()), ((Arrival.Forward) way.arrival()).lookup());
      }
    }
  }

  private void goTowards(PacketSet packets, Lookup.Found found) {
    packet = packet.with(MetaKey.OIFNAME, packets, Bits.ofName(found.hop().device()));
  }

  private void sent(PacketSet packets, Lookup.Found found) {
    add(
        Fate.routed(
            packets,
            new Treatment.Sent(Optional.of(found.hop().device()), found.hop().gateway()),
            Optional.of(found.route())));
  }

  private void stopByRouting(ArrivalFlow.Way way) {
    if (way.arrival() instanceof Arrival.Drop) {
      Arrival.Reason reason = ((Arrival.Drop) way.arrival()).reason();
      add(Fate.routed(way.packets(), new Treatment.Refused(reason), Optional.empty()));
    } else {
      noRoute(way.packets(), ((Arrival.NoRoute) way.arrival()).lookup());
    }
  }

  private void noRoute(PacketSet packets, Lookup.Failed failed) {
    add(Fate.routed(packets, new Treatment.NoRoute(failed.failure()), failed.route()));
  }

  private void deliver(PacketSet coming) {
    PacketSet passed = hook(Hook.INPUT, coming);
    add(Fate.routed(passed, new Treatment.Delivered(), Optional.empty()));
  }

  /** Postrouting; the packets that leave. Where routes are not known, that is their fate. */
  private PacketSet leave(PacketSet coming) {
    PacketSet passed = hook(Hook.POSTROUTING, coming);
    if (!knowsRoutes()) {
      Treatment away = new Treatment.Sent(Optional.empty(), Optional.empty());
      add(Fate.routed(passed, away, Optional.empty()));
    }
    return passed;
  }

  private void send(PacketSet coming) {
    PacketSet all = space().all();
    packet = packet.with(MetaKey.IIFNAME, all, NO_DEVICE).beforeTracking();
    if (!knowsRoutes()) {
      leave(hook(Hook.OUTPUT, coming));
      return;
    }
    PacketSet own = coming.and(fromHere());
    List<RouteFlow.Answer> before = routes(own);
    PacketSet routed = space().none();
    for (RouteFlow.Answer answer : before) {
      if (answer.lookup() instanceof Lookup.Found) {
        goTowards(answer.packets(), (Lookup.Found) answer.lookup());
        routed = routed.or(answer.packets());
      } else {
        noRoute(answer.packets(), (Lookup.Failed) answer.lookup());
      }
    }
    describe(MetaKey.OIFGROUP, MetaKey.OIFTYPE, selectors()::outgoing);
    SymbolicPacket asked = packet;
    PacketSet alive = hook(Hook.OUTPUT, routed);
    PacketSet again = alive.and(packet.routedOtherwise(asked));
    List<RouteFlow.Answer> after = routes(again);
    for (RouteFlow.Answer answer : after) {
      if (answer.lookup() instanceof Lookup.Found) {
        goTowards(answer.packets(), (Lookup.Found) answer.lookup());
      } else {
        noRoute(answer.packets(), (Lookup.Failed) answer.lookup());
        alive = alive.minus(answer.packets());
      }
    }
    describe(MetaKey.OIFGROUP, MetaKey.OIFTYPE, selectors()::outgoing);
    PacketSet passed = leave(alive);
    for (RouteFlow.Answer answer : before) {
      sentIfFound(passed.minus(again).and(answer.packets()), answer);
    }
    for (RouteFlow.Answer answer : after) {
      sentIfFound(passed.and(answer.packets()), answer);
    }
  }

  private void sentIfFound(PacketSet packets, RouteFlow.Answer answer) {
    if (answer.lookup() instanceof Lookup.Found) {
      sent(packets, (Lookup.Found) answer.lookup());
    }
  }

  private List<RouteFlow.Answer> routes(PacketSet packets) {
    Selectors.View own = new Selectors.View(false, Optional.of(Flow.LOOPBACK), true);
    return RouteFlow.of(fib, version, selectors().asked(own), packets);
  }

  /** Packets from addresses that this machine has. */
  private PacketSet fromHere() {
    Selectors selectors = selectors();
    PacketSet found = space().none();
    for (Route route : fib.routes(version, Route.TABLE_LOCAL)) {
      if (route.type() == Route.Type.LOCAL) {
        found = found.or(selectors.source(route.destination()));
      }
    }
    return found;
  }

  private void add(Fate fate) {
    if (!fate.packets().isEmpty()) {
      fates.add(fate);
    }
  }

  /** Asks all at a hook; the packets that pass. */
  private PacketSet hook(Hook hook, PacketSet coming) {
    PacketSet alive = coming;
    for (Hooks.Entry entry : hooks.at(hook, version)) {
      if (entry instanceof Hooks.Asked) {
        alive = ask(hook, (Hooks.Asked) entry, alive);
      } else if (entry instanceof Hooks.Track) {
        packet = packet.afterTracking();
      } else if (entry instanceof Hooks.Translate) {
        alive = translate(hook, (Hooks.Translate) entry, alive);
      }
    }
    return alive;
  }

  private List<Decision> run(Hook hook, Hooks.Asked asked, PacketSet coming) {
    Setting setting =
        new Setting(
            place, asked.table(), hook, machine.ipsets(), Setting.Contents.AS_CAPTURED, doubts);
    ChainFlow flow = ChainFlow.run(setting, asked.chain(), packet, coming);
    packet = flow.packet();
    List<Decision> said =
        flow.outcomes().stream()
            .map(outcome -> new Decision(hook, asked.table(), asked.chain(), outcome))
            .toList();
    decisions.addAll(said);
    return said;
  }

  private PacketSet ask(Hook hook, Hooks.Asked asked, PacketSet coming) {
    PacketSet passed = space().none();
    for (Decision decision : run(hook, asked, coming)) {
      if (decision.outcome().verdict() == Verdict.Simple.ACCEPT) {
        passed = passed.or(decision.outcome().packets());
      } else {
        stop(decision);
      }
    }
    return passed;
  }

  private void stop(Decision decision) {
    Verdict verdict = decision.outcome().verdict();
    Treatment treatment;
    if (verdict instanceof Verdict.Queue) {
      treatment = new Treatment.Queued((Verdict.Queue) verdict);
    } else if (verdict == Verdict.Simple.STOLEN) {
      treatment = new Treatment.Stolen();
    } else {
      treatment =
          decision
              .outcome()
              .statement()
              .filter(Statement.Reject.class::isInstance)
              .map(Statement.Reject.class::cast)
              .<Treatment>map(Treatment.Rejected::new)
              .orElseGet(Treatment.Dropped::new);
    }
    add(Fate.by(decision, treatment));
  }

  /** Asks the nat chains about new connections, until one settles the translation. */
  private PacketSet translate(Hook hook, Hooks.Translate entry, PacketSet coming) {
    PacketSet open = coming.and(packet.inState(CtKey.STATE_NEW));
    PacketSet passed = coming.minus(open);
    TranslationFlow rewriting = new TranslationFlow(machine, version, hook, doubts);
    for (Hooks.Asked asked : entry.chains()) {
      PacketSet unsettled = space().none();
      for (Decision decision : run(hook, asked, open)) {
        ChainFlow.Outcome outcome = decision.outcome();
        if (outcome.verdict() != Verdict.Simple.ACCEPT) {
          stop(decision);
        } else if (outcome.statement().isEmpty()) {
          unsettled = unsettled.or(outcome.packets());
        } else {
          Statement.Nat nat = (Statement.Nat) outcome.statement().get();
          boolean source = TranslationFlow.isSource(hook);
          translations.add(
              new Translation(outcome.packets(), source, rewriting.manner(nat), nat, decision));
          packet = rewriting.applied(nat, packet, outcome.packets());
          passed = passed.or(outcome.packets());
        }
      }
      open = unsettled;
    }
    return passed.or(open);
  }
}
