package org.rulewalk.simulator.network;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * A policy routing rule: which packets ask which table ({@code ip rule}, net/core/fib_rules.c).
 *
 * @param priority lower is asked first
 * @param not whether the selectors are turned as a whole
 * @param action what to do when the selectors hold
 * @param suppressPrefixLength routes this short or shorter don't count; −1 for none
 */
public record RoutingRule(
    IpVersion version,
    long priority,
    boolean not,
    Optional<Prefix> from,
    Optional<Prefix> to,
    Optional<String> incoming,
    Optional<String> outgoing,
    OptionalLong mark,
    long markMask,
    int tos,
    OptionalInt protocol,
    Optional<PortRange> sourcePorts,
    Optional<PortRange> destinationPorts,
    Action action,
    int table,
    long gotoPriority,
    int suppressPrefixLength,
    boolean understood,
    Source source) {
  /** Ports, both ends included. */
  public record PortRange(int low, int high) {}

  /** What a rule does. */
  public enum Action {
    /** Look into a table. */
    LOOKUP,
    /** Go on at another rule. */
    GOTO,
    /** Nothing. */
    NOP,
    /** Drop in silence. */
    BLACKHOLE,
    /** Drop; the sender is told unreachable. */
    UNREACHABLE,
    /** Drop; the sender is told prohibited. */
    PROHIBIT
  }

  /** A rule for all packets that looks into a table, as the kernel has three of at start. */
  public static RoutingRule lookup(IpVersion version, long priority, int table) {
    return new RoutingRule(
        version,
        priority,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        0,
        0,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Action.LOOKUP,
        table,
        0,
        -1,
        true,
        Source.NONE);
  }

  /** The same from another place. */
  public RoutingRule at(Source where) {
    return new RoutingRule(
        version,
        priority,
        not,
        from,
        to,
        incoming,
        outgoing,
        mark,
        markMask,
        tos,
        protocol,
        sourcePorts,
        destinationPorts,
        action,
        table,
        gotoPriority,
        suppressPrefixLength,
        understood,
        where);
  }

  /** The same for which routes this short or shorter don't count. */
  public RoutingRule suppressing(int prefixLength) {
    return new RoutingRule(
        version,
        priority,
        not,
        from,
        to,
        incoming,
        outgoing,
        mark,
        markMask,
        tos,
        protocol,
        sourcePorts,
        destinationPorts,
        action,
        table,
        gotoPriority,
        prefixLength,
        understood,
        source);
  }
}
