package org.rulewalk.diagnostics.replay;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.recording.Frame;
import org.rulewalk.parsers.recording.FrameFilter;
import org.rulewalk.parsers.recording.LinkLayer;
import org.rulewalk.parsers.recording.Recording;
import org.rulewalk.parsers.recording.Troubles;
import org.rulewalk.parsers.recording.Troubles.Kind;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.value.MacAddress;

/** Recordings of several places, merged by time. What can't be replayed is counted, and passed. */
public final class Traffic implements Closeable {
  private static final Optional<Frame.Direction> IN = Optional.of(Frame.Direction.IN);
  private static final Optional<Frame.Direction> OUT = Optional.of(Frame.Direction.OUT);

  private final Network network;
  private final Troubles troubles;
  private final Bounds bounds;
  private final Optional<FrameFilter> filter;
  private final List<Source> sources = new ArrayList<>();
  private final Set<String> recorded = new HashSet<>();
  private final Places places;
  private long taken;

  /** One recording that is open, with the packet that comes next. */
  private final class Source {
    private final Tap tap;
    private final Recording recording;
    private final Machine machine;
    private final Router router;
    private final Frame frame = new Frame();
    private final PacketReader reader = new PacketReader(troubles);
    private final Optional<Entrance> entrance;
    private long last = Long.MIN_VALUE;
    private boolean knowsMac;
    private boolean has;
    private Sight next = new Sight();

    Source(Tap tap, Recording recording) {
      this.tap = tap;
      this.recording = recording;
      this.machine = network.machine(tap.machine()).orElseThrow();
      this.router = new Router(machine);
      places.meet(tap.machine());
      this.entrance = machine.find(tap.device()).map(device -> known(machine, device));
    }

    void advance() throws IOException {
      has = false;
      while (!has && recording.next(frame)) {
        read();
      }
    }

    private void note(Kind kind) {
      troubles.note(kind, tap.file(), frame.number());
    }

    private void read() throws IOException {
      if (filter.isPresent() && !filter.get().takes(frame)) {
        return;
      }
      switch (LinkLayer.read(frame)) {
        case IP:
          ip();
          return;
        case OTHER:
          note(Kind.NOT_IP);
          return;
        case CUT:
          note(Kind.FRAME_TOO_SHORT);
          return;
        default:
          note(Kind.UNKNOWN_LINK);
      }
    }

    private void ip() {
      Optional<Entrance> found = entrance();
      if (found.isEmpty()) {
        return;
      }
      long nanos = Math.max(last, frame.nanos());
      if (nanos > frame.nanos()) {
        note(Kind.BACK_IN_TIME);
      }
      last = nanos;
      if (bounds.holds(nanos)) {
        packet(found.get(), nanos);
      }
    }

    private void packet(Entrance at, long nanos) {
      boolean group = frame.destination() != Frame.NO_MAC && (frame.destination() >>> 40 & 1) != 0;
      boolean plain =
          !group
              && next.raw.read(frame.bytes(), frame.ipStart(), frame.ipLength())
              && next.raw.length() <= at.mtuBytes();
      Optional<Packet> packet =
          plain ? Optional.empty() : reader.read(frame, tap.file(), at.mtuBytes());
      if (!plain && packet.isEmpty()) {
        return;
      }
      Frame.Direction direction =
          directionByLink(at).orElseGet(() -> guess(at, packet.orElseGet(next.raw::toPacket)));
      if (direction == Frame.Direction.OTHER) {
        note(Kind.OTHER_HOST);
        return;
      }
      boolean leaving = direction == Frame.Direction.OUT;
      if (plain) {
        next.plain(at.place(), leaving, nanos, tap.file(), frame.number());
      } else {
        next.other(at.place(), other(at, packet.get(), leaving, group, nanos));
      }
      has = true;
    }

    private Seen other(Entrance at, Packet packet, boolean leaving, boolean group, long nanos) {
      boolean plain = !group && packet.length() <= at.mtuBytes() && new PlainPacket().read(packet);
      return new Seen(
          machine.name(),
          at.place().device,
          leaving,
          group,
          packet,
          plain,
          nanos,
          tap.file(),
          frame.number());
    }

    /** The interface, by the tap or by what the frame says. */
    private Optional<Entrance> entrance() {
      if (entrance.isPresent() && frame.vlan() == 0) {
        return entrance;
      }
      Optional<Interface> found;
      if (!tap.device().isEmpty()) {
        found = machine.find(tap.device());
      } else if (frame.interfaceIndex() != 0) {
        int index = frame.interfaceIndex();
        found = machine.interfaces().stream().filter(i -> i.index() == index).findFirst();
      } else {
        found = machine.find(frame.device());
      }
      if (found.isEmpty()) {
        note(Kind.NO_INTERFACE);
        return Optional.empty();
      }
      if (frame.vlan() == 0) {
        return found.map(device -> known(machine, device));
      }
      String name = found.get().name() + "." + frame.vlan();
      String inner = frame.innerVlan() == 0 ? name : name + "." + frame.innerVlan();
      Optional<Interface> tagged = machine.find(inner);
      if (tagged.isEmpty()) {
        note(Kind.NO_VLAN);
      }
      return tagged.map(device -> known(machine, device));
    }

    private Optional<Frame.Direction> directionByLink(Entrance at) {
      if (frame.direction() != Frame.Direction.UNKNOWN) {
        return Optional.of(frame.direction());
      }
      if (at.mac() == Frame.NO_MAC || frame.source() == Frame.NO_MAC) {
        return Optional.empty();
      }
      if (frame.source() == at.mac()) {
        knowsMac = true;
        return OUT;
      }
      if (frame.destination() == at.mac()) {
        knowsMac = true;
        return IN;
      }
      if ((frame.destination() >>> 40 & 1) != 0) {
        return IN;
      }
      return knowsMac ? Optional.of(Frame.Direction.OTHER) : Optional.empty();
    }

    private Frame.Direction guess(Entrance at, Packet packet) {
      note(Kind.GUESSED_DIRECTION);
      if (router.isLocal(packet.source())) {
        return Frame.Direction.OUT;
      }
      Departure departure = router.depart(Flow.to(packet.destination()), true);
      boolean leaves =
          !router.isLocal(packet.destination())
              && departure instanceof Departure.Leave
              && ((Departure.Leave) departure).device().equals(at.place().device);
      return leaves ? Frame.Direction.OUT : Frame.Direction.IN;
    }
  }

  /**
   * An interface as packets meet it; its Ethernet address is {@link Frame#NO_MAC} if it has none.
   */
  private record Entrance(Place place, int mtuBytes, long mac) {}

  private Entrance known(Machine machine, Interface device) {
    return new Entrance(
        places.of(machine.name(), device.name()),
        device.mtuBytes(),
        device.mac().map(MacAddress::value).orElse(Frame.NO_MAC));
  }

  /** Traffic without recordings yet. */
  public Traffic(
      Network network,
      Session session,
      Troubles troubles,
      Bounds bounds,
      Optional<FrameFilter> filter) {
    this.network = network;
    this.places = new Places(session);
    this.troubles = troubles;
    this.bounds = bounds;
    this.filter = filter;
  }

  /** Adds a recording. */
  public void add(Tap tap, Recording recording) throws IOException {
    Source source = new Source(tap, recording);
    sources.add(source);
    if (tap.device().isEmpty()) {
      network
          .machine(tap.machine())
          .orElseThrow()
          .interfaces()
          .forEach(i -> recorded.add(tap.machine() + ":" + i.name()));
    } else {
      recorded.add(tap.machine() + ":" + tap.device());
    }
    source.advance();
  }

  /** Whether what passes an interface is recorded. */
  boolean isRecorded(String machine, String device) {
    return recorded.contains(machine + ":" + device);
  }

  /** Whether all of it can be read at any time. */
  boolean isOnDisk() {
    return sources.stream().allMatch(source -> source.recording.size() > 0);
  }

  Places places() {
    return places;
  }

  /**
   * The next packet; null at the end. Of two at the same time, one that comes in is first.
   *
   * @param used one that is needed no more
   */
  Sight next(Sight used) throws IOException {
    Source first = null;
    for (Source source : sources) {
      if (source.has && (first == null || isBefore(source.next, first.next))) {
        first = source;
      }
    }
    if (first == null || taken >= bounds.limit()) {
      return null;
    }
    Sight sight = first.next;
    first.next = used;
    first.advance();
    taken++;
    return sight;
  }

  private static boolean isBefore(Sight one, Sight other) {
    return one.nanos != other.nanos ? one.nanos < other.nanos : !one.leaving && other.leaving;
  }

  /** Which part of all files was read, from 0 to 1; 0 where their sizes are not known. */
  public double share() {
    long size = 0;
    long read = 0;
    for (Source source : sources) {
      size += source.recording.size();
      read += source.recording.bytesRead();
    }
    return size == 0 ? 0 : (double) read / size;
  }

  @Override
  public void close() throws IOException {
    for (Source source : sources) {
      source.recording.close();
    }
  }
}
