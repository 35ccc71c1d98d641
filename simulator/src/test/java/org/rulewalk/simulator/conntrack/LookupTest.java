package org.rulewalk.simulator.conntrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.value.IpAddress;

/** What was looked up ahead of time gives way to what the table holds when it is asked. */
class LookupTest {
  private static final IpAddress SERVER = IpAddress.of("198.51.100.10");

  private final Conntrack table = new Conntrack();

  private static PlainPacket packet(int client) {
    Packet packet =
        Packets.udp(
            IpAddress.ofIpv4(0xc0000200 + client / 7),
            SERVER,
            40000 + client,
            53,
            new byte[9],
            Packets.IpOptions.DEFAULT);
    PlainPacket plain = new PlainPacket();
    assertTrue(plain.read(packet));
    return plain;
  }

  private Connection begin(int client) {
    Tuple tuple = Tuple.of(packet(client));
    Connection connection = new Connection(Zone.DEFAULT, tuple, tuple.inverse().orElseThrow());
    table.insert(connection);
    return connection;
  }

  private Lookup ahead(int client, boolean answers) {
    Lookup lookup = new Lookup();
    lookup.of(packet(client), answers);
    table.lookAhead(lookup);
    return lookup;
  }

  @Test
  void whatWasFoundAheadIsTheAnswer() {
    Connection connection = begin(1);
    assertSame(connection.direction(false), table.direction(ahead(1, false)));
    assertSame(connection.direction(true), table.direction(ahead(1, true)));
  }

  @Test
  void connectionsThatBeginLaterAreFound() {
    Lookup lookup = ahead(1, false);
    assertSame(Direction.NONE, table.direction(lookup));
    Connection connection = begin(1);
    assertSame(connection.direction(false), table.direction(lookup));
  }

  @Test
  void oneThatGaveWayToAnotherIsNotFound() {
    Connection before = begin(1);
    Lookup lookup = ahead(1, false);
    table.remove(before);
    assertSame(Direction.NONE, table.direction(lookup));
    Connection after = begin(1);
    assertSame(after.direction(false), table.direction(lookup));
  }

  @Test
  void aTranslationThatIsLearntIsFound() {
    Connection connection = begin(1);
    Lookup lookup = ahead(1, true);
    Tuple out = connection.original();
    assertTrue(table.learn(out, out.withSource(IpAddress.of("203.0.113.9"), 61000)));
    assertSame(Direction.NONE, table.direction(lookup));
  }

  @Test
  void manyComeAndGo() {
    SplittableRandom random = new SplittableRandom(5);
    List<Connection> alive = new ArrayList<>();
    int next = 0;
    for (int turn = 0; turn < 5000; turn++) {
      if (alive.isEmpty() || random.nextInt(5) < 3) {
        alive.add(begin(next++));
      } else {
        table.remove(alive.remove(random.nextInt(alive.size())));
      }
    }
    for (Connection each : alive) {
      int client = each.original().sourceKey() - 40000;
      assertSame(each.direction(false), table.direction(ahead(client, false)));
      assertSame(each.direction(true), table.direction(ahead(client, true)));
    }
    assertEquals(alive.size(), table.connections().size());
  }
}
