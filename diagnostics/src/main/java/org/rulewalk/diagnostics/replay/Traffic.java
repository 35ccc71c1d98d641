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

/** Recordings of several places, merged by time. What can't be replayed is counted, and passed. */
public final class Traffic implements Closeable {
  private final Network network;
  private final Session session;
  private final Troubles troubles;
  private final Bounds bounds;
  private final Optional<FrameFilter> filter;
  private final List<Source> sources = new ArrayList<>();
  private final Set<String> recorded = new HashSet<>();
  private final Places places = new Places();
  private long taken;

  /** One recording that is open, with the packet that comes next. */
  private final class Source {
    private final Tap tap;
    private final Recording recording;
    private final Machine machine;
    private final Frame frame = new Frame();
    private final PacketReader reader = new PacketReader(troubles);
    private long last = Long.MIN_VALUE;
    private boolean knowsMac;
    private Seen next;

    Source(Tap tap, Recording recording) {
      this.tap = tap;
      this.recording = recording;
      this.machine = network.machine(tap.machine()).orElseThrow();
    }

    void advance() throws IOException {
      next = null;
      while (next == null && recording.next(frame)) {
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
      Optional<Interface> device = device();
      if (device.isEmpty()) {
        return;
      }
      long nanos = Math.max(last, frame.nanos());
      if (nanos > frame.nanos()) {
        note(Kind.BACK_IN_TIME);
      }
      last = nanos;
      if (!bounds.holds(nanos)) {
        return;
      }
      reader
          .read(frame, tap.file(), device.get().mtuBytes())
          .ifPresent(
              packet -> {
                Frame.Direction direction = direction(device.get(), packet);
                if (direction == Frame.Direction.OTHER) {
                  note(Kind.OTHER_HOST);
                  return;
                }
                boolean group =
                    frame.destination() != Frame.NO_MAC && (frame.destination() >>> 40 & 1) != 0;
                next =
                    new Seen(
                        machine.name(),
                        device.get().name(),
                        places.of(machine.name(), device.get().name()),
                        direction == Frame.Direction.OUT,
                        group,
                        packet,
                        !group && Plain.is(packet, device.get().mtuBytes()),
                        nanos,
                        tap.file(),
                        frame.number());
              });
    }

    /** The interface, by the tap or by what the frame says. */
    private Optional<Interface> device() {
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
        return found;
      }
      if (frame.vlan() == 0) {
        return found;
      }
      String name = found.get().name() + "." + frame.vlan();
      String inner = frame.innerVlan() == 0 ? name : name + "." + frame.innerVlan();
      Optional<Interface> tagged = machine.find(inner);
      if (tagged.isEmpty()) {
        note(Kind.NO_VLAN);
      }
      return tagged;
    }

    private Frame.Direction direction(
        Interface device, org.rulewalk.simulator.packet.Packet packet) {
      if (frame.direction() != Frame.Direction.UNKNOWN) {
        return frame.direction();
      }
      if (device.mac().isPresent() && frame.source() != Frame.NO_MAC) {
        long own = device.mac().get().value();
        if (frame.source() == own) {
          knowsMac = true;
          return Frame.Direction.OUT;
        }
        if (frame.destination() == own) {
          knowsMac = true;
          return Frame.Direction.IN;
        }
        if ((frame.destination() >>> 40 & 1) != 0) {
          return Frame.Direction.IN;
        }
        if (knowsMac) {
          return Frame.Direction.OTHER;
        }
      }
      note(Kind.GUESSED_DIRECTION);
      if (session.isLocal(machine.name(), packet.source())) {
        return Frame.Direction.OUT;
      }
      boolean leaves =
          !session.isLocal(machine.name(), packet.destination())
              && session
                  .deviceTowards(machine.name(), packet.destination())
                  .filter(device.name()::equals)
                  .isPresent();
      return leaves ? Frame.Direction.OUT : Frame.Direction.IN;
    }
  }

  /** Traffic without recordings yet. */
  public Traffic(
      Network network,
      Session session,
      Troubles troubles,
      Bounds bounds,
      Optional<FrameFilter> filter) {
    this.network = network;
    this.session = session;
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

  Places places() {
    return places;
  }

  /** The next packet; empty at the end. Of two at the same time, one that comes in is first. */
  Optional<Seen> next() throws IOException {
    Source first = null;
    for (Source source : sources) {
      if (source.next != null && (first == null || isBefore(source.next, first.next))) {
        first = source;
      }
    }
    if (first == null || taken >= bounds.limit()) {
      return Optional.empty();
    }
    Seen seen = first.next;
    first.advance();
    taken++;
    return Optional.of(seen);
  }

  private static boolean isBefore(Seen one, Seen other) {
    return one.nanos() != other.nanos()
        ? one.nanos() < other.nanos()
        : !one.leaving() && other.leaving();
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

  /** How many packets were taken. */
  public long taken() {
    return taken;
  }

  @Override
  public void close() throws IOException {
    for (Source source : sources) {
      source.recording.close();
    }
  }
}
