package org.rulewalk.simulator.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Fib;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.symbolic.KernelTests;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What a machine does with every packet of one IP version: those that arrive, or those that it
 * sends. The states of connection tracking are free: whatever connections there may be.
 *
 * <p>Left out: what does not depend on rules or routes (broken packets, sizes, neighbours, sockets,
 * redirects), interfaces that are down, and translations that connections got before.
 */
public final class MachineFlow {
  private final Machine machine;
  private final IpVersion version;
  private final HookFlow hooks;

  /** Where packets start. */
  public enum Start {
    /** They come in by an interface. */
    ARRIVING,
    /** This machine makes them. */
    SENT
  }

  private MachineFlow(Machine machine, IpVersion version, HookFlow hooks) {
    this.machine = machine;
    this.version = version;
    this.hooks = hooks;
  }

  /**
   * Follows packets.
   *
   * @param place names the machine's state beside its rules: questions to its routes have the same
   *     answers in two flows if this is the same
   */
  public static MachineFlow of(
      Machine machine, IpVersion version, Start start, String place, PacketSet coming) {
    HookFlow hooks = new HookFlow(machine, version, coming.space(), place);
    MachineFlow flow = new MachineFlow(machine, version, hooks);
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
    return List.copyOf(hooks.fates());
  }

  /** What each base chain said. */
  public List<Decision> decisions() {
    return List.copyOf(hooks.decisions());
  }

  /** Which new connections are translated how. */
  public List<Translation> translations() {
    return List.copyOf(hooks.translations());
  }

  /** The packets at the end of their way. */
  public SymbolicPacket packet() {
    return hooks.packet();
  }

  private PacketSet all() {
    return packet().space().all();
  }

  private PacketSet none() {
    return packet().space().none();
  }

  private boolean knowsRoutes() {
    boolean four = version == IpVersion.IPV4;
    return !machine.missing().contains(four ? CaptureFile.ROUTES : CaptureFile.ROUTES6);
  }

  private void arrive(PacketSet coming) {
    hooks.showIncoming();
    PacketSet fresh = hooks.looping().not();
    hooks.packet(packet().with(MetaKey.OIFNAME, all(), HookFlow.NO_DEVICE).beforeTracking(fresh));
    PacketSet started = hooks.devices(Hook.INGRESS, hooks.selectors()::incoming, coming);
    PacketSet alive = hooks.ask(Hook.PREROUTING, started);
    if (knowsRoutes()) {
      route(alive);
    } else {
      PacketSet here = hooks.doubts().about("for this machine").or(hooks.looping());
      deliver(alive.and(here));
      hooks.packet(packet().restored(MetaKey.OIFNAME, all()));
      leaveSomehow(forward(alive.minus(here)));
    }
  }

  private void route(PacketSet alive) {
    // what this machine sent to itself has its route already
    PacketSet here = alive.and(hooks.looping());
    List<ArrivalFlow.Way> ways =
        ArrivalFlow.of(machine, version, hooks.selectors(), alive.minus(here));
    PacketSet forwarded = none();
    for (ArrivalFlow.Way way : ways) {
      if (way.arrival() instanceof Arrival.Deliver) {
        here = here.or(way.packets());
        if (((Arrival.Deliver) way.arrival()).kind() != Arrival.Deliver.Kind.LOCAL) {
          hooks.unanswered(way.packets());
        }
      } else if (way.arrival() instanceof Arrival.Forward) {
        forwarded = forwarded.or(way.packets());
      } else {
        stopByRouting(way);
      }
    }
    deliver(here);
    Map<String, PacketSet> devices = new LinkedHashMap<>();
    for (ArrivalFlow.Way way : ways) {
      if (way.arrival() instanceof Arrival.Forward) {
        Lookup.Found found = ((Arrival.Forward) way.arrival()).lookup();
        devices.merge(found.hop().device(), way.packets(), PacketSet::or);
      }
    }
    hooks.showOutgoing(devices);
    PacketSet passed = leave(forward(forwarded));
    for (ArrivalFlow.Way way : ways) {
      if (way.arrival() instanceof Arrival.Forward) {
        sent(passed.and(way.packets()), ((Arrival.Forward) way.arrival()).lookup());
      }
    }
  }

  private void sent(PacketSet packets, Lookup.Found found) {
    hooks.add(
        Fate.routed(
            packets,
            new Treatment.Sent(Optional.of(found.hop().device()), found.hop().gateway()),
            Optional.of(found.route())));
  }

  private void stopByRouting(ArrivalFlow.Way way) {
    if (way.arrival() instanceof Arrival.Drop) {
      refuse(way.packets(), ((Arrival.Drop) way.arrival()).reason());
    } else {
      Lookup.Failed failed = ((Arrival.NoRoute) way.arrival()).lookup();
      hooks.add(
          Fate.routed(way.packets(), new Treatment.NoRoute(failed.failure()), failed.route()));
    }
  }

  private void refuse(PacketSet packets, Arrival.Reason reason) {
    hooks.add(Fate.routed(packets, new Treatment.Refused(reason), Optional.<Route>empty()));
  }

  private void deliver(PacketSet coming) {
    PacketSet passed = hooks.ask(Hook.INPUT, coming);
    hooks.add(Fate.routed(passed, new Treatment.Delivered(), Optional.empty()));
  }

  /** The packets that pass the forward hook; those without a hop left don't get to it. */
  private PacketSet forward(PacketSet coming) {
    KernelTests kernel = new KernelTests(packet());
    PacketSet meant = coming.and(kernel.addressed());
    refuse(coming.minus(meant), Arrival.Reason.NOT_FORWARDING);
    if (version == IpVersion.IPV6) {
      PacketSet odd = meant.and(hooks.selectors().bound());
      refuse(odd, Arrival.Reason.MARTIAN_SOURCE);
      meant = meant.minus(odd);
    }
    PacketSet expired = meant.and(kernel.expiring());
    hooks.add(Fate.routed(expired, new Treatment.Expired(), Optional.empty()));
    PacketSet alive = meant.minus(expired);
    hooks.packet(kernel.forwarded(alive, hooks.doubts()));
    return hooks.ask(Hook.FORWARD, alive);
  }

  /** Postrouting, and what a device asks; the packets that leave. */
  private PacketSet leave(PacketSet coming) {
    PacketSet passed = hooks.ask(Hook.POSTROUTING, coming);
    return hooks.devices(Hook.EGRESS, hooks.selectors()::outgoing, passed);
  }

  /** Where routes are not known, leaving is the fate of packets. */
  private void leaveSomehow(PacketSet coming) {
    Treatment away = new Treatment.Sent(Optional.empty(), Optional.empty());
    hooks.add(Fate.routed(leave(coming), away, Optional.empty()));
  }

  private void send(PacketSet coming) {
    hooks.packet(packet().with(MetaKey.IIFNAME, all(), HookFlow.NO_DEVICE).beforeTracking(all()));
    if (!knowsRoutes()) {
      leaveSomehow(hooks.ask(Hook.OUTPUT, coming));
      return;
    }
    Fib fib = new Fib(machine.routingRules(), machine.routes());
    DepartureFlow departure = new DepartureFlow(hooks, fib, version);
    PacketSet routed = departure.routed(coming.and(fromHere(fib)));
    PacketSet alive = hooks.ask(Hook.OUTPUT, routed, departure::again);
    departure.show();
    PacketSet passed = leave(alive);
    for (RouteFlow.Answer way : departure.ways()) {
      sent(passed.and(way.packets()), (Lookup.Found) way.lookup());
    }
  }

  /** Packets from addresses that this machine has. */
  private PacketSet fromHere(Fib fib) {
    Selectors selectors = hooks.selectors();
    PacketSet found = none();
    for (Route route : fib.routes(version, Route.TABLE_LOCAL)) {
      if (route.type() == Route.Type.LOCAL) {
        found = found.or(selectors.source(route.destination()));
      }
    }
    return found;
  }
}
