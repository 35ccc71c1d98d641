package org.rulewalk.diagnostics.insight;

import java.util.List;
import java.util.stream.Collectors;
import org.rulewalk.simulator.value.IpAddress;

/** The resolver file that makes the agent allow the resolvers that questions are translated to. */
public final class ResolverFile {
  private ResolverFile() {}

  /** The command that writes it, a line each, in the place of a link to the stub's file. */
  public static String written(List<IpAddress> resolvers) {
    return "rm -f /etc/resolv.conf && printf 'nameserver %s\\n' "
        + joined(resolvers, " ")
        + " > /etc/resolv.conf";
  }

  /** Resolvers for a sentence. */
  public static String list(List<IpAddress> resolvers) {
    return joined(resolvers, " and ");
  }

  private static String joined(List<IpAddress> resolvers, String by) {
    return resolvers.stream().map(IpAddress::toString).collect(Collectors.joining(by));
  }
}
