package org.rulewalk.diagnostics.why;

import org.rulewalk.simulator.rules.Doubt;

/** Doubts in sentences. */
final class DoubtWords {
  private DoubtWords() {}

  /** The file of the capture that would tell; empty if none would. */
  static String file(String machine, Doubt doubt) {
    switch (doubt.kind()) {
      case LOST_ARGUMENTS:
        return "vms/" + machine + "/iptables-save.txt";
      case MISSING_REFERENCE:
        return doubt.subject().startsWith("set ") ? "vms/" + machine + "/ipset-save.txt" : "";
      default:
        return "";
    }
  }

  static String sentence(String machine, Doubt doubt) {
    String place = doubt.where().isKnown() ? " (" + doubt.where() + ")" : "";
    String what = "\"" + doubt.subject() + "\"" + place + " on " + machine;
    String likely = doubt.likely() ? "holds" : "does not hold";
    switch (doubt.kind()) {
      case RATE_LIMIT:
        return "The rate limit " + what + " is assumed not to be used up.";
      case USED_AMOUNT:
        return "How much of "
            + what
            + " is used up is not in the capture; it is assumed that it "
            + likely
            + ".";
      case RANDOM:
        return "Chance decides " + what + "; it is assumed that it " + likely + ".";
      case TIME:
        return "The time of day decides " + what + "; it is assumed that it " + likely + ".";
      case HISTORY:
        return "Earlier packets decide " + what + "; it is assumed that it " + likely + ".";
      case PROCESS:
        return "The sending program decides " + what + "; it is assumed that it " + likely + ".";
      case NOT_UNDERSTOOD:
        return what + " is not understood; it is assumed that it " + likely + ".";
      case NOT_SIMULATED:
        return "What " + what + " does is not simulated; it is assumed that it " + likely + ".";
      case LOST_ARGUMENTS:
        return "The listing does not print the arguments of "
            + what
            + ": capture iptables-save too. It is assumed"
            + " that it "
            + likely
            + ".";
      case LOADED_AS:
        return "The rule has "
            + doubt.subject()
            + place
            + " on "
            + machine
            + "; it is assumed that it was loaded as one ("
            + (doubt.likely() ? "nft before 1.1" : "nft from 1.1 on")
            + ").";
      case MISSING_REFERENCE:
        return "The " + what + " is not in the capture; it is assumed that nothing is in it.";
      case MISSING_FILE:
        return what + " is not in the capture; it is assumed that it " + likely + ".";
      default:
        return "A program outside the kernel decides "
            + what
            + "; it is assumed that it "
            + (doubt.likely() ? "accepts." : "gives the packet not back.");
    }
  }
}
