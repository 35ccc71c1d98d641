package org.rulewalk.diagnostics.dom0;

import java.util.Optional;
import org.rulewalk.diagnostics.topology.Generation;

/**
 * How large the iptables script is that dom0 makes of a VM's rules for a provider of release 3, and
 * how many rules still fit: all of it is one value of QubesDB.
 *
 * @param bytes of the whole script
 * @param more how many rules of the present mean size still fit
 * @param estimated whether addresses in it are not known, so that it may be some bytes shorter
 */
public record ScriptSize(int bytes, int more, boolean estimated) {
  /** A value must have fewer bytes than this. */
  public static final int LIMIT_BYTES = OldText.LIMIT_BYTES;

  private static final String USUAL_RULE = " -d 255.255.255.255 -p tcp --dport 65535 -j ACCEPT";

  /** Empty where the provider is of a later release, which has no such limit. */
  public static Optional<ScriptSize> of(Standing standing) {
    if (standing.generation() != Generation.FORWARD_CHAIN || standing.refused().isPresent()) {
      return Optional.empty();
    }
    int bytes = OldText.FRAME_BYTES;
    int listed = 0;
    int ofListed = 0;
    boolean estimated = false;
    for (Expected line : standing.expected()) {
      int own = OldText.bytes(line.text(), line.resolvers());
      bytes += own;
      estimated |= line.resolvers();
      if (line.origin().part() == Origin.Part.RULE) {
        listed++;
        ofListed += own;
      }
    }
    int usual = OldText.bytes("-s " + standing.address() + USUAL_RULE, false);
    int mean = listed == 0 ? usual : Math.max(1, (ofListed + listed - 1) / listed);
    int more = Math.max(0, (LIMIT_BYTES - 1 - bytes) / mean);
    return Optional.of(new ScriptSize(bytes, more, estimated));
  }

  /** Whether the script fits, so that the VM starts. */
  public boolean fits() {
    return bytes < LIMIT_BYTES;
  }
}
