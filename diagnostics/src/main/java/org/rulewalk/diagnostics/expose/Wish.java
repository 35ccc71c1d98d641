package org.rulewalk.diagnostics.expose;

import java.util.Optional;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * What is to be reached, and from where.
 *
 * @param to the VM with the service
 * @param service tcp or udp, and the port at which it listens there
 * @param outsidePort the port at which it is asked for from outside
 * @param from the addresses that may ask; all of a version where nothing was said
 * @param fromSaid whether somebody said from where
 * @param on the machine at which they come in; empty where it is to be found out
 * @param device its interface; empty where it is to be found out
 */
public record Wish(
    String to,
    Service service,
    int outsidePort,
    Prefix from,
    boolean fromSaid,
    Optional<String> on,
    Optional<String> device) {
  /**
   * A wish in a user's words; what was not said is empty.
   *
   * @param port the port outside
   * @param from {@code 192.168.1.0/24}
   * @param on {@code sys-net} or {@code sys-net:ens5}
   * @throws IllegalArgumentException if one of them can't be understood; the message says which
   */
  public static Wish of(
      String to,
      String service,
      Optional<Integer> port,
      Optional<String> from,
      Optional<String> on) {
    Service read = Service.parse(service);
    boolean fits = read.protocol() == Protocol.TCP || read.protocol() == Protocol.UDP;
    if (!fits || read.sourcePort().isPresent() || read.port() == 0) {
      throw new IllegalArgumentException(
          "\"" + service + "\" can't be exposed; write tcp/PORT or udp/PORT, such as tcp/443");
    }
    int outside = port.orElse(read.port());
    if (outside < 1 || outside > 65535) {
      throw new IllegalArgumentException("--port " + outside + ": ports are 1 to 65535");
    }
    Prefix prefix =
        from.map(
                text ->
                    Prefix.parse(text)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "--from \""
                                        + text
                                        + "\" is no prefix; write it as 192.168.1.0/24")))
            .orElse(Prefix.all(IpVersion.IPV4));
    Optional<String> device =
        on.filter(text -> text.indexOf(':') > 0).map(text -> text.substring(text.indexOf(':') + 1));
    return new Wish(
        to,
        read,
        outside,
        new Prefix(prefix.first(), prefix.length()),
        from.isPresent(),
        on.map(text -> text.indexOf(':') > 0 ? text.substring(0, text.indexOf(':')) : text),
        device);
  }

  /** IPv4 or IPv6: that of the addresses that may ask. */
  public IpVersion version() {
    return from.version();
  }

  /** The senders that a rule has to look at; empty where all may ask. */
  public Optional<Prefix> senders() {
    return from.length() == 0 ? Optional.empty() : Optional.of(from);
  }

  /** The service as it is asked for from outside. */
  public Service outside() {
    return Service.parse(word() + "/" + outsidePort);
  }

  /** {@code tcp} or {@code udp}. */
  public String word() {
    return service.protocol() == Protocol.TCP ? "tcp" : "udp";
  }
}
