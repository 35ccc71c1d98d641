package org.rulewalk.diagnostics.command;

import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;

/** The IPv6 addresses that interfaces give themselves. */
final class LinkLocal {
  /** That of the loopback interface. */
  static final Interface.Address LOOPBACK =
      new Interface.Address(
          Prefix.of("::1/128"),
          Optional.empty(),
          Optional.empty(),
          Interface.Scope.HOST,
          false,
          true);

  private LinkLocal() {}

  static Interface.Address of(MacAddress mac) {
    long value = mac.value() ^ 0x02_00_00_00_00_00L;
    String text =
        String.format(
            "fe80::%x:%x:%x:%x/64",
            value >> 32 & 0xffff,
            (value >> 24 & 0xff) << 8 | 0xff,
            0xfe00 | value >> 16 & 0xff,
            value & 0xffff);
    return new Interface.Address(
        Prefix.of(text), Optional.empty(), Optional.empty(), Interface.Scope.LINK, false, true);
  }
}
