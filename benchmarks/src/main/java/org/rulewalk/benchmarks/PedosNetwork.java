package org.rulewalk.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes a capture of a PedOS network of any size: sys-net, sys-firewall, and VMs behind it, each
 * with rules of its own in sys-firewall, as release 4.2 writes them.
 *
 * <p>{@code java … PedosNetwork DIRECTORY MACHINES RULES SEED}; rules are counted over all
 * machines.
 */
public final class PedosNetwork {
  private static final int[] PORTS = {22, 25, 53, 80, 123, 143, 443, 465, 587, 993, 995, 8080};

  private final Random random;
  private final int clients;
  private final int rules;
  private final Path directory;

  private PedosNetwork(Path directory, int machines, int rules, long seed) {
    this.directory = directory;
    this.clients = machines - 2;
    this.rules = rules;
    this.random = new Random(seed);
  }

  /**
   * Writes one.
   *
   * @throws IOException if the directory can't be written
   */
  public static void main(String[] arguments) throws IOException {
    new PedosNetwork(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Long.parseLong(arguments[3]))
        .write();
  }

  private void write() throws IOException {
    List<String> vifs = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      vifs.add(address(i));
    }
    machine(
        "sys-net", "10.137.0.5", List.of("10.137.0.6"), true, router(List.of("10.137.0.6"), ""));
    machine("sys-firewall", "10.137.0.6", vifs, false, router(vifs, own()));
    for (int i = 0; i < clients; i++) {
      machine(name(i), address(i), List.of(), false, client());
      file(
          name(i), "ss.txt", "tcp LISTEN 0 64 0.0.0.0:" + PORTS[i % PORTS.length] + " 0.0.0.0:*\n");
    }
  }

  private static String name(int client) {
    return "vm-" + client;
  }

  private static String address(int client) {
    return "10.137.0." + (10 + client);
  }

  private void file(String machine, String name, String text) throws IOException {
    Path folder = directory.resolve("vms").resolve(machine);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name), text);
  }

  private void machine(String name, String own, List<String> behind, boolean atEdge, String ruleset)
      throws IOException {
    StringBuilder addresses = new StringBuilder();
    StringBuilder routes = new StringBuilder();
    device(addresses, 1, "lo", "LOOPBACK,UP,LOWER_UP", "loopback 00:00:00:00:00:00", "127.0.0.1/8");
    String uplink = atEdge ? "ens6" : "eth0";
    String first = atEdge ? "198.51.100.10/24" : own + "/32";
    device(addresses, 2, uplink, "UP,LOWER_UP", "ether 02:00:00:00:00:02", first);
    String gateway = atEdge ? "198.51.100.1" : behind.isEmpty() ? "10.137.0.6" : "10.137.0.5";
    routes
        .append("default via ")
        .append(gateway)
        .append(" dev ")
        .append(uplink)
        .append(" onlink\n");
    routes.append(atEdge ? "198.51.100.0/24" : gateway).append(" dev ").append(uplink);
    routes.append(" scope link\n");
    local(routes, atEdge ? "198.51.100.10" : own, uplink);
    for (int i = 0; i < behind.size(); i++) {
      String vif = "vif" + (i + 3) + ".0";
      device(addresses, i + 3, vif, "UP,LOWER_UP", "ether 02:00:00:00:01:" + hex(i), own + "/32");
      routes.append(behind.get(i)).append(" dev ").append(vif).append(" scope link metric 32750\n");
      local(routes, own, vif);
    }
    local(routes, "127.0.0.1", "lo");
    routes.append("local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n");
    file(name, "ip-addr.txt", addresses.toString());
    file(name, "ip-route.txt", routes.toString());
    file(
        name,
        "ip-rule.txt",
        "0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n");
    int forwards = behind.isEmpty() ? 0 : 1;
    file(
        name,
        "sysctl.txt",
        "net.ipv4.ip_forward = "
            + forwards
            + "\nnet.ipv4.conf.all.forwarding = "
            + forwards
            + "\n");
    file(name, "nft-list-ruleset.txt", ruleset);
  }

  private static String hex(int number) {
    return String.format("%02x", number);
  }

  private static void local(StringBuilder routes, String address, String device) {
    routes.append("local ").append(address).append(" dev ").append(device);
    routes.append(" table local proto kernel scope host src ").append(address).append('\n');
  }

  private static void device(
      StringBuilder out, int index, String name, String flags, String link, String address) {
    boolean vif = name.startsWith("vif");
    String peer = name.equals("lo") ? name : name + "@if2";
    out.append(index).append(": ").append(peer).append(": <").append(flags);
    out.append("> mtu 1500 qdisc noqueue state UP group ").append(vif ? "2" : "default");
    out.append(" qlen 1000\n    link/").append(link).append(" brd ff:ff:ff:ff:ff:ff\n");
    out.append("    inet ").append(address).append(" scope ");
    out.append(name.equals("lo") ? "host " : "global ").append(name).append('\n');
  }

  private static String client() {
    return "table ip PedOS {\n"
        + "\tchain custom-input {\n\t}\n"
        + "\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n"
        + "\t\tjump custom-input\n\t\tct state invalid counter packets 0 bytes 0 drop\n"
        + "\t\tct state established,related accept\n\t\tiif \"lo\" accept\n"
        + "\t\tmeta l4proto icmp accept\n\t}\n}\n";
  }

  private static String router(List<String> behind, String own) {
    StringBuilder allowed = new StringBuilder();
    for (int i = 0; i < behind.size(); i++) {
      allowed.append(i == 0 ? "" : ", ").append("\"vif").append(i + 3).append(".0\" . ");
      allowed.append(behind.get(i));
    }
    return "table ip PedOS {\n"
        + "\tset downstream {\n\t\ttype ipv4_addr\n\t\telements = { "
        + String.join(", ", behind)
        + " }\n\t}\n"
        + "\tset allowed {\n\t\ttype ifname . ipv4_addr\n\t\telements = { "
        + allowed
        + " }\n\t}\n"
        + "\tchain prerouting {\n\t\ttype filter hook prerouting priority raw; policy accept;\n"
        + "\t\tiifgroup 2 goto antispoof\n\t\tip saddr @downstream counter packets 0 bytes 0 drop\n\t}\n"
        + "\tchain antispoof {\n\t\tiifname . ip saddr @allowed accept\n"
        + "\t\tcounter packets 0 bytes 0 drop\n\t}\n"
        + "\tchain custom-input {\n\t}\n\tchain custom-forward {\n\t}\n"
        + "\tchain postrouting {\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
        + "\t\toifgroup 2 accept\n\t\toif \"lo\" accept\n\t\tmasquerade\n\t}\n"
        + "\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n"
        + "\t\tjump custom-input\n\t\tct state invalid counter packets 0 bytes 0 drop\n"
        + "\t\tct state established,related accept\n\t\tiifgroup 2 meta l4proto icmp accept\n"
        + "\t\tiif \"lo\" accept\n"
        + "\t\tiifgroup 2 counter packets 0 bytes 0 reject with icmp host-prohibited\n\t}\n"
        + "\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n"
        + "\t\tjump custom-forward\n\t\tct state invalid counter packets 0 bytes 0 drop\n"
        + "\t\tct state established,related accept\n"
        + "\t\toifgroup 2 counter packets 0 bytes 0 drop\n\t}\n}\n"
        + own;
  }

  /** The rules that dom0 gives each client. */
  private String own() {
    StringBuilder text = new StringBuilder("table ip PedOS-firewall {\n");
    StringBuilder jumps = new StringBuilder();
    int each = Math.max(1, rules / clients - 6);
    for (int i = 0; i < clients; i++) {
      String chain = "pbs-" + address(i).replace('.', '-');
      text.append("\tchain ").append(chain).append(" {\n");
      for (int n = 0; n < each - 1; n++) {
        text.append("\t\t").append(rule()).append('\n');
      }
      text.append(i % 3 == 0 ? "\t\taccept\n" : "\t\treject with icmp admin-prohibited\n");
      text.append("\t}\n");
      jumps.append("\t\tip saddr ").append(address(i)).append(" jump ").append(chain).append('\n');
    }
    return text.append("\tchain PedOS-forward {\n")
        .append(jumps)
        .append("\t}\n\tchain forward {\n")
        .append("\t\ttype filter hook forward priority filter; policy drop;\n")
        .append("\t\tct state established,related accept\n\t\tiifname != \"vif*\" accept\n")
        .append("\t\tjump PedOS-forward\n\t}\n}\n")
        .toString();
  }

  private String rule() {
    String verdict = random.nextInt(3) == 0 ? "drop" : "accept";
    int length = new int[] {8, 16, 24, 32}[random.nextInt(4)];
    int first = random.nextInt(200) + 11;
    String net = first + "." + random.nextInt(256) + "." + random.nextInt(256) + ".";
    String address =
        length == 32
            ? net + random.nextInt(256)
            : length == 24
                ? net + "0/24"
                : length == 16 ? first + "." + random.nextInt(256) + ".0.0/16" : first + ".0.0.0/8";
    if (random.nextInt(10) == 0) {
      return "icmp type echo-request ip daddr " + address + " " + verdict;
    }
    String protocol = random.nextInt(4) == 0 ? "udp" : "tcp";
    int port = PORTS[random.nextInt(PORTS.length)];
    String ports = random.nextInt(5) == 0 ? port + "-" + (port + random.nextInt(100)) : "" + port;
    boolean anywhere = random.nextInt(8) == 0;
    return (anywhere ? "" : "ip daddr " + address + " ")
        + protocol
        + " dport "
        + ports
        + " "
        + verdict;
  }
}
