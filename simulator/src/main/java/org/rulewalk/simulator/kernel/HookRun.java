package org.rulewalk.simulator.kernel;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Conntrack;
import org.rulewalk.simulator.conntrack.Zone;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One packet at one hook of one machine (nf_hook_slow in net/netfilter/core.c): asks each entry in
 * turn, and is what rules see of packet and kernel meanwhile.
 */
final class HookRun implements PacketContext, Recorder {
  private static final int LARGEST_MTU = 0xffff;
  private static final int DEFAULT_SEGMENT = 536;

  private final Host host;
  private final Skb skb;
  private final Hook hook;
  private final Optional<Choices.Hearer> hearer;
  private final MetaValues meta;

  // of what is asked now, null before that: written for each rule, so nothing is wrapped
  private Table table;
  private Rule rule;
  private Step lastStep;

  HookRun(Host host, Skb skb, Hook hook) {
    this.host = host;
    this.skb = skb;
    this.hook = hook;
    this.hearer = host.choices().hearer();
    this.meta = new MetaValues(host, skb, hook);
  }

  /** Whether the packet may go on; if not, its journey has got its end. */
  boolean passes() {
    for (Hooks.Entry entry : host.hooks().at(hook, skb.packet.version())) {
      if (!asks(entry)) {
        return false;
      }
    }
    return true;
  }

  /** The same for the chains of a device. */
  boolean passesDevice(String device) {
    for (Hooks.Asked asked : host.hooks().atDevice(hook, device)) {
      if (!asksChain(asked)) {
        return false;
      }
    }
    return true;
  }

  private boolean asks(Hooks.Entry entry) {
    if (entry instanceof Hooks.Asked) {
      return asksChain((Hooks.Asked) entry);
    }
    if (entry instanceof Hooks.Translate) {
      return translates((Hooks.Translate) entry);
    }
    if (entry instanceof Hooks.Track) {
      boolean arriving = hook == Hook.PREROUTING;
      if (skb.foretold.isPresent()) {
        if (arriving) {
          skb.rememberSum();
        }
        skb.association = skb.foretold.get();
        skb.foretold = Optional.empty();
        return true;
      }
      if (arriving && host.tracker().verifies(skb.packet, skb.association)) {
        skb.rememberSum();
      }
      skb.association = host.tracker().track(skb.packet, skb.association, arriving, skb.zone);
      return true;
    }
    return entry instanceof Hooks.Defrag ? defragments() : confirms();
  }

  private boolean defragments() {
    // IPv4 puts those together that were tracked before as well, where the kernel can translate
    boolean known =
        skb.packet.version() == IpVersion.IPV6 && skb.association.connection().isPresent();
    // IPv6 takes the header off packets that are whole, too (RFC 6946)
    boolean whole = !skb.packet.isFragment() && skb.packet.extensionOffset(Protocol.FRAGMENT) < 0;
    boolean odd = FragmentQueue.lacksUpperHeader(skb.packet) || FragmentQueue.isUneven(skb.packet);
    if (whole || known || odd || skb.association.info() == Association.Info.UNTRACKED) {
      return true;
    }
    Optional<FragmentQueue.Whole> joined = host.memory().fragments.add(skb.packet, skb.options);
    if (joined.isEmpty()) {
      skb.draft.stop(skb.packet, new Stop.Incomplete(false));
      return false;
    }
    if (skb.packet.version() == IpVersion.IPV6) {
      skb.readOnAt = skb.packet.extensionOffset(Protocol.FRAGMENT);
    }
    skb.packet = joined.get().packet();
    skb.came = joined;
    return true;
  }

  private boolean confirms() {
    if (host.memory().conntrack.confirm(skb.association) == Conntrack.Confirmation.CLASH) {
      return refuse(new Stop.Clash());
    }
    return true;
  }

  private boolean refuse(Stop stop) {
    skb.draft.stop(skb.packet, stop);
    skb.draft.fail(org.rulewalk.simulator.trace.SendError.NOT_PERMITTED);
    return false;
  }

  private boolean translates(Hooks.Translate entry) {
    NatCore.Result result = new NatCore(host, skb, hook).apply(() -> asksNat(entry.chains()));
    switch (result) {
      case DROPPED:
        return refuse(new Stop.TranslationFailed(lastRule()));
      case ENDED:
        return false;
      case REROUTE:
        return host.output().reroute(skb);
      default:
        return true;
    }
  }

  private Optional<Step.OfRule> lastRule() {
    return lastStep instanceof Step.OfRule ? Optional.of((Step.OfRule) lastStep) : Optional.empty();
  }

  /** Asks nat chains until one settles the connection's translation. */
  private boolean asksNat(List<Hooks.Asked> chains) {
    boolean source = NatCore.isSource(hook);
    for (Hooks.Asked asked : chains) {
      if (!asksChain(asked)) {
        return false;
      }
      if (NatCore.isSettled(skb, source)) {
        return true;
      }
    }
    return true;
  }

  private boolean asksChain(Hooks.Asked asked) {
    boolean routesAgain = asked.chain().type() == Chain.Type.ROUTE && hook == Hook.OUTPUT;
    Optional<RouteKey> before = routesAgain ? Optional.of(RouteKey.of(skb)) : Optional.empty();
    Verdict verdict = walk(asked);
    if (verdict instanceof Verdict.Queue) {
      return passesQueue((Verdict.Queue) verdict);
    }
    if (verdict == Verdict.Simple.STOLEN) {
      lastRule().ifPresent(step -> skb.draft.stop(skb.packet, new Stop.Stolen(step)));
      return false;
    }
    if (verdict == Verdict.Simple.DROP) {
      return drops();
    }
    return before.isEmpty() || before.get().equals(RouteKey.of(skb)) || host.output().reroute(skb);
  }

  private Verdict walk(Hooks.Asked asked) {
    Optional<CompiledTable> compiled =
        hearer.isPresent() ? Optional.empty() : host.compiled(asked.table());
    return compiled.isPresent()
        ? compiled.get().run(asked.chain(), this, this)
        : ChainWalk.run(asked.table(), asked.chain(), this, this);
  }

  private boolean drops() {
    Step step = lastStep;
    host.choices().deciding(host.name(), step, this);
    if (host.choices().waives(host.name(), step, isAnswer())) {
      return true;
    }
    return refuse(
        step instanceof Step.OfRule
            ? new Stop.ByRule((Step.OfRule) step)
            : new Stop.ByPolicy((Step.OfPolicy) step));
  }

  private boolean isAnswer() {
    return host.run().isAnswer(skb.draft);
  }

  private boolean passesQueue(Verdict.Queue queue) {
    Step.OfRule step = lastRule().orElseThrow();
    String subject = "queue " + queue.first();
    if (decide(new Doubt(Doubt.Kind.USER_SPACE, subject, queue.bypass(), step.rule().source()))) {
      return true;
    }
    skb.draft.stop(skb.packet, new Stop.Queued(step));
    return false;
  }

  /** What routing at output goes by; if a rule changes it, the packet is routed again. */
  private record RouteKey(Bits source, Bits destination, long mark, int tos, int hopLimit) {
    static RouteKey of(Skb skb) {
      Packet packet = skb.packet;
      boolean six = packet.version() == IpVersion.IPV6;
      return new RouteKey(
          packet.source().value(),
          packet.destination().value(),
          skb.mark,
          packet.tos(),
          six ? packet.ttl() : 0);
    }
  }

  @Override
  public void rule(Table inTable, Chain chain, Rule matched, Verdict verdict) {
    note(new Step.OfRule(hook, inTable, chain, matched, verdict));
    if (host.run().isReplay()) {
      skb.draft.count(new Passage.Count(matched, false, skb.packet.length()));
    }
  }

  @Override
  public void policy(Table inTable, Chain.Base chain) {
    note(new Step.OfPolicy(hook, inTable, chain));
    if (host.run().isReplay()) {
      skb.draft.count(new Passage.Count(chain, false, skb.packet.length()));
    }
  }

  @Override
  public void asks(Rule asking, Statement statement, PacketContext context) {
    hearer.ifPresent(own -> own.asks(host.name(), asking, statement, context));
    boolean counter =
        statement instanceof Statement.Note
            && ((Statement.Note) statement).kind() == Statement.Note.Kind.COUNTER;
    if (counter && host.run().isReplay()) {
      skb.draft.count(new Passage.Count(asking, true, skb.packet.length()));
    }
  }

  private void note(Step step) {
    lastStep = step;
    skb.draft.add(step);
  }

  @Override
  public void at(Table inTable, Rule asking) {
    table = inTable;
    rule = asking;
  }

  @Override
  public Packet packet() {
    boolean legacy = table != null && table.tool() == Table.Tool.IPTABLES_LEGACY;
    return legacy ? skb.packet : skb.packet.untilAuthentication();
  }

  @Override
  public Hook hook() {
    return hook;
  }

  @Override
  public Value meta(MetaKey key) {
    return key == MetaKey.L4PROTO && packet().protocol() >= 0
        ? Value.of(packet().protocol())
        : meta.of(key);
  }

  @Override
  public Value ct(CtKey key, Optional<CtKey.Direction> direction) {
    return CtValues.of(skb, key, direction, isByNft());
  }

  @Override
  public Value fib(FibQuery query) {
    return new RouteValues(host, skb, hook).fib(query);
  }

  @Override
  public Value route(Expression.Route.Key key) {
    Value value = new RouteValues(host, skb, hook).route(key);
    // nft takes what is too large for a segment as not known (get_tcpmss in nft_rt.c)
    boolean unknown =
        key == Expression.Route.Key.TCP_MSS
            && isByNft()
            && value instanceof Value.Scalar
            && ((Value.Scalar) value).bits().low() > largestSegment();
    return unknown ? Value.of(DEFAULT_SEGMENT) : value;
  }

  private int largestSegment() {
    return LARGEST_MTU - RouteValues.leastHeaders(skb.packet.version());
  }

  @Override
  public Truth reversePath(XtMatch.ReversePath match) {
    return Truth.of(new RouteValues(host, skb, hook).reversePath(match));
  }

  @Override
  public boolean hasRandomId() {
    return skb.randomId;
  }

  @Override
  public Value linkHeader(int bitOffset, int width) {
    return LinkValues.of(skb, bitOffset, width);
  }

  @Override
  public Optional<ElementSet> set(String name) {
    if (table == null) {
      return Optional.empty();
    }
    ElementSet changed =
        host.memory().sets.isEmpty()
            ? null
            : host.memory().sets.get(new Memory.SetName(table.title(), name));
    return changed != null
        ? Optional.of(changed)
        : Optional.ofNullable(table.sets().get(name)).map(NamedSet::elements);
  }

  @Override
  public Optional<IpSet> ipset(String name) {
    return Optional.ofNullable(host.memory().ipsets.get(name))
        .or(() -> Optional.ofNullable(host.machine().ipsets().get(name)));
  }

  @Override
  public void updateIpset(Statement.IpsetUpdate update) {
    ipset(update.set())
        .map(set -> set.updated(this, update.fromSource(), update.delete()))
        .ifPresent(set -> host.memory().ipsets.put(update.set(), set));
  }

  @Override
  public Optional<StatefulObject> object(StatefulObject.Kind kind, String name) {
    return table == null ? Optional.empty() : table.object(kind, name);
  }

  @Override
  public boolean decide(Doubt doubt) {
    return host.decide(rule == null ? doubt : doubt.at(rule.source()));
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {
    if (key == MetaKey.MARK) {
      skb.mark = value.low() & 0xffffffffL;
    } else if (key == MetaKey.PRIORITY) {
      skb.priority = value.low() & 0xffffffffL;
      skb.lostClass = Optional.empty();
    } else if (key == MetaKey.PKTTYPE) {
      skb.packetType = value.toInt();
    }
  }

  @Override
  public void loseClass(Doubt doubt) {
    skb.lostClass = Optional.of(doubt.at(rule.source()));
  }

  @Override
  public void setCt(CtKey key, Bits value) {
    if (key == CtKey.MARK) {
      skb.association.connection().ifPresent(connection -> connection.setMark(value.low()));
    }
  }

  @Override
  public void replacePacket(Packet packet) {
    skb.packet = packet;
  }

  @Override
  public void readyConnection() {
    if (skb.association.equals(Association.NONE)) {
      skb.association = Association.TEMPLATE;
    }
  }

  @Override
  public void setZone(Optional<CtKey.Direction> direction, Bits id) {
    // nft brings untracked packets back (nft_ct_set_zone_eval)
    boolean free =
        skb.association.equals(Association.NONE)
            || isByNft() && skb.association.equals(Association.UNTRACKED);
    if (free) {
      skb.association = Association.TEMPLATE;
      skb.zone =
          new Zone(
              id.toInt() & 0xffff,
              direction.map(d -> d == CtKey.Direction.ORIGINAL).orElse(true),
              direction.map(d -> d == CtKey.Direction.REPLY).orElse(true));
    }
  }

  private boolean isByNft() {
    return table != null && table.tool() == Table.Tool.NFT;
  }

  @Override
  public void notrack() {
    // iptables' CT target leaves alone whatever was marked before, nft only what has a connection
    boolean free =
        isByNft()
            ? skb.association.connection().isEmpty()
                && !skb.association.equals(Association.TEMPLATE)
            : skb.association.info() == Association.Info.NONE;
    if (free) {
      skb.association = Association.UNTRACKED;
    }
  }

  @Override
  public Verdict reject(Statement.Reject reject) {
    Optional<Step.OfRule> step = stepOfRule();
    if (step.isPresent() && host.choices().waives(host.name(), step.get(), isAnswer())) {
      host.choices().deciding(host.name(), step.get(), this);
      return Verdict.Simple.ACCEPT;
    }
    new Rejects(host, skb, hook).answer(reject);
    return Verdict.Simple.DROP;
  }

  /** The rule that is being asked, as the step it becomes if it drops. */
  private Optional<Step.OfRule> stepOfRule() {
    return table.chains().stream()
        .filter(chain -> chain.rules().contains(rule))
        .findFirst()
        .map(chain -> new Step.OfRule(hook, table, chain, rule, Verdict.Simple.DROP));
  }

  @Override
  public void joinPieces() {
    skb.came = skb.came.map(FragmentQueue.Whole::joined);
  }

  @Override
  public boolean isOwnCopy() {
    return skb.packetType == Skb.PACKET_LOOPBACK;
  }

  @Override
  public Verdict parameterProblem(int offset) {
    host.errors().send(skb, IcmpErrors.PARAMETER_PROBLEM6, 0, offset);
    return Verdict.Simple.DROP;
  }

  @Override
  public void duplicate(Optional<IpAddress> gateway, Optional<String> device) {
    if (gateway.isPresent()) {
      host.copies().send(skb, hook, gateway.get(), device);
    } else {
      device.ifPresent(name -> host.copies().send(skb, name));
    }
  }

  @Override
  public Verdict passOn(Optional<IpAddress> neighbour, String device) {
    return host.copies().passOn(skb, neighbour, device);
  }

  @Override
  public Verdict translate(Statement.Nat nat) {
    return new NatCore(host, skb, hook).translate(nat, this);
  }

  @Override
  public void updateSet(Statement.SetUpdate update, List<Bits> key) {
    Optional<ElementSet> current = set(update.set());
    if (current.isEmpty()) {
      return;
    }
    boolean delete = update.operation() == Statement.SetUpdate.Operation.DELETE;
    ElementSet changed =
        delete
            ? current.get().minus(key)
            : current.get().contains(key)
                ? current.get()
                : current
                    .get()
                    .plus(
                        ElementSet.Element.of(key.stream().map(ElementSet.Interval::of).toList()));
    host.memory().sets.put(new Memory.SetName(table.title(), update.set()), changed);
  }
}
