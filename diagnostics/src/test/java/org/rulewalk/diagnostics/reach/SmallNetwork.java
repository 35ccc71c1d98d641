package org.rulewalk.diagnostics.reach;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.rulewalk.simulator.value.IpVersion;

/** Captures of two machines behind a router that has random rules and the world behind it. */
final class SmallNetwork {
  private static final int[] PORTS = {22, 80, 100, 443, 1000, 1500, 2000, 2500, 8080, 40001};

  private final Path directory;
  private final Random random;
  private final boolean four;
  private final boolean iptables;

  private SmallNetwork(Path directory, Random random, IpVersion version, boolean iptables) {
    this.directory = directory;
    this.random = random;
    this.four = version == IpVersion.IPV4;
    this.iptables = iptables;
  }

  /** Writes one with rules in nft's language and returns the router's rules. */
  static String write(Path directory, Random random) throws IOException {
    return write(directory, random, IpVersion.IPV4, false);
  }

  /** Writes one and returns the router's rules. */
  static String write(Path directory, Random random, IpVersion version, boolean iptables)
      throws IOException {
    return new SmallNetwork(directory, random, version, iptables).write();
  }

  /** A port that rules are about. */
  static int port(Random random) {
    return PORTS[random.nextInt(PORTS.length)];
  }

  private String write() throws IOException {
    machine("a", 1);
    machine("b", 2);
    router();
    Map<String, String> files =
        iptables
            ? new SmallIptables(random, four).files()
            : Map.of("nft-list-ruleset.txt", new SmallNft(random, four).ruleset());
    StringBuilder all = new StringBuilder();
    for (Map.Entry<String, String> each : files.entrySet()) {
      file("r", each.getKey(), each.getValue());
      all.append(each.getValue());
    }
    return all.toString();
  }

  private static String own(boolean four, int net, int host) {
    return four ? "10.0." + net + "." + host : "fd00:" + net + "::" + host;
  }

  private String own(int net, int host) {
    return own(four, net, host);
  }

  private String length(int bits4, int bits6) {
    return "/" + (four ? bits4 : bits6);
  }

  private void router() throws IOException {
    String outside = four ? "198.51.100.10" : "2001:db8:5::10";
    String gateway = four ? "198.51.100.1" : "2001:db8:5::1";
    file(
        "r",
        "ip-addr.txt",
        loopback()
            + device(2, "eth1", own(1, 1) + length(24, 64))
            + device(3, "eth2", own(2, 1) + length(24, 64))
            + device(4, "ens6", outside + length(24, 64)));
    file(
        "r",
        four ? "ip-route.txt" : "ip6-route.txt",
        "default via "
            + gateway
            + " dev ens6\n"
            + routes(own(1, 1), own(1, 0), "eth1")
            + routes(own(2, 1), own(2, 0), "eth2")
            + routes(outside, four ? "198.51.100.0" : "2001:db8:5::", "ens6"));
    file("r", four ? "ip-rule.txt" : "ip6-rule.txt", policy());
    file(
        "r",
        "sysctl.txt",
        four
            ? "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.forwarding = 1\n"
            : "net.ipv6.conf.all.forwarding = 1\n");
    file("r", "ss.txt", "tcp LISTEN 0 64 *:22 *:*\n");
  }

  private String policy() {
    String own =
        random.nextInt(3) == 0 ? "100:\tfrom all ipproto tcp dport 2000-2500 lookup main\n" : "";
    return "0:\tfrom all lookup local\n" + own + "32766:\tfrom all lookup main\n";
  }

  private static String sockets() {
    StringBuilder sockets = new StringBuilder();
    for (int port : new int[] {22, 443, 1500, 2001}) {
      sockets.append("tcp LISTEN 0 64 *:").append(port).append(" *:*\n");
      sockets.append("udp UNCONN 0 0 *:").append(port + 1).append(" *:*\n");
    }
    return sockets.toString();
  }

  private void machine(String name, int net) throws IOException {
    String own = own(net, 2);
    file(name, "ip-addr.txt", loopback() + device(2, "eth0", own + length(24, 64)));
    file(
        name,
        four ? "ip-route.txt" : "ip6-route.txt",
        "default via " + own(net, 1) + " dev eth0\n" + routes(own, own(net, 0), "eth0"));
    file(
        name,
        four ? "ip-rule.txt" : "ip6-rule.txt",
        "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n");
    file(name, "sysctl.txt", "net.ipv4.ip_forward = 0\nnet.ipv6.conf.all.forwarding = 0\n");
    file(name, "nft-list-ruleset.txt", "table ip none {\n}\n");
    file(name, "ss.txt", sockets());
  }

  private String routes(String own, String net, String device) {
    String scope = four ? " scope host src " + own : "";
    return net
        + length(24, 64)
        + " dev "
        + device
        + " proto kernel"
        + (four ? " scope link src " + own : "")
        + "\nlocal "
        + own
        + " dev "
        + device
        + " table local proto kernel"
        + scope
        + "\n"
        + (four
            ? "broadcast "
                + net.substring(0, net.length() - 1)
                + "255 dev "
                + device
                + " table local proto kernel scope link src "
                + own
                + "\n"
            : "");
  }

  private String loopback() {
    return device(1, "lo", four ? "127.0.0.1/8" : "::1/128");
  }

  private String device(int index, String name, String address) {
    boolean lo = name.equals("lo");
    return index
        + ": "
        + name
        + ": <"
        + (lo ? "LOOPBACK," : "")
        + "UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/"
        + (lo ? "loopback 00:00:00:00:00:00" : "ether 02:00:00:00:00:0" + index)
        + " brd ff:ff:ff:ff:ff:ff\n    "
        + (four ? "inet " : "inet6 ")
        + address
        + " scope "
        + (lo ? "host " : "global ")
        + (four ? name : "")
        + "\n";
  }

  private void file(String machine, String name, String text) throws IOException {
    Path folder = directory.resolve("vms").resolve(machine);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name), text);
  }
}
