package org.rulewalk.simulator.rules;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** IPv6 prefixes exchanged so that checksums stay right (RFC 6296, ip6t_NPT.c). */
final class PrefixTranslation {
  private static final int SOURCE = 8;
  private static final int DESTINATION = 24;
  private static final int HEADER = 40;
  private static final int QUOTE = 48;
  private static final int ALL_ONES = 0xffff;

  private final Statement.TranslatePrefix statement;
  private final PacketEditor editor;
  private final Packet packet;

  private PrefixTranslation(Statement.TranslatePrefix statement, Packet packet) {
    this.statement = statement;
    this.packet = packet;
    this.editor = packet.edit();
  }

  /** Not done where no word of the address can take the difference up; the prefix is written. */
  static HeaderRewrite.Written apply(Statement.TranslatePrefix statement, Packet packet) {
    PrefixTranslation translation = new PrefixTranslation(statement, packet);
    boolean done = translation.map(statement.addressAt());
    if (done && translation.quotesTranslated()) {
      translation.map(translation.quotedAt());
    }
    return new HeaderRewrite.Written(translation.editor.toPacket(), done);
  }

  /** An error that comes back from where the quoted packet went. */
  private boolean quotesTranslated() {
    int type = packet.u8(HEADER);
    return packet.u8(6) == Protocol.ICMPV6
        && type >= 1
        && type <= 4
        && packet.covers(QUOTE, HEADER)
        && statement.from().contains(address(quotedAt()));
  }

  private int quotedAt() {
    return QUOTE + (statement.source() ? DESTINATION : SOURCE);
  }

  private IpAddress address(int at) {
    return IpAddress.ofBytes(IpVersion.IPV6, packet.slice(at, 16), 0);
  }

  private boolean map(int at) {
    Bits kept = address(at).value().without(Bits.prefixMask(statement.bits(), 128));
    editor.put(at, kept.or(statement.to().address().value()).toBytes(16));
    int word = statement.bits() <= 48 ? 3 : freeWord(at);
    if (word < 0) {
      return false;
    }
    // the prefixes are within the first four words, and what they say of the fourth counts
    int sum = added(editor.toPacket().u16(at + 2 * word), difference());
    editor.put16(at + 2 * word, sum == ALL_ONES ? 0 : sum);
    return true;
  }

  private int freeWord(int at) {
    for (int word = 4; word < 8; word++) {
      if (packet.u16(at + 2 * word) != ALL_ONES) {
        return word;
      }
    }
    return -1;
  }

  private int difference() {
    return added(sum(statement.from()), ALL_ONES ^ sum(statement.to()));
  }

  private static int sum(Prefix prefix) {
    byte[] bytes = prefix.address().toBytes();
    int sum = 0;
    for (int i = 0; i < bytes.length; i += 2) {
      sum = added(sum, (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff);
    }
    return sum;
  }

  /** In ones' complement. */
  private static int added(int a, int b) {
    int sum = a + b;
    return (sum & ALL_ONES) + (sum >>> 16);
  }
}
