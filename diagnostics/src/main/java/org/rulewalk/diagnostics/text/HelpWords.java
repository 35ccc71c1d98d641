package org.rulewalk.diagnostics.text;

import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;

/** What would help against a cause that no command of a captured machine takes away. */
public final class HelpWords {
  private HelpWords() {}

  private static boolean isExternal(Network network, String machine) {
    return network.machine(machine).map(Machine::isExternal).orElse(false);
  }

  /** One sentence, to the person who asked. */
  public static String sentence(Network network, Cause cause) {
    String where = cause.machine();
    Packet packet = cause.journey().last();
    String port =
        Protocol.hasPorts(packet.protocol())
            ? ValueWords.protocol(packet.protocol()) + "/" + packet.destinationPort()
            : ValueWords.protocol(packet.protocol());
    switch (cause.kind()) {
      case NO_LISTENER:
        if (network
            .machine(where)
            .flatMap(Machine::external)
            .map(Machine.External::silent)
            .orElse(false)) {
          return "No rule helps: " + where + " is known to answer nothing.";
        }
        return "No rule helps: start a service on "
            + where
            + " that listens on "
            + port
            + ", or ask for a port at which one does."
            + (network
                    .machine(where)
                    .map(m -> m.settings().flag("net.ipv4.ip_forward", false))
                    .orElse(false)
                ? " If the port is meant for a machine behind it, forward it there (rulewalk expose)."
                : "");
      case LISTENS_ELSEWHERE:
        return "No rule helps: have the service on "
            + where
            + " listen at "
            + packet.destination()
            + " or at all addresses, not only at "
            + cause.elsewhere().flatMap(Listener::address).map(Object::toString).orElse("another")
            + ".";
      case NO_NAT:
        return "Nothing on "
            + where
            + " serves "
            + port
            + ", and nothing in the capture says which machine behind it is meant: start a service there, or name"
            + " the machine (rulewalk expose CAPTURE MACHINE "
            + port
            + " …).";
      case UNKNOWN_DESTINATION:
        return "No machine of the capture has "
            + packet.destination()
            + ": correct the address that is asked for, or that a rule translates to; or capture the machine that"
            + " should have it.";
      case LINK_DOWN:
        return "Connect or start what is at the other end of that interface of " + where + ".";
      case NO_ROUTE:
      case BLACKHOLE:
      case NO_NEIGHBOUR:
      case NOT_FORWARDING:
        return isExternal(network, where)
            ? where
                + " is not in the capture and has no way to "
                + packet.destination()
                + ": give it a route there, or ask for an address that it reaches."
            : "No machine of the capture has "
                + packet.destination()
                + ", so no way to it can be told: correct the address, or capture the machine that has it.";
      case RULE:
        if (cause.isOfWrongSender()) {
          return where
              + " lets only the address that PedOS gave a VM send by "
              + cause.journey().incoming().orElse("its interface")
              + ", and "
              + packet.source()
              + " is another: no rule should get round that, and PedOS writes it anew. Have the VM there send from"
              + " its own address (masquerade), give it this one in dom0 (qvm-prefs VM ip "
              + packet.source()
              + "), or attach it anew (qvm-prefs VM netvm "
              + where
              + ").";
        }
        return CauseWords.sentence(cause) + " No command on the captured machines takes this away.";
      default:
        return CauseWords.sentence(cause) + " No command on the captured machines takes this away.";
    }
  }
}
