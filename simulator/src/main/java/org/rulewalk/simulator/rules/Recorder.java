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

  /** A statement is about to be executed; the context is as it sees it and must not be kept. */
  default void asks(Statement statement, PacketContext context) {}
}
