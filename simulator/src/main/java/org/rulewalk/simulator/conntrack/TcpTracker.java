package org.rulewalk.simulator.conntrack;

import java.util.Arrays;
import java.util.List;
import org.rulewalk.simulator.conntrack.TcpState.Segment;
import org.rulewalk.simulator.conntrack.TcpState.Side;
import org.rulewalk.simulator.conntrack.TcpState.State;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.packet.Transport;

/**
 * Follows TCP connections: states and windows (net/netfilter/nf_conntrack_proto_tcp.c).
 *
 * <p>Sequence numbers are compared modulo 2^32. One object follows one packet after another.
 */
final class TcpTracker {
  /** What becomes of a packet. */
  enum Result {
    /** It belongs to the connection. */
    ACCEPT,
    /** It belongs to none. */
    INVALID,
    /** The connection is over and a new one begins: look it up again. */
    REPEAT
  }

  private static final int MAX_ACK_WINDOW = 66000;
  private static final int MAX_SCALE = 14;

  /**
   * The new state by direction, kind of segment and old state, in the order of {@link State}: a
   * letter each. N none, S SYN_SENT, R SYN_RECV, E ESTABLISHED, F FIN_WAIT, W CLOSE_WAIT, L
   * LAST_ACK, T TIME_WAIT, C CLOSE, 2 SYN_SENT2, ! invalid, - ignore.
   */
  private static final String[][] TABLE = {
    {"SS-----SS2", "!!R!!!!!!R", "!!FFLLLTC!", "E!EEWWTTC!", "!CCCCCCCCC", "!!!!!!!!!!"},
    {"!2!!!!!S!2", "!R-------R", "!!FFLLLTC!", "!-REWWTTC-", "!CCCCCCCCC", "!!!!!!!!!!"}
  };

  private static final String LETTERS = "NSREFWLTC2!-";

  /** The same by numbers. */
  private static final State[][][] NEXT =
      Arrays.stream(TABLE)
          .map(way -> Arrays.stream(way).map(TcpTracker::states).toArray(State[][]::new))
          .toArray(State[][][]::new);

  private static final int HEADER = 20;

  private final Conntrack table;
  private final Options options;

  private Connection connection;
  private TcpState state;
  private boolean reply;

  /** The segment, where it has options to be read. */
  private Transport upper;

  private int headerLength;
  private int sequence;
  private int acknowledgement;
  private int end;
  private int rawWindow;
  private int flags;
  private Segment segment;

  /**
   * Settings that matter: nf_conntrack_tcp_loose, _be_liberal, _ignore_invalid_rst,
   * nf_conntrack_checksum.
   */
  record Options(
      boolean loose, boolean liberal, boolean ignoreInvalidRst, boolean verifyChecksum) {}

  TcpTracker(Conntrack table, Options options) {
    this.table = table;
    this.options = options;
  }

  /** Follows one packet of a connection. */
  Result track(Connection of, Packet packet, boolean isReply) {
    if (!packet.hasTransport(HEADER) || isMalformed(packet, options)) {
      return Result.INVALID;
    }
    upper = packet.transport();
    sequence = upper.int32(4);
    acknowledgement = upper.int32(8);
    headerLength = (upper.u8(12) >>> 4) * 4;
    flags = upper.u8(13);
    rawWindow = upper.u16(14);
    return track(of, isReply, upper.length());
  }

  /** Follows one packet of a connection whose lengths and checksum are right. */
  Result track(Connection of, PlainPacket packet, boolean isReply) {
    flags = packet.flagsOrType();
    if (hasOddFlags(flags)) {
      return Result.INVALID;
    }
    sequence = packet.sequence();
    acknowledgement = packet.acknowledgement();
    headerLength = packet.tcpHeaderLength();
    rawWindow = packet.window();
    upper = headerLength > HEADER ? packet.transport() : null;
    return track(of, isReply, packet.transportLength());
  }

  private Result track(Connection of, boolean isReply, int length) {
    connection = of;
    state = of.tcp();
    reply = isReply;
    end =
        sequence + length - headerLength + (is(TcpFlags.SYN) ? 1 : 0) + (is(TcpFlags.FIN) ? 1 : 0);
    segment = kind(flags);
    return track();
  }

  private boolean is(int flag) {
    return (flags & flag) != 0;
  }

  private static Segment kind(int flags) {
    if ((flags & TcpFlags.RST) != 0) {
      return Segment.RST;
    }
    if ((flags & TcpFlags.SYN) != 0) {
      return (flags & TcpFlags.ACK) != 0 ? Segment.SYN_ACK : Segment.SYN;
    }
    if ((flags & TcpFlags.FIN) != 0) {
      return Segment.FIN;
    }
    return (flags & TcpFlags.ACK) != 0 ? Segment.ACK : Segment.NONE;
  }

  private static boolean isMalformed(Packet packet, Options options) {
    int at = packet.transportOffset();
    int header = (packet.u8(at + 12) >>> 4) * 4;
    if (header < 20 || packet.transportLength() < header) {
      return true;
    }
    if (options.verifyChecksum()
        && !packet.hasValidTransportChecksum(Protocol.TCP, packet.transportLength())) {
      return true;
    }
    return hasOddFlags(packet.u8(at + 13));
  }

  private static boolean hasOddFlags(int bits) {
    int core = bits & ~(TcpFlags.PSH | TcpFlags.ECE | TcpFlags.CWR);
    int urgent = core & TcpFlags.URG;
    switch (core & ~TcpFlags.URG) {
      case TcpFlags.SYN:
      case TcpFlags.ACK:
      case TcpFlags.FIN | TcpFlags.ACK:
        return false;
      case TcpFlags.SYN | TcpFlags.ACK:
      case TcpFlags.RST:
      case TcpFlags.RST | TcpFlags.ACK:
        return urgent != 0;
      default:
        return true;
    }
  }

  private static State[] states(String letters) {
    return letters
        .chars()
        .mapToObj(letter -> State.values()[LETTERS.indexOf(letter)])
        .toArray(State[]::new);
  }

  private static State next(boolean reply, Segment segment, State old) {
    return NEXT[reply ? 1 : 0][segment.ordinal()][old.ordinal()];
  }

  private static boolean before(int a, int b) {
    return a - b < 0;
  }

  private static boolean after(int a, int b) {
    return b - a < 0;
  }

  private Side sender() {
    return state.side(reply);
  }

  private Side receiver() {
    return state.side(!reply);
  }

  private Result track() {
    if (!connection.has(Connection.CONFIRMED) && !begin()) {
      return Result.INVALID;
    }
    State old = state.state;
    State now = next(reply, segment, old);
    switch (now) {
      case INVALID:
        return Result.INVALID;
      case SYN_SENT:
        if (old.ordinal() < State.TIME_WAIT.ordinal()) {
          return inWindow(old, now);
        }
        if (sender().closeStarted
            || receiver().closeStarted
            || state.lastReply == reply && state.lastSegment == Segment.RST) {
          table.remove(connection);
          return Result.REPEAT;
        }
        return ignored(old);
      case IGNORE:
        return ignored(old);
      case TIME_WAIT:
        if (old == State.LAST_ACK
            && segment == Segment.ACK
            && state.lastReply != reply
            && state.lastSegment == Segment.SYN
            && state.challengeAckExpected) {
          state.challengeAckExpected = false;
          return Result.ACCEPT;
        }
        return inWindow(old, now);
      case SYN_SENT2:
        state.simultaneousOpen = true;
        return inWindow(old, now);
      case SYN_RECV:
        boolean opened = reply && segment == Segment.ACK && state.simultaneousOpen;
        return inWindow(old, opened ? State.ESTABLISHED : now);
      case CLOSE:
        return segment == Segment.RST ? reset(old) : inWindow(old, now);
      default:
        return inWindow(old, now);
    }
  }

  /** The first packet of a connection (tcp_new). */
  private boolean begin() {
    State first = next(false, segment, State.NONE);
    if (first == State.INVALID || first != State.SYN_SENT && !options.loose()) {
      return false;
    }
    state.state = State.NONE;
    state.original = new Side();
    state.answering = new Side();
    Side side = state.original;
    side.end = end;
    side.maxWindow = Math.max(1, rawWindow);
    if (first == State.SYN_SENT) {
      side.maxEnd = end;
      readOptions(side);
    } else {
      side.maxEnd = end + (int) side.maxWindow;
      for (Side each : List.of(state.original, state.answering)) {
        each.sackPermitted = true;
        each.liberal = true;
      }
    }
    state.lastSegment = Segment.NONE;
    return true;
  }

  /** A packet that passes without changing the state; it is remembered to get in step later. */
  private Result ignored(State old) {
    if (segment == Segment.SYN_ACK
        && state.lastSegment == Segment.SYN
        && state.lastReply != reply
        && acknowledgement == state.lastEnd) {
      Side peer = state.side(state.lastReply);
      peer.end = state.lastEnd;
      peer.maxEnd = state.lastEnd;
      peer.maxWindow = Math.max(1, state.lastWindow);
      peer.scale = state.lastScale;
      peer.scaling = state.lastScaling;
      peer.sackPermitted = state.lastSackPermitted;
      peer.liberal = false;
      peer.closeStarted = false;
      peer.maxAckKnown = false;
      state.challengeAckExpected = false;
      sender().reset();
      return inWindow(State.SYN_SENT, State.SYN_RECV);
    }
    state.lastSegment = segment;
    state.lastReply = reply;
    state.lastSequence = sequence;
    state.lastEnd = end;
    state.lastWindow = rawWindow;
    if (segment == Segment.SYN && !reply) {
      Side seen = new Side();
      readOptions(seen);
      state.lastScaling = seen.scaling;
      state.lastScale = seen.scaling ? seen.scale : 0;
      state.lastSackPermitted = seen.sackPermitted;
      state.challengeAckExpected = old == State.LAST_ACK;
      state.simultaneousOpen = false;
    }
    if (old == State.SYN_SENT && segment == Segment.ACK && reply) {
      state.lastAck = acknowledgement;
    }
    return Result.ACCEPT;
  }

  private boolean isEstablished() {
    switch (state.state) {
      case ESTABLISHED:
      case FIN_WAIT:
      case CLOSE_WAIT:
      case LAST_ACK:
      case TIME_WAIT:
        return true;
      default:
        return false;
    }
  }

  private boolean isClosing() {
    switch (state.state) {
      case FIN_WAIT:
      case LAST_ACK:
      case TIME_WAIT:
      case CLOSE:
      case CLOSE_WAIT:
        return true;
      default:
        return false;
    }
  }

  /** A reset: it must fit what the other side acknowledged. */
  private Result reset(State old) {
    State now = State.CLOSE;
    if (isClosing()) {
      return accepted(old, now);
    }
    if (receiver().maxAckKnown && state.lastSegment != Segment.SYN) {
      if (sequence == 0 && !isEstablished()) {
        return inWindow(old, now);
      }
      if (before(sequence, receiver().maxAck) && !options.ignoreInvalidRst()) {
        return Result.INVALID;
      }
      boolean exact = sequence == receiver().maxAck;
      boolean inTrain =
          state.lastSegment == Segment.ACK && state.lastReply == reply && sequence == state.lastEnd;
      if (!isEstablished() || exact || inTrain) {
        return inWindow(old, now);
      }
      now = old;
    }
    boolean afterIgnoredSyn =
        connection.has(Connection.SEEN_REPLY)
            && state.lastSegment == Segment.SYN
            && state.lastReply != reply;
    boolean afterIgnoredAck =
        !connection.has(Connection.ASSURED) && state.lastSegment == Segment.ACK;
    if ((afterIgnoredSyn || afterIgnoredAck) && acknowledgement == state.lastEnd) {
      return accepted(old, now);
    }
    boolean afterChallenge =
        old == State.SYN_SENT
            && state.lastSegment == Segment.ACK
            && state.lastReply
            && sequence == state.lastAck;
    return afterChallenge ? accepted(old, now) : inWindow(old, now);
  }

  private Result inWindow(State old, State now) {
    switch (checkWindow()) {
      case IGNORE:
        return Result.ACCEPT;
      case INVALID:
        return outOfWindow();
      default:
        return accepted(old, now);
    }
  }

  private Result outOfWindow() {
    boolean closing = segment == Segment.RST || segment == Segment.FIN;
    boolean other =
        state.lastReply != reply
            && (state.lastSegment == Segment.FIN || state.lastSegment == Segment.RST);
    if (connection.has(Connection.ASSURED) && closing && !other) {
      state.lastSegment = segment;
      state.lastReply = reply;
    }
    return Result.INVALID;
  }

  private Result accepted(State old, State now) {
    state.lastSegment = segment;
    state.lastReply = reply;
    state.state = now;
    if (old != now && now == State.FIN_WAIT) {
      sender().closeStarted = true;
    }
    if (!connection.has(Connection.SEEN_REPLY)) {
      if (is(TcpFlags.RST)) {
        table.remove(connection);
      }
    } else if ((old == State.SYN_RECV || old == State.ESTABLISHED) && now == State.ESTABLISHED) {
      connection.set(Connection.ASSURED);
    }
    return Result.ACCEPT;
  }

  private enum WindowCheck {
    PASS,
    IGNORE,
    INVALID
  }

  /** Where liberal, a packet outside the window passes all the same. */
  private WindowCheck outside(WindowCheck strict) {
    return sender().liberal || options.liberal() ? WindowCheck.PASS : strict;
  }

  private WindowCheck checkWindow() {
    Side sender = sender();
    Side receiver = receiver();
    int seq = sequence;
    int last = end;
    int ack = acknowledgement;
    int sack = receiver.sackPermitted ? highestSack(ack) : ack;
    if (sender.maxWindow == 0) {
      if (is(TcpFlags.SYN)) {
        initialize(sender, receiver);
        if (!is(TcpFlags.ACK)) {
          return WindowCheck.PASS;
        }
      } else {
        pickUp(sender, receiver, sack);
      }
    } else if (is(TcpFlags.SYN)
        && after(last, sender.end)
        && (state.state == State.SYN_SENT || state.state == State.SYN_RECV)) {
      initialize(sender, receiver);
      if (reply && !is(TcpFlags.ACK)) {
        return WindowCheck.PASS;
      }
    }
    if (!is(TcpFlags.ACK) || is(TcpFlags.RST) && ack == 0) {
      ack = receiver.end;
      sack = receiver.end;
    }
    if (is(TcpFlags.RST) && seq == 0 && state.state == State.SYN_SENT) {
      seq = sender.end;
      last = sender.end;
    }
    long ackWindow = Math.max(sender.maxWindow, MAX_ACK_WINDOW);
    if (!before(seq, sender.maxEnd + 1)) {
      int overshot = last - sender.maxEnd + 1;
      boolean ackFits = after(sack, receiver.end - (int) ackWindow - 1);
      boolean inReceiveWindow =
          receiver.maxWindow != 0 && after(last, sender.end - (int) receiver.maxWindow - 1);
      if (inReceiveWindow
          && ackFits
          && Integer.compareUnsigned(overshot, (int) receiver.maxWindow) <= 0
          && before(sack, receiver.end + 1)) {
        sender.end = last;
        return outside(WindowCheck.IGNORE);
      }
      return outside(WindowCheck.INVALID);
    }
    if (!before(sack, receiver.end + 1)) {
      return outside(WindowCheck.INVALID);
    }
    if (receiver.maxWindow != 0 && !after(last, sender.end - (int) receiver.maxWindow - 1)
        || !after(sack, receiver.end - (int) ackWindow - 1)) {
      return outside(WindowCheck.IGNORE);
    }
    advance(sender, receiver, last, ack, sack);
    return WindowCheck.PASS;
  }

  private void advance(Side sender, Side receiver, int last, int ack, int sack) {
    long window = is(TcpFlags.SYN) ? rawWindow : (long) rawWindow << sender.scale;
    sender.maxWindow = Math.max(sender.maxWindow, window + (sack - ack & 0xffffffffL));
    if (after(last, sender.end)) {
      sender.end = last;
      sender.unacknowledged = true;
    }
    if (is(TcpFlags.ACK) && (!sender.maxAckKnown || after(ack, sender.maxAck))) {
      sender.maxAck = ack;
      sender.maxAckKnown = true;
    }
    if (receiver.maxWindow != 0 && after(last, sender.maxEnd)) {
      receiver.maxWindow += last - sender.maxEnd & 0xffffffffL;
    }
    int edge = sack + (int) window;
    if (after(edge, receiver.maxEnd - 1)) {
      receiver.maxEnd = window == 0 ? edge + 1 : edge;
    }
    if (ack == receiver.end) {
      receiver.unacknowledged = false;
    }
    if (segment == Segment.ACK) {
      boolean again =
          state.lastReply == reply
              && state.lastSequence == sequence
              && state.lastAck == ack
              && state.lastEnd == last
              && state.lastWindow == rawWindow;
      state.retransmissions = again ? state.retransmissions + 1 : 0;
      state.lastSequence = sequence;
      state.lastAck = ack;
      state.lastEnd = last;
      state.lastWindow = rawWindow;
    }
  }

  private void initialize(Side sender, Side receiver) {
    sender.end = end;
    sender.maxEnd = end;
    sender.maxWindow = Math.max(1, rawWindow);
    readOptions(sender);
    if (reply && !(sender.scaling && receiver.scaling)) {
      sender.scale = 0;
      receiver.scale = 0;
    }
  }

  private void pickUp(Side sender, Side receiver, int sack) {
    sender.end = end;
    sender.maxWindow = Math.max(1, (long) rawWindow << sender.scale);
    sender.maxEnd = end + (int) sender.maxWindow;
    if (receiver.maxWindow == 0) {
      receiver.end = sack;
      receiver.maxEnd = sack;
    } else if (sack == receiver.end + 1) {
      receiver.end++;
    }
  }

  /**
   * Reads window scale and SACK permission; without any option nothing is forgotten (tcp_options).
   */
  private void readOptions(Side side) {
    int at = HEADER;
    int stop = headerLength;
    if (at == stop) {
      return;
    }
    side.scale = 0;
    side.scaling = false;
    side.sackPermitted = false;
    side.closeStarted = false;
    side.maxAckKnown = false;
    while (at < stop) {
      int kind = upper.u8(at);
      if (kind == 0) {
        return;
      }
      int size = kind == 1 ? 1 : upper.u8(at + 1);
      if (kind != 1 && (at + 2 > stop || size < 2 || at + size > stop)) {
        return;
      }
      if (kind == 4 && size == 2) {
        side.sackPermitted = true;
      } else if (kind == 3 && size == 3) {
        side.scale = Math.min(MAX_SCALE, upper.u8(at + 2));
        side.scaling = true;
      }
      at += size;
    }
  }

  private int highestSack(int ack) {
    int highest = ack;
    int at = HEADER;
    int stop = headerLength;
    while (at < stop && upper.u8(at) != 0) {
      int kind = upper.u8(at);
      int size = kind == 1 ? 1 : upper.u8(at + 1);
      if (kind != 1 && (at + 2 > stop || size < 2 || at + size > stop)) {
        return highest;
      }
      if (kind == 5 && size >= 10 && (size - 2) % 8 == 0) {
        for (int block = at + 2; block < at + size; block += 8) {
          int right = upper.int32(block + 4);
          highest = after(right, highest) ? right : highest;
        }
        return highest;
      }
      at += size;
    }
    return highest;
  }
}
