package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.audit.Finding.Example;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.trial.Exchange;
import org.rulewalk.diagnostics.trial.Neighbourhood;
import org.rulewalk.diagnostics.trial.Opening;
import org.rulewalk.diagnostics.trial.StandIn;
import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Services, and ways through, that the rules close in IPv4 and leave open in IPv6. Both packets of
 * each pair are asked.
 */
final class OpenInIpv6 implements Check {
  private static final int MOST_PAIRS = 30;
  private static final int MOST_WORDS = 6;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    Network network = subject.capture().network();
    for (Machine machine : subject.machines()) {
      boolean known =
          !machine.missing().contains(CaptureFile.IP6TABLES)
              || !machine.missing().contains(CaptureFile.NFTABLES);
      Machine played = StandIn.of(machine);
      // whether a machine of which nothing but rules is known has IPv6 at all is not known
      if (known && played == machine && hasIpv6(machine)) {
        Search search = new Search(network, machine);
        search.services().ifPresent(found::add);
        search.through().ifPresent(found::add);
      }
    }
    return found;
  }

  private static boolean hasIpv6(Machine machine) {
    return machine.interfaces().stream()
        .anyMatch(d -> !d.isLoopback() && !d.addresses(IpVersion.IPV6).isEmpty());
  }

  /** A packet of IPv4 that a rule stops, and the same of IPv6 that gets where it is to. */
  private record Pair(
      String in, Packet closed, Source by, Packet open, String service, boolean served) {}

  private static final class Search {
    private final Machine machine;
    private final Simulator simulator;
    private final Neighbourhood around;
    private final List<Ports.Service> services;

    Search(Network network, Machine machine) {
      this.machine = machine;
      this.simulator = new Simulator(network);
      this.around = new Neighbourhood(network, machine);
      this.services = listened();
    }

    /** What a program waits for in both versions; the usual services where that is not known. */
    private List<Ports.Service> listened() {
      if (machine.listeners().isEmpty()) {
        return Ports.of(machine);
      }
      Set<Ports.Service> found = new LinkedHashSet<>();
      for (Listener each : machine.listeners().get()) {
        boolean local = each.address().map(IpAddress::isLoopback).orElse(false);
        boolean six = each.bothVersions() || each.version() == IpVersion.IPV6;
        boolean known = each.protocol() == Protocol.TCP || each.protocol() == Protocol.UDP;
        if (!local && six && known) {
          found.add(new Ports.Service(each.protocol(), each.port()));
        }
      }
      return List.copyOf(found);
    }

    Optional<Finding> services() {
      List<Pair> pairs = new ArrayList<>();
      for (Interface in : machine.interfaces()) {
        Optional<IpAddress> own4 = own(in, IpVersion.IPV4);
        Optional<IpAddress> own6 = own(in, IpVersion.IPV6);
        if (!in.isLoopback() && own4.isPresent() && own6.isPresent()) {
          for (Ports.Service service : services) {
            if (pairs.size() < MOST_PAIRS) {
              pair(in, own4.get(), own6.get(), service, End.Delivered.class).ifPresent(pairs::add);
            }
          }
        }
      }
      return pairs.isEmpty() ? Optional.empty() : Optional.of(finding(pairs, false));
    }

    Optional<Finding> through() {
      List<Pair> pairs = new ArrayList<>();
      for (Interface in : machine.interfaces()) {
        for (Interface out : machine.interfaces()) {
          Optional<IpAddress> to4 = around.behind(out, IpVersion.IPV4);
          Optional<IpAddress> to6 = around.behind(out, IpVersion.IPV6);
          boolean asked = in != out && !in.isLoopback() && !out.isLoopback();
          for (Ports.Service service :
              asked && to4.isPresent() && to6.isPresent()
                  ? Ports.of(machine)
                  : List.<Ports.Service>of()) {
            if (pairs.size() < MOST_PAIRS) {
              pair(in, to4.get(), to6.get(), service, End.Left.class).ifPresent(pairs::add);
            }
          }
        }
      }
      return pairs.isEmpty() ? Optional.empty() : Optional.of(finding(pairs, true));
    }

    private static Optional<IpAddress> own(Interface device, IpVersion version) {
      return device.addresses(version).stream()
          .map(a -> a.prefix().address())
          .min((a, b) -> Boolean.compare(a.isLinkLocal(), b.isLinkLocal()));
    }

    /** Whoever asks from behind an interface, with an address that fits the one that is asked. */
    private Optional<IpAddress> asker(Interface in, IpAddress asked) {
      if (asked.isLinkLocal()) {
        return Optional.of(IpAddress.of("fe80::9"));
      }
      return around.behind(in, asked.version());
    }

    /** Pings tell nothing: in IPv6 they are let through on purpose (RFC 4890). */
    private Optional<Pair> pair(
        Interface in,
        IpAddress to4,
        IpAddress to6,
        Ports.Service service,
        Class<? extends End> wanted) {
      Optional<IpAddress> from4 = asker(in, to4);
      Optional<IpAddress> from6 = asker(in, to6);
      if (from4.isEmpty() || from6.isEmpty() || service.protocol() == Protocol.ICMP) {
        return Optional.empty();
      }
      Packet closed = Opening.of(from4.get(), to4, service);
      Optional<Source> by = first(in, closed).flatMap(Search::stoppedBy);
      if (by.isEmpty()) {
        return Optional.empty();
      }
      Packet open = Opening.of(from6.get(), to6, service);
      return first(in, open)
          .map(Journey::end)
          .filter(wanted::isInstance)
          .map(end -> new Pair(in.name(), closed, by.get(), open, service.word(), isServed(end)));
    }

    private Optional<Journey> first(Interface in, Packet packet) {
      Trace trace = Exchange.trace(simulator, machine.name(), Optional.of(in.name()), packet);
      return Exchange.isCertain(trace, machine.name())
          ? Optional.of(trace.journey(0))
          : Optional.empty();
    }

    private static boolean isServed(End end) {
      return end instanceof End.Delivered
          && ((End.Delivered) end).receiver() == End.Receiver.LISTENER;
    }

    private static Optional<Source> stoppedBy(Journey journey) {
      if (!(journey.end() instanceof End.Stopped)) {
        return Optional.empty();
      }
      Stop stop = ((End.Stopped) journey.end()).stop();
      if (stop instanceof Stop.ByRule) {
        return Optional.of(((Stop.ByRule) stop).step().rule().source());
      }
      return stop instanceof Stop.ByPolicy
          ? Optional.of(((Stop.ByPolicy) stop).step().chain().policySource())
          : Optional.empty();
    }

    private Finding finding(List<Pair> pairs, boolean through) {
      Pair first = pairs.stream().filter(Pair::served).findFirst().orElse(pairs.get(0));
      List<String> words = pairs.stream().map(Pair::service).distinct().toList();
      String which =
          words.stream().limit(MOST_WORDS).collect(Collectors.joining(", "))
              + (words.size() > MOST_WORDS ? " and more" : "");
      String what =
          through
              ? " lets " + which + " through from " + first.in() + " in IPv6, and not in IPv4: "
              : " takes " + which + " by " + first.in() + " in IPv6, and not in IPv4: ";
      return new Finding(
              through ? "ipv6-forwarding-open" : "ipv6-open",
              first.served() || through ? Severity.ERROR : Severity.WARNING,
              machine.name(),
              first.by(),
              machine.name()
                  + what
                  + "this line stops "
                  + first.closed().source()
                  + " → "
                  + first.closed().destination()
                  + " "
                  + first.service()
                  + ", but nothing stops "
                  + first.open().source()
                  + " → "
                  + first.open().destination()
                  + "."
                  + (first.served() || through
                      ? ""
                      : machine.listeners().isPresent()
                          ? " So far no program waits there."
                          : " Whether a program waits there is not known."))
          .with(new Example(machine.name(), Optional.of(first.in()), first.open()))
          .mendedBy(
              Repair.inWords(
                  machine.name(),
                  "Give IPv6 the same rules (ip6tables, or a table of family inet), or switch IPv6"
                      + " off on "
                      + first.in()
                      + ": sysctl -w net.ipv6.conf."
                      + first.in()
                      + ".disable_ipv6=1."));
    }
  }
}
