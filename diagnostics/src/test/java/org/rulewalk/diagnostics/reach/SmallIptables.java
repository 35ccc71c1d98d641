package org.rulewalk.diagnostics.reach;

import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Random rules of a router in iptables' language, with ipsets. */
final class SmallIptables {
  private final Random random;
  private final boolean four;
  private final String a;
  private final String b;

  SmallIptables(Random random, boolean four) {
    this.random = random;
    this.four = four;
    this.a = four ? "10.0.1.2" : "fd00:1::2";
    this.b = four ? "10.0.2.2" : "fd00:2::2";
  }

  /** The router's files. */
  Map<String, String> files() {
    return Map.of(
        four ? "iptables-save.txt" : "ip6tables-save.txt",
        rules(),
        "nft-list-ruleset.txt",
        "table ip none {\n}\n",
        "ipset-save.txt",
        ipsets());
  }

  private String ipsets() {
    String family = four ? "inet" : "inet6";
    return "create nets hash:net family "
        + family
        + " hashsize 1024 maxelem 65536\n"
        + (four ? "add nets 10.0.0.0/16\nadd nets 203.0.113.0/25\n" : "add nets fd00:1::/48\n")
        + "create pairs hash:ip,port family "
        + family
        + " hashsize 1024 maxelem 65536\n"
        + ("add pairs " + a + ",tcp:" + port() + "\n")
        + ("add pairs " + (four ? "8.8.8.8" : "2001:4860::8888") + ",udp:" + port() + "\n")
        + "create ports bitmap:port range 0-65535\nadd ports 80\nadd ports 1000-1500\n";
  }

  private String rules() {
    return "*mangle\n:PREROUTING ACCEPT [0:0]\n"
        + some(3, this::marking)
        + "COMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
        + some(2, this::translating)
        + (random.nextInt(3) == 0 ? "-A POSTROUTING -o eth2 -j MASQUERADE\n" : "")
        + "COMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD "
        + (random.nextInt(3) == 0 ? "DROP" : "ACCEPT")
        + " [0:0]\n:own - [0:0]\n"
        + (random.nextInt(2) == 0
            ? "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
            : "")
        + some(6, () -> "-A FORWARD " + filtering())
        + some(3, () -> "-A own " + filtering().replace("-j own", "-j RETURN"))
        + some(2, () -> "-A INPUT " + filtering())
        + "COMMIT\n";
  }

  private String some(int most, Supplier<String> rule) {
    StringBuilder rules = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      rules.append(rule.get()).append('\n');
    }
    return rules.toString();
  }

  private String marking() {
    switch (random.nextInt(4)) {
      case 0:
        return "-A PREROUTING -p tcp -m tcp --dport " + range() + " -j MARK --set-xmark 0x1/0x3";
      case 1:
        return "-A PREROUTING -m set --match-set nets src -j MARK --set-xmark 0x2/0xffffffff";
      case 2:
        return "-A PREROUTING -p udp -m udp --dport "
            + range()
            + " -j CONNMARK --set-xmark 0x3/0xf";
      default:
        return "-A PREROUTING -m set --match-set pairs src,dst -j MARK --set-xmark 0x1/0x1";
    }
  }

  private String translating() {
    String to = four ? b : "[" + b + "]";
    String tcp = "-A PREROUTING -p tcp -m tcp --dport " + range();
    switch (random.nextInt(6)) {
      case 0:
        return tcp + " -j DNAT --to-destination " + to + ":" + port();
      case 1:
        return tcp + " -j DNAT --to-destination " + to + ":1000-1500";
      case 2:
        return "-A PREROUTING -p udp -m udp --dport "
            + range()
            + " -j REDIRECT --to-ports "
            + port();
      case 3:
        return "-A PREROUTING -i ens6 -p tcp -m tcp --dport "
            + port()
            + " -j DNAT --to-destination "
            + b;
      case 4:
        return "-A PREROUTING -m set --match-set ports dst -p tcp -j REDIRECT";
      default:
        return "-A PREROUTING -p tcp -m multiport --dports 443,"
            + range()
            + " -j DNAT --to-destination "
            + to
            + ":443";
    }
  }

  private String filtering() {
    return test()
        + " -j "
        + (random.nextInt(3) == 0
            ? "own"
            : random.nextInt(2) == 0 ? "DROP" : random.nextInt(4) == 0 ? "REJECT" : "ACCEPT");
  }

  private String test() {
    switch (random.nextInt(17)) {
      case 0:
        return "-p tcp -m tcp ! --dport " + port();
      case 1:
        return "-p tcp -m multiport --dports 22," + range();
      case 2:
        return "-p udp -m multiport ! --ports " + port() + "," + range();
      case 3:
        return "-s " + (four ? "10.0.0.0/16" : "fd00:1::/64") + " -p tcp -m tcp --dport " + range();
      case 4:
        return "-m iprange --src-range " + (four ? "8.0.0.0-8.8.8.8" : "2001::-2001:4860::8888");
      case 5:
        return "-m set --match-set pairs src,dst";
      case 6:
        return "-m set ! --match-set ports dst";
      case 7:
        return "-m set --match-set nets " + (random.nextBoolean() ? "src" : "dst");
      case 8:
        return "-m mark --mark 0x" + random.nextInt(4) + "/0x3";
      case 9:
        return "-m connmark ! --mark 0x3";
      case 10:
        return "-m conntrack --ctorigdstport " + range();
      case 11:
        return "-p tcp -m tcpmss --mss 1:1000 -m tcp --sport " + range();
      case 12:
        return "-m conntrack --ctorigsrc " + (four ? "203.0.113.0/24" : "2001:db8:7::/48");
      case 13:
        return "-p tcp -m tcp --dport " + port() + " -m limit --limit 5/sec";
      case 14:
        return "! -s " + a + (four ? "/32" : "/128") + " -p udp -m udp --dport " + range();
      case 15:
        return "-m conntrack --ctstate DNAT";
      default:
        return "-p tcp -m tcp --sport 1024:65535 --dport " + range();
    }
  }

  private int port() {
    return SmallNetwork.port(random);
  }

  private String range() {
    return random.nextInt(3) == 0
        ? "" + port()
        : (50 + random.nextInt(1000)) + ":" + (1100 + random.nextInt(2000));
  }
}
