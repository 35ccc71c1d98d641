package org.rulewalk.simulator.rules;

/**
 * What a statement or rule says about the packet's way on.
 *
 * <p>{@link Simple#BREAK} is no verdict of a whole rule: it ends the rule because a match failed.
 */
public sealed interface Verdict {
  /** The word used in traces: accept, drop, jump … */
  String word();

  /** Verdicts that carry nothing. */
  enum Simple implements Verdict {
    /** Go on with the next statement, or the next rule. */
    CONTINUE,
    /** A match failed: go on with the next rule. */
    BREAK,
    /** The packet may pass this base chain. */
    ACCEPT,
    /** The packet ends here. */
    DROP,
    /** Back to the chain that jumped here; in a base chain, its policy. */
    RETURN,
    /** The packet was taken over by something else: a fragment kept, a packet sent another way. */
    STOLEN;

    @Override
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** On with another chain of the table, then back behind this rule. */
  record Jump(String chain) implements Verdict {
    @Override
    public String word() {
      return "jump";
    }
  }

  /** On with another chain of the table, then back to where the calling chain was called from. */
  record Goto(String chain) implements Verdict {
    @Override
    public String word() {
      return "goto";
    }
  }

  /**
   * To a program in user space.
   *
   * @param first lowest queue number
   * @param last highest queue number
   * @param bypass whether the packet passes when no program listens
   * @param fanout whether the queue is chosen by CPU
   */
  record Queue(int first, int last, boolean bypass, boolean fanout) implements Verdict {
    @Override
    public String word() {
      return "queue";
    }
  }
}
