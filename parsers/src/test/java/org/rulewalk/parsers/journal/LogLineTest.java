package org.rulewalk.parsers.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.TcpFlags;

/**
 * The IPv4 lines with UID=, SEQ= and options were written by a kernel (6.18); others by its rules.
 */
class LogLineTest {
  private static LoggedPacket parse(String line) {
    return LogLine.parse(line).orElseThrow();
  }

  @Test
  void tcpLineBecomesItsPacket() {
    LoggedPacket logged =
        parse(
            "FW-DROP: IN=vif5.0 OUT=eth0 MAC=fe:ff:ff:ff:ff:ff:00:16:3e:5e:6c:00:08:00 SRC=10.137.0.20"
                + " DST=192.0.2.9 LEN=60 TOS=0x08 PREC=0x40 TTL=63 ID=4711 DF PROTO=TCP SPT=40000 DPT=443"
                + " WINDOW=64240 RES=0x00 SYN URGP=0 MARK=0x1");
    Packet packet = logged.packet();
    assertEquals("FW-DROP: ", logged.prefix());
    assertEquals(Optional.of("vif5.0"), logged.in());
    assertEquals(Optional.of("eth0"), logged.out());
    assertEquals(1, logged.mark());
    assertEquals("10.137.0.20", packet.source().toString());
    assertEquals("192.0.2.9", packet.destination().toString());
    assertEquals(60, packet.length());
    assertEquals(0x48, packet.tos());
    assertEquals(63, packet.ttl());
    assertEquals(4711, packet.identification());
    assertTrue(packet.dontFragment());
    assertEquals(40000, packet.sourcePort());
    assertEquals(443, packet.destinationPort());
    assertEquals(TcpFlags.SYN, packet.tcpFlags());
    assertTrue(packet.hasValidHeaderChecksum());
  }

  @Test
  void acknowledgementIsANumberAndAFlag() {
    Packet packet =
        parse(
                "TAIL=IN=eth0 OUT=vif7.0 MAC=02:07:f6:23:57:13:02:0c:ed:27:0e:d0:08:00 SRC=198.51.100.77"
                    + " DST=10.137.0.19 LEN=60 TOS=0x00 PREC=0x00 TTL=62 ID=0 DF PROTO=TCP SPT=443 DPT=41142"
                    + " SEQ=4117887459 ACK=804936019 WINDOW=65160 RES=0x00 ACK SYN URGP=0"
                    + " OPT (020405B40402080AE3413B32D0ADB8B30103030A) ")
            .packet();
    int transport = packet.transportOffset();
    assertEquals(TcpFlags.ACK | TcpFlags.SYN, packet.tcpFlags());
    assertEquals(4117887459L, packet.u32(transport + 4));
    assertEquals(804936019L, packet.u32(transport + 8));
    assertEquals(0x020405b4L, packet.u32(transport + 20));
    assertEquals(60, packet.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "IN ", "IPT-PRE", "a=b IN=x OUT=y IN=", "DROP IN=eth9 "})
  void prefixMayBeAnything(String prefix) {
    LoggedPacket logged =
        parse(
            prefix
                + "IN=eth0 OUT= MACSRC=02:1e:1e:d1:34:ba MACDST=02:ec:b7:e3:da:2b MACPROTO=0800"
                + " SRC=198.51.100.77 DST=10.137.0.23 LEN=36 TOS=0x00 PREC=0x00 TTL=62 ID=13592 DF PROTO=UDP"
                + " SPT=53 DPT=40633 LEN=16 UID=0 GID=0 ");
    assertEquals(prefix, logged.prefix());
    assertEquals(Optional.of("eth0"), logged.in());
    assertEquals(Optional.empty(), logged.out());
    assertEquals(36, logged.packet().length());
    assertEquals(40633, logged.packet().destinationPort());
  }

  @Test
  void icmpErrorCarriesThePacketThatItIsAbout() {
    LoggedPacket logged =
        parse(
            "IPT-IN=IN=lo OUT= MAC=00:00:00:00:00:00:00:00:00:00:00:00:08:00 SRC=127.0.0.1 DST=127.0.0.2 LEN=57"
                + " TOS=0x00 PREC=0xC0 TTL=64 ID=28243 PROTO=ICMP TYPE=3 CODE=4 [SRC=127.0.0.3 DST=127.0.0.4"
                + " LEN=29 TOS=0x00 PREC=0x00 TTL=64 ID=7038 DF PROTO=UDP SPT=59052 DPT=999 LEN=9 ] MTU=1280 ");
    Packet packet = logged.packet();
    assertEquals("127.0.0.1", packet.source().toString());
    assertEquals(3, packet.icmpType());
    assertEquals(4, packet.icmpCode());
    assertEquals(1280, packet.u32(packet.transportOffset() + 4));
    Packet inner = Packet.of(packet.slice(28, 29));
    assertEquals("127.0.0.4", inner.destination().toString());
    assertEquals(999, inner.destinationPort());
  }

  @Test
  void ipv6PingsKeepTheirNumbers() {
    Packet packet =
        parse(
                "IN=vif5.0 OUT= MAC=02:07:f6:23:57:13:02:0c:ed:27:0e:d0:86:dd"
                    + " SRC=fd09:24ef:4179:0000:0000:0000:0a89:0014 DST=fd09:24ef:4179:0000:0000:0000:0a89:0006"
                    + " LEN=104 TC=0 HOPLIMIT=63 FLOWLBL=0 PROTO=ICMPv6 TYPE=128 CODE=0 ID=7 SEQ=1")
            .packet();
    assertEquals("fd09:24ef:4179::a89:14", packet.source().toString());
    assertEquals(63, packet.ttl());
    assertEquals(128, packet.icmpType());
    assertEquals(104, packet.length());
    assertEquals(7, packet.u16(packet.transportOffset() + 4));
  }

  @Test
  void laterFragmentsAndBrokenOffLinesShowNoPorts() {
    LoggedPacket fragment =
        parse(
            "IN=eth0 OUT= MAC= SRC=192.0.2.1 DST=192.0.2.2 LEN=1500 TOS=0x00 PREC=0x00 TTL=64 ID=7 MF FRAG:1480"
                + " PROTO=UDP ");
    assertFalse(fragment.wholeHeader());
    assertEquals(1480 / 8, fragment.packet().fragmentOffset());
    assertTrue(fragment.packet().moreFragments());
    assertFalse(
        parse(
                "IN=eth0 OUT= MAC= SRC=192.0.2.1 DST=192.0.2.2 LEN=28 TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=TCP"
                    + " INCOMPLETE [8 bytes] ")
            .wholeHeader());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "IN= OUT=",
        "usb 1-1: new device IN=x and then OUT=y SRC=1.2.3.4 DST=1.2.3.5",
        "IN=a OUT=b SRC=1.2.3.4 DST=::1 PROTO=TCP",
        "IN=a OUT=b SRC=1.2.3.4 DST=1.2.3.5 LEN=60 PROTO=TCP SPT=99999 DPT=1",
        "IN=a OUT=b SRC=1.2.3.4 DST=1.2.3.5 LEN=x PROTO=TCP"
      })
  void whatIsNoPacketIsNone(String line) {
    assertEquals(Optional.empty(), LogLine.parse(line));
  }
}
