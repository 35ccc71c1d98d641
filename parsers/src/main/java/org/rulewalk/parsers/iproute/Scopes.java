package org.rulewalk.parsers.iproute;

import org.rulewalk.simulator.network.Interface.Scope;

/**
 * Scopes as {@code ip} prints them: the kernel's names, or numbers
 * (include/uapi/linux/rtnetlink.h).
 */
final class Scopes {
  private Scopes() {}

  static Scope ofWord(String word) {
    switch (word) {
      case "site":
      case "200":
        return Scope.SITE;
      case "link":
      case "253":
        return Scope.LINK;
      case "host":
      case "254":
        return Scope.HOST;
      case "nowhere":
      case "255":
        return Scope.NOWHERE;
      default:
        // user-defined scopes (1 to 199) lie between global and site
        return Scope.GLOBAL;
    }
  }
}
