package org.rulewalk.diagnostics.symbolic;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rules of nft and iptables, drawn from all that the two languages can ask. */
final class RandomRules {
  private static final List<String> NFT_MATCHES =
      List.of(
          "tcp dport 80",
          "tcp dport != 22",
          "tcp dport { 22, 80-443 }",
          "tcp sport > 1000",
          "udp dport 53",
          "udp sport { 53, 1024-65535 }",
          "th dport 443",
          "sctp dport 80",
          "udplite dport 53",
          "dccp dport 22",
          "meta l4proto { tcp, udp }",
          "meta l4proto != tcp",
          "ip protocol 47",
          "ip6 nexthdr 58",
          "ip6 nexthdr != 6",
          "meta nfproto ipv4",
          "meta protocol ip6",
          "ip saddr 10.0.0.0/24",
          "ip saddr != 10.0.0.1",
          "ip daddr { 10.0.0.1, 192.168.0.0/16 }",
          "ip daddr 10.0.0.0-10.0.0.4",
          "ip daddr @known",
          "ip saddr != @known",
          "ip saddr . tcp dport @pairs",
          "ip saddr . tcp dport { 10.0.0.1 . 80, 10.0.0.5 . 22 }",
          "ip daddr . meta l4proto . th dport { 10.0.0.0/24 . tcp . 20-90 }",
          "ip6 saddr 2001:db8::/64",
          "ip6 daddr != 2001:db8::1",
          "ip6 daddr fe80::/10",
          "iifname \"eth0\"",
          "iifname \"vif*\"",
          "iifname != \"vif*\"",
          "oifname \"vif7.0\"",
          "oifname { \"eth0\", \"vif*\" }",
          "iif lo",
          "oif != lo",
          "iifgroup 1",
          "iifgroup != 2",
          "iiftype 1",
          "meta mark 0x1",
          "meta mark & 0x3 == 0x2",
          "meta mark and 0x1 != 0x1",
          "meta mark & 0x1 | 0x2 == 0x3",
          "meta pkttype host",
          "meta pkttype != broadcast",
          "meta priority 1:2",
          "meta length > 60",
          "meta length 20-60",
          "ct state new",
          "ct state established,related",
          "ct state != invalid",
          "ct state { new, untracked }",
          "ct status dnat",
          "ct status & (snat|dnat) == 0",
          "ct mark 0x2",
          "ct mark and 0x1 == 0",
          "ct direction original",
          "ct original ip saddr 10.0.0.1",
          "ct original proto-dst 80",
          "ct reply ip daddr 10.0.0.0/24",
          "ct original protocol tcp",
          "ct l3proto ipv6",
          "tcp flags syn",
          "tcp flags & (syn|ack) == syn",
          "tcp flags ! fin,rst",
          "tcp flags & (fin|syn|rst|ack) != 0",
          "tcp flags { syn, ack }",
          "tcp option maxseg exists",
          "tcp option maxseg size 1460",
          "tcp doff > 5",
          "icmp type echo-request",
          "icmp type { 0, 3, 5 }",
          "icmp code 1",
          "icmpv6 type { 1, 128 }",
          "icmp id 7",
          "icmpv6 mtu 1280",
          "ip ttl < 64",
          "ip ttl 1",
          "ip6 hoplimit 255",
          "ip dscp 0x12",
          "ip dscp != 0",
          "ip6 dscp 0x2e",
          "ip ecn 0",
          "ip frag-off & 0x1fff != 0",
          "ip frag-off & 0x2000 != 0",
          "ip length > 40",
          "ip id 7",
          "ip version 4",
          "exthdr frag exists",
          "exthdr hbh missing",
          "frag frag-off 1",
          "rt type 0",
          "ip option rr exists",
          "ether saddr 00:00:00:00:00:01",
          "ether type ip",
          "@th,16,16 80",
          "@th,0,8 8",
          "@nh,72,8 6",
          "@nh,0,4 4",
          "@ll,0,8 0",
          "@ih,0,8 0",
          "esp spi 1",
          "ah spi 0",
          "comp cpi 1",
          "igmp type 0x16",
          "limit rate 5/second",
          "limit rate over 5/second",
          "numgen random mod 4 1",
          "meta hour \"08:00\"-\"17:00\"",
          "quota over 100 bytes",
          "limit name \"slow\"",
          "fib daddr type local",
          "fib saddr . iif oif exists",
          "fib saddr type { unicast, local }",
          "rt mtu > 1400",
          "rt nexthop 10.0.0.1",
          "meta mark != ct mark",
          "meta l4proto 6 th sport != 22",
          "tcp sport != 22 tcp dport != 23",
          "ip daddr != 10.0.0.1 tcp dport 80",
          "meta cpu 0",
          "meta skuid 0",
          "meta random > 5",
          "ct bytes > 5",
          "sctp chunk data exists",
          "jhash ip saddr mod 2 0",
          "tcp dport map { 80 : 0x1, 443 : 0x2 } == 0x1",
          "meta mark set tcp dport map { 80 : 0x1, 22-53 : 0x2 }",
          "ct mark set meta mark",
          "meta mark set ct mark",
          "meta mark set meta mark or 0x1",
          "meta mark set meta mark ^ 0x3",
          "meta mark set 0x2",
          "ct mark set 0x1",
          "ip ttl set 1",
          "ip dscp set 0x12",
          "ip6 hoplimit set 255",
          "tcp dport set 80",
          "ip saddr set 10.0.0.1",
          "th dport set 22",
          "tcp option maxseg size set 536",
          "reset tcp option maxseg",
          "tcp option maxseg size set rt mtu",
          "notrack",
          "meta priority set 1:2",
          "meta pkttype set host",
          "add @known { ip saddr }",
          "delete @known { ip daddr }",
          "update @pairs { ip saddr . tcp dport }",
          "counter",
          "log prefix \"x\"",
          "ip protocol set 17",
          "@th,16,16 set 53",
          "meta nftrace set 1");

  private static final List<String> NFT_ENDS =
      List.of(
          "accept",
          "accept",
          "drop",
          "drop",
          "return",
          "jump one",
          "jump two",
          "goto one",
          "reject",
          "reject with tcp reset",
          "reject with icmp port-unreachable",
          "continue",
          "",
          "tcp dport vmap { 22 : accept, 80-443 : drop, 53 : jump one }",
          "ip saddr vmap { 10.0.0.0/24 : accept, 10.0.0.5 : drop }",
          "meta l4proto vmap { tcp : goto two, udp : continue, icmp : return }",
          "ct state vmap { established : accept, related : accept, invalid : drop }",
          "th dport vmap @ports",
          "queue num 1",
          "iifname vmap { \"vif*\" : jump two }");

  private static final List<String> XT_MATCHES =
      List.of(
          "-p tcp",
          "-p udp",
          "! -p tcp",
          "-p tcp -m tcp --dport 80",
          "-p tcp -m tcp ! --dport 22",
          "-p tcp -m tcp --sport 1024:65535 --dport 22:443",
          "-p udp -m udp --dport 53",
          "-p tcp -m multiport --dports 22,80:443",
          "-p tcp -m multiport ! --ports 53,80",
          "-p udp -m multiport --sports 53,1024",
          "-p icmp -m icmp --icmp-type 8",
          "-p icmp -m icmp ! --icmp-type 3/1",
          "-s 10.0.0.0/24",
          "! -s 10.0.0.1/32",
          "-d 10.0.0.5/32",
          "-d 192.0.2.0/255.255.0.255",
          "! -d 192.168.0.0/16",
          "-i eth0",
          "-i vif+",
          "! -i vif+",
          "-o vif7.0",
          "! -o eth0",
          "-f",
          "! -f",
          "-m conntrack --ctstate NEW",
          "-m conntrack ! --ctstate RELATED,ESTABLISHED",
          "-m conntrack --ctstate DNAT",
          "-m conntrack --ctstate NEW,SNAT --ctdir ORIGINAL",
          "-m conntrack --ctproto 6",
          "-m conntrack --ctorigsrc 10.0.0.0/24",
          "-m conntrack ! --ctorigdst 10.0.0.1",
          "-m conntrack --ctstatus ASSURED",
          "-m conntrack --ctorigdstport 80",
          "-m state --state INVALID,UNTRACKED",
          "-m mark --mark 0x1",
          "-m mark ! --mark 0x1/0x3",
          "-m connmark --mark 0x2",
          "-p tcp -m tcp --tcp-flags SYN,ACK SYN",
          "-p tcp -m tcp ! --tcp-flags FIN FIN",
          "-p tcp -m tcp --tcp-option 2",
          "-p tcp -m tcp ! --tcp-option 5",
          "-m ttl --ttl-lt 64",
          "-m ttl --ttl-eq 1",
          "-m tos --tos 0x10/0x3f",
          "-m dscp --dscp 0x12",
          "-m ecn --ecn-ip-ect 0",
          "-m length --length 20:60",
          "-m length ! --length 40",
          "-m pkttype --pkt-type broadcast",
          "-m addrtype --dst-type LOCAL",
          "-m addrtype ! --src-type UNICAST,LOCAL",
          "-m addrtype --dst-type MULTICAST --limit-iface-in",
          "-m iprange --src-range 10.0.0.2-10.0.0.9",
          "-m iprange ! --dst-range 10.0.0.1-10.137.0.9",
          "-m set --match-set known src",
          "-m set ! --match-set known dst",
          "-m set --match-set pairs src,dst",
          "-m set --match-set nets dst",
          "-m set --match-set marks src",
          "-m set --match-set ports dst",
          "-m set --match-set all src,dst",
          "-m set --match-set ifaces src,src",
          "-m limit --limit 5/sec",
          "-m statistic --mode random --probability 0.5",
          "-m statistic --mode random --probability 0",
          "-m string --string x --algo bm --to 65535",
          "-m u32 --u32 0x6&0xff=0x6",
          "-m rpfilter",
          "-m rpfilter --loose --invert",
          "-p tcp -m tcpmss --mss 1400:1500",
          "-m mac --mac-source 00:00:00:00:00:01",
          "-p sctp -m sctp --dport 80",
          "-p sctp -m sctp --chunk-types any DATA",
          "-p dccp -m dccp --dport 22 --dccp-types REQUEST",
          "-p udplite -m udplite --dport 53",
          "-p esp -m esp --espspi 0:5",
          "-p ah -m ah --ahspi 1",
          "-m physdev --physdev-in eth0",
          "-m owner --uid-owner 0",
          "-m time --timestart 08:00",
          "-m recent --name x --rcheck",
          "-m comment --comment hello",
          "-m devgroup --src-group 0x1",
          "-m realm --realm 0x1");

  private static final List<String> XT_TARGETS =
      List.of(
          "-j ACCEPT",
          "-j ACCEPT",
          "-j DROP",
          "-j DROP",
          "-j RETURN",
          "-j one",
          "-j two",
          "-g one",
          "-j REJECT",
          "-j REJECT --reject-with tcp-reset",
          "",
          "-j LOG",
          "-j MARK --set-xmark 0x1/0xffffffff",
          "-j MARK --set-xmark 0x2/0x2",
          "-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff",
          "-j CONNMARK --save-mark --nfmask 0x1 --ctmask 0x1",
          "-j CONNMARK --set-xmark 0x3/0x3",
          "-j TTL --ttl-set 1",
          "-j TTL --ttl-dec 70",
          "-j TTL --ttl-inc 200",
          "-j DSCP --set-dscp 0x12",
          "-j TOS --set-tos 0x10/0xff",
          "-j TCPMSS --clamp-mss-to-pmtu",
          "-j TCPMSS --set-mss 536",
          "-j TCPOPTSTRIP --strip-options mss",
          "-j SET --add-set known src",
          "-j SET --del-set pairs src,dst",
          "-j CT --notrack",
          "-j NFQUEUE --queue-num 1");

  private static final String IPSETS =
      "create known hash:ip family inet\nadd known 10.0.0.1\nadd known 192.168.1.5\n"
          + "create pairs hash:ip,port family inet\nadd pairs 10.0.0.1,tcp:80\n"
          + "add pairs 10.0.0.5,udp:53\nadd pairs 10.137.0.7,icmp:8/0\n"
          + "create nets hash:net family inet\nadd nets 10.0.0.0/8\nadd nets 10.0.0.0/24 nomatch\n"
          + "add nets 10.0.0.5\ncreate marks hash:ip,mark family inet\nadd marks 10.0.0.1,1\n"
          + "create ports bitmap:port range 0-1024\nadd ports 80\nadd ports 22\n"
          + "create all list:set size 8\nadd all pairs\n"
          + "create ifaces hash:net,iface family inet\nadd ifaces 10.0.0.0/24,eth0\n"
          + "add ifaces 10.0.0.0/8,vif7.0\n";

  private final Random random;

  RandomRules(Random random) {
    this.random = random;
  }

  private String any(List<String> items) {
    return items.get(random.nextInt(items.size()));
  }

  static String ipsets() {
    return IPSETS;
  }

  /** A ruleset in the words of {@code nft list ruleset}. */
  String nft(String hook) {
    StringBuilder text = new StringBuilder("table inet t {\n");
    text.append(" set known {\n  type ipv4_addr\n  elements = { 10.0.0.1, 192.0.2.77 }\n }\n");
    text.append(" set pairs {\n  type ipv4_addr . inet_service\n");
    text.append("  elements = { 10.0.0.1 . 80, 10.0.0.5 . 443 }\n }\n");
    text.append(" map ports {\n  type inet_service : verdict\n");
    text.append("  elements = { 22 : drop, 80 : accept }\n }\n");
    text.append(" limit slow {\n  rate 5/second\n }\n");
    chain(text, "one", "", nftRules(2));
    chain(text, "two", "", nftRules(2));
    chain(
        text,
        "base",
        "  type filter hook " + hook + " priority filter; policy " + policy() + ";\n",
        nftRules(6));
    return text.append("}\n").toString();
  }

  private String policy() {
    return random.nextBoolean() ? "accept" : "drop";
  }

  private static void chain(StringBuilder text, String name, String head, List<String> rules) {
    text.append(" chain ").append(name).append(" {\n").append(head);
    rules.forEach(rule -> text.append("  ").append(rule).append('\n'));
    text.append(" }\n");
  }

  private List<String> nftRules(int count) {
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder rule = new StringBuilder();
      int matches = random.nextInt(4);
      for (int j = 0; j < matches; j++) {
        rule.append(any(NFT_MATCHES)).append(' ');
      }
      rules.add(rule.append(any(NFT_ENDS)).append(rule.length() == 0 ? "counter" : "").toString());
    }
    return rules;
  }

  /** A ruleset in the words of {@code iptables-save}. */
  String iptables(String chain) {
    StringBuilder text = new StringBuilder("*mangle\n");
    text.append(':').append(chain).append(' ').append(policy().toUpperCase()).append(" [0:0]\n");
    text.append(":one - [0:0]\n:two - [0:0]\n");
    for (String name : List.of("one", "one", "two", "two", chain, chain, chain, chain, chain)) {
      text.append("-A ").append(name);
      int matches = random.nextInt(3);
      for (int j = 0; j < matches; j++) {
        text.append(' ').append(any(XT_MATCHES));
      }
      String target = any(XT_TARGETS);
      text.append(target.isEmpty() ? "" : " " + target).append('\n');
    }
    return text.append("COMMIT\n").toString();
  }
}
