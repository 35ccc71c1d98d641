package org.rulewalk.parsers.iproute;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.value.IpVersion;

/** Writes interfaces as {@code ip -d addr} lists them (iproute2, ip/ipaddress.c). */
public final class AddressWriter {
  private AddressWriter() {}

  /** One interface with its addresses, on several lines. */
  public static String lines(Interface device) {
    StringBuilder text = new StringBuilder();
    text.append(device.index()).append(": ").append(device.name()).append(": <");
    text.append(String.join(",", flags(device))).append("> mtu ").append(device.mtuBytes());
    device.master().ifPresent(master -> text.append(" master ").append(master));
    text.append(" state ").append(device.up() && device.carrier() ? "UP" : "DOWN");
    text.append(" group ").append(InterfaceDraft.groupWord(device)).append('\n');
    text.append("    link/").append(InterfaceDraft.typeWord(device.type()));
    device.mac().ifPresent(mac -> text.append(' ').append(mac));
    text.append('\n');
    if (!device.kind().isEmpty()) {
      text.append("    ").append(device.kind()).append('\n');
    }
    device.addresses().forEach(address -> text.append(line(device, address)));
    return text.toString();
  }

  private static List<String> flags(Interface device) {
    List<String> flags = new ArrayList<>();
    if (device.isLoopback()) {
      flags.add("LOOPBACK");
    }
    if (device.up()) {
      flags.addAll(device.carrier() ? List.of("UP", "LOWER_UP") : List.of("NO-CARRIER", "UP"));
    }
    return flags;
  }

  /** One address without its line's end: {@code inet 10.0.0.1/24 scope global eth0}. */
  public static String words(Interface device, Interface.Address address) {
    boolean six = address.prefix().version() == IpVersion.IPV6;
    StringBuilder words = new StringBuilder(six ? "inet6 " : "inet ");
    if (address.peer().isPresent()) {
      words.append(address.prefix().address()).append(" peer ").append(address.peer().get());
    } else {
      words.append(address.prefix().address()).append('/').append(address.prefix().length());
    }
    address.broadcast().ifPresent(to -> words.append(" brd ").append(to));
    words.append(" scope ").append(address.scope().name().toLowerCase(Locale.ROOT));
    words.append(address.secondary() ? " secondary" : "");
    words.append(address.usable() ? "" : six ? " tentative" : " deprecated");
    return words.append(' ').append(device.name()).toString();
  }

  private static String line(Interface device, Interface.Address address) {
    return "    " + words(device, address) + "\n       valid_lft forever preferred_lft forever\n";
  }
}
