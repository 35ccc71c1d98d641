package org.rulewalk.simulator.rules;

/** Hears what a chain walk decides. Called in order; must not change anything. */
public interface Recorder {
  /** Hears nothing. */
  Recorder NONE =
      new Recorder() {
        @Override
        public void rule(Table table, Chain chain, Rule rule, Verdict verdict) {}

        @Override
        public void policy(Table table, Chain.Base chain) {}
      };

  /** All matches of a rule held, and this is what it said. */
  void rule(Table table, Chain chain, Rule rule, Verdict verdict);

  /** No rule decided, so the policy did. */
  void policy(Table table, Chain.Base chain);

  /** A statement of a rule is about to be executed; the context must not be kept. */
  default void asks(Rule rule, Statement statement, PacketContext context) {}
}
