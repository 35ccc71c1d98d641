package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.simulator.kernel.Hooks;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.symbolic.ChainFlow;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.KernelTests;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.Setting;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.symbolic.Tests;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What the hooks of a machine do with all packets at once: the packets as they are so far, and what
 * was said and done about them. Mutable: belongs to one {@link MachineFlow}.
 */
final class HookFlow {
  static final Bits NO_DEVICE = Bits.ofName("");

  private final Machine machine;
  private final IpVersion version;
  private final Hooks hooks;
  private final Doubts doubts;
  private final String place;
  private final PacketSet looping;
  private final List<Fate> fates = new ArrayList<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Translation> translations = new ArrayList<>();
  private SymbolicPacket packet;
  private PacketSet unanswered;

  /** What happens after each entry of a hook. */
  interface Between {
    /** The packets that go on. */
    PacketSet after(Hooks.Entry entry, SymbolicPacket before, PacketSet alive);
  }

  HookFlow(Machine machine, IpVersion version, PacketSpace space, String place) {
    this.machine = machine;
    this.version = version;
    this.hooks = new Hooks(machine);
    this.doubts = new Doubts(space);
    this.place = place;
    this.packet = SymbolicPacket.in(space);
    this.unanswered = space.none();
    this.looping = selectors().incoming(Flow.LOOPBACK);
  }

  PacketSpace space() {
    return packet.space();
  }

  SymbolicPacket packet() {
    return packet;
  }

  void packet(SymbolicPacket next) {
    packet = next;
  }

  Doubts doubts() {
    return doubts;
  }

  /** Packets to many hosts: nobody is told that they are rejected. */
  void unanswered(PacketSet packets) {
    unanswered = unanswered.or(packets);
  }

  /** Packets that this machine sent to itself: they come in with their connection. */
  PacketSet looping() {
    return looping;
  }

  List<Fate> fates() {
    return fates;
  }

  List<Decision> decisions() {
    return decisions;
  }

  List<Translation> translations() {
    return translations;
  }

  Selectors selectors() {
    return Selectors.of(packet, version, doubts);
  }

  void add(Fate fate) {
    if (!fate.packets().isEmpty()) {
      fates.add(fate);
    }
  }

  /** Lets rules see by which interface packets come in. */
  void showIncoming() {
    Selectors selectors = selectors();
    packet = packet.having(MetaKey.IIFGROUP).having(MetaKey.IIFTYPE);
    for (Interface own : machine.interfaces()) {
      PacketSet where = selectors.incoming(own.name());
      describe(MetaKey.IIFGROUP, MetaKey.IIFTYPE, own, where);
    }
  }

  /** Lets rules see by which interface packets leave; others have none. */
  void showOutgoing(Map<String, PacketSet> devices) {
    packet = packet.with(MetaKey.OIFNAME, space().all(), NO_DEVICE);
    packet = packet.having(MetaKey.OIFGROUP).having(MetaKey.OIFTYPE);
    devices.forEach(
        (name, where) -> {
          packet = packet.with(MetaKey.OIFNAME, where, Bits.ofName(name));
          machine
              .find(name)
              .ifPresent(own -> describe(MetaKey.OIFGROUP, MetaKey.OIFTYPE, own, where));
        });
  }

  private void describe(MetaKey group, MetaKey type, Interface own, PacketSet where) {
    packet = packet.with(group, where, Bits.of(own.group())).with(type, where, Bits.of(own.type()));
  }

  /** Asks the chains of devices; the packets that pass. */
  PacketSet devices(Hook hook, Function<String, PacketSet> by, PacketSet coming) {
    PacketSet alive = coming;
    for (String device : hooks.devices(hook)) {
      PacketSet here = alive.and(by.apply(device));
      PacketSet passed = here;
      for (Hooks.Asked asked : hooks.atDevice(hook, device)) {
        passed = ask(hook, asked, passed);
      }
      alive = alive.minus(here).or(passed);
    }
    return alive;
  }

  /** Asks all at a hook; the packets that pass. */
  PacketSet ask(Hook hook, PacketSet coming) {
    return ask(hook, coming, (entry, before, alive) -> alive);
  }

  PacketSet ask(Hook hook, PacketSet coming, Between between) {
    PacketSet alive = coming;
    for (Hooks.Entry entry : hooks.at(hook, version)) {
      SymbolicPacket before = packet;
      if (entry instanceof Hooks.Asked) {
        alive = ask(hook, (Hooks.Asked) entry, alive);
      } else if (entry instanceof Hooks.Defrag) {
        PacketSet untracked = packet.inState(CtKey.STATE_UNTRACKED);
        PacketSet pieces = alive.and(new KernelTests(packet).fragments()).minus(untracked);
        add(Fate.routed(pieces, new Treatment.Awaited(), Optional.empty()));
        alive = alive.minus(pieces);
      } else if (entry instanceof Hooks.Track) {
        packet = packet.afterTracking();
      } else if (entry instanceof Hooks.Translate) {
        alive = translate(hook, (Hooks.Translate) entry, alive);
      }
      alive = between.after(entry, before, alive);
    }
    return alive;
  }

  private Setting setting(Hook hook, Hooks.Asked asked) {
    return new Setting(
        place, asked.table(), hook, machine.ipsets(), Setting.Contents.AS_CAPTURED, doubts);
  }

  private List<Decision> run(Hook hook, Hooks.Asked asked, PacketSet coming) {
    ChainFlow flow = ChainFlow.run(setting(hook, asked), asked.chain(), packet, coming);
    packet = flow.packet();
    List<Decision> said =
        flow.outcomes().stream()
            .map(outcome -> new Decision(hook, asked.table(), asked.chain(), outcome))
            .toList();
    decisions.addAll(said);
    return said;
  }

  private PacketSet ask(Hook hook, Hooks.Asked asked, PacketSet coming) {
    PacketSet passed = space().none();
    for (Decision decision : run(hook, asked, coming)) {
      if (decision.outcome().verdict() == Verdict.Simple.ACCEPT) {
        passed = passed.or(decision.outcome().packets());
      } else {
        stop(decision);
      }
    }
    return passed;
  }

  private void stop(Decision decision) {
    ChainFlow.Outcome outcome = decision.outcome();
    Verdict verdict = outcome.verdict();
    Optional<Statement.Reject> reject =
        outcome
            .statement()
            .filter(Statement.Reject.class::isInstance)
            .map(Statement.Reject.class::cast);
    if (verdict instanceof Verdict.Queue) {
      add(Fate.by(decision, new Treatment.Queued((Verdict.Queue) verdict)));
    } else if (verdict == Verdict.Simple.STOLEN) {
      add(Fate.by(decision, new Treatment.Stolen()));
    } else if (reject.isPresent()) {
      PacketSet told = outcome.packets().minus(unanswered);
      told = told.and(new KernelTests(packet).addressed());
      add(Fate.by(decision, told, new Treatment.Rejected(reject.get())));
      add(Fate.by(decision, outcome.packets().minus(told), new Treatment.Dropped()));
    } else {
      add(Fate.by(decision, new Treatment.Dropped()));
    }
  }

  /**
   * New connections, whose translation the nat chains settle. What another connection announced may
   * be one, and what loops was translated when it was sent.
   */
  private PacketSet unsettled() {
    PacketSet announced =
        packet.inState(CtKey.STATE_RELATED).minus(selectors().errors()).and(announced());
    return packet.inState(CtKey.STATE_NEW).or(announced).minus(looping);
  }

  private PacketSet announced() {
    return doubts.about("the first packet of an announced connection");
  }

  /** Asks the nat chains about new connections, until one settles the translation. */
  private PacketSet translate(Hook hook, Hooks.Translate entry, PacketSet coming) {
    PacketSet open = coming.and(unsettled());
    PacketSet passed = coming.minus(open);
    TranslationFlow rewriting = new TranslationFlow(machine, version, hook, doubts);
    for (Hooks.Asked asked : entry.chains()) {
      PacketSet unsettled = space().none();
      for (Decision decision : run(hook, asked, open)) {
        ChainFlow.Outcome outcome = decision.outcome();
        if (outcome.verdict() != Verdict.Simple.ACCEPT) {
          stop(decision);
        } else if (outcome.statement().isEmpty()) {
          unsettled = unsettled.or(outcome.packets());
        } else {
          Statement.Nat nat = (Statement.Nat) outcome.statement().get();
          Tests tests = new Tests(setting(hook, asked), packet);
          TranslationFlow.Written written = rewriting.applied(nat, tests, outcome.packets());
          packet = written.packet();
          translations.add(
              new Translation(
                  outcome.packets(),
                  written.vague(),
                  TranslationFlow.isSource(hook),
                  rewriting.manner(nat),
                  nat,
                  decision));
          passed = passed.or(outcome.packets());
        }
      }
      open = unsettled;
    }
    return passed.or(open);
  }
}
