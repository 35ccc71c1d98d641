package org.rulewalk.simulator.region;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Packets of which each field has one of some values, in every combination.
 *
 * @param version of both addresses
 */
public record Box(IpVersion version, Intervals sources, Intervals destinations, Intervals ports) {
  /** The values of a field. */
  public Intervals of(Field field) {
    switch (field) {
      case SOURCE:
        return sources;
      case DESTINATION:
        return destinations;
      default:
        return ports;
    }
  }

  /** The same with other values of a field. */
  public Box with(Field field, Intervals values) {
    switch (field) {
      case SOURCE:
        return new Box(version, values, destinations, ports);
      case DESTINATION:
        return new Box(version, sources, values, ports);
      default:
        return new Box(version, sources, destinations, values);
    }
  }

  /** Whether no packet is in it. */
  public boolean isEmpty() {
    return sources.isEmpty() || destinations.isEmpty() || ports.isEmpty();
  }

  /** Whether a packet is in it. */
  public boolean contains(Point point) {
    boolean all = point.version() == version;
    for (Field field : Field.values()) {
      all = all && of(field).contains(point.of(field));
    }
    return all;
  }

  /** The packets that are in both. */
  public Box and(Box other) {
    Box both = this;
    for (Field field : Field.values()) {
      both = both.with(field, of(field).and(other.of(field)));
    }
    return both;
  }

  /** Boxes without a packet in common that hold what is here and not in the other. */
  public List<Box> minus(Box other) {
    List<Box> rest = new ArrayList<>();
    Box left = this;
    for (Field field : Field.values()) {
      Box outside = left.with(field, left.of(field).minus(other.of(field)));
      if (!outside.isEmpty()) {
        rest.add(outside);
      }
      left = left.with(field, left.of(field).and(other.of(field)));
    }
    return rest;
  }

  /** Whether some field has more than one value. */
  boolean isOpen() {
    return isOpen(Field.SOURCE) || isOpen(Field.DESTINATION) || isOpen(Field.PORT);
  }

  /** Whether a field has more than one value. */
  boolean isOpen(Field field) {
    return !of(field).isSingle();
  }

  /**
   * One packet.
   *
   * @param version of both addresses
   */
  public record Point(IpVersion version, Bits source, Bits destination, int port) {
    /** The value of a field. */
    public Bits of(Field field) {
      switch (field) {
        case SOURCE:
          return source;
        case DESTINATION:
          return destination;
        default:
          return Bits.of(port);
      }
    }
  }
}
