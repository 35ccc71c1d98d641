package org.rulewalk.simulator.symbolic;

import java.util.List;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.PayloadMatch;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.XtMatch;

/** A question about a packet that is not taken apart into bits: equal ones have equal answers. */
public sealed interface Question {
  /** What the plain evaluator says for one packet; no where it can't tell. */
  boolean isTrue(PacketContext context);

  /** Whether a packet passes a test. */
  record Passes(XtMatch test) implements Question {
    @Override
    public boolean isTrue(PacketContext context) {
      return test.test(context) == Truth.YES;
    }
  }

  /** Whether a packet is too broken for a test. */
  record TooBrokenFor(XtMatch test) implements Question {
    @Override
    public boolean isTrue(PacketContext context) {
      return test.dropsAtOnce(context);
    }
  }

  /** Whether a TCP header is shorter than it says, or than it can be. */
  record TcpCut() implements Question {
    private static final XtMatch ASKER = new PayloadMatch.SegmentSize(0, 0, false);

    @Override
    public boolean isTrue(PacketContext context) {
      return ASKER.dropsAtOnce(context);
    }
  }

  /** Whether an option that is to be overwritten goes on behind the end of the TCP header. */
  record OptionCut(Statement.StripTcpOptions statement) implements Question {
    @Override
    public boolean isTrue(PacketContext context) {
      return statement.dropsCutOption(context.packet());
    }
  }

  /** Whether a packet is the fragment that begins 8 bytes behind the IP header. */
  record SecondFragment() implements Question {
    @Override
    public boolean isTrue(PacketContext context) {
      return context.packet().fragmentOffset() == 1;
    }
  }

  /** Whether a set whose content may change has a key. */
  record InSet(String table, SetReference set, Expression key) implements Question {
    @Override
    public boolean isTrue(PacketContext context) {
      return new Match.InSet(key, false, set).test(context) == Truth.YES;
    }
  }

  /** Whether an ipset whose content may change has parts of the packet. */
  record InIpset(String name, List<Boolean> fromSource) implements Question {
    /** Keeps a copy. */
    public InIpset {
      fromSource = List.copyOf(fromSource);
    }

    @Override
    public boolean isTrue(PacketContext context) {
      return new XtMatch.SetMembership(name, fromSource, false, "").test(context) == Truth.YES;
    }
  }

  /** Whether an element is still in a map whose content may change. */
  record HasElement(String table, SetReference map, ElementSet.Element element)
      implements Question {
    @Override
    public boolean isTrue(PacketContext context) {
      return true;
    }
  }
}
