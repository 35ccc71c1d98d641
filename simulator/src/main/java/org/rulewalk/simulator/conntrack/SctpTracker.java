package org.rulewalk.simulator.conntrack;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.rulewalk.simulator.conntrack.SctpState.State;
import org.rulewalk.simulator.packet.Packet;

/** Follows SCTP associations (net/netfilter/nf_conntrack_proto_sctp.c). */
final class SctpTracker {
  private static final int INIT = 1;
  private static final int INIT_ACK = 2;
  private static final int HEARTBEAT = 4;
  private static final int HEARTBEAT_ACK = 5;
  private static final int ABORT = 6;
  private static final int SHUTDOWN_ACK = 8;
  private static final int COOKIE_ECHO = 10;
  private static final int COOKIE_ACK = 11;
  private static final int SHUTDOWN_COMPLETE = 14;
  private static final int DATA = 0;
  private static final int HEADER_BYTES = 12;

  /** Chunk types in the order of the rows of {@link #TABLE}: init, init ack, abort, shutdown … */
  private static final int[] ROWS = {
    INIT,
    INIT_ACK,
    ABORT,
    7,
    SHUTDOWN_ACK,
    9,
    COOKIE_ECHO,
    COOKIE_ACK,
    SHUTDOWN_COMPLETE,
    HEARTBEAT,
    HEARTBEAT_ACK
  };

  /**
   * The new state by direction, chunk and old state in the order of {@link State}: N none, C
   * closed, W cookie wait, O cookie echoed, E established, S shutdown sent, R shutdown received, A
   * shutdown ack sent, H heartbeat sent, ! invalid.
   */
  private static final String[][] TABLE = {
    {
      "CCWOECCAW",
      "CCWOESRAC",
      "CCCCCCCCC",
      "CCWOSSRAC",
      "ACWOEAAAA",
      "CCWOESRAC",
      "CCOOESRAC",
      "CCWEESRAC",
      "CCWOESRCC",
      "HCWOESRAH",
      "CCWOESRAH"
    },
    {
      "!CWOESRA!",
      "!WWOESRA!",
      "!CCCCCCC!",
      "!CWORSRA!",
      "!CWOEAAA!",
      "!CWCESRA!",
      "!COOESRA!",
      "!CWEESRA!",
      "!CWOESRC!",
      "!CWOESRAH",
      "!CWOESRAE"
    }
  };

  private static final String LETTERS = "NCWOESRAH!";

  private record Chunk(int type, int flags, int offset) {}

  private final Packet packet;
  private final SctpState state;
  private final int direction;
  private final long tag;
  private final List<Chunk> chunks;

  private SctpTracker(Packet packet, SctpState state, boolean reply, List<Chunk> chunks) {
    this.packet = packet;
    this.state = state;
    this.direction = reply ? 1 : 0;
    this.tag = packet.u32(packet.transportOffset() + 4);
    this.chunks = chunks;
  }

  /** Follows one packet; false if it can't belong to the association. */
  static boolean track(
      Connection connection, Packet packet, boolean reply, boolean verifyChecksum) {
    if (!packet.hasTransport(HEADER_BYTES) || verifyChecksum && !hasValidChecksum(packet)) {
      return false;
    }
    List<Chunk> chunks = chunks(packet);
    if (chunks.isEmpty()) {
      return false;
    }
    SctpTracker tracker = new SctpTracker(packet, connection.sctp(), reply, chunks);
    if (!connection.has(Connection.CONFIRMED) && !tracker.begin()) {
      return false;
    }
    return tracker.tagFits() && tracker.follow(connection);
  }

  static boolean hasValidChecksum(Packet packet) {
    int at = packet.transportOffset();
    return (int) packet.u32(at + 8) == checksum(packet);
  }

  /** CRC32c over the SCTP part with its checksum field as zero, in the order it is written. */
  static int checksum(Packet packet) {
    byte[] body = packet.slice(packet.transportOffset(), packet.transportLength());
    for (int i = 8; i < HEADER_BYTES; i++) {
      body[i] = 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(body, 0, body.length);
    return Integer.reverseBytes((int) crc.getValue());
  }

  /** All chunks, or none if the packet breaks a rule on their order (do_basic_checks). */
  private static List<Chunk> chunks(Packet packet) {
    List<Chunk> chunks = new ArrayList<>();
    boolean alone = false;
    int at = packet.transportOffset() + HEADER_BYTES;
    while (packet.covers(at, 4)) {
      int type = packet.u8(at);
      int length = packet.u16(at + 2);
      alone |= type == INIT || type == INIT_ACK || type == SHUTDOWN_COMPLETE;
      boolean first = type == COOKIE_ACK || type == COOKIE_ECHO || alone;
      if (first && !chunks.isEmpty() || length == 0) {
        return List.of();
      }
      chunks.add(new Chunk(type, packet.u8(at + 1), at));
      at += length + 3 & ~3;
    }
    return chunks;
  }

  private boolean holds(int type) {
    return chunks.stream().anyMatch(chunk -> chunk.type() == type);
  }

  private static State next(int direction, int type, State old) {
    for (int row = 0; row < ROWS.length; row++) {
      if (ROWS[row] == type) {
        return State.values()[LETTERS.indexOf(TABLE[direction][row].charAt(old.ordinal()))];
      }
    }
    return old;
  }

  private boolean begin() {
    if (holds(ABORT) || holds(SHUTDOWN_COMPLETE) || holds(COOKIE_ACK)) {
      return false;
    }
    state.state = State.NONE;
    state.tags = new long[2];
    for (Chunk chunk : chunks) {
      State first = next(0, chunk.type(), State.NONE);
      if (first == State.NONE || first == State.INVALID) {
        return false;
      }
      if (chunk.type() == INIT) {
        if (tag != 0 || !packet.covers(chunk.offset() + 4, 16)) {
          return false;
        }
        state.tags[1] = packet.u32(chunk.offset() + 4);
      } else if (chunk.type() == HEARTBEAT) {
        state.tags[0] = tag;
      } else if (chunk.type() == SHUTDOWN_ACK) {
        state.tags[1] = tag;
      }
    }
    return true;
  }

  private boolean tagFits() {
    boolean special =
        holds(INIT)
            || holds(SHUTDOWN_COMPLETE)
            || holds(COOKIE_ECHO)
            || holds(ABORT)
            || holds(SHUTDOWN_ACK)
            || holds(HEARTBEAT)
            || holds(HEARTBEAT_ACK);
    return special || tag == state.tags[direction];
  }

  private boolean follow(Connection connection) {
    boolean ignore = false;
    for (Chunk chunk : chunks) {
      Step step = check(chunk, ignore);
      if (step == Step.REFUSE) {
        return false;
      }
      if (step == Step.SKIP) {
        ignore = true;
        continue;
      }
      State old = state.state;
      State now = next(direction, chunk.type(), old);
      if (now == State.INVALID || !noteTags(chunk, old)) {
        return false;
      }
      state.state = now;
      if (now == State.ESTABLISHED && old != now) {
        connection.set(Connection.ASSURED);
      }
    }
    return true;
  }

  private enum Step {
    GO,
    SKIP,
    REFUSE
  }

  /** Verification tags of the chunks that have rules of their own (RFC 9260 section 8.5.1). */
  private Step check(Chunk chunk, boolean ignored) {
    int other = 1 - direction;
    switch (chunk.type()) {
      case INIT:
        return tag == 0 ? Step.GO : Step.REFUSE;
      case ABORT:
      case SHUTDOWN_COMPLETE:
        boolean reflected = (chunk.flags() & 1) != 0;
        return tag == state.tags[reflected ? other : direction] ? Step.GO : Step.REFUSE;
      case COOKIE_ECHO:
        return tag == state.tags[direction] ? Step.GO : Step.REFUSE;
      case COOKIE_ACK:
        state.init[0] = false;
        state.init[1] = false;
        return Step.GO;
      case HEARTBEAT:
        return heartbeat(ignored);
      case HEARTBEAT_ACK:
        return heartbeatAck(ignored);
      default:
        return Step.GO;
    }
  }

  private Step heartbeat(boolean ignored) {
    if (state.tags[direction] == 0) {
      state.tags[direction] = tag;
    } else if (tag != state.tags[direction]) {
      if (holds(DATA) || ignored) {
        return Step.REFUSE;
      }
      state.heartbeatTagFailed = true;
      state.lastReply = direction == 1;
      return Step.SKIP;
    } else {
      state.heartbeatTagFailed = false;
    }
    return Step.GO;
  }

  private Step heartbeatAck(boolean ignored) {
    if (state.tags[direction] == 0) {
      state.tags[direction] = tag;
    } else if (tag != state.tags[direction]) {
      boolean unexpected = !state.heartbeatTagFailed || state.lastReply == (direction == 1);
      if (holds(DATA) || ignored || unexpected) {
        return Step.REFUSE;
      }
      state.heartbeatTagFailed = false;
      state.tags[direction] = tag;
      state.tags[1 - direction] = 0;
    } else {
      state.heartbeatTagFailed = false;
    }
    return Step.GO;
  }

  private boolean noteTags(Chunk chunk, State old) {
    if (chunk.type() != INIT && chunk.type() != INIT_ACK) {
      return true;
    }
    if (!packet.covers(chunk.offset() + 4, 16)) {
      return false;
    }
    int other = 1 - direction;
    long initTag = packet.u32(chunk.offset() + 4);
    if (chunk.type() == INIT) {
      if (old == State.NONE || state.tags[other] != initTag) {
        if (state.init[direction] && state.init[other]) {
          state.init[other] = false;
        }
        state.init[direction] = true;
      }
    } else {
      long known = state.tags[other];
      boolean stale = !state.init[other] && known != 0 && known != initTag;
      boolean collision = state.init[direction] && state.init[other] && known != initTag;
      if (stale || collision) {
        return false;
      }
    }
    state.tags[other] = initTag;
    return true;
  }
}
