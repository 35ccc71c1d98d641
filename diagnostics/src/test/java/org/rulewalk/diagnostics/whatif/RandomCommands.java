package org.rulewalk.diagnostics.whatif;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Commands drawn from small pools, so that they meet one another: some fit, some are refused. */
final class RandomCommands {
  private final Random random;
  private final List<Supplier<String>> kinds =
      List.of(this::address, this::route, this::route, this::rule, this::neighbour, this::set);

  RandomCommands(long seed) {
    random = new Random(seed);
  }

  List<String> some(int count) {
    List<String> commands = new ArrayList<>();
    for (String set : List.of("s0 hash:ip", "s1 hash:net", "s2 hash:ip,port", "s3 list:set")) {
      commands.add("ipset create " + set);
    }
    commands.add("ip route add blackhole 10.95.0.0/16 table 100");
    while (commands.size() < count) {
      commands.add(
          random.nextInt(40) == 0 ? link() : kinds.get(random.nextInt(kinds.size())).get());
    }
    return commands;
  }

  private String one(String... words) {
    return words[random.nextInt(words.length)];
  }

  private String maybe(String words) {
    return random.nextInt(3) == 0 ? words : "";
  }

  private String device() {
    return one("eth0", "eth1");
  }

  private String link() {
    return "ip link set " + device() + one(" down", " up", " up", " mtu 1400", " group 4");
  }

  /** Each link has subnets of its own. */
  private String address() {
    boolean first = random.nextBoolean();
    String address = (first ? one("10.1.0.", "10.3.0.") : one("10.2.0.", "10.4.0."));
    return "ip addr "
        + one("add ", "add ", "del ", "replace ")
        + address
        + (1 + random.nextInt(3))
        + (address.equals("10.2.0.") ? "/16" : "/24")
        + maybe(" brd +")
        + (first ? " dev eth0" : " dev eth1");
  }

  private String router() {
    return "10." + (1 + random.nextInt(4)) + ".0." + (200 + random.nextInt(2));
  }

  private String route() {
    if (random.nextInt(5) == 0) {
      return "ip -6 route "
          + one("add ", "del ", "replace ")
          + one("2001:db8:a::/48", "2001:db8:b::/48")
          + one(" via 2001:db8:1::7", " dev eth1", " via 2001:db8:9::1")
          + maybe(" metric 9");
    }
    String verb = one("add ", "add ", "del ", "replace ", "change ");
    String to = one("10.90.0.0/16", "10.91.0.0/24", "10.92.0.1", "default");
    if (random.nextInt(6) == 0) {
      return "ip route " + verb + one("blackhole ", "unreachable ") + to + maybe(" metric 7");
    }
    return "ip route "
        + verb
        + to
        + one(" via " + router(), " via " + router(), " dev " + device())
        + maybe(" metric " + one("5", "7"))
        + maybe(" table " + one("100", "main"));
  }

  private String rule() {
    return "ip rule "
        + one("add ", "add ", "del ")
        + one("from 10.1.0.0/24 ", "to 10.2.0.0/16 ", "fwmark 5 ", "fwmark 5/0xf ", "iif eth0 ")
        + one("table 100", "table 101", "blackhole", "")
        + maybe(" pref " + one("300", "301"));
  }

  private String neighbour() {
    return "ip neigh "
        + one("add ", "replace ", "change ")
        + one("10.1.0.60", "10.2.0.61")
        + " lladdr 02:00:00:00:00:0"
        + (1 + random.nextInt(9))
        + " dev "
        + device()
        + " nud permanent";
  }

  private String set() {
    String entry = one("10.0.0.1", "10.0.0.2", "10.0.0.0/30");
    switch (random.nextInt(7)) {
      case 0:
        return "ipset " + one("destroy ", "flush ") + one("s0", "s1", "s2", "s3", "s4");
      case 1:
        return "ipset create s4 " + one("hash:ip", "hash:net");
      case 2:
        return "ipset swap s4 " + one("s0", "s1");
      case 3:
        return "ipset " + one("add", "del", "test") + " s3 " + one("s0", "s1", "s4");
      case 4:
        return "ipset " + one("add", "del", "test") + " s2 " + entry + ",tcp:" + one("80", "81-83");
      default:
        return "ipset " + one("add", "del", "test") + " " + one("s0", "s1") + " " + entry;
    }
  }
}
