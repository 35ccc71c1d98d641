package org.rulewalk.diagnostics.leak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** Looks for packets of clients that leave a machine by an uplink and not by its tunnel. */
public final class LeakSearch {
  /** So many classes of packets are tried; a machine with more is not proven. */
  static final long MOST_CLASSES = 400_000;

  private static final int MOST_CONFIRMATIONS = 200;
  private static final List<Prefix> SPECIAL4 =
      List.of(
          Prefix.of("0.0.0.0/32"),
          Prefix.of("127.0.0.0/8"),
          Prefix.of("224.0.0.0/4"),
          Prefix.of("255.255.255.255/32"));
  private static final List<Prefix> SPECIAL6 =
      List.of(
          Prefix.of("::/128"),
          Prefix.of("::1/128"),
          Prefix.of("::ffff:0:0/96"),
          Prefix.of("fe80::/10"),
          Prefix.of("ff00::/8"));
  private static final List<Bits> SHOWN4 = List.of(IpAddress.of("203.0.113.9").value());
  private static final List<Bits> SHOWN6 = List.of(IpAddress.of("2001:db8::9").value());

  /** A packet may still count as new when its connection is known, until an answer is seen. */
  private static final List<Stage> STAGES =
      List.of(
          new Stage(CtKey.STATE_NEW, false),
          new Stage(CtKey.STATE_INVALID, false),
          new Stage(CtKey.STATE_NEW, true),
          new Stage(CtKey.STATE_ESTABLISHED, true),
          new Stage(CtKey.STATE_RELATED, true));

  private final Network network;
  private final Machine machine;
  private final Set<String> uplinks;
  private long classes;
  private int confirmations;
  private boolean unconfirmed;
  private Source unconfirmedRoute = Source.NONE;

  /**
   * A stage in the life of a connection.
   *
   * @param state a bit of {@link CtKey#STATE}
   * @param known whether an earlier packet has made the connection
   */
  private record Stage(long state, boolean known) {}

  private LeakSearch(Network network, Machine machine, Set<String> uplinks) {
    this.network = network;
    this.machine = machine;
    this.uplinks = uplinks;
  }

  /** What is found; empty unless the machine has clients, a tunnel, and an uplink beside it. */
  public static Optional<Leak> of(Network network, Machine machine) {
    Set<String> uplinks =
        Devices.uplinks(network, machine).stream()
            .map(Interface::name)
            .collect(Collectors.toCollection(java.util.TreeSet::new));
    boolean asked =
        !Devices.tunnels(machine).isEmpty()
            && !Devices.toClients(machine).isEmpty()
            && !uplinks.isEmpty();
    return asked ? Optional.of(new LeakSearch(network, machine, uplinks).find()) : Optional.empty();
  }

  private Leak find() {
    Optional<Leak> open = Optional.empty();
    for (IpVersion version : IpVersion.values()) {
      Leak leak = find(version);
      if (leak instanceof Leak.Found) {
        return leak;
      }
      if (leak instanceof Leak.Open && open.isEmpty()) {
        open = Optional.of(leak);
      }
    }
    return open.orElseGet(() -> new Leak.None(classes));
  }

  private Leak find(IpVersion version) {
    Reading reading = new Reading(version);
    Coverage coverage = new Coverage(machine, version, reading);
    Optional<Source> routing = routing(version, reading);
    Walk walk = new Walk(machine, new Router(machine), coverage, uplinks);
    Optional<Leak> found = new Enumeration(version, reading, coverage, walk).run();
    if (found.isPresent()) {
      return found.get();
    }
    Optional<CaptureFile> missing = missing(version);
    if (missing.isPresent()) {
      String file = "vms/" + machine.name() + "/" + missing.get().fileName();
      return new Leak.Open(Leak.Reason.FILE_MISSING, Source.NONE, file);
    }
    if (classes > MOST_CLASSES) {
      return open(Leak.Reason.TOO_MANY, Source.NONE);
    }
    Optional<Source> uncovered = walk.uncovered().or(coverage::mixedMark).or(() -> routing);
    if (uncovered.isPresent()) {
      return open(Leak.Reason.RULE_NOT_COVERED, uncovered.get());
    }
    Optional<Source> past = coverage.pastTheRules().or(this::bridged);
    if (past.isPresent()) {
      return open(Leak.Reason.PAST_THE_RULES, past.get());
    }
    return unconfirmed
        ? open(Leak.Reason.KNOWN_CONNECTIONS, unconfirmedRoute)
        : new Leak.None(classes);
  }

  private static Leak open(Leak.Reason reason, Source where) {
    return new Leak.Open(reason, where, "");
  }

  private Optional<CaptureFile> missing(IpVersion version) {
    boolean four = version == IpVersion.IPV4;
    Set<CaptureFile> needed =
        new java.util.TreeSet<>(
            Set.of(
                CaptureFile.ADDRESSES,
                four ? CaptureFile.ROUTES : CaptureFile.ROUTES6,
                four ? CaptureFile.ROUTING_RULES : CaptureFile.ROUTING_RULES6,
                CaptureFile.SETTINGS,
                CaptureFile.NFTABLES));
    return needed.stream().filter(machine.missing()::contains).findFirst();
  }

  private Optional<Source> bridged() {
    return machine.interfaces().stream()
        .filter(i -> i.master().isPresent())
        .filter(i -> Devices.isToClient(i) || uplinks.contains(i.name()))
        .map(Interface::source)
        .findFirst();
  }

  /** Parts addresses and ports where routing does; a rule or route that looks at more, if any. */
  private Optional<Source> routing(IpVersion version, Reading reading) {
    Dimension from = reading.of(Reading.Field.SOURCE);
    Dimension to = reading.of(Reading.Field.DESTINATION);
    Optional<Source> uncovered = Optional.empty();
    List<Prefix> prefixes = new ArrayList<>(version == IpVersion.IPV4 ? SPECIAL4 : SPECIAL6);
    for (Interface device : machine.interfaces()) {
      device
          .addresses(version)
          .forEach(
              a -> {
                prefixes.add(a.prefix());
                prefixes.add(a.prefix().address().toPrefix());
              });
    }
    for (Route route : machine.routes()) {
      if (route.destination().version() == version) {
        prefixes.add(route.destination());
        if (route.tos() != 0) {
          uncovered = Optional.of(route.source());
        }
      }
    }
    for (RoutingRule rule : machine.routingRules()) {
      if (rule.version() != version) {
        continue;
      }
      rule.from().ifPresent(prefixes::add);
      rule.to().ifPresent(prefixes::add);
      rule.protocol().ifPresent(p -> reading.of(Reading.Field.PROTOCOL).cut(p, p));
      rule.sourcePorts()
          .ifPresent(r -> reading.of(Reading.Field.SOURCE_PORT).cut(r.low(), r.high()));
      rule.destinationPorts()
          .ifPresent(r -> reading.of(Reading.Field.DESTINATION_PORT).cut(r.low(), r.high()));
      if (!rule.understood() || rule.tos() != 0) {
        uncovered = Optional.of(rule.source());
      }
    }
    prefixes.forEach(from::cut);
    prefixes.forEach(to::cut);
    return uncovered;
  }

  /** Tries one packet of each class. */
  private final class Enumeration {
    private final IpVersion version;
    private final Coverage coverage;
    private final Walk walk;
    private final List<Sample> samples;
    private final List<IpAddress> sources;
    private final List<IpAddress> destinations;
    private final List<Integer> ports;
    private final Confirmation confirmation = new Confirmation(network, machine.name(), uplinks);

    Enumeration(IpVersion version, Reading reading, Coverage coverage, Walk walk) {
      this.version = version;
      this.coverage = coverage;
      this.walk = walk;
      this.samples = Sample.all(reading, version);
      List<Bits> shown = version == IpVersion.IPV4 ? SHOWN4 : SHOWN6;
      this.sources = addresses(reading.of(Reading.Field.SOURCE).values(shown));
      this.destinations = addresses(reading.of(Reading.Field.DESTINATION).values(shown));
      this.ports =
          reading.of(Reading.Field.DESTINATION_PORT).values(List.of()).stream()
              .map(Bits::toInt)
              .toList();
    }

    private List<IpAddress> addresses(List<Bits> values) {
      return values.stream().map(value -> new IpAddress(version, value)).toList();
    }

    Optional<Leak> run() {
      for (Stage stage : STAGES) {
        for (Interface in : Devices.toClients(machine)) {
          for (IpAddress source : sources) {
            Optional<Leak> found = run(in.name(), source, stage);
            if (found.isPresent() || classes > MOST_CLASSES) {
              return found;
            }
          }
        }
      }
      return Optional.empty();
    }

    private Optional<Leak> run(String in, IpAddress source, Stage stage) {
      List<Long> marks = stage.known() ? coverage.marks() : List.of(0L);
      for (Sample sample : samples) {
        for (long mark : marks) {
          FreePacket.Known known = new FreePacket.Known(stage.state(), 0, mark);
          Optional<Leak> found =
              stage.known() ? later(in, source, sample, known) : first(in, source, sample, known);
          if (found.isPresent() || classes > MOST_CLASSES) {
            return found;
          }
        }
      }
      return Optional.empty();
    }

    /** Packets that start a connection, or belong to none: rules decide about the translation. */
    private Optional<Leak> first(
        String in, IpAddress source, Sample sample, FreePacket.Known start) {
      for (IpAddress to : destinations) {
        classes++;
        Packet packet = sample.packet(source, to, start.state());
        Optional<FreePacket.Known> known = walk.first(in, packet, start);
        if (known.isEmpty()) {
          continue;
        }
        Packet after = packet;
        if (known.get().state() == CtKey.STATE_NEW) {
          Optional<Walk.Translated> nat = walk.translation(in, packet, known.get());
          Optional<FreePacket.Target> target = nat.flatMap(Walk.Translated::target);
          if (nat.isEmpty() || target.map(FreePacket.Target::here).orElse(false)) {
            continue;
          }
          known = nat.map(Walk.Translated::known);
          IpAddress becomes = target.flatMap(FreePacket.Target::address).orElse(to);
          Sample moved = target.flatMap(FreePacket.Target::port).map(sample::to).orElse(sample);
          after = moved.packet(source, becomes, start.state());
        }
        Optional<Walk.Exit> exit = walk.rest(in, after, known.get());
        if (exit.isPresent()) {
          Optional<Leak> leak = confirm(in, packet, exit.get());
          if (leak.isPresent()) {
            return leak;
          }
        }
      }
      return Optional.empty();
    }

    /** Later packets of a connection, whose destination may have become any. */
    private Optional<Leak> later(
        String in, IpAddress source, Sample sample, FreePacket.Known start) {
      Set<FreePacket.Known> reached = new HashSet<>();
      for (IpAddress to : destinations) {
        classes++;
        walk.first(in, sample.packet(source, to, start.state()), start).ifPresent(reached::add);
      }
      List<Sample> moved =
          sample.high().isPresent() ? ports.stream().map(sample::to).toList() : List.of(sample);
      for (FreePacket.Known known : reached) {
        for (IpAddress to : destinations) {
          for (Sample each : moved) {
            classes++;
            Packet packet = each.packet(source, to, start.state());
            Optional<Walk.Exit> exit = walk.rest(in, packet, known);
            if (exit.isPresent()) {
              Optional<Leak> leak = confirmAnswer(in, each, packet, exit.get());
              if (leak.isPresent()) {
                return leak;
              }
            }
          }
        }
      }
      return Optional.empty();
    }

    private Optional<Leak> confirm(String in, Packet packet, Walk.Exit exit) {
      Optional<String> out =
          confirmations++ < MOST_CONFIRMATIONS ? confirmation.leaves(in, packet) : Optional.empty();
      note(out.isPresent(), exit);
      return out.map(device -> new Leak.Found(in, device, packet, false, exit.route()));
    }

    private Optional<Leak> confirmAnswer(String in, Sample sample, Packet packet, Walk.Exit exit) {
      Optional<String> out = Optional.empty();
      if (confirmations++ < MOST_CONFIRMATIONS && sample.high().isPresent()) {
        Sample swapped = new Sample(sample.protocol(), sample.high(), sample.low());
        Packet before = swapped.packet(packet.destination(), packet.source(), CtKey.STATE_NEW);
        out = confirmation.answers(in, packet, before);
      }
      note(out.isPresent(), exit);
      return out.map(device -> new Leak.Found(in, device, packet, true, exit.route()));
    }

    private void note(boolean confirmed, Walk.Exit exit) {
      if (!confirmed && !unconfirmed) {
        unconfirmed = true;
        unconfirmedRoute = exit.route();
      }
    }
  }
}
