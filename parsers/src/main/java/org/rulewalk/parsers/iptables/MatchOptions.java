package org.rulewalk.parsers.iptables;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which options each match has (man 8 iptables-extensions): options may stand anywhere in a rule
 * once their match is loaded, so their names tell whose they are.
 */
final class MatchOptions {
  private static final String PORTS = "source-port sport destination-port dport";
  private static final Map<String, Set<String>> BY_MATCH = new HashMap<>();

  static {
    options("addrtype", "src-type dst-type limit-iface-in limit-iface-out");
    options("ah", "ahspi ahlen ahres");
    options("bpf", "bytecode object-pinned");
    options("cgroup", "cgroup path");
    options(
        "cluster",
        "cluster-total-nodes cluster-local-node cluster-local-nodemask cluster-hash-seed");
    options("comment", "comment");
    options("connbytes", "connbytes connbytes-dir connbytes-mode");
    options("connlabel", "label set");
    options(
        "connlimit",
        "connlimit-upto connlimit-above connlimit-mask connlimit-saddr connlimit-daddr");
    options("connmark", "mark");
    options(
        "conntrack",
        "ctstate ctproto ctorigsrc ctorigdst ctreplsrc ctrepldst ctorigsrcport ctorigdstport"
            + " ctreplsrcport ctrepldstport ctstatus ctexpire ctdir");
    options("cpu", "cpu");
    options("dccp", PORTS + " dccp-types dccp-option");
    options("devgroup", "src-group dst-group");
    options("dscp", "dscp dscp-class");
    options("dst", "dst-len dst-opts dst-not-strict");
    options("ecn", "ecn-tcp-cwr ecn-tcp-ece ecn-ip-ect");
    options("esp", "espspi");
    options("eui64", "");
    options("frag", "fragid fraglen fragres fragfirst fragmore fraglast");
    options(
        "hashlimit",
        "hashlimit hashlimit-upto hashlimit-above hashlimit-burst hashlimit-mode"
            + " hashlimit-srcmask hashlimit-dstmask hashlimit-name hashlimit-htable-size"
            + " hashlimit-htable-max hashlimit-htable-expire hashlimit-htable-gcinterval"
            + " hashlimit-rate-match hashlimit-rate-interval");
    options("hbh", "hbh-len hbh-opts hbh-not-strict");
    options("helper", "helper");
    options("hl", "hl-eq hl-lt hl-gt");
    options("icmp", "icmp-type");
    options("icmp6", "icmpv6-type");
    options("iprange", "src-range dst-range");
    options("ipcomp", "ipcompspi compres");
    options("ipv6header", "header soft");
    options("ipvs", "ipvs vproto vaddr vport vdir vmethod vportctl");
    options("length", "length");
    options("limit", "limit limit-burst");
    options("mac", "mac-source mac");
    options("mark", "mark");
    options("mh", "mh-type");
    options(
        "multiport", "source-ports sports destination-ports dports ports source-port sport port");
    options("nfacct", "nfacct-name");
    options("osf", "genre ttl log");
    options("owner", "uid-owner gid-owner socket-exists suppl-groups");
    options("physdev", "physdev-in physdev-out physdev-is-in physdev-is-out physdev-is-bridged");
    options("pkttype", "pkt-type");
    options("policy", "dir pol strict reqid spi proto mode tunnel-src tunnel-dst next");
    options("quota", "quota");
    options(
        "rateest",
        "rateest1 rateest2 rateest-delta rateest rateest-bps rateest-bps1 rateest-bps2"
            + " rateest-pps rateest-pps1 rateest-pps2 rateest-lt rateest-gt rateest-eq");
    options("realm", "realm");
    options(
        "recent", "set rcheck update remove seconds hitcount rttl reap name rsource rdest mask");
    options("rpfilter", "loose validmark accept-local invert");
    options("rt", "rt-type rt-segsleft rt-len rt-0-res rt-0-addrs rt-0-not-strict");
    options("sctp", PORTS + " chunk-types");
    options(
        "set",
        "match-set set return-nomatch update-counters update-subcounters packets-eq packets-lt"
            + " packets-gt bytes-eq bytes-lt bytes-gt");
    options("socket", "transparent nowildcard restore-skmark");
    options(
        "srh",
        "srh-next-hdr srh-hdr-len-eq srh-hdr-len-gt srh-hdr-len-lt srh-segs-left-eq"
            + " srh-segs-left-gt srh-segs-left-lt srh-last-entry-eq srh-last-entry-gt"
            + " srh-last-entry-lt srh-tag srh-psid srh-nsid srh-lsid");
    options("state", "state ctstate");
    options("statistic", "mode probability every packet");
    options("string", "from to algo icase string hex-string");
    options("tcp", PORTS + " tcp-flags syn tcp-option");
    options("tcpmss", "mss");
    options(
        "time",
        "datestart datestop timestart timestop monthdays weekdays days kerneltz contiguous localtz utc");
    options("tos", "tos");
    options("ttl", "ttl ttl-eq ttl-lt ttl-gt");
    options("u32", "u32");
    options("udp", PORTS);
    options("udplite", PORTS);
    BY_MATCH.put("icmpv6", BY_MATCH.get("icmp6"));
    BY_MATCH.put("ipv6-icmp", BY_MATCH.get("icmp6"));
    BY_MATCH.put("mobility-header", BY_MATCH.get("mh"));
    BY_MATCH.put("ipv6-mh", BY_MATCH.get("mh"));
  }

  private MatchOptions() {}

  private static void options(String match, String names) {
    BY_MATCH.put(match, Set.copyOf(List.of(names.split(" "))));
  }

  /** Whether the match has an option of this name, without its dashes. */
  static boolean has(String match, String option) {
    return BY_MATCH.getOrDefault(match, Set.of()).contains(option);
  }

  /** The option of the match that this is the beginning of, if it is that of one only. */
  static Optional<String> abbreviated(String match, String beginning) {
    List<String> meant =
        BY_MATCH.getOrDefault(match, Set.of()).stream()
            .filter(name -> name.startsWith(beginning))
            .toList();
    return meant.size() == 1 ? Optional.of(meant.get(0)) : Optional.empty();
  }
}
