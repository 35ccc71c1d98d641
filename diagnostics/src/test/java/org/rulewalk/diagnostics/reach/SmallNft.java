package org.rulewalk.diagnostics.reach;

import java.util.Random;
import java.util.function.Supplier;

/** Random rules of a router in nft's language, of every kind that looks at ports and addresses. */
final class SmallNft {
  private final Random random;
  private final boolean four;
  private final String ip;
  private final String a;
  private final String b;
  private final String net;
  private final String far;

  SmallNft(Random random, boolean four) {
    this.random = random;
    this.four = four;
    this.ip = four ? "ip" : "ip6";
    this.a = four ? "10.0.1.2" : "fd00:1::2";
    this.b = four ? "10.0.2.2" : "fd00:2::2";
    this.net = four ? "10.0.0.0/16" : "fd00::/16";
    this.far = four ? "8.8.8.8" : "2001:4860::8888";
  }

  String ruleset() {
    return "table "
        + ip
        + " t {\n"
        + "\tset dyn {\n\t\ttype inet_service\n\t\tsize 100\n\t\tflags dynamic\n\t}\n"
        + "\tset nets {\n\t\ttype "
        + (four ? "ipv4_addr" : "ipv6_addr")
        + "\n\t\tflags interval\n\t\telements = { "
        + (four
            ? "10.0.0.0/16, 203.0.113.0/25, 8.0.0.0-8.8.8.8"
            : "fd00:1::/48, 2001:db8:7::/49, 2001::-2001:4860::8888")
        + " }\n\t}\n"
        + "\tchain pre {\n\t\ttype filter hook prerouting priority mangle; policy accept;\n"
        + some(3, this::marking)
        + "\t}\n\tchain dnat {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n"
        + some(2, this::translating)
        + "\t}\n\tchain other {\n"
        + some(3, this::filtering)
        + "\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy "
        + (random.nextInt(3) == 0 ? "drop" : "accept")
        + ";\n"
        + (random.nextInt(2) == 0 ? "\t\tct state established,related accept\n" : "")
        + some(6, this::filtering)
        + "\t}\n\tchain snat {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
        + (random.nextInt(3) == 0 ? "\t\toifname \"eth2\" masquerade\n" : "")
        + "\t}\n}\n";
  }

  private String some(int most, Supplier<String> rule) {
    StringBuilder rules = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      rules.append("\t\t").append(rule.get()).append('\n');
    }
    return rules.toString();
  }

  private String marking() {
    switch (random.nextInt(6)) {
      case 0:
        return "meta mark set tcp dport map { " + port() + " : 0x1, 3333 : 0x2 }";
      case 1:
        return "tcp dport " + low() + "-" + high() + " meta mark set 0x1";
      case 2:
        return "add @dyn { tcp dport }";
      case 3:
        return "tcp dport " + port() + " tcp dport set " + port();
      case 4:
        return ip + " saddr @nets meta mark set 0x2";
      default:
        return "tcp dport " + low() + "-" + high() + " ct mark set 0x3";
    }
  }

  private String translating() {
    switch (random.nextInt(6)) {
      case 0:
        return "tcp dport " + low() + "-" + high() + " dnat to " + at(b) + port();
      case 1:
        return "tcp dport " + low() + "-" + high() + " dnat to " + at(b) + "1000-1500";
      case 2:
        return "dnat to tcp dport map { " + port() + " : " + b + ", 3333 : " + a + " }";
      case 3:
        return "udp dport { 443, " + high() + " } redirect to :" + port();
      case 4:
        return ip + " saddr @nets tcp dport " + port() + " dnat to " + at(b) + "443";
      default:
        return "tcp dport " + port() + " redirect";
    }
  }

  private String filtering() {
    return test()
        + " "
        + (random.nextInt(2) == 0 ? "drop" : random.nextInt(4) == 0 ? "reject" : "accept");
  }

  private String test() {
    switch (random.nextInt(19)) {
      case 0:
        return "tcp dport != " + port();
      case 1:
        return "tcp dport { 22, " + low() + "-" + high() + " }";
      case 2:
        return ip
            + " saddr . tcp dport { "
            + a
            + " . "
            + port()
            + ", "
            + far
            + " . "
            + port()
            + " }";
      case 3:
        return ip + " saddr . tcp dport { " + net + " . " + low() + "-" + high() + " }";
      case 4:
        return "tcp dport & 0xff == " + (port() & 255);
      case 5:
        return "meta mark 0x" + random.nextInt(4);
      case 6:
        return "ct original proto-dst " + port();
      case 7:
        return "th dport " + low() + "-" + high();
      case 8:
        return "@th,16,16 " + port();
      case 9:
        return "tcp dport @dyn";
      case 10:
        return "tcp sport " + port();
      case 11:
        return ip + " saddr != @nets";
      case 12:
        return four ? "ip saddr & 255.0.0.255 == 10.0.0.2" : "ip6 saddr & ffff::ffff == fd00::2";
      case 13:
        return "ct mark 0x3";
      case 14:
        return "ct state new udp dport >= " + port();
      case 15:
        return "ct original " + ip + " saddr " + (four ? "203.0.113.0/24" : "2001:db8:7::/48");
      case 16:
        return "tcp dport " + port() + " limit rate 5/second";
      case 17:
        return ip
            + " daddr "
            + (four ? "10.0.1.0/24" : "fd00:1::/64")
            + " tcp sport { 22, "
            + high()
            + "-65000 }";
      default:
        return "tcp dport vmap { "
            + port()
            + " : accept, 30000-40000 : drop, 50000 : jump other } counter";
    }
  }

  private int port() {
    return SmallNetwork.port(random);
  }

  private int low() {
    return 50 + random.nextInt(1000);
  }

  private int high() {
    return 1100 + random.nextInt(2000);
  }

  /** An address as it stands before a port. */
  private String at(String address) {
    return (four ? address : "[" + address + "]") + ":";
  }
}
