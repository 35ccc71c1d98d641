package org.rulewalk.diagnostics.journal;

import java.util.List;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.parsers.journal.JournalEntry;
import org.rulewalk.parsers.journal.LoggedPacket;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Trace;

/**
 * Packets of one kind that log rules have shown, and what today's rules do with them.
 *
 * @param packet the first of them
 * @param rules the captured rules that write this prefix
 * @param fate what becomes of the packet
 * @param remarks what the line shows of the packet only as it was at its hook
 */
public record Logged(
    String machine,
    LoggedPacket packet,
    long count,
    JournalEntry first,
    String lastTime,
    List<LogRule> rules,
    Fate fate,
    List<Remark> remarks) {
  /** Keeps copies. */
  public Logged {
    rules = List.copyOf(rules);
    remarks = List.copyOf(remarks);
  }

  /** A rule that logs, and the hooks from which its chain is asked. */
  public record LogRule(Table table, Chain chain, Rule rule, List<Hook> hooks) {
    /** Keeps a copy. */
    public LogRule {
      hooks = List.copyOf(hooks);
    }
  }

  /** What must be known to read the line. */
  public enum Remark {
    /** The time to live is one less than it came with. */
    TTL_LOWERED,
    /** The destination is that after translation: the packet came for another. */
    AFTER_DESTINATION_NAT,
    /** A packet of a connection that had begun before. */
    OF_A_CONNECTION,
    /** The interface is gone; the one with a route to the sender stands for it. */
    OTHER_INTERFACE
  }

  /** What today's rules do with a packet. */
  public sealed interface Fate {
    /** It gets through the capture's machines, or out of them. */
    record Passes(Trace trace) implements Fate {}

    /** Something stops it. */
    record Stopped(Trace trace, Cause cause) implements Fate {}

    /** Rules decide it that the capture does not tell enough about. */
    record Open(Trace trace, String subject) implements Fate {}

    /** It can't be asked. */
    record Untold(Why why) implements Fate {}
  }

  /** Why a packet can't be traced again. */
  public enum Why {
    /** The machine's rules are not in the capture. */
    NO_RULES,
    /** The capture's machine has no such interface, and none with a route to the sender. */
    NO_INTERFACE,
    /** A later fragment, or a line that breaks off: no ports. */
    NO_PORTS,
    /** The machine does not have the sender's address, and the line names no interface. */
    NOT_ITS_OWN,
    /** There were too many kinds of packet. */
    TOO_MANY
  }
}
