package org.rulewalk.parsers.iproute;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Source;

/** An interface while its lines or its object are read. */
final class InterfaceDraft {
  // include/uapi/linux/if_arp.h
  private static final Map<String, Integer> TYPES =
      Map.ofEntries(
          Map.entry("ether", 1),
          Map.entry("loopback", 772),
          Map.entry("none", 65534),
          Map.entry("ppp", 512),
          Map.entry("sit", 776),
          Map.entry("ipip", 768),
          Map.entry("tunnel", 768),
          Map.entry("tunnel6", 769),
          Map.entry("gre", 778),
          Map.entry("gre6", 823),
          Map.entry("infiniband", 32),
          Map.entry("can", 280),
          Map.entry("ieee802.11", 801),
          Map.entry("slip", 256),
          Map.entry("netrom", 0));
  private static final int TYPE_NONE = 65534;
  private static final int UNKNOWN_GROUP = -1;
  private static final Pattern GROUP = Pattern.compile("\\sgroup\\s+(\\S+)");

  private final String name;
  private final int index;
  private final Source source;
  private final List<Interface.Address> addresses = new ArrayList<>();
  private boolean up;
  private boolean carrier;
  private int mtu = 1500;
  private long group;
  private String kind = "";
  private int type = Interface.TYPE_ETHERNET;
  private Optional<MacAddress> mac = Optional.empty();
  private Optional<String> master = Optional.empty();

  InterfaceDraft(String name, int index, Source source) {
    this.name = name;
    this.index = index;
    this.source = source;
  }

  String name() {
    return name;
  }

  void flags(List<String> flags) {
    up = flags.contains("UP");
    carrier = flags.contains("LOWER_UP") && !flags.contains("NO-CARRIER");
  }

  void mtu(int bytes) {
    mtu = bytes;
  }

  void master(String device) {
    master = Optional.of(device);
  }

  void kind(String word) {
    kind = word;
  }

  void type(String word) {
    String number = word.replace("[", "").replace("]", "");
    type = Numbers.small(number).orElse(TYPES.getOrDefault(word, TYPE_NONE));
  }

  void mac(MacAddress address) {
    mac = Optional.of(address);
  }

  void address(Interface.Address address) {
    addresses.add(address);
  }

  void group(String word, Problems problems, Source place) {
    OptionalLong number = Numbers.unsigned(word);
    if (number.isPresent() || word.equals("default")) {
      group = number.orElse(0);
      return;
    }
    group = UNKNOWN_GROUP;
    problems.warn(
        "interface-group",
        "group `"
            + word
            + "` of `"
            + name
            + "` is a name of /etc/iproute2/group, which is not in the capture",
        place,
        word.length(),
        "capture with `ip -N addr`");
  }

  /** The word for a type that {@code link/} stands before. */
  static String typeWord(int number) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == number)
        .map(Map.Entry::getKey)
        .min(String::compareTo)
        .orElse(number == TYPE_NONE ? "none" : "[" + number + "]");
  }

  /** A group's number, or the name of one whose number is not known. */
  static String groupWord(Interface device) {
    Matcher named = GROUP.matcher(device.source().text());
    return device.group() == UNKNOWN_GROUP && named.find()
        ? named.group(1)
        : String.valueOf(Math.max(0, device.group()));
  }

  Interface finished() {
    return new Interface(
        name, index, up, carrier, mtu, group, kind, type, mac, master, addresses, source);
  }
}
