package org.rulewalk.parsers.iproute;

import java.util.Map;
import java.util.Optional;

/** Types of service as {@code ip} prints them: a name of rt_dsfield, or hexadecimal. */
final class ServiceType {
  // etc/iproute2/rt_dsfield as iproute2 installs it
  private static final Map<String, Integer> NAMES =
      Map.ofEntries(
          Map.entry("default", 0),
          Map.entry("lowdelay", 0x10),
          Map.entry("throughput", 0x08),
          Map.entry("reliability", 0x04),
          Map.entry("CS1", 0x20),
          Map.entry("CS2", 0x40),
          Map.entry("CS3", 0x60),
          Map.entry("CS4", 0x80),
          Map.entry("CS5", 0xa0),
          Map.entry("CS6", 0xc0),
          Map.entry("CS7", 0xe0),
          Map.entry("AF11", 0x28),
          Map.entry("AF12", 0x30),
          Map.entry("AF13", 0x38),
          Map.entry("AF21", 0x48),
          Map.entry("AF22", 0x50),
          Map.entry("AF23", 0x58),
          Map.entry("AF31", 0x68),
          Map.entry("AF32", 0x70),
          Map.entry("AF33", 0x78),
          Map.entry("AF41", 0x88),
          Map.entry("AF42", 0x90),
          Map.entry("AF43", 0x98),
          Map.entry("EF", 0xb8));

  private ServiceType() {}

  static Optional<Integer> parse(String word) {
    if (NAMES.containsKey(word)) {
      return Optional.of(NAMES.get(word));
    }
    String hex = word.startsWith("0x") ? word : "0x" + word;
    return Numbers.small(hex).stream().boxed().filter(value -> value < 256).findFirst();
  }
}
