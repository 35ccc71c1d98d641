package org.rulewalk.diagnostics.whatif;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Machine;

/**
 * A network namespace of this computer's kernel: set up, listed, given commands, and listed again.
 *
 * @param before as it was listed first
 * @param after as it was listed in the end
 * @param said what each command said: its status and the first line of its message
 */
record RealMachine(Machine before, Machine after, List<String> said) {
  /** Two links, with addresses, routes and a connection. */
  private static final String SETUP =
      String.join(
          "\n",
          "set -e",
          "sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0",
          "sysctl -qw net.ipv4.conf.all.forwarding=0",
          "ip link set lo up",
          "for n in 0 1; do",
          "  ip link add eth$n type veth peer name far$n",
          "  ip link set eth$n addrgenmode none",
          "  ip link set far$n addrgenmode none",
          "  ip link set far$n up",
          "  ip link set eth$n up",
          "done",
          "ip addr add 10.1.0.1/24 dev eth0",
          "ip addr add 10.2.0.1/16 brd + dev eth1",
          "ip addr add 2001:db8:1::1/64 dev eth0 nodad",
          "ip route add default via 10.1.0.254",
          "ip -6 route add default via 2001:db8:1::fe",
          "conntrack -I -p tcp -s 10.1.0.7 -d 10.2.0.8 --sport 4001 --dport 443"
              + " --state ESTABLISHED --timeout 900",
          "conntrack -I -p tcp -s 10.1.0.9 -d 10.2.0.8 --sport 4002 --dport 22"
              + " --state ESTABLISHED --timeout 900 --mark 5",
          "conntrack -I -p udp -s 10.1.0.7 -d 10.2.0.53 --sport 4003 --dport 53 --timeout 900",
          "for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do",
          "  [ \"$(ip -6 route show table local | grep -c ff00)\" = 4 ] && break; sleep 0.1",
          "done",
          "");

  private static final String LISTINGS =
      String.join(
          "\n",
          "mkdir $1",
          "ip -d addr >$1/ip-addr.txt",
          "ip route show table all >$1/ip-route.txt",
          "ip -6 route show table all >$1/ip6-route.txt",
          "ip rule >$1/ip-rule.txt",
          "ip -6 rule >$1/ip6-rule.txt",
          "ip neigh >$1/ip-neigh.txt",
          "ip neigh show proxy >>$1/ip-neigh.txt",
          "ipset save >$1/ipset-save.txt",
          "conntrack -L >$1/conntrack.txt 2>/dev/null",
          "iptables-save >$1/iptables-save.txt",
          "ip6tables-save >$1/ip6tables-save.txt",
          "nft -a list ruleset >$1/nft-list-ruleset.txt",
          "sysctl -a 2>/dev/null | grep -E '^net\\.(ipv[46]\\.(conf|ip_|icmp|tcp)|netfilter)'"
              + " | grep -vE 'stable_secret|_key|nf_conntrack_count' >$1/sysctl.txt",
          "");

  /** Where namespaces can't be made the test is left out, but not where CI runs. */
  static void need() {
    boolean can = false;
    try {
      String tools = "ipset save && conntrack -L && iptables -S && nft list ruleset && ip rule";
      can =
          new ProcessBuilder("unshare", "-n", "sh", "-c", tools)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException | InterruptedException e) {
      can = false;
    }
    if ("true".equals(System.getenv("CI"))) {
      Assertions.assertTrue(can, "network namespaces, ip, ipset and conntrack are needed here");
    }
    Assumptions.assumeTrue(can, "no network namespaces, ip, ipset or conntrack here");
  }

  /** Runs the commands in a new namespace, in a folder that is new too. */
  static RealMachine with(Path folder, List<String> commands)
      throws IOException, InterruptedException {
    StringBuilder work = new StringBuilder(SETUP);
    work.append("set +e\nlist() {\n").append(LISTINGS).append("}\nlist before/machine\n");
    for (int i = 0; i < commands.size(); i++) {
      Files.writeString(folder.resolve("command" + i), commands.get(i) + "\n");
      work.append("timeout 5 /bin/sh command" + i + " 2>error" + i + " >/dev/null </dev/null");
      work.append("; echo $? >status" + i + "\n");
    }
    work.append("list after/machine\n");
    Files.createDirectory(folder.resolve("before"));
    Files.createDirectory(folder.resolve("after"));
    Files.writeString(folder.resolve("work"), work);
    Process process =
        new ProcessBuilder("unshare", "-n", "/bin/sh", "work")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the namespace's work does not end");
    }
    if (!Files.exists(folder.resolve("after/machine/sysctl.txt"))) {
      throw new IOException(Files.readString(folder.resolve("output")));
    }
    List<String> said = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      String error = Files.readString(folder.resolve("error" + i));
      said.add(Files.readString(folder.resolve("status" + i)).strip() + " " + first(error));
    }
    return new RealMachine(listed(folder, "before"), listed(folder, "after"), said);
  }

  private static Machine listed(Path folder, String when) {
    return CaptureLoader.load(folder.resolve(when).resolve("machine"))
        .network()
        .machine("machine")
        .orElseThrow();
  }

  /** The first line of a message. */
  static String first(String message) {
    return message.lines().findFirst().orElse("").strip();
  }
}
