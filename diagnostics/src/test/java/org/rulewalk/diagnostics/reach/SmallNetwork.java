package org.rulewalk.diagnostics.reach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Captures of two machines behind a router that has random rules and the world behind it. */
final class SmallNetwork {
  private static final int[] PORTS = {22, 80, 100, 443, 1000, 1500, 2000, 2500, 8080, 40001};

  private final Path directory;
  private final Random random;

  private SmallNetwork(Path directory, Random random) {
    this.directory = directory;
    this.random = random;
  }

  /** Writes one and returns the router's rules. */
  static String write(Path directory, Random random) throws IOException {
    return new SmallNetwork(directory, random).write();
  }

  /** A port that rules are about. */
  static int port(Random random) {
    return PORTS[random.nextInt(PORTS.length)];
  }

  private String write() throws IOException {
    machine("a", "eth0", "10.0.1.2/24", "10.0.1.1", "table ip none {\n}\n");
    machine("b", "eth0", "10.0.2.2/24", "10.0.2.1", "table ip none {\n}\n");
    file("b", "ss.txt", sockets());
    file("a", "ss.txt", sockets());
    String rules = rules();
    Files.createDirectories(directory.resolve("vms/r"));
    file(
        "r",
        "ip-addr.txt",
        device(1, "lo", "127.0.0.1/8")
            + device(2, "eth1", "10.0.1.1/24")
            + device(3, "eth2", "10.0.2.1/24")
            + device(4, "ens6", "198.51.100.10/24"));
    file(
        "r",
        "ip-route.txt",
        "default via 198.51.100.1 dev ens6\n"
            + routes("10.0.1.1", "10.0.1", "eth1")
            + routes("10.0.2.1", "10.0.2", "eth2")
            + routes("198.51.100.10", "198.51.100", "ens6"));
    file("r", "ip-rule.txt", policy());
    file("r", "sysctl.txt", "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.forwarding = 1\n");
    file("r", "ss.txt", "tcp LISTEN 0 64 0.0.0.0:22 0.0.0.0:*\n");
    file("r", "nft-list-ruleset.txt", rules);
    return rules;
  }

  private String policy() {
    String own =
        random.nextInt(3) == 0 ? "100:\tfrom all ipproto tcp dport 2000-2500 lookup main\n" : "";
    return "0:\tfrom all lookup local\n"
        + own
        + "32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n";
  }

  private static String sockets() {
    StringBuilder sockets = new StringBuilder();
    for (int port : new int[] {22, 443, 1500, 2001}) {
      sockets.append("tcp LISTEN 0 64 0.0.0.0:").append(port).append(" 0.0.0.0:*\n");
      sockets.append("udp UNCONN 0 0 0.0.0.0:").append(port + 1).append(" 0.0.0.0:*\n");
    }
    return sockets.toString();
  }

  private void machine(String name, String device, String address, String gateway, String rules)
      throws IOException {
    Files.createDirectories(directory.resolve("vms").resolve(name));
    String own = address.substring(0, address.indexOf('/'));
    String net = own.substring(0, own.lastIndexOf('.'));
    file(name, "ip-addr.txt", device(1, "lo", "127.0.0.1/8") + device(2, device, address));
    file(
        name,
        "ip-route.txt",
        "default via " + gateway + " dev " + device + "\n" + routes(own, net, device));
    file(name, "ip-rule.txt", "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n");
    file(name, "sysctl.txt", "net.ipv4.ip_forward = 0\n");
    file(name, "nft-list-ruleset.txt", rules);
  }

  private static String routes(String own, String net, String device) {
    return net
        + ".0/24 dev "
        + device
        + " proto kernel scope link src "
        + own
        + "\n"
        + "local "
        + own
        + " dev "
        + device
        + " table local proto kernel scope host src "
        + own
        + "\n"
        + "broadcast "
        + net
        + ".255 dev "
        + device
        + " table local proto kernel scope link src "
        + own
        + "\n";
  }

  private static String device(int index, String name, String address) {
    boolean lo = name.equals("lo");
    return index
        + ": "
        + name
        + ": <"
        + (lo ? "LOOPBACK," : "")
        + "UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/"
        + (lo ? "loopback 00:00:00:00:00:00" : "ether 02:00:00:00:00:0" + index)
        + " brd ff:ff:ff:ff:ff:ff\n    inet "
        + address
        + " scope "
        + (lo ? "host " : "global ")
        + name
        + "\n";
  }

  private void file(String machine, String name, String text) throws IOException {
    Files.writeString(directory.resolve("vms").resolve(machine).resolve(name), text);
  }

  private String rules() {
    return "table ip t {\n"
        + "\tset dyn {\n\t\ttype inet_service\n\t\tsize 100\n\t\tflags dynamic\n\t}\n"
        + "\tset nets {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 10.0.0.0/16,"
        + " 203.0.113.0/25, 8.0.0.0-8.8.8.8 }\n\t}\n"
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

  private String some(int most, java.util.function.Supplier<String> rule) {
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
        return "ip saddr @nets meta mark set 0x2";
      default:
        return "tcp dport " + low() + "-" + high() + " ct mark set 0x3";
    }
  }

  private String translating() {
    switch (random.nextInt(6)) {
      case 0:
        return "tcp dport " + low() + "-" + high() + " dnat to 10.0.2.2:" + port();
      case 1:
        return "tcp dport " + low() + "-" + high() + " dnat to 10.0.2.2:1000-1500";
      case 2:
        return "dnat to tcp dport map { " + port() + " : 10.0.2.2, 3333 : 10.0.1.2 }";
      case 3:
        return "udp dport { 443, " + high() + " } redirect to :" + port();
      case 4:
        return "ip saddr @nets tcp dport " + port() + " dnat to 10.0.2.2:443";
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
        return "ip saddr . tcp dport { 10.0.1.2 . " + port() + ", 8.8.8.8 . " + port() + " }";
      case 3:
        return "ip saddr . tcp dport { 10.0.0.0/16 . " + low() + "-" + high() + " }";
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
        return "ip saddr != @nets";
      case 12:
        return "ip saddr & 255.0.0.255 == 10.0.0.2";
      case 13:
        return "ct mark 0x3";
      case 14:
        return "ct state new udp dport >= " + port();
      case 15:
        return "ct original ip saddr 203.0.113.0/24";
      case 16:
        return "tcp dport " + port() + " limit rate 5/second";
      case 17:
        return "ip daddr 10.0.1.0/24 tcp sport { 22, " + high() + "-65000 }";
      default:
        return "tcp dport vmap { "
            + port()
            + " : accept, 30000-40000 : drop, 50000 : jump other } counter";
    }
  }

  private int port() {
    return port(random);
  }

  private int low() {
    return 50 + random.nextInt(1000);
  }

  private int high() {
    return 1100 + random.nextInt(2000);
  }
}
