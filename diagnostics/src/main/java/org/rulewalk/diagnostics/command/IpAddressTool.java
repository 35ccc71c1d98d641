package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** {@code ip address} (net/ipv4/devinet.c, net/ipv6/addrconf.c). */
final class IpAddressTool {
  private final Machine before;
  private final Invocation invocation;
  private final String verb;
  private final List<String> words;

  IpAddressTool(Machine before, Invocation invocation, String verb, List<String> words) {
    this.before = before;
    this.invocation = invocation;
    this.verb = verb;
    this.words = words;
  }

  private boolean is(String name, int least) {
    return IpTool.isCalled(verb, name, least);
  }

  Outcome run() {
    boolean adds = is("add", 1);
    boolean replaces = is("change", 2) || is("chg", 3) || is("replace", 1);
    if (is("flush", 1)) {
      return flush();
    }
    if (!adds && !replaces && !is("delete", 1)) {
      return IpTool.unknownCommand(before, "address", verb);
    }
    Optional<String> wrong = wrongWord();
    if (wrong.isPresent()) {
      return IpTool.expected(before, "any valid prefix", wrong.get());
    }
    Optional<String> device = IpTool.after(words, "dev");
    if (device.isEmpty()) {
      return Outcome.refused(before, 1, "Not enough information: \"dev\" argument is required.");
    }
    Optional<Interface> found = before.find(device.get());
    if (found.isEmpty()) {
      return IpTool.noDevice(before, device.get());
    }
    Optional<Prefix> written = first().flatMap(Prefix::parse);
    if (written.isEmpty()) {
      return Outcome.notUnderstood(before, "it names no address");
    }
    return is("delete", 1)
        ? delete(found.get(), written.get())
        : add(found.get(), address(written.get(), found.get()), adds);
  }

  /** The address: a bare word, or what stands behind {@code local}. */
  private Optional<String> first() {
    return IpTool.after(words, "local")
        .or(() -> words.stream().filter(word -> Prefix.parse(word).isPresent()).findFirst());
  }

  /** A first word that is neither an address nor something else that may stand there. */
  private Optional<String> wrongWord() {
    return words.stream()
        .findFirst()
        .filter(word -> Prefix.parse(word).isEmpty())
        .filter(word -> !List.of("dev", "local", "peer", "brd", "broadcast").contains(word))
        .filter(
            word -> !List.of("scope", "label", "metric", "nodad", "noprefixroute").contains(word));
  }

  private Interface.Address address(Prefix prefix, Interface device) {
    Optional<Prefix> peer =
        IpTool.after(words, "peer")
            .or(() -> IpTool.after(words, "remote"))
            .flatMap(Prefix::parse)
            .filter(far -> !far.equals(prefix));
    return new Interface.Address(
        prefix, peer, broadcast(prefix), scope(prefix), isSecondary(prefix, peer, device), true);
  }

  private Optional<IpAddress> broadcast(Prefix prefix) {
    String word = IpTool.after(words, "brd").or(() -> IpTool.after(words, "broadcast")).orElse("");
    boolean usual = word.equals("+");
    return usual && prefix.length() < 31 ? Optional.of(prefix.last()) : IpAddress.parse(word);
  }

  private Interface.Scope scope(Prefix prefix) {
    String word = IpTool.after(words, "scope").orElse("global").toUpperCase(Locale.ROOT);
    boolean loopback = prefix.toString().startsWith("127.") || prefix.toString().equals("::1");
    for (Interface.Scope scope : Interface.Scope.values()) {
      if (scope.name().equals(word) && !(scope == Interface.Scope.GLOBAL && loopback)) {
        return prefix.address().isLinkLocal() && prefix.version() == IpVersion.IPV6
            ? Interface.Scope.LINK
            : scope;
      }
    }
    return loopback ? Interface.Scope.HOST : Interface.Scope.GLOBAL;
  }

  private static boolean isSecondary(Prefix prefix, Optional<Prefix> peer, Interface device) {
    return prefix.version() == IpVersion.IPV4
        && device.addresses().stream()
            .filter(each -> !each.secondary())
            .anyMatch(each -> isInSubnet(each, prefix, peer));
  }

  /** Whether an address belongs to the same subnet, counted by the far end where there is one. */
  private static boolean isInSubnet(Interface.Address one, Prefix prefix, Optional<Prefix> peer) {
    Prefix own = one.peer().orElse(one.prefix());
    Prefix other = peer.orElse(prefix);
    return own.version() == other.version()
        && own.length() == other.length()
        && own.contains(other.address());
  }

  private Outcome add(Interface device, Interface.Address wanted, boolean adds) {
    List<Interface.Address> addresses = new ArrayList<>(device.addresses());
    boolean six = wanted.prefix().version() == IpVersion.IPV6;
    for (int i = 0; i < addresses.size(); i++) {
      Interface.Address each = addresses.get(i);
      boolean same =
          six
              ? each.prefix().address().equals(wanted.prefix().address())
              : each.prefix().equals(wanted.prefix()) && each.peer().equals(wanted.peer());
      if (same && adds) {
        String text = six ? "ipv6: address already assigned." : "ipv4: Address already assigned.";
        return Outcome.refused(before, 2, "Error: " + text);
      }
      if (same) {
        // its lifetimes and the like
        return Outcome.changed(before);
      }
    }
    // of IPv6 addresses, the kernel lists the latest first
    int first =
        (int) addresses.stream().filter(a -> a.prefix().version() == IpVersion.IPV4).count();
    addresses.add(six ? Math.min(first, addresses.size()) : first, wanted);
    return Outcome.changed(Readdressing.changed(before, device, device.with(addresses)));
  }

  private Outcome delete(Interface device, Prefix prefix) {
    boolean six = prefix.version() == IpVersion.IPV6;
    boolean wild = !six && first().filter(word -> word.indexOf('/') >= 0).isEmpty();
    Optional<String> peer = IpTool.after(words, "peer");
    Optional<Interface.Address> found =
        device.addresses().stream()
            .filter(
                each ->
                    each.prefix().equals(prefix)
                        || wild && each.prefix().address().equals(prefix.address()))
            .filter(each -> peer.isEmpty() || each.peer().equals(Prefix.parse(peer.get())))
            .findFirst();
    if (found.isEmpty()) {
      String text = six ? "ipv6: address not found." : "ipv4: Address not found.";
      return Outcome.refused(before, 2, "Error: " + text);
    }
    Outcome outcome = Outcome.changed(without(device, List.of(found.get())));
    return wild && peer.isEmpty()
        ? outcome.saying(
            "Warning: Executing wildcard deletion to stay compatible with old scripts.")
        : outcome;
  }

  /** With a primary address its secondaries go, unless they are promoted. */
  private Machine without(Interface device, List<Interface.Address> gone) {
    List<Interface.Address> left = new ArrayList<>(device.addresses());
    for (Interface.Address each : gone) {
      left.remove(each);
      boolean primary = each.prefix().version() == IpVersion.IPV4 && !each.secondary();
      if (!primary) {
        continue;
      }
      boolean promotes =
          before.settings().either(IpVersion.IPV4, device.name(), "promote_secondaries");
      List<Interface.Address> others =
          left.stream()
              .filter(Interface.Address::secondary)
              .filter(other -> isInSubnet(each, other.prefix(), other.peer()))
              .toList();
      if (!promotes) {
        left.removeAll(others);
      } else if (!others.isEmpty()) {
        Interface.Address next = others.get(0);
        left.set(left.indexOf(next), promoted(next));
      }
    }
    return Readdressing.changed(before, device, device.with(left));
  }

  private static Interface.Address promoted(Interface.Address address) {
    return new Interface.Address(
        address.prefix(),
        address.peer(),
        address.broadcast(),
        address.scope(),
        false,
        address.usable());
  }

  private Outcome flush() {
    Optional<String> name = IpTool.after(words, "dev").or(() -> words.stream().findFirst());
    boolean plain = words.size() == (words.contains("dev") ? 2 : 1);
    boolean narrowed =
        invocation.arguments().contains("-4") || invocation.arguments().contains("-6");
    if (name.isEmpty() || !plain || narrowed) {
      return Outcome.notUnderstood(before, "which addresses are flushed is not worked out here");
    }
    Optional<Interface> device = before.find(name.get());
    return device
        .map(found -> Outcome.changed(Readdressing.changed(before, found, found.with(List.of()))))
        .orElseGet(() -> IpTool.noDevice(before, name.get()));
  }
}
