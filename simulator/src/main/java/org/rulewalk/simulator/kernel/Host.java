package org.rulewalk.simulator.kernel;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.conntrack.Timeouts;
import org.rulewalk.simulator.conntrack.Tracker;
import org.rulewalk.simulator.conntrack.Translator;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.FibQuery.AddressType;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** One machine at work during a run: what never changes of it, its memory, and its parts. */
final class Host {
  private static final int DEFAULT_TTL = 64;
  private static final int LOOPBACK_MTU = 65536;
  private static final int DEFAULT_MTU = 1500;

  private final Run run;
  private final Blueprints.Blueprint blueprint;
  private final Memory memory;
  private final Tracker tracker;
  private final Translator translator;
  private final KnownNeighbours neighbours;
  private final Input input = new Input(this);
  private final Output output = new Output(this);
  private final IcmpErrors errors = new IcmpErrors(this);
  private final Copies copies = new Copies(this);
  private final Set<IpAddress> redirected = new HashSet<>();
  private Optional<Client> client = Optional.empty();
  private boolean timed;
  private Optional<Steadiness> steadiness = Optional.empty();
  private Optional<Likeness> likeness = Optional.empty();

  Host(Run run, Blueprints.Blueprint blueprint, Memory memory) {
    this.run = run;
    this.blueprint = blueprint;
    this.memory = memory;
    this.tracker = new Tracker(memory.conntrack, blueprint.tracking());
    this.translator = new Translator(memory.conntrack);
    this.neighbours = run.neighbours(name());
  }

  String name() {
    return machine().name();
  }

  Machine machine() {
    return blueprint.machine();
  }

  /** The interface with this name. */
  Optional<Interface> device(String name) {
    return blueprint.device(name);
  }

  /** An interface's name as rules see it. */
  Value nameOf(String device) {
    return blueprint.name(device);
  }

  Router router() {
    return blueprint.router();
  }

  Hooks hooks() {
    return blueprint.hooks();
  }

  KnownNeighbours neighbours() {
    return neighbours;
  }

  /** The compiled form of a table; empty where its chains are to be walked plainly. */
  Optional<CompiledTable> compiled(Table table) {
    Optional<CompiledTable> known = blueprint.compiled(table);
    return memory.sets.isEmpty() ? known : known.filter(this::foresees);
  }

  /** Whether only such sets have been changed as its rules change. */
  private boolean foresees(CompiledTable compiled) {
    return memory.sets.keySet().stream()
        .filter(name -> name.table().equals(compiled.table().title()))
        .noneMatch(name -> compiled.takesAsFixed(name.set()));
  }

  Run run() {
    return run;
  }

  Memory memory() {
    return memory;
  }

  Tracker tracker() {
    return tracker;
  }

  Translator translator() {
    return translator;
  }

  Input input() {
    return input;
  }

  Output output() {
    return output;
  }

  IcmpErrors errors() {
    return errors;
  }

  Copies copies() {
    return copies;
  }

  Choices choices() {
    return run.choices();
  }

  /** The program that asks, if it runs here. */
  Optional<Client> client() {
    return client;
  }

  void setClient(Client asking) {
    client = Optional.of(asking);
  }

  /**
   * Whether a sender may be told of a better way: not twice within a moment (ip_rt_send_redirect).
   */
  boolean mayRedirect(IpAddress sender) {
    return redirected.add(sender);
  }

  void forgetRedirects() {
    redirected.clear();
  }

  private Steadiness steadiness() {
    if (steadiness.isEmpty()) {
      steadiness = Optional.of(Steadiness.of(machine()));
    }
    return steadiness.get();
  }

  boolean isSteady() {
    return steadiness().isSteady();
  }

  Likeness likeness() {
    if (likeness.isEmpty()) {
      likeness = Optional.of(new Likeness(run.network(), machine(), steadiness()));
    }
    return likeness.get();
  }

  /** Lets the machine's clock go on; connections end by it. */
  void keepTime(long now) {
    if (!timed) {
      memory.conntrack.keepTime(new Timeouts(machine().settings()));
      timed = true;
    }
    memory.conntrack.setNow(now);
  }

  /** The size of the segments that a recorded packet was joined from; 0 if it is just one. */
  int segmentBytes(String device, Packet packet) {
    if (!run.isReplay() || packet.protocol() != Protocol.TCP) {
      return 0;
    }
    int mtu = device(device).map(Interface::mtuBytes).orElse(LOOPBACK_MTU);
    return packet.length() > mtu ? mtu : 0;
  }

  boolean decide(Doubt doubt) {
    return run.decide(name(), doubt);
  }

  Draft draft(Optional<String> incoming, Packet packet, Journey.Origin origin) {
    return run.draft(name(), incoming, packet, origin);
  }

  /** The largest packet that a way takes, in bytes. */
  int mtu(Way way) {
    Optional<Interface> device = device(way.device());
    int own = device.map(Interface::mtuBytes).orElse(LOOPBACK_MTU);
    return way.lookup()
        .filter(found -> found.route().mtuBytes().isPresent())
        .map(found -> (int) Math.min(found.route().mtuBytes().getAsLong(), LOOPBACK_MTU))
        .orElse(own);
  }

  /**
   * Whether packets of programs may be fragmented on a way: it has an MTU that is final
   * (ip_dont_fragment).
   */
  static boolean isMtuLocked(Way way) {
    return way.lookup().map(found -> found.route().mtuLocked()).orElse(false);
  }

  /** The same for the way to an address. */
  boolean isMtuLocked(IpAddress address) {
    Departure departure = router().depart(Flow.to(address), true);
    return departure instanceof Departure.Leave && isMtuLocked(Way.of((Departure.Leave) departure));
  }

  /** The largest packet that the way to an address takes, in bytes. */
  int mtuTowards(IpAddress address) {
    Departure departure = router().depart(Flow.to(address), true);
    return departure instanceof Departure.Leave
        ? mtu(Way.of((Departure.Leave) departure))
        : DEFAULT_MTU;
  }

  /** The TTL of packets that the kernel makes as an answer to this one. */
  int defaultTtl(Skb about) {
    return about.packet.version() == IpVersion.IPV4
        ? (int) machine().settings().number("net.ipv4.ip_default_ttl", DEFAULT_TTL)
        : hopLimit(about.in.isEmpty() ? about.out : about.in);
  }

  /**
   * The same for what its socket sends: to a group, no further than the link (IP_MULTICAST_TTL).
   */
  int answerTtl(Skb about) {
    IpAddress to = about.packet.source();
    return to.version() == IpVersion.IPV4 && to.isMulticast() ? 1 : defaultTtl(about);
  }

  int hopLimit(String device) {
    Settings settings = machine().settings();
    long general = settings.device(IpVersion.IPV6, "all", "hop_limit", DEFAULT_TTL);
    return (int) settings.device(IpVersion.IPV6, device, "hop_limit", general);
  }

  /** An answer as it goes that way: over IPv6, the interface says how far (ip6_dst_hoplimit). */
  Packet onWay(Packet answer, Way way) {
    return answer.version() == IpVersion.IPV4
        ? answer
        : answer.edit().ttl(hopLimit(way.device())).toPacket();
  }

  /** The mark of packets that the kernel makes as an answer (IP4_REPLY_MARK). */
  long replyMark(Skb about) {
    String family = about.packet.version() == IpVersion.IPV4 ? "ipv4" : "ipv6";
    return machine().settings().flag("net." + family + ".fwmark_reflect", false) ? about.mark : 0;
  }

  /** What an address is to this machine; a link-local one, on that device. */
  AddressType addressType(IpAddress address, String device) {
    boolean scoped = address.isLinkLocal() && !device.equals(Flow.LOOPBACK);
    return router().addressType(address, scoped ? Optional.of(device) : Optional.empty());
  }
}
