package org.rulewalk.diagnostics.whatif;

import org.rulewalk.simulator.value.Source;

/**
 * One thing of a machine that is there before or afterwards alone, or is another one afterwards.
 *
 * @param place where in the machine: a table, a chain, a rule's number in its chain
 * @param before as it was, in the tools' own words; empty if it was not there
 * @param after as it is, in the tools' own words; empty if it is gone
 * @param source where it stands: the file of the capture, or the command that made it
 */
public record Difference(Kind kind, String place, String before, String after, Source source) {
  /** What it is. */
  public enum Kind {
    TABLE("table"),
    CHAIN("chain"),
    RULE("rule"),
    SET("set"),
    ELEMENT("element"),
    IPSET("ipset"),
    ADDRESS("address"),
    INTERFACE("interface"),
    ROUTE("route"),
    ROUTING_RULE("routing-rule"),
    NEIGHBOUR("neighbour"),
    SETTING("setting"),
    CONNECTION("connection");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As JSON has it. */
    public String word() {
      return word;
    }
  }
}
