package org.rulewalk.parsers.iproute;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;

/**
 * Reads {@code ip addr} and {@code ip link}, with or without {@code -d} and {@code -s}, as text
 * (iproute2, ip/ipaddress.c: print_linkinfo, print_addrinfo).
 */
public final class AddressListing {
  private static final Set<String> KINDS =
      Set.of(
          "veth",
          "vlan",
          "bridge",
          "bond",
          "vxlan",
          "macvlan",
          "macvtap",
          "ipvlan",
          "ipvtap",
          "dummy",
          "tun",
          "ipip",
          "sit",
          "gre",
          "gretap",
          "ip6gre",
          "ip6gretap",
          "ip6tnl",
          "vti",
          "vti6",
          "wireguard",
          "vrf",
          "ifb",
          "geneve",
          "nlmon",
          "xfrm",
          "team",
          "netkit",
          "vcan",
          "can",
          "ipoib",
          "hsr",
          "macsec",
          "erspan",
          "ip6erspan",
          "netdevsim",
          "rmnet",
          "gtp",
          "amt",
          "bareudp",
          "batadv",
          "lowpan",
          "vsockmon",
          "wwan");
  // lines that say nothing about where packets go
  private static final Set<String> SKIPPED =
      Set.of(
          "valid_lft",
          "altname",
          "alias",
          "vf",
          "RX:",
          "TX:",
          "RX",
          "TX",
          "prog/xdp",
          "promiscuity",
          "bridge_slave",
          "bond_slave",
          "team_slave",
          "vrf_slave",
          "openvswitch",
          "openvswitch_slave",
          "parentbus",
          "parentdev",
          "permaddr",
          "minmtu",
          "addrgenmode",
          "numtxqueues",
          "portname",
          "portid",
          "maxmtu",
          "xdp",
          "geneve_slave",
          "preferred_lft",
          "link-netnsid",
          "link-netns");

  private final SourceText text;
  private final Problems problems;
  private final List<Interface> interfaces = new ArrayList<>();
  private Optional<InterfaceDraft> open = Optional.empty();

  private AddressListing(SourceText text, Problems problems) {
    this.text = text;
    this.problems = problems;
  }

  /** The interfaces of a listing, in its order. */
  public static List<Interface> parse(SourceText text, Problems problems) {
    AddressListing listing = new AddressListing(text, problems);
    for (int line = 1; line <= text.lineCount(); line++) {
      listing.line(Words.ofLine(text, line), text.line(line));
    }
    listing.close();
    return listing.interfaces;
  }

  private void close() {
    open.ifPresent(draft -> interfaces.add(draft.finished()));
    open = Optional.empty();
  }

  private void line(Words words, String line) {
    if (!words.hasNext() || line.startsWith("#")) {
      return;
    }
    if (!Character.isWhitespace(line.charAt(0))) {
      header(words);
    } else if (open.isPresent()) {
      detail(open.get(), words);
    } else {
      notUnderstood(words);
    }
  }

  private void header(Words words) {
    String first = words.next();
    var index =
        first.endsWith(":")
            ? Numbers.small(first.substring(0, first.length() - 1))
            : Numbers.small("");
    if (index.isEmpty()) {
      notUnderstood(words);
      return;
    }
    close();
    String name = words.next();
    name = name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    int at = name.indexOf('@');
    InterfaceDraft draft =
        new InterfaceDraft(at < 0 ? name : name.substring(0, at), index.getAsInt(), words.start());
    open = Optional.of(draft);
    String next = words.peek();
    if (next.startsWith("<")) {
      words.next();
      draft.flags(List.of(next.substring(1).replace(">", "").split(",")));
      options(draft, words);
    } else {
      oneLine(draft, words);
    }
  }

  /** {@code ip -o} repeats the header before each address. */
  private void oneLine(InterfaceDraft draft, Words words) {
    // this form does not tell the flags
    draft.flags(List.of("UP", "LOWER_UP"));
    Optional<Interface> same =
        interfaces.isEmpty() || !interfaces.get(interfaces.size() - 1).name().equals(draft.name())
            ? Optional.empty()
            : Optional.of(interfaces.remove(interfaces.size() - 1));
    same.ifPresent(before -> before.addresses().forEach(draft::address));
    if (words.peek().startsWith("inet")) {
      detail(draft, words);
    }
  }

  private void options(InterfaceDraft draft, Words words) {
    while (words.hasNext()) {
      String key = words.next();
      if (key.equals("mtu")) {
        Numbers.small(words.next()).ifPresent(draft::mtu);
      } else if (key.equals("master")) {
        draft.master(words.next());
      } else if (key.equals("group")) {
        draft.group(words.next(), problems, words.place());
      } else if (key.startsWith("link/")) {
        link(draft, key, words);
        return;
      }
    }
  }

  private void detail(InterfaceDraft draft, Words words) {
    String key = words.next();
    if (key.startsWith("link/")) {
      link(draft, key, words);
    } else if (key.equals("inet") || key.equals("inet6")) {
      address(draft, words);
    } else if (KINDS.contains(key)) {
      draft.kind(key);
    } else if (!SKIPPED.contains(key) && Numbers.unsigned(key).isEmpty()) {
      notUnderstood(words);
    }
  }

  private static void link(InterfaceDraft draft, String key, Words words) {
    draft.type(key.substring("link/".length()));
    MacAddress.parse(words.next()).ifPresent(draft::mac);
  }

  private void address(InterfaceDraft draft, Words words) {
    Optional<Prefix> own = Prefix.parse(words.next());
    if (own.isEmpty()) {
      notUnderstood(words);
      return;
    }
    AddressDraft address = new AddressDraft(own.get());
    while (words.hasNext()) {
      String key = words.next();
      switch (key) {
        case "peer":
          address.peer = Prefix.parse(words.next());
          break;
        case "brd":
          address.broadcast = IpAddress.parse(words.next());
          break;
        case "scope":
          address.scope = Scopes.ofWord(words.next());
          break;
        case "metric":
          words.next();
          break;
        default:
          address.flag(key);
      }
    }
    draft.address(address.finished());
  }

  private void notUnderstood(Words words) {
    problems.warn(
        "address-line",
        "`" + words.start().text() + "` is no line of `ip addr`",
        words.start(),
        0,
        "");
  }
}
