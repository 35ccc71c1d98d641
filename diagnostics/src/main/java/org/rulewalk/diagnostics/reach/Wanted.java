package org.rulewalk.diagnostics.reach;

import java.util.List;
import java.util.Locale;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.value.Bits;

/**
 * Services that are asked about together: ports of one protocol, or one service without ports.
 *
 * @param sample one of them
 * @param ports all of them; 0 where there are none
 */
public record Wanted(Service sample, Intervals ports) {
  private static final int LAST_PORT = 65535;

  /** Every port that a connection can be made to. */
  static final Intervals PORTS = Intervals.of(Bits.of(1), Bits.of(LAST_PORT));

  /** All TCP ports, all UDP ports, and pings. */
  public static final List<Wanted> EVERYTHING =
      List.of(
          new Wanted(Service.parse("tcp/443"), PORTS),
          new Wanted(Service.parse("udp/53"), PORTS),
          only(Service.parse("ping")));

  /** One service alone. */
  public static Wanted only(Service service) {
    return new Wanted(service, Intervals.of(Bits.of(service.port())));
  }

  /** Whether services have ports. */
  public boolean hasPorts() {
    return sample.protocol() == Protocol.TCP || sample.protocol() == Protocol.UDP;
  }

  /** What all have in common: {@code tcp}, {@code ping}, {@code proto/47}. */
  public String word() {
    return hasPorts() ? sample.text().split("/", 2)[0].toLowerCase(Locale.ROOT) : sample.text();
  }

  /** The service at a port. */
  Service at(Bits port) {
    if (!hasPorts() || port.toInt() == sample.port()) {
      return sample;
    }
    String source = sample.sourcePort().isPresent() ? "@" + sample.sourcePort().getAsInt() : "";
    return Service.parse(word() + "/" + port.toInt() + source);
  }
}
