package org.rulewalk.simulator.compiled;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.value.IpVersion;

/** Numbers of a packet's headers that most rules look at, read without an object. */
enum PacketColumn implements Column {
  /** 0 for IPv4, 1 for IPv6. */
  VERSION(1),
  /** The protocol above IP; absent where the headers lead to none. */
  PROTOCOL(9),
  /** Bytes 0 and 1 above IP. */
  SOURCE_PORT(17),
  /** Bytes 2 and 3 above IP. */
  DESTINATION_PORT(17),
  /** The first 32 bits of the source address; all of it for IPv4. */
  SOURCE_0(32),
  SOURCE_1(32),
  SOURCE_2(32),
  SOURCE_3(32),
  /** The first 32 bits of the destination address; all of it for IPv4. */
  DESTINATION_0(32),
  DESTINATION_1(32),
  DESTINATION_2(32),
  DESTINATION_3(32);

  private final int width;

  PacketColumn(int width) {
    this.width = width;
  }

  /** Bits, with room for a number that stands for absence where that can be. */
  int width() {
    return width;
  }

  /** A word of an address: 0 is the one that comes first. */
  static PacketColumn address(boolean source, int word) {
    return values()[(source ? SOURCE_0 : DESTINATION_0).ordinal() + word];
  }

  @Override
  public void read(PacketContext context, Cells cells) {
    Packet packet = context.packet();
    boolean four = packet.version() == IpVersion.IPV4;
    switch (this) {
      case VERSION:
        cells.small(four ? 0 : 1);
        break;
      case PROTOCOL:
        smallOrAbsent(cells, packet.protocol());
        break;
      case SOURCE_PORT:
        smallOrAbsent(cells, port(packet, 0));
        break;
      case DESTINATION_PORT:
        smallOrAbsent(cells, port(packet, 2));
        break;
      case SOURCE_0:
      case SOURCE_1:
      case SOURCE_2:
      case SOURCE_3:
        cells.small(word(packet, four, four ? 12 : 8, ordinal() - SOURCE_0.ordinal()));
        break;
      default:
        cells.small(word(packet, four, four ? 16 : 24, ordinal() - DESTINATION_0.ordinal()));
    }
  }

  private static void smallOrAbsent(Cells cells, int number) {
    if (number < 0) {
      cells.absent();
    } else {
      cells.small(number);
    }
  }

  private static int port(Packet packet, int place) {
    int at = packet.transportOffset() + place;
    return packet.hasTransport(0) && packet.covers(at, 2) ? packet.u16(at) : -1;
  }

  private static long word(Packet packet, boolean four, int address, int index) {
    return four && index > 0 ? 0 : packet.u32(address + 4 * index);
  }
}
