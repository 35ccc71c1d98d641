package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.diff.UsualAddresses;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.words.PacketClassWords;
import org.rulewalk.diagnostics.words.TreatmentWords;
import org.rulewalk.simulator.flow.FlowDifference;
import org.rulewalk.simulator.flow.LikelyPackets;
import org.rulewalk.simulator.flow.MachineFlow;
import org.rulewalk.simulator.flow.NamedPackets;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.symbolic.PacketClasses;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.SpaceExhausted;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Compares each changed machine before and after for all packets, and leaves out the connection
 * that was asked about. Within a bound: where that is not enough, tells what the fixes know.
 */
public final class ProvenEffects implements Effects {
  private static final int MOST_NODES = 1 << 19;
  private static final int MOST_LINES = 6;
  private static final int MOST_ROWS = 60;

  private final Optional<Prefix> clients;

  /** Leaves out the client that was asked about; any, where none was named. */
  public ProvenEffects() {
    this(Optional.empty());
  }

  private ProvenEffects(Optional<Prefix> clients) {
    this.clients = clients;
  }

  /** Leaves out all clients with an address of a prefix. */
  public static ProvenEffects besidesClientsIn(Prefix clients) {
    return new ProvenEffects(Optional.of(clients));
  }

  @Override
  public Besides of(Network before, Network after, Question asked, List<Fix> fixes) {
    try {
      List<Told> classes = new ArrayList<>();
      List<List<Journey>> own = List.of(journeys(before, asked), journeys(after, asked));
      boolean anySender = !asked.isForSender(before);
      for (Machine machine : before.machines().values()) {
        Optional<Machine> changed = after.machine(machine.name());
        if (changed.isPresent() && !machine.isExternal() && !changed.get().equals(machine)) {
          classes.addAll(differences(machine, changed.get(), own, anySender));
        }
      }
      List<String> inOrder =
          classes.stream()
              .sorted(Comparator.comparingInt(Told::rank))
              .map(Told::text)
              .distinct()
              .toList();
      return new Besides(inOrder, true);
    } catch (SpaceExhausted e) {
      return TOLD.of(before, after, asked, fixes).cutShort();
    }
  }

  private static List<Journey> journeys(Network network, Question asked) {
    return new Asking(asked).ask(network, Choices.LIKELY).trace().journeys();
  }

  /** What is told first: packets that pass now, and last those that hardly anybody sends. */
  private record Told(int rank, String text) {}

  private List<Told> differences(
      Machine before, Machine after, List<List<Journey>> own, boolean anySender) {
    List<Told> found = new ArrayList<>();
    PacketSpace space = new PacketSpace(MOST_NODES);
    PacketSet meant = space.none();
    for (List<Journey> journeys : own) {
      meant = meant.or(asked(before, journeys, anySender, space));
    }
    for (MachineFlow.Start start : MachineFlow.Start.values()) {
      for (IpVersion version : IpVersion.values()) {
        for (FlowDifference.Change change :
            FlowDifference.between(before, after, version, start, space)) {
          PacketSet rest = change.packets().possibly().minus(meant);
          if (!rest.isEmpty()) {
            found.add(told(before.name(), start, change, rest, meant));
          }
        }
      }
    }
    return found;
  }

  /** The packets of the connection on their ways through a machine. */
  private PacketSet asked(
      Machine machine, List<Journey> own, boolean anySender, PacketSpace space) {
    PacketSet meant = space.none();
    for (Journey journey : own) {
      if (journey.machine().equals(machine.name())) {
        Packet packet = journey.packet();
        boolean answers = isAnswer(journey, own);
        IpAddress client = answers ? packet.destination() : packet.source();
        Optional<Prefix> alike =
            anySender
                ? Optional.of(Prefix.all(client.version()))
                : clients.filter(prefix -> prefix.contains(client));
        meant =
            meant.or(NamedPackets.ofConnection(packet, journey.incoming(), answers, alike, space));
      }
    }
    return meant;
  }

  /** Whether it goes to the one who asked: what answers an answer comes from him again. */
  private static boolean isAnswer(Journey journey, List<Journey> all) {
    boolean answer = false;
    Journey.Origin origin = journey.origin();
    while (origin.cause().isPresent()) {
      answer ^= origin instanceof Journey.Origin.Answers;
      origin = all.get(origin.cause().getAsInt()).origin();
    }
    return answer;
  }

  private static Told told(
      String machine,
      MachineFlow.Start start,
      FlowDifference.Change change,
      PacketSet rest,
      PacketSet meant) {
    PacketSet usual = LikelyPackets.usual(rest.space());
    boolean ordinary = rest.meets(usual);
    // that the question's own packets are not among them was said before
    PacketSet among = (ordinary ? usual : rest.space().all()).minus(meant);
    PacketClasses classes = PacketClasses.of(rest, among, MOST_ROWS);
    List<String> lines =
        classes.classes().stream()
            .map(line -> PacketClassWords.of(ordinary ? UsualAddresses.of(line) : line))
            .distinct()
            .toList();
    List<String> few = lines.subList(0, Math.min(MOST_LINES, lines.size()));
    String from = TreatmentWords.word(change.from().treatment());
    String to = TreatmentWords.word(change.to().treatment());
    String text =
        machine
            + (start == MachineFlow.Start.SENT ? ", sent: " : ": ")
            + String.join(" or ", few)
            + (few.size() < lines.size() || !classes.complete() ? " and more" : "")
            + (from.equals(to) ? " (" + from + " otherwise)" : " (" + from + " → " + to + ")");
    boolean opened = change.to().treatment().passes();
    return new Told(!ordinary ? 3 : from.equals(to) ? 2 : opened ? 0 : 1, text);
  }
}
